//! Dead letters: messages that can never be stored as they are. They stay until somebody looks at them.

use super::{Store, StoreError};
use crate::db::Statement;
use serde::Deserialize;

/// Longest text kept of a message, in bytes: the queue takes 128,000.
const MAX_BODY: usize = 128_000;

/// A message that nothing could be done with.
#[derive(Debug, Deserialize)]
pub(crate) struct DeadLetter {
    pub(crate) id: String,
    /// Why, in English.
    pub(crate) reason: String,
    /// The message itself.
    pub(crate) body: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

impl Store {
    /// Keeps a message that nothing can be done with. Keeping it twice is the same as once.
    pub(crate) async fn insert_dead_letter(
        &self,
        shop: &str,
        id: &str,
        reason: &str,
        body: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut end = body.len().min(MAX_BODY);
        while !body.is_char_boundary(end) {
            end -= 1;
        }
        let body = body.get(..end).unwrap_or_default();
        let sql = "INSERT INTO dead_letters (shop, id, reason, body, at) VALUES (?1, ?2, ?3, ?4, ?5) \
                   ON CONFLICT (shop, id) DO NOTHING";
        let arguments = [shop.into(), id.into(), reason.into(), body.into(), now.into()];
        let write = Statement::new(sql, arguments);
        self.database.idempotent(vec![write]).await.map(|_| ())
    }

    /// A shop's dead letters by id after `after`, at most `limit`.
    pub(crate) async fn dead_letters(
        &self,
        shop: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let sql = "SELECT id, reason, body, at FROM dead_letters WHERE shop = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        self.database.rows(sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// One of a shop's dead letters.
    pub(crate) async fn dead_letter(&self, shop: &str, id: &str) -> Result<Option<DeadLetter>, StoreError> {
        let sql = "SELECT id, reason, body, at FROM dead_letters WHERE shop = ?1 AND id = ?2";
        self.database.row(sql, &[shop.into(), id.into()]).await
    }

    /// Forgets a dead letter. Whether there was one.
    pub(crate) async fn delete_dead_letter(&self, shop: &str, id: &str) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Deleted {}
        let sql = "DELETE FROM dead_letters WHERE shop = ?1 AND id = ?2 RETURNING id";
        Ok(self.database.row::<Deleted>(sql, &[shop.into(), id.into()]).await?.is_some())
    }
}
