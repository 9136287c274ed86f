//! Settings of a shop.

use super::super::{Settings, StoreError};
use crate::db::Statement;
use serde::Deserialize;
use survey::{settings::ShopSettings, wire};

impl Settings<'_> {
    /// A shop's settings. `None` if there is no such shop.
    pub(crate) async fn get(&self, shop: &str) -> Result<Option<ShopSettings>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            settings: String,
        }
        let row = self.0.database.row::<Row>("SELECT settings FROM shops WHERE id = ?1", &[shop.into()]).await?;
        Ok(row.map(|row| read(&row.settings)))
    }

    /// Replaces a shop's settings and publishes its config.
    pub(crate) async fn replace(&self, shop: &str, settings: &ShopSettings, now: i64) -> Result<(), StoreError> {
        let text = serde_json::to_string(&wire::Settings::from(settings))
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let update = Statement::new("UPDATE shops SET settings = ?2 WHERE id = ?1", [shop.into(), text.into()]);
        self.0.database.transaction([update]).await?;
        self.0.config().publish(shop, now).await;
        Ok(())
    }
}

/// Reads stored settings. They were validated when they were written; unreadable ones fall back to the defaults.
pub(super) fn read(text: &str) -> ShopSettings {
    wire::read_stored_settings(text).unwrap_or_default()
}
