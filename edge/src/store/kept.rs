//! What is kept of a person: for an export, and for whoever gave an answer and holds its receipt.

use super::{Cursor, Letter, ResponseRow, Store, StoreError};

impl Store {
    /// What a customer said, newest first, at most `limit`, after a cursor.
    pub(crate) async fn kept_of_customer(
        &self,
        shop: &str,
        customer: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Vec<ResponseRow>, StoreError> {
        let (at, id) = after.map_or(((1 << 53) - 1, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let sql = "SELECT id, survey, version, revision, complete, touchpoint, language, device, source, url, answers, \
                   order_id, order_value, order_currency, customer, traits, flags, received_at, updated_at \
                   FROM responses INDEXED BY responses_by_customer \
                   WHERE shop = ?1 AND customer = ?2 AND (received_at, id) < (?3, ?4) \
                   ORDER BY received_at DESC, id DESC LIMIT ?5";
        let arguments = [shop.into(), customer.into(), at.into(), id.into(), limit.into()];
        self.database.rows(sql, &arguments).await
    }

    /// One response with everything that is kept of it.
    pub(crate) async fn kept(&self, shop: &str, response: &str) -> Result<Option<ResponseRow>, StoreError> {
        let sql = "SELECT id, survey, version, revision, complete, touchpoint, language, device, source, url, answers, \
                   order_id, order_value, order_currency, customer, traits, flags, received_at, updated_at \
                   FROM responses WHERE shop = ?1 AND id = ?2";
        self.database.row(sql, &[shop.into(), response.into()]).await
    }

    /// What a customer said and could not be stored.
    pub(crate) async fn letters_of_customer(&self, shop: &str, customer: &str) -> Result<Vec<Letter>, StoreError> {
        let sql = "SELECT id, reason, body, at FROM dead_letters WHERE shop = ?1 \
                   AND CASE WHEN json_valid(body) THEN json_extract(body, '$.row.customer') = ?2 END LIMIT 100";
        self.database.rows(sql, &[shop.into(), customer.into()]).await
    }
}
