//! Keeping no longer than promised: answers for as long as their shop says, and what helps to run the service for as long
//! as it helps. In small steps, so that nobody waits for it; what a run does not manage is there for the next.

use super::{
    Store, StoreError,
    erasures::{CHUNK, DATE_DELETED_EVENTS},
};
use crate::db::{Statement, rows_at};
use crate::time::clock::{DAY_MS, day_of};
use serde::Deserialize;
use survey::settings::ShopSettings;

/// Transactions of one run that delete responses.
const CHUNKS: u32 = 100;
/// Transactions of one run for each of the other tables.
const PRUNINGS: u32 = 20;
/// Rows that one of them deletes.
const PRUNED: u32 = 500;

/// Shops that have answers older than they want to keep them; `?1` is now, `?2` the usual days.
/// Every shop is looked at, with one step into an index for each. One that is moving is left to the other database.
pub(super) const LATE: &str = "SELECT s.id AS shop, \
     ?1 - ifnull(json_extract(s.settings, '$.retention_days'), ?2) * 86400000 AS before FROM shops AS s \
     WHERE s.id > '' AND NOT EXISTS (SELECT 1 FROM moves AS m WHERE m.shop = s.id \
     AND m.state IN ('frozen', 'left', 'arriving')) AND EXISTS (SELECT 1 FROM responses AS r WHERE r.shop = s.id \
     AND r.received_at < ?1 - ifnull(json_extract(s.settings, '$.retention_days'), ?2) * 86400000) \
     ORDER BY s.id LIMIT ?3";

/// What went because of its age does not come back either: a page may have kept a copy of it for as long.
const ADD_TOMBSTONES_OF_EXPIRED: &str = "INSERT INTO tombstones (shop, id, erased_at) SELECT shop, id, ?4 FROM responses \
     INDEXED BY responses_by_time WHERE shop = ?1 AND received_at < ?2 \
     ORDER BY received_at, id LIMIT ?3 ON CONFLICT DO NOTHING";

/// The oldest of a shop: the same as those above.
const RETAIN: &str = "DELETE FROM responses WHERE shop = ?1 AND id IN (SELECT id FROM responses \
     INDEXED BY responses_by_time WHERE shop = ?1 AND received_at < ?2 \
     ORDER BY received_at, id LIMIT ?3) RETURNING id";

/// What is pruned: the statement, and for how many days its rows are kept. `?1` is the moment (or the day) before which
/// a row is old, `?2` how many rows to look at.
const PRUNE: [(&str, i64, Unit); 9] = [
    // The last row stays: the next one's number has to be higher than any that somebody has seen. So does what endpoints
    // have not been told of.
    (
        "DELETE FROM outbox WHERE seq < (SELECT min(seq) FROM outbox) + ?2 \
         AND seq < (SELECT max(seq) FROM outbox) AND seq <= (SELECT seq FROM dispatched WHERE id = 1) AND at < ?1 \
         RETURNING 1",
        7,
        Unit::Milliseconds,
    ),
    // Names of messages begin with their time. One that comes later than that waited for a database that was away as long.
    (
        "DELETE FROM effects WHERE (message, step) IN (SELECT message, step FROM effects WHERE message > '' \
         ORDER BY message, step LIMIT ?2) AND at < ?1 RETURNING 1",
        5,
        Unit::Milliseconds,
    ),
    (
        "DELETE FROM tombstones WHERE (shop, id) IN (SELECT shop, id FROM tombstones WHERE erased_at < ?1 LIMIT ?2) \
         RETURNING 1",
        400,
        Unit::Milliseconds,
    ),
    (
        "DELETE FROM usage WHERE (shop, day) IN (SELECT shop, day FROM usage WHERE day < ?1 LIMIT ?2) RETURNING 1",
        400,
        Unit::Days,
    ),
    (
        "DELETE FROM counters WHERE (day, name) IN (SELECT day, name FROM counters WHERE day < ?1 LIMIT ?2) \
         RETURNING 1",
        400,
        Unit::Days,
    ),
    (
        "DELETE FROM dead_letters WHERE (shop, id) IN (SELECT shop, id FROM dead_letters WHERE at < ?1 LIMIT ?2) \
         RETURNING 1",
        90,
        Unit::Milliseconds,
    ),
    (
        "DELETE FROM audit WHERE (shop, at, id) IN (SELECT shop, at, id FROM audit WHERE at < ?1 LIMIT ?2) RETURNING 1",
        400,
        Unit::Milliseconds,
    ),
    // Keys that ended.
    (
        "DELETE FROM keys WHERE (shop, kind, key) IN (SELECT shop, kind, key FROM keys \
         WHERE ifnull(revoked_at, expires_at) < ?1 LIMIT ?2) RETURNING 1",
        90,
        Unit::Milliseconds,
    ),
    (
        "DELETE FROM deliveries WHERE (shop, webhook, event) IN (SELECT shop, webhook, event FROM deliveries \
         INDEXED BY deliveries_done WHERE state <> 'pending' AND at < ?1 LIMIT ?2) RETURNING 1",
        30,
        Unit::Milliseconds,
    ),
];

/// In what a table counts its time, since 1970.
#[derive(Clone, Copy)]
enum Unit {
    Milliseconds,
    Days,
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Swept {
    /// Responses deleted.
    pub(crate) responses: u32,
    /// Rows deleted elsewhere.
    pub(crate) others: u32,
    /// Whether responses are left for the next run.
    pub(crate) more: bool,
}

#[derive(Deserialize)]
struct Row {}

#[derive(Deserialize)]
pub(super) struct Late {
    pub(super) shop: String,
    pub(super) before: i64,
}

/// One run over one database. `now` in milliseconds since 1970.
pub(crate) async fn sweep(store: &Store, now: i64) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    let mut late = late(store, now, CHUNKS).await?;
    let mut chunks = 0;
    // In turns, so that a shop with very many does not keep the others waiting.
    while !late.is_empty() && chunks < CHUNKS {
        let mut left = Vec::new();
        for shop in late {
            if chunks == CHUNKS {
                left.push(shop);
                continue;
            }
            chunks += 1;
            let deleted = retain(store, &shop, now).await?;
            swept.responses += deleted;
            if deleted == CHUNK {
                left.push(shop);
            }
        }
        late = left;
    }
    swept.more = chunks == CHUNKS;
    swept.others = prune(store, now).await?;
    Ok(swept)
}

/// Deletes what helps nobody any more, of one database; how many rows. Every minute: where much arrives, much goes.
pub(crate) async fn prune(store: &Store, now: i64) -> Result<u32, StoreError> {
    let mut gone = 0;
    for (sql, days, unit) in PRUNE {
        let before = match unit {
            Unit::Milliseconds => now - days * DAY_MS,
            Unit::Days => day_of(now) - days,
        };
        for _ in 0..PRUNINGS {
            let deleted = store.database.rows::<Row>(sql, &[before.into(), PRUNED.into()]).await?.len();
            let deleted = u32::try_from(deleted).unwrap_or(PRUNED);
            gone += deleted;
            if deleted < PRUNED {
                break;
            }
        }
    }
    Ok(gone)
}

async fn late(store: &Store, now: i64, limit: u32) -> Result<Vec<Late>, StoreError> {
    let usual = i64::from(ShopSettings::default().retention_days);
    store.database.rows(LATE, &[now.into(), usual.into(), limit.into()]).await
}

/// One transaction over a shop; its second statement returns what was deleted.
fn retain_steps(shop: &str, before: i64, now: i64) -> [Statement; 3] {
    [
        Statement::new(ADD_TOMBSTONES_OF_EXPIRED, vec![shop.into(), before.into(), CHUNK.into(), now.into()]),
        Statement::new(RETAIN, vec![shop.into(), before.into(), CHUNK.into()]),
        Statement::new(DATE_DELETED_EVENTS, vec![shop.into(), now.into(), CHUNK.into()]),
    ]
}

pub(super) async fn retain(store: &Store, late: &Late, now: i64) -> Result<u32, StoreError> {
    let statements = retain_steps(&late.shop, late.before, now);
    let results = store.database.idempotent(statements).await?;
    let deleted = rows_at::<Row>(&results, 1)?;
    Ok(u32::try_from(deleted.len()).unwrap_or(CHUNK))
}
