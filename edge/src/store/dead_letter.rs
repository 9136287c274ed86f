//! Dead letters: queue messages that can never be stored. They are kept until the shop owner or the operator retries or
//! deletes them, or they expire.

use super::{DeadLetters, StoreError, response::subject::Naming};
use crate::db::Statement;
use serde::Deserialize;

/// Longest stored body, in bytes: the queue accepts 128,000.
const MAX_BODY: usize = 128_000;

/// The columns of [`DeadLetter`].
const COLUMNS: &str = "id, reason, body, at";

/// A message that could not be stored.
#[derive(Debug, Deserialize)]
pub(crate) struct DeadLetter {
    pub(crate) id: String,
    /// Why it could not be stored, in English.
    pub(crate) reason: String,
    /// The message itself.
    pub(crate) body: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

impl DeadLetters<'_> {
    /// Stores a dead letter. Idempotent.
    pub(crate) async fn insert(
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
        self.0.database.idempotent(vec![write]).await.map(|_| ())
    }

    /// A shop's dead letters ordered by id, after `after`, at most `limit`.
    pub(crate) async fn list(&self, shop: &str, after: &str, limit: u32) -> Result<Vec<DeadLetter>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM dead_letters WHERE shop = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
        self.0.database.rows(&sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// Dead letters that name a customer, at most 100.
    pub(crate) async fn of_customer(&self, shop: &str, customer: &str) -> Result<Vec<DeadLetter>, StoreError> {
        self.of_person(shop, Naming::Customer, customer).await
    }

    /// Dead letters in which a contact was left, at most 100. `contact` in its canonical form.
    pub(crate) async fn of_contact(&self, shop: &str, contact: &str) -> Result<Vec<DeadLetter>, StoreError> {
        self.of_person(shop, Naming::Contact, contact).await
    }

    async fn of_person(&self, shop: &str, naming: Naming, name: &str) -> Result<Vec<DeadLetter>, StoreError> {
        let condition = naming.in_letter();
        let sql = format!("SELECT {COLUMNS} FROM dead_letters WHERE shop = ?1 AND {condition} LIMIT 100");
        self.0.database.rows(&sql, &[shop.into(), name.into()]).await
    }

    /// One of a shop's dead letters.
    pub(crate) async fn get(&self, shop: &str, id: &str) -> Result<Option<DeadLetter>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM dead_letters WHERE shop = ?1 AND id = ?2");
        self.0.database.row(&sql, &[shop.into(), id.into()]).await
    }

    /// Deletes a dead letter. `false` if there was none.
    pub(crate) async fn delete(&self, shop: &str, id: &str) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Deleted {}
        let sql = "DELETE FROM dead_letters WHERE shop = ?1 AND id = ?2 RETURNING id";
        Ok(self.0.database.row::<Deleted>(sql, &[shop.into(), id.into()]).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn a_dead_letter_is_stored_once_until_it_is_deleted() {
        let store = Fixture::new().store;
        let letters = store.dead_letters();
        for (id, reason, body) in
            [("a.1", "first", r#"{"row":{"customer":"c"}}"#), ("a.1", "second", "{}"), ("b.1", "not JSON", "c")]
        {
            ready(letters.insert("s", id, reason, body, 7)).unwrap();
        }
        let ids = |letters: Vec<DeadLetter>| -> Vec<String> { letters.into_iter().map(|letter| letter.id).collect() };
        assert_eq!(ids(ready(letters.list("s", "", 9)).unwrap()), ["a.1", "b.1"]);
        assert_eq!(ids(ready(letters.list("s", "a.1", 9)).unwrap()), ["b.1"]);
        assert_eq!(ids(ready(letters.of_customer("s", "c")).unwrap()), ["a.1"]);
        assert_eq!(ready(letters.get("s", "a.1")).unwrap().unwrap().reason, "first");
        assert!(ready(letters.delete("s", "a.1")).unwrap());
        assert!(!ready(letters.delete("s", "a.1")).unwrap());
    }

    #[test]
    fn a_long_body_is_cut_at_a_character() {
        let store = Fixture::new().store;
        let body = format!("x{}", "ż".repeat(MAX_BODY / 2));
        ready(store.dead_letters().insert("s", "a", "", &body, 0)).unwrap();
        assert_eq!(ready(store.dead_letters().get("s", "a")).unwrap().unwrap().body.len(), MAX_BODY - 1);
    }
}
