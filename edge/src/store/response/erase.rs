//! Erasure of responses on request. Deleting a response also reverts its counts. A tombstone keeps a late copy out, and a
//! record shows who asked.

use super::{
    super::{Cursor, Erasures, Store, StoreError},
    record::ResponseRecord,
    subject::Naming,
};
use crate::db::{Arg, Statement, StatementResult, rows_at};
use crate::key;
use serde::Deserialize;

/// Responses that one transaction deletes; triggers revert the counts of each.
pub(in crate::store) const BATCH_SIZE: u32 = 200;
/// Transactions of one request. If more responses are left, the caller repeats the request.
const MAX_BATCHES: u32 = 5;

/// Who asked for an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The shop's owner.
    Owner,
    /// The shopper who gave the response and holds its receipt.
    Shopper,
}

impl By {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Shopper => "shopper",
        }
    }
}

/// A request to erase.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Erasure<'a> {
    pub(crate) shop: &'a str,
    /// The id of this erasure.
    pub(crate) id: &'a str,
    pub(crate) by: By,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// The result of a request to erase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Erased {
    /// Responses deleted.
    pub(crate) responses: u32,
    /// Of these, responses that named the customer without a signature of the shop. Zero unless a customer was erased.
    pub(crate) unverified: u32,
    /// Whether responses are left for the next request.
    pub(crate) more: bool,
}

/// An erasure as the shop's owner may read it.
#[derive(Debug, Deserialize)]
pub(crate) struct ErasureRow {
    pub(crate) at: i64,
    pub(crate) id: String,
    pub(crate) by: String,
    pub(crate) what: String,
    /// In hex: SHA-256 of a customer's or response's id, HMAC-SHA256 of a contact.
    pub(crate) subject: String,
    pub(crate) responses: u32,
}

/// Adds a tombstone for a response that arrived before the person was erased.
const ADD_TOMBSTONE_OF_ERASED_PERSON: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT ?1, ?2, at FROM erasures WHERE shop = ?1 AND subject = ?3 AND at >= ?4 AND what = ?5 LIMIT 1 \
     ON CONFLICT DO NOTHING";

/// Deletes an earlier revision that did not name the person.
const DELETE_TOMBSTONED: &str = "DELETE FROM responses WHERE shop = ?1 AND id = ?2 \
     AND EXISTS (SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2)";

/// Recorded once: if the response has a tombstone, it was erased before.
const RECORD_RESPONSE_ERASURE: &str = "INSERT INTO erasures (shop, at, id, by, what, subject, responses) \
     SELECT ?1, ?3, ?4, ?5, 'response', ?6, (SELECT count(*) FROM responses WHERE shop = ?1 AND id = ?2) \
     WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2)";

/// Also for an unknown response, which may still be in the queue.
const ADD_TOMBSTONE: &str = "INSERT INTO tombstones (shop, id, erased_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

const DELETE_RESPONSE: &str = "DELETE FROM responses WHERE shop = ?1 AND id = ?2 RETURNING id";

/// The id of a dead letter is the response's id and its revision, separated by a dot.
const DELETE_DEAD_LETTERS_OF_RESPONSE: &str =
    "DELETE FROM dead_letters WHERE shop = ?1 AND id > ?2 || '.' AND id < ?2 || '/'";

/// Sets the time of the `?3` newest outbox events if they are deletions: the trigger that writes them has no clock and uses
/// the time of the last change.
const DATE_DELETED_EVENTS: &str = "UPDATE outbox SET at = ?2 \
     WHERE seq > (SELECT max(seq) FROM outbox) - ?3 AND shop = ?1 AND event = 'deleted' AND at < ?2";

#[derive(Deserialize)]
struct Row {}

/// How many rows a statement of a transaction returned.
fn count(results: &[StatementResult], index: usize) -> Result<u32, StoreError> {
    let rows = rows_at::<Row>(results, index)?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// Sets the time of the deletion events that the preceding statements of the transaction wrote, at most `limit`.
pub(super) fn date_deleted_events(shop: &str, now: i64, limit: u32) -> Statement {
    Statement::new(DATE_DELETED_EVENTS, [shop.into(), now.into(), limit.into()])
}

/// Erases a batch of a person's responses; the third statement returns the deleted ones. All statements select the same
/// newest responses.
fn erase_person(erasure: Erasure<'_>, naming: Naming, name: &str, subject: &str) -> Vec<Statement> {
    let Erasure { shop, id, by, now } = erasure;
    let key = || -> Vec<Arg> { vec![shop.into(), name.into()] };
    let with = |more: Vec<Arg>| key().into_iter().chain(more).collect::<Vec<_>>();
    let (ids, order) = (naming.select_ids(), naming.order());
    // One row per request, however many transactions it takes. Written even if there is nothing to delete, because a
    // response may still be in the queue.
    let record = format!(
        "INSERT INTO erasures (shop, at, id, by, what, subject, responses) SELECT ?1, ?3, ?5, ?6, ?8, ?7, \
         min(?4, (SELECT count(*) FROM ({ids}))) WHERE true \
         ON CONFLICT (shop, at, id) DO UPDATE SET responses = responses + excluded.responses"
    );
    let recorded =
        vec![now.into(), BATCH_SIZE.into(), id.into(), by.as_str().into(), subject.into(), naming.as_str().into()];
    vec![
        Statement::new(
            format!(
                "INSERT INTO tombstones (shop, id, erased_at) SELECT ?1, id, ?3 FROM ({ids} {order} LIMIT ?4) WHERE true \
                 ON CONFLICT DO NOTHING"
            ),
            with(vec![now.into(), BATCH_SIZE.into()]),
        ),
        Statement::new(record, with(recorded)),
        Statement::new(
            format!(
                "DELETE FROM responses WHERE shop = ?1 AND id IN ({ids} {order} LIMIT ?3) \
                 RETURNING customer = ?2 AND verified & 1 = 0 AND import IS NULL AS unverified"
            ),
            with(vec![BATCH_SIZE.into()]),
        ),
        date_deleted_events(shop, now, BATCH_SIZE),
        // A dead letter contains the person's response, too.
        Statement::new(format!("DELETE FROM dead_letters WHERE shop = ?1 AND {}", naming.in_letter()), key()),
    ]
}

/// Erases a response; the third statement returns it.
fn erase_response(erasure: Erasure<'_>, response: &str, subject: &str) -> Vec<Statement> {
    let Erasure { shop, id, by, now } = erasure;
    let key = || -> Vec<Arg> { vec![shop.into(), response.into()] };
    let with = |more: Vec<Arg>| key().into_iter().chain(more).collect::<Vec<_>>();
    vec![
        Statement::new(RECORD_RESPONSE_ERASURE, with(vec![now.into(), id.into(), by.as_str().into(), subject.into()])),
        Statement::new(ADD_TOMBSTONE, with(vec![now.into()])),
        Statement::new(DELETE_RESPONSE, key()),
        date_deleted_events(shop, now, 1),
        Statement::new(DELETE_DEAD_LETTERS_OF_RESPONSE, key()),
    ]
}

/// Precedes the write of a response that names persons, in the same transaction: a response that arrived before one of them
/// was erased stays erased, however late it is written.
///
/// # Errors
/// If the deployment has no key to hash a contact with.
pub(super) fn apply_earlier_erasures(store: &Store, row: &ResponseRecord) -> Result<Vec<Statement>, StoreError> {
    let contacts = row.contacts();
    let customer = row.customer.iter().map(|customer| (Naming::Customer, customer));
    let mut statements = Vec::new();
    for (naming, name) in customer.chain(contacts.iter().map(|contact| (Naming::Contact, contact))) {
        let subject = naming.subject(store, &row.shop, name)?;
        let arguments: [Arg; 5] =
            [(&row.shop).into(), (&row.id).into(), subject.into(), row.received_at.into(), naming.as_str().into()];
        statements.push(Statement::new(ADD_TOMBSTONE_OF_ERASED_PERSON, arguments));
    }
    if !statements.is_empty() {
        statements.push(Statement::new(DELETE_TOMBSTONED, [(&row.shop).into(), (&row.id).into()]));
    }
    Ok(statements)
}

impl Erasures<'_> {
    /// Erases a customer's responses, also those that named the customer without a signature. `customer` in its canonical
    /// spelling.
    pub(crate) async fn erase_customer(&self, erasure: Erasure<'_>, customer: &str) -> Result<Erased, StoreError> {
        self.erase_person(erasure, Naming::Customer, customer).await
    }

    /// Erases the responses in which a contact was left. `contact` in its canonical form.
    pub(crate) async fn erase_contact(&self, erasure: Erasure<'_>, contact: &str) -> Result<Erased, StoreError> {
        self.erase_person(erasure, Naming::Contact, contact).await
    }

    async fn erase_person(&self, erasure: Erasure<'_>, naming: Naming, name: &str) -> Result<Erased, StoreError> {
        #[derive(Deserialize)]
        struct Deleted {
            /// 0 or 1.
            unverified: Option<u32>,
        }
        let subject = naming.subject(self.0, erasure.shop, name)?;
        let mut erased = Erased { responses: 0, unverified: 0, more: false };
        for _ in 0..MAX_BATCHES {
            let statements = erase_person(erasure, naming, name, &subject);
            let deleted = rows_at::<Deleted>(&self.0.database.idempotent(statements).await?, 2)?;
            let count = u32::try_from(deleted.len()).unwrap_or(u32::MAX);
            erased.responses += count;
            erased.unverified += deleted.iter().filter_map(|row| row.unverified).sum::<u32>();
            if count < BATCH_SIZE {
                return Ok(erased);
            }
        }
        let left = format!("{} LIMIT 1", naming.select_ids());
        erased.more = self.0.database.row::<Row>(&left, &[erasure.shop.into(), name.into()]).await?.is_some();
        Ok(erased)
    }

    /// Erases one response, even if it has not arrived yet.
    pub(crate) async fn erase_response(&self, erasure: Erasure<'_>, response: &str) -> Result<Erased, StoreError> {
        let subject = key::hash(response);
        let statements = erase_response(erasure, response, &subject);
        let responses = count(&self.0.database.idempotent(statements).await?, 2)?;
        Ok(Erased { responses, unverified: 0, more: false })
    }

    /// Whether a response was erased.
    pub(crate) async fn is_erased(&self, shop: &str, response: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2";
        Ok(self.0.database.row::<Row>(sql, &[shop.into(), response.into()]).await?.is_some())
    }

    /// The erasures of a shop, newest first, at most `limit`, after a cursor.
    pub(crate) async fn list(
        &self,
        shop: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Vec<ErasureRow>, StoreError> {
        let (at, id) = Cursor::or_newest(after);
        let sql = "SELECT at, id, by, what, subject, responses FROM erasures \
                   WHERE shop = ?1 AND (at, id) < (?2, ?3) ORDER BY at DESC, id DESC LIMIT ?4";
        self.0.database.rows(sql, &[shop.into(), at.into(), id.into(), limit.into()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn erasing_deletes_matching_dead_letters() {
        let erasure = Erasure { shop: "a", id: "e", by: By::Owner, now: 9 };
        for (customer, response, expected) in [
            (Some("c"), None, ["a r1.2", "a r10.1", "a r2.1", "b r1.1"].as_slice()),
            (Some("x"), None, &["a r1.1", "a r1.2", "a r10.1", "a r2.1", "b r1.1"]),
            (None, Some("r1"), &["a r10.1", "a r2.1", "b r1.1"]),
        ] {
            let fixture = Fixture::new();
            let store = &fixture.store;
            for (shop, id, body) in [
                ("a", "r1.1", r#"{"kind":"answer","row":{"customer":"c"}}"#),
                ("a", "r1.2", r#"{"kind":"answer","row":{"customer":"d"}}"#),
                ("a", "r10.1", r#"{"kind":"answer","row":{"customer":null}}"#),
                ("a", "r2.1", "c, but not JSON"),
                ("b", "r1.1", r#"{"kind":"answer","row":{"customer":"c"}}"#),
            ] {
                ready(store.dead_letters().insert(shop, id, "", body, 0)).unwrap();
            }
            if let Some(customer) = customer {
                ready(store.erasures().erase_customer(erasure, customer)).unwrap();
            }
            if let Some(response) = response {
                ready(store.erasures().erase_response(erasure, response)).unwrap();
                assert!(ready(store.erasures().is_erased("a", response)).unwrap());
            }
            let left = fixture.strings("SELECT shop, id FROM dead_letters ORDER BY shop, id", []);
            assert_eq!(left, expected, "{customer:?} {response:?}");
        }
    }

    #[test]
    fn an_erasure_is_recorded_without_the_name_of_its_subject() {
        let store = Fixture::new().store;
        for (id, now) in [("e1", 1), ("e2", 2)] {
            ready(store.erasures().erase_customer(Erasure { shop: "a", id, by: By::Owner, now }, "c")).unwrap();
        }
        // Recorded only once, because the second request finds a tombstone.
        for (id, now) in [("e3", 3), ("e4", 4)] {
            ready(store.erasures().erase_response(Erasure { shop: "a", id, by: By::Shopper, now }, "r1")).unwrap();
        }
        let list = |after: Option<&Cursor>| -> Vec<(String, String, String, String)> {
            let rows = ready(store.erasures().list("a", after, 9)).unwrap();
            rows.into_iter().map(|row| (row.id, row.by, row.what, row.subject)).collect()
        };
        let owned = |row: [&str; 3], subject: &str| {
            let [id, by, what] = row.map(str::to_owned);
            (id, by, what, key::hash(subject))
        };
        let expected = [
            owned(["e3", "shopper", "response"], "r1"),
            owned(["e2", "owner", "customer"], "c"),
            owned(["e1", "owner", "customer"], "c"),
        ];
        assert_eq!(list(None), expected);
        assert_eq!(list(Some(&Cursor { received_at: 2, id: "e2".to_owned() })), expected[2..]);
    }
}
