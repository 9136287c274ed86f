//! What is kept of a person: for an export, and for whoever gave an answer and holds its receipt.

use super::{DeadLetter, ResponseRow, Store, StoreError, response_row::RESPONSE_COLUMNS};

impl Store {
    /// One response with everything that is kept of it.
    pub(crate) async fn kept(&self, shop: &str, response: &str) -> Result<Option<ResponseRow>, StoreError> {
        let sql = format!("SELECT {RESPONSE_COLUMNS} FROM responses WHERE shop = ?1 AND id = ?2");
        self.database.row(&sql, &[shop.into(), response.into()]).await
    }

    /// What a customer said and could not be stored.
    pub(crate) async fn dead_letters_of_customer(
        &self,
        shop: &str,
        customer: &str,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let sql = "SELECT id, reason, body, at FROM dead_letters WHERE shop = ?1 \
                   AND CASE WHEN json_valid(body) THEN json_extract(body, '$.row.customer') = ?2 END LIMIT 100";
        self.database.rows(sql, &[shop.into(), customer.into()]).await
    }
}
