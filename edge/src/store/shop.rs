//! Shops: their creation, settings, quota, published config, and the directory of their databases.

pub(super) mod config;
pub(crate) mod directory;
mod identity;
mod quota;
mod settings;

pub(crate) use identity::IdentityRow;

use super::{Shops, StoreError};
use crate::db::Statement;
use crate::{
    key::{self, Kind},
    time::zone::Zone,
};
use serde::Deserialize;

/// A shop to be created, with its first keys.
pub(crate) struct NewShop<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) language: &'a str,
    pub(crate) time_zone: &'a str,
    /// Exact origins.
    pub(crate) origins: &'a [String],
    pub(crate) public_key: &'a str,
    pub(crate) secret_key: &'a str,
    /// New responses that the shop may receive in a day.
    pub(crate) daily_answers: u32,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

const INSERT_SHOP: &str = "INSERT INTO shops (id, name, language, time_zone, origins, created_at, daily_answers) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const INSERT_KEY: &str = "INSERT INTO keys (shop, kind, key, label, created_at) VALUES (?1, ?2, ?3, 'first', ?4)";

impl Shops<'_> {
    /// Creates a shop with its keys and publishes its config.
    pub(crate) async fn create(&self, shop: &NewShop<'_>) -> Result<(), StoreError> {
        let origins = serde_json::to_string(shop.origins).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let secret = key::hash(shop.secret_key);
        let insert_shop = [
            shop.id.into(),
            shop.name.into(),
            shop.language.into(),
            shop.time_zone.into(),
            origins.into(),
            shop.now.into(),
            shop.daily_answers.into(),
        ];
        let insert_key = |kind: Kind, key: &str| {
            Statement::new(INSERT_KEY, [shop.id.into(), kind.as_str().into(), key.into(), shop.now.into()])
        };
        let statements = vec![
            Statement::new(INSERT_SHOP, insert_shop),
            insert_key(Kind::Public, shop.public_key),
            insert_key(Kind::Secret, &secret),
        ];
        self.0.database.transaction(statements).await?;
        self.0.config().publish(shop.id, shop.now).await;
        Ok(())
    }

    /// A shop's time zone; UTC if there is no such shop.
    pub(crate) async fn time_zone(&self, shop: &str) -> Result<Zone, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            time_zone: String,
        }
        let row = self.0.database.row::<Row>("SELECT time_zone FROM shops WHERE id = ?1", &[shop.into()]).await?;
        Ok(Zone::new(row.as_ref().map_or("UTC", |row| &row.time_zone)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{db::sqlite::Sqlite, platform::in_process::ready, store::fixture::Fixture};
    use std::sync::Arc;

    const NOW: i64 = 1_000_000;

    fn create(fixture: &Fixture) {
        let shop = NewShop {
            id: "shp_1",
            name: "S",
            language: "en",
            time_zone: "UTC",
            origins: &["https://shop.example".to_owned()],
            public_key: "pk_1",
            secret_key: "sk_1",
            daily_answers: 7,
            now: NOW,
        };
        ready(fixture.store.shops().create(&shop)).unwrap();
    }

    fn database(fixture: &Fixture) -> &Arc<Sqlite> {
        fixture.platform.sqlite("DB_0")
    }

    #[test]
    fn a_new_shop_has_keys_and_a_published_config() {
        let fixture = Fixture::new();
        create(&fixture);
        let store = &fixture.store;
        assert_eq!(ready(store.config().unpublished(9)).unwrap(), [""; 0]);
        assert!(ready(store.api_keys().find_secret("shp_1", &key::hash("sk_1"))).unwrap().is_some());
        let shop = ready(store.config().shop("shp_1", NOW)).unwrap().unwrap();
        assert_eq!((shop.name.as_str(), shop.daily_answers, shop.public_key(NOW)), ("S", 7, Some("pk_1")));
        assert!(ready(store.config().shop("shp_2", NOW)).unwrap().is_none());
        ready(store.shops().time_zone("shp_1")).unwrap();
    }

    #[test]
    fn a_change_within_the_same_second_is_published_after_it() {
        let fixture = Fixture::new();
        create(&fixture);
        let store = &fixture.store;
        assert!(ready(store.shops().set_quota("shp_1", 8, NOW + 999)).unwrap());
        assert!(!ready(store.shops().set_quota("shp_2", 8, NOW + 999)).unwrap());
        assert_eq!(ready(store.config().unpublished(9)).unwrap(), ["shp_1"]);
        // This isolate serves the change at once.
        assert_eq!(ready(store.config().shop("shp_1", NOW + 999)).unwrap().unwrap().daily_answers, 8);
        ready(fixture.platform.run_after_reply());
        assert_eq!(ready(store.config().unpublished(9)).unwrap(), [""; 0]);
    }

    #[test]
    fn a_config_is_served_from_memory_and_kv_while_the_database_is_unavailable() {
        let fixture = Fixture::new();
        create(&fixture);
        let get = |now: i64| ready(fixture.store.config().shop("shp_1", now)).map(|shop| shop.is_some());
        for now in [NOW, NOW + 60_000, NOW + 30 * 86_400_000] {
            database(&fixture).fail_next("D1_ERROR: overloaded");
            assert!(get(now).unwrap(), "KV has the config");
        }
    }

    #[test]
    fn settings_are_replaced_and_published() {
        let fixture = Fixture::new();
        create(&fixture);
        let settings = fixture.store.settings();
        let mut new = ready(settings.get("shp_1")).unwrap().unwrap();
        new.retention_days = 90;
        ready(settings.replace("shp_1", &new, NOW + 2_000)).unwrap();
        assert_eq!(ready(settings.get("shp_1")).unwrap().unwrap().retention_days, 90);
        assert!(ready(settings.get("shp_2")).unwrap().is_none());
        assert_eq!(ready(fixture.store.config().unpublished(9)).unwrap(), [""; 0]);
    }
}
