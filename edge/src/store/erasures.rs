//! Forgetting: what somebody said is deleted together with what was counted of it, and a trace is left that keeps a
//! late copy out and tells who asked.

use super::{Cursor, Store, StoreError};
use crate::db::{Arg, Statement, StatementResult, rows_at};
use crate::key;
use serde::Deserialize;

/// Responses that one transaction deletes: each of them takes itself out of its tallies.
pub(super) const CHUNK: u32 = 200;
/// Transactions of one request. Whoever said more than that is forgotten by asking again.
const CHUNKS: u32 = 5;

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The shop's owner.
    Owner,
    /// Whoever gave the answer, with its receipt.
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

/// Somebody asks a shop to forget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Erasure<'a> {
    pub(crate) shop: &'a str,
    /// The id of this erasure.
    pub(crate) id: &'a str,
    pub(crate) by: By,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Erased {
    /// Responses that are gone.
    pub(crate) responses: u32,
    /// Whether there are more, for the next request.
    pub(crate) more: bool,
}

/// The newest of a customer are always the same ones for all statements of a transaction. The index is named: D1's SQLite
/// would rather take the one by time, and read what everybody else said.
const ADD_TOMBSTONES_OF_CUSTOMER: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT shop, id, ?3 FROM responses INDEXED BY responses_by_customer \
     WHERE shop = ?1 AND customer = ?2 ORDER BY received_at DESC, id DESC LIMIT ?4 ON CONFLICT DO NOTHING";

/// One row a request, however many transactions it takes; also if there is nothing to delete, since something may be on
/// its way.
const RECORD_CUSTOMER_ERASURE: &str = "INSERT INTO erasures (shop, at, id, by, what, subject, responses) \
     SELECT ?1, ?3, ?5, ?6, 'customer', ?7, \
     min(?4, (SELECT count(*) FROM responses INDEXED BY responses_by_customer \
     WHERE shop = ?1 AND customer = ?2)) WHERE true \
     ON CONFLICT (shop, at, id) DO UPDATE SET responses = responses + excluded.responses";

const DELETE_RESPONSES_OF_CUSTOMER: &str = "DELETE FROM responses WHERE shop = ?1 AND id IN (SELECT id FROM responses \
     INDEXED BY responses_by_customer WHERE shop = ?1 AND customer = ?2 \
     ORDER BY received_at DESC, id DESC LIMIT ?3) RETURNING id";

/// What could never be stored, and lies where the owner sees it, is somebody's words all the same.
const DELETE_DEAD_LETTERS_OF_CUSTOMER: &str = "DELETE FROM dead_letters WHERE shop = ?1 \
     AND CASE WHEN json_valid(body) THEN json_extract(body, '$.row.customer') = ?2 END";

/// A response that arrived before its customer was forgotten is as good as erased.
const ADD_TOMBSTONES_OF_ERASED_CUSTOMERS: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT ?1, ?2, at FROM erasures WHERE shop = ?1 AND subject = ?3 AND at >= ?4 AND what = 'customer' LIMIT 1 \
     ON CONFLICT DO NOTHING";

/// Its first revision may not have named the customer.
const DELETE_TOMBSTONED: &str = "DELETE FROM responses WHERE shop = ?1 AND id = ?2 \
     AND EXISTS (SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2)";

const HAS_CUSTOMER: &str =
    "SELECT 1 FROM responses INDEXED BY responses_by_customer WHERE shop = ?1 AND customer = ?2 LIMIT 1";

/// Written once: of a response that has a tombstone there is nothing new to tell.
const RECORD_RESPONSE_ERASURE: &str = "INSERT INTO erasures (shop, at, id, by, what, subject, responses) \
     SELECT ?1, ?3, ?4, ?5, 'response', ?6, (SELECT count(*) FROM responses WHERE shop = ?1 AND id = ?2) \
     WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2)";

/// Also of a response that nobody knows: it may be on its way.
const ADD_TOMBSTONE: &str = "INSERT INTO tombstones (shop, id, erased_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

const DELETE_RESPONSE: &str = "DELETE FROM responses WHERE shop = ?1 AND id = ?2 RETURNING id";

/// Dead letters are named by response and revision; a dot stands between.
const DELETE_DEAD_LETTERS_OF_RESPONSE: &str =
    "DELETE FROM dead_letters WHERE shop = ?1 AND id > ?2 || '.' AND id < ?2 || '/'";

/// The trigger that tells of a deletion knows no clock and takes the time of the last change. The rows that a transaction
/// has just told of are the last ones.
pub(super) const DATE_DELETED_EVENTS: &str = "UPDATE outbox SET at = ?2 \
     WHERE seq > (SELECT max(seq) FROM outbox) - ?3 AND shop = ?1 AND event = 'deleted' AND at < ?2";

#[derive(Deserialize)]
struct Row {}

/// How many rows the statement at a place of a transaction gave.
fn count(results: &[StatementResult], place: usize) -> Result<u32, StoreError> {
    let rows = rows_at::<Row>(&results, place)?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// One transaction of forgetting a customer; its third statement returns what was deleted.
pub(super) fn customer_steps<'a>(erasure: Erasure<'a>, customer: &'a str, subject: &'a str) -> Vec<Statement> {
    let Erasure { shop, id, by, now } = erasure;
    let person = || -> Vec<Arg> { vec![shop.into(), customer.into()] };
    let with = |more: Vec<Arg>| person().into_iter().chain(more).collect::<Vec<_>>();
    vec![
        Statement::new(ADD_TOMBSTONES_OF_CUSTOMER, with(vec![now.into(), CHUNK.into()])),
        Statement::new(
            RECORD_CUSTOMER_ERASURE,
            with(vec![now.into(), CHUNK.into(), id.into(), by.as_str().into(), subject.into()]),
        ),
        Statement::new(DELETE_RESPONSES_OF_CUSTOMER, with(vec![CHUNK.into()])),
        Statement::new(DATE_DELETED_EVENTS, vec![shop.into(), now.into(), CHUNK.into()]),
        Statement::new(DELETE_DEAD_LETTERS_OF_CUSTOMER, person()),
    ]
}

/// The transaction of forgetting a response; its third statement returns what was deleted.
pub(super) fn response_steps<'a>(erasure: Erasure<'a>, response: &'a str, subject: &'a str) -> Vec<Statement> {
    let Erasure { shop, id, by, now } = erasure;
    let place = || -> Vec<Arg> { vec![shop.into(), response.into()] };
    let with = |more: Vec<Arg>| place().into_iter().chain(more).collect::<Vec<_>>();
    vec![
        Statement::new(RECORD_RESPONSE_ERASURE, with(vec![now.into(), id.into(), by.as_str().into(), subject.into()])),
        Statement::new(ADD_TOMBSTONE, with(vec![now.into()])),
        Statement::new(DELETE_RESPONSE, place()),
        Statement::new(DATE_DELETED_EVENTS, vec![shop.into(), now.into(), 1_u32.into()]),
        Statement::new(DELETE_DEAD_LETTERS_OF_RESPONSE, place()),
    ]
}

/// What goes before the writing of a response that names a customer, in the same transaction: what they said before they
/// were forgotten does not come back, however late it arrives. `arrived` in milliseconds since 1970.
pub(super) fn keep_erased<'a>(shop: &'a str, response: &'a str, subject: &'a str, arrived: i64) -> [Statement; 2] {
    [
        Statement::new(
            ADD_TOMBSTONES_OF_ERASED_CUSTOMERS,
            vec![shop.into(), response.into(), subject.into(), arrived.into()],
        ),
        Statement::new(DELETE_TOMBSTONED, vec![shop.into(), response.into()]),
    ]
}

impl Store {
    /// Forgets what a customer of a shop said.
    pub(crate) async fn erase_customer(&self, erasure: Erasure<'_>, customer: &str) -> Result<Erased, StoreError> {
        let subject = key::hash(customer);
        let mut responses = 0;
        for _ in 0..CHUNKS {
            let statements = customer_steps(erasure, customer, &subject);
            let erased = count(&self.database.idempotent(statements).await?, 2)?;
            responses += erased;
            if erased < CHUNK {
                return Ok(Erased { responses, more: false });
            }
        }
        let person = [erasure.shop.into(), customer.into()];
        let more = self.database.row::<Row>(HAS_CUSTOMER, &person).await?.is_some();
        Ok(Erased { responses, more })
    }

    /// Forgets one response, also one that has not arrived yet.
    pub(crate) async fn erase_response(&self, erasure: Erasure<'_>, response: &str) -> Result<Erased, StoreError> {
        let subject = key::hash(response);
        let statements = response_steps(erasure, response, &subject);
        let responses = count(&self.database.idempotent(statements).await?, 2)?;
        Ok(Erased { responses, more: false })
    }

    /// Whether a response was erased.
    pub(crate) async fn is_erased(&self, shop: &str, response: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2";
        Ok(self.database.row::<Row>(sql, &[shop.into(), response.into()]).await?.is_some())
    }

    /// The erasures of a shop, newest first, at most `limit`, after a cursor.
    pub(crate) async fn erasures(
        &self,
        shop: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Vec<ErasureRow>, StoreError> {
        // After every moment that a clock shows.
        let (at, id) = after.map_or(((1 << 53) - 1, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let sql = "SELECT at, id, by, what, subject, responses FROM erasures \
                   WHERE shop = ?1 AND (at, id) < (?2, ?3) ORDER BY at DESC, id DESC LIMIT ?4";
        self.database.rows(sql, &[shop.into(), at.into(), id.into(), limit.into()]).await
    }
}

/// An erasure as its owner may read it.
#[derive(Debug, Deserialize)]
pub(crate) struct ErasureRow {
    pub(crate) at: i64,
    pub(crate) id: String,
    pub(crate) by: String,
    pub(crate) what: String,
    /// SHA-256 in hex.
    pub(crate) subject: String,
    pub(crate) responses: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::sqlite::schema;

    #[test]
    fn what_could_not_be_stored_is_forgotten_too() {
        let letters = || -> rusqlite::Connection {
            let database = schema();
            for (shop, id, body) in [
                ("a", "r1.1", r#"{"kind":"answer","row":{"customer":"c"}}"#),
                ("a", "r1.2", r#"{"kind":"answer","row":{"customer":"d"}}"#),
                ("a", "r10.1", r#"{"kind":"answer","row":{"customer":null}}"#),
                ("a", "r2.1", "c, not understood"),
                ("b", "r1.1", r#"{"kind":"answer","row":{"customer":"c"}}"#),
            ] {
                let insert = "INSERT INTO dead_letters VALUES (?1, ?2, '', ?3, 0)";
                database.execute(insert, [shop, id, body]).unwrap();
            }
            database
        };
        let left = |database: &rusqlite::Connection| -> String {
            let sql =
                "SELECT group_concat(shop || ' ' || id, ', ') FROM (SELECT * FROM dead_letters ORDER BY shop, id)";
            database.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        for (sql, subject, expected) in [
            (DELETE_DEAD_LETTERS_OF_CUSTOMER, "c", "a r1.2, a r10.1, a r2.1, b r1.1"),
            (DELETE_DEAD_LETTERS_OF_CUSTOMER, "x", "a r1.1, a r1.2, a r10.1, a r2.1, b r1.1"),
            (DELETE_DEAD_LETTERS_OF_RESPONSE, "r1", "a r10.1, a r2.1, b r1.1"),
        ] {
            let database = letters();
            database.execute(sql, ["a", subject]).unwrap();
            assert_eq!(left(&database), expected, "{sql}");
        }
    }
}
