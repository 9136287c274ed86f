//! Deletes expired rows: responses after their shop's retention period, operational rows after fixed periods. A run works
//! in small transactions and leaves the rest to the next run.

use super::{
    super::{Store, StoreError},
    erase::{BATCH_SIZE, date_deleted_events},
};
use crate::db::{Arg, Statement, rows_at};
use crate::key;
use crate::time::clock::{DAY_MS, day_of};
use serde::Deserialize;
use survey::settings::ShopSettings;

/// Transactions of one run that delete responses.
const MAX_BATCHES: u32 = 100;
/// Transactions of one run for each of the other tables.
const MAX_PRUNE_BATCHES: u32 = 20;
/// Rows that one of them deletes.
const PRUNE_BATCH_SIZE: u32 = 500;

/// Shops with expired responses; `?1` is the current time, `?2` the default retention in days. Reads all shops, and one
/// index entry for each. A moving shop is left to its other database.
const SELECT_SHOPS_WITH_EXPIRED: &str = "SELECT s.id AS shop, \
     ?1 - ifnull(json_extract(s.settings, '$.retention_days'), ?2) * 86400000 AS before FROM shops AS s \
     WHERE s.id > '' AND NOT EXISTS (SELECT 1 FROM moves AS m WHERE m.shop = s.id \
     AND m.state IN ('frozen', 'left', 'arriving')) AND EXISTS (SELECT 1 FROM responses AS r WHERE r.shop = s.id \
     AND r.received_at < ?1 - ifnull(json_extract(s.settings, '$.retention_days'), ?2) * 86400000) \
     ORDER BY s.id LIMIT ?3";

/// An expired response gets a tombstone, too: a page may still hold a copy and send it again.
const ADD_TOMBSTONES_OF_EXPIRED: &str = "INSERT INTO tombstones (shop, id, erased_at) SELECT shop, id, ?4 FROM responses \
     INDEXED BY responses_by_time WHERE shop = ?1 AND received_at < ?2 \
     ORDER BY received_at, id LIMIT ?3 ON CONFLICT DO NOTHING";

/// Deletes the same oldest responses.
const DELETE_EXPIRED: &str = "DELETE FROM responses WHERE shop = ?1 AND id IN (SELECT id FROM responses \
     INDEXED BY responses_by_time WHERE shop = ?1 AND received_at < ?2 \
     ORDER BY received_at, id LIMIT ?3) RETURNING id";

/// For each pruned table the statement and the retention in days. Rows before `?1` (a time or a day) have expired; `?2` is
/// the largest number of rows to delete.
const PRUNE: [(&str, i64, Unit); 10] = [
    // The last row is kept, because `seq` must never be assigned twice, and so are events that are not dispatched yet.
    (
        "DELETE FROM outbox WHERE seq < (SELECT min(seq) FROM outbox) + ?2 \
         AND seq < (SELECT max(seq) FROM outbox) AND seq <= (SELECT seq FROM dispatched WHERE id = 1) AND at < ?1 \
         RETURNING 1",
        7,
        Unit::Milliseconds,
    ),
    // The id of a message begins with its time. A message older than this waited for a database that was unavailable as
    // long.
    (
        "DELETE FROM processed_messages WHERE (message, step) IN (SELECT message, step FROM processed_messages WHERE message > '' \
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
    // Expired and revoked keys.
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
    // A token vouches for a response that waited on a device for 31 days.
    (
        "DELETE FROM views WHERE (view, shop) IN (SELECT view, shop FROM views WHERE view < ?1 ORDER BY view, shop LIMIT ?2) \
         RETURNING 1",
        33,
        Unit::Prefix,
    ),
];

/// The unit of a table's time column, counted since 1970.
#[derive(Clone, Copy)]
enum Unit {
    Milliseconds,
    Days,
    /// The first characters of an id; see [`key::timestamp_prefix`].
    Prefix,
}

/// The result of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RetentionResult {
    /// Responses deleted.
    pub(crate) responses: u32,
    /// Rows deleted from other tables.
    pub(crate) others: u32,
    /// Whether expired responses may be left for the next run.
    pub(crate) more: bool,
}

#[derive(Deserialize)]
struct Row {}

/// A shop with responses that were received before `before`, in milliseconds since 1970.
#[derive(Deserialize)]
pub(in crate::store) struct Expired {
    pub(in crate::store) shop: String,
    pub(in crate::store) before: i64,
}

/// Deletes expired responses and other rows of one database. `now` in milliseconds since 1970.
pub(crate) async fn run(store: &Store, now: i64) -> Result<RetentionResult, StoreError> {
    let mut result = RetentionResult::default();
    let mut shops = shops_with_expired(store, now, MAX_BATCHES).await?;
    let mut batches = 0;
    // One batch per shop in each round, so that a shop with very many does not delay the others.
    while !shops.is_empty() && batches < MAX_BATCHES {
        let mut left = Vec::new();
        for expired in shops {
            if batches == MAX_BATCHES {
                left.push(expired);
                continue;
            }
            batches += 1;
            let deleted = delete_batch(store, &expired, now).await?;
            result.responses += deleted;
            if deleted == BATCH_SIZE {
                left.push(expired);
            }
        }
        shops = left;
    }
    result.more = batches == MAX_BATCHES;
    result.others = prune(store, now).await?;
    Ok(result)
}

/// Deletes expired operational rows of one database, and returns how many. Runs every minute, so that a busy table stays
/// small.
pub(crate) async fn prune(store: &Store, now: i64) -> Result<u32, StoreError> {
    let mut total = 0;
    for (sql, days, unit) in PRUNE {
        let before = match unit {
            Unit::Milliseconds => Arg::from(now - days * DAY_MS),
            Unit::Days => Arg::from(day_of(now) - days),
            Unit::Prefix => Arg::from(key::timestamp_prefix(now - days * DAY_MS).as_str()),
        };
        for _ in 0..MAX_PRUNE_BATCHES {
            let deleted = store.database.rows::<Row>(sql, &[before.clone(), PRUNE_BATCH_SIZE.into()]).await?.len();
            let deleted = u32::try_from(deleted).unwrap_or(PRUNE_BATCH_SIZE);
            total += deleted;
            if deleted < PRUNE_BATCH_SIZE {
                break;
            }
        }
    }
    Ok(total)
}

async fn shops_with_expired(store: &Store, now: i64, limit: u32) -> Result<Vec<Expired>, StoreError> {
    let default_days = i64::from(ShopSettings::default().retention_days);
    store.database.rows(SELECT_SHOPS_WITH_EXPIRED, &[now.into(), default_days.into(), limit.into()]).await
}

/// Deletes one batch of a shop's expired responses, and returns how many.
pub(in crate::store) async fn delete_batch(store: &Store, expired: &Expired, now: i64) -> Result<u32, StoreError> {
    let Expired { shop, before } = expired;
    let statements = [
        Statement::new(ADD_TOMBSTONES_OF_EXPIRED, [shop.into(), (*before).into(), BATCH_SIZE.into(), now.into()]),
        Statement::new(DELETE_EXPIRED, [shop.into(), (*before).into(), BATCH_SIZE.into()]),
        date_deleted_events(shop, now, BATCH_SIZE),
    ];
    let results = store.database.idempotent(statements).await?;
    let deleted = rows_at::<Row>(&results, 1)?;
    Ok(u32::try_from(deleted.len()).unwrap_or(BATCH_SIZE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    const NOW: i64 = 2_000 * DAY_MS;

    #[test]
    fn responses_expire_after_the_retention_of_their_shop() {
        let fixture = Fixture::new();
        for (shop, settings) in [("shp_a", r#"{"retention_days":30}"#), ("shp_b", "{}")] {
            let insert = "INSERT INTO shops (id, name, language, time_zone, origins, created_at, settings, daily_answers) \
                VALUES (?1, 'S', 'en', 'UTC', '[]', 0, ?2, 9)";
            fixture.execute(insert, [shop, settings]).unwrap();
            for (id, days) in [("old", 31), ("new", 29)] {
                let insert = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, \
                     touchpoint, answers, scores, traits, day, received_at, updated_at) \
                     VALUES (?1, ?2, 'v', 1, 1, '', 0, 't', '[]', '[]', '{}', 7, ?3, ?3)";
                fixture.execute(insert, rusqlite::params![shop, id, NOW - days * DAY_MS]).unwrap();
            }
        }
        let result = ready(run(&fixture.store, NOW)).unwrap();
        assert_eq!((result.responses, result.more), (1, false));
        let left = fixture.strings("SELECT shop, id FROM responses ORDER BY shop, id", []);
        assert_eq!(left, ["shp_a new", "shp_b new", "shp_b old"]);
        assert_eq!(fixture.strings("SELECT shop, id FROM tombstones", []), ["shp_a old"]);
    }

    #[test]
    fn operational_rows_are_pruned_in_batches() {
        let fixture = Fixture::new();
        let insert = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 700) \
                      INSERT INTO dead_letters SELECT 's', 'd' || n, '', '', iif(n > 600, ?1, 0), 1 FROM n";
        fixture.execute(insert, [NOW]).unwrap();
        for days in [32, 33, 34] {
            let view = key::timestamp_prefix(NOW - days * DAY_MS) + "abcde";
            fixture.execute("INSERT INTO views VALUES (?1, 's', 1, 1)", [view]).unwrap();
        }
        assert_eq!(ready(prune(&fixture.store, NOW)).unwrap(), 601);
        assert_eq!(ready(prune(&fixture.store, NOW)).unwrap(), 0);
    }
}
