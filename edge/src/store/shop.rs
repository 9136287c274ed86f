//! Shops: their creation, settings, quota, published config, and the directory of their databases.

pub(super) mod config;
pub(crate) mod directory;
mod quota;
mod settings;

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
