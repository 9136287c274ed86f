//! Reads one response.

use super::{
    Responses, StoreError,
    stored::{RESPONSE_COLUMNS, ResponseRow},
};

impl Responses<'_> {
    /// One response of a shop.
    pub(crate) async fn get(&self, shop: &str, response: &str) -> Result<Option<ResponseRow>, StoreError> {
        let sql = format!("SELECT {RESPONSE_COLUMNS} FROM responses WHERE shop = ?1 AND id = ?2");
        self.0.database.row(&sql, &[shop.into(), response.into()]).await
    }
}
