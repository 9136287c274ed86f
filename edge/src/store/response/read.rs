//! Reads one response.

use super::super::{ResponseRow, Responses, StoreError};

/// The columns of [`ResponseRow`].
const COLUMNS: &str = "id, survey, version, revision, complete, touchpoint, language, device, source, url, answers, \
     order_id, order_value, order_currency, customer, traits, received_at, updated_at, flags, excluded, tags";

impl Responses<'_> {
    /// One response of a shop.
    pub(crate) async fn get(&self, shop: &str, response: &str) -> Result<Option<ResponseRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM responses WHERE shop = ?1 AND id = ?2");
        self.0.database.row(&sql, &[shop.into(), response.into()]).await
    }
}
