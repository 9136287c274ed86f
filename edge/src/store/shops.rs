//! Shops.

use super::{Store, StoreError};
use crate::db::Statement;
use crate::{
    key::{self, Kind},
    time::zone::Zone,
};
use serde::Deserialize;
use survey::{
    settings::ShopSettings,
    wire::{self, Settings},
};

/// A shop to be made, with its first keys.
pub(crate) struct NewShop<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) language: &'a str,
    pub(crate) time_zone: &'a str,
    /// Exact origins.
    pub(crate) origins: &'a [String],
    pub(crate) public_key: &'a str,
    pub(crate) secret_key: &'a str,
    /// Answers that it may take in a day.
    pub(crate) daily_answers: u32,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl Store {
    /// Makes a shop and its keys, and puts it where pages look.
    pub(crate) async fn create_shop(&self, shop: &NewShop<'_>) -> Result<(), StoreError> {
        let origins = serde_json::to_string(shop.origins).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let secret = key::hash(shop.secret_key);
        let insert_key = "INSERT INTO keys (shop, kind, key, label, created_at) VALUES (?1, ?2, ?3, 'first', ?4)";
        let statements = vec![
            Statement::new(
                "INSERT INTO shops (id, name, language, time_zone, origins, created_at, daily_answers) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                [
                    shop.id.into(),
                    shop.name.into(),
                    shop.language.into(),
                    shop.time_zone.into(),
                    (&origins).into(),
                    shop.now.into(),
                    shop.daily_answers.into(),
                ],
            ),
            Statement::new(
                insert_key,
                [shop.id.into(), Kind::Public.as_str().into(), shop.public_key.into(), shop.now.into()],
            ),
            Statement::new(
                insert_key,
                [shop.id.into(), Kind::Secret.as_str().into(), (&secret).into(), shop.now.into()],
            ),
        ];
        self.database.transaction(statements).await?;
        self.publish(shop.id, shop.now).await;
        Ok(())
    }

    /// Says how many answers a shop may take in a day. Whether there is such a shop.
    pub(crate) async fn set_quota(&self, shop: &str, daily_answers: u32, now: i64) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Set {}
        let sql = "UPDATE shops SET daily_answers = ?2 WHERE id = ?1 RETURNING id";
        let set = self.database.row::<Set>(sql, &[shop.into(), daily_answers.into()]).await?.is_some();
        if set {
            self.publish(shop, now).await;
        }
        Ok(set)
    }

    /// A shop's time zone.
    pub(crate) async fn zone(&self, shop: &str) -> Result<Zone, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            time_zone: String,
        }
        let row = self.database.row::<Row>("SELECT time_zone FROM shops WHERE id = ?1", &[shop.into()]).await?;
        Ok(Zone::new(row.as_ref().map_or("UTC", |row| &row.time_zone)))
    }

    /// A shop's settings. `None` if there is no such shop.
    pub(crate) async fn settings(&self, shop: &str) -> Result<Option<ShopSettings>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            settings: String,
        }
        let row = self.database.row::<Row>("SELECT settings FROM shops WHERE id = ?1", &[shop.into()]).await?;
        Ok(row.map(|row| open_settings(&row.settings)))
    }

    /// Replaces a shop's settings and tells the pages.
    pub(crate) async fn replace_settings(
        &self,
        shop: &str,
        settings: &ShopSettings,
        now: i64,
    ) -> Result<(), StoreError> {
        let text =
            serde_json::to_string(&Settings::from(settings)).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let write = Statement::new("UPDATE shops SET settings = ?2 WHERE id = ?1", [shop.into(), (&text).into()]);
        self.database.transaction(vec![write]).await?;
        self.publish(shop, now).await;
        Ok(())
    }
}

/// Settings as they are stored. They were checked on their way in; what no longer reads is the default.
pub(super) fn open_settings(text: &str) -> ShopSettings {
    wire::read_settings(text).unwrap_or_default()
}
