//! How many responses a shop may receive in a day.

use super::super::{Shops, StoreError};
use serde::Deserialize;

impl Shops<'_> {
    /// Sets how many new responses a shop may receive in a day. `false` if there is no such shop.
    pub(crate) async fn set_quota(&self, shop: &str, daily_answers: u32, now: i64) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Updated {}
        let sql = "UPDATE shops SET daily_answers = ?2 WHERE id = ?1 RETURNING id";
        let updated = self.0.database.row::<Updated>(sql, &[shop.into(), daily_answers.into()]).await?.is_some();
        if updated {
            self.0.config().publish(shop, now).await;
        }
        Ok(updated)
    }
}
