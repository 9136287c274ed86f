//! Forgetting: what somebody said is deleted together with what was counted of it, and a trace is left that keeps a
//! late copy out and tells who asked.

use super::{
    Cursor, Store, StoreError,
    sql::{Arg, Statement, rows_of},
};
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

/// The newest of a customer are always the same ones for all statements of a transaction.
pub(super) const BURY_CUSTOMER: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT shop, id, ?3 FROM responses WHERE shop = ?1 AND customer = ?2 \
     ORDER BY received_at DESC, id DESC LIMIT ?4 ON CONFLICT DO NOTHING";

/// One row a request, however many transactions it takes; also if there is nothing to delete, since something may be on
/// its way.
pub(super) const NOTE_CUSTOMER: &str = "INSERT INTO erasures (shop, at, id, by, what, subject, responses) \
     SELECT ?1, ?3, ?5, ?6, 'customer', ?7, \
     min(?4, (SELECT count(*) FROM responses WHERE shop = ?1 AND customer = ?2)) WHERE true \
     ON CONFLICT (shop, at, id) DO UPDATE SET responses = responses + excluded.responses";

pub(super) const DELETE_CUSTOMER: &str = "DELETE FROM responses WHERE shop = ?1 AND id IN (SELECT id FROM responses \
     WHERE shop = ?1 AND customer = ?2 ORDER BY received_at DESC, id DESC LIMIT ?3) RETURNING id";

/// What could never be stored, and lies where the owner sees it, is somebody's words all the same.
pub(super) const BURN_CUSTOMER: &str = "DELETE FROM dead_letters WHERE shop = ?1 \
     AND CASE WHEN json_valid(body) THEN json_extract(body, '$.row.customer') = ?2 END";

/// A response that arrived before its customer was forgotten is as good as erased.
pub(super) const BURY_FORGOTTEN: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT ?1, ?2, at FROM erasures WHERE shop = ?1 AND subject = ?3 AND at >= ?4 AND what = 'customer' LIMIT 1 \
     ON CONFLICT DO NOTHING";

/// Its first revision may not have named the customer.
pub(super) const DELETE_BURIED: &str = "DELETE FROM responses WHERE shop = ?1 AND id = ?2 \
     AND EXISTS (SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2)";

const HAS_CUSTOMER: &str = "SELECT 1 FROM responses WHERE shop = ?1 AND customer = ?2 LIMIT 1";

/// Written once: of a response that has a tombstone there is nothing new to tell.
pub(super) const NOTE_RESPONSE: &str = "INSERT INTO erasures (shop, at, id, by, what, subject, responses) \
     SELECT ?1, ?3, ?4, ?5, 'response', ?6, (SELECT count(*) FROM responses WHERE shop = ?1 AND id = ?2) \
     WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE shop = ?1 AND id = ?2)";

/// Also of a response that nobody knows: it may be on its way.
pub(super) const BURY_RESPONSE: &str =
    "INSERT INTO tombstones (shop, id, erased_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

pub(super) const DELETE_RESPONSE: &str = "DELETE FROM responses WHERE shop = ?1 AND id = ?2 RETURNING id";

/// Dead letters are named by response and revision; a dot stands between.
pub(super) const BURN_RESPONSE: &str = "DELETE FROM dead_letters WHERE shop = ?1 AND id > ?2 || '.' AND id < ?2 || '/'";

/// The trigger that tells of a deletion knows no clock and takes the time of the last change. The rows that a transaction
/// has just told of are the last ones.
pub(super) const DATE_DELETIONS: &str = "UPDATE outbox SET at = ?2 \
     WHERE seq > (SELECT max(seq) FROM outbox) - ?3 AND shop = ?1 AND event = 'deleted' AND at < ?2";

#[derive(Deserialize)]
struct Row {}

/// How many rows the statement at a place of a transaction gave.
fn count(results: &[worker::D1Result], place: usize) -> Result<u32, StoreError> {
    let rows = results.get(place).map(rows_of::<Row>).transpose()?.unwrap_or_default();
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

impl Store {
    /// Forgets what a customer of a shop said.
    pub(crate) async fn erase_customer(&self, request: Erasure<'_>, customer: &str) -> Result<Erased, StoreError> {
        let subject = key::hash(customer);
        let person: [Arg<'_>; 2] = [request.shop.into(), customer.into()];
        let mut responses = 0;
        for _ in 0..CHUNKS {
            let statements = vec![
                self.database.statement(
                    BURY_CUSTOMER,
                    &[request.shop.into(), customer.into(), request.now.into(), CHUNK.into()],
                )?,
                self.database.statement(
                    NOTE_CUSTOMER,
                    &[
                        request.shop.into(),
                        customer.into(),
                        request.now.into(),
                        CHUNK.into(),
                        request.id.into(),
                        request.by.as_str().into(),
                        (&subject).into(),
                    ],
                )?,
                self.database.statement(DELETE_CUSTOMER, &[request.shop.into(), customer.into(), CHUNK.into()])?,
                self.date_deletions(request, CHUNK)?,
                self.database.statement(BURN_CUSTOMER, &person)?,
            ];
            let erased = count(&self.database.repeatable(statements).await?, 2)?;
            responses += erased;
            if erased < CHUNK {
                return Ok(Erased { responses, more: false });
            }
        }
        let more = self.database.row::<Row>(HAS_CUSTOMER, &person).await?.is_some();
        Ok(Erased { responses, more })
    }

    /// Forgets one response, also one that has not arrived yet.
    pub(crate) async fn erase_response(&self, request: Erasure<'_>, response: &str) -> Result<Erased, StoreError> {
        let subject = key::hash(response);
        let place = |more: Option<i64>| -> Vec<Arg<'_>> {
            [request.shop, response].map(Arg::from).into_iter().chain(more.map(Arg::from)).collect()
        };
        let note: Vec<Arg<'_>> = place(Some(request.now))
            .into_iter()
            .chain([request.id, request.by.as_str(), &subject].map(Arg::from))
            .collect();
        let statements = vec![
            self.database.statement(NOTE_RESPONSE, &note)?,
            self.database.statement(BURY_RESPONSE, &place(Some(request.now)))?,
            self.database.statement(DELETE_RESPONSE, &place(None))?,
            self.date_deletions(request, 1)?,
            self.database.statement(BURN_RESPONSE, &place(None))?,
        ];
        let responses = count(&self.database.repeatable(statements).await?, 2)?;
        Ok(Erased { responses, more: false })
    }

    fn date_deletions(&self, request: Erasure<'_>, last: u32) -> Result<Statement, StoreError> {
        self.database.statement(DATE_DELETIONS, &[request.shop.into(), request.now.into(), last.into()])
    }

    /// What goes before the writing of a response in the same transaction, so that what a customer said before they were
    /// forgotten does not come back, however late it arrives. Nothing for a response that names no customer. `arrived` in
    /// milliseconds since 1970.
    pub(super) fn stay_forgotten(
        &self,
        (shop, response): (&str, &str),
        customer: Option<&str>,
        arrived: i64,
    ) -> Result<Vec<Statement>, StoreError> {
        let Some(customer) = customer else { return Ok(Vec::new()) };
        let subject = key::hash(customer);
        let bury = [shop.into(), response.into(), (&subject).into(), arrived.into()];
        Ok(vec![
            self.database.statement(BURY_FORGOTTEN, &bury)?,
            self.database.statement(DELETE_BURIED, &[shop.into(), response.into()])?,
        ])
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
