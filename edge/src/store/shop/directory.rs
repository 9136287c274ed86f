//! Finds the database that holds a shop. The databases themselves are authoritative: one has the shop's row, and a database
//! that the shop has left has a mark with its new location.
//!
//! With one database no lookup is needed. With several, an isolate looks each shop up once a minute, first in the database
//! in which a new shop with that id would be created. A stale cache entry does no harm: a database that the shop has left
//! rejects every write, which invalidates the cache.

use super::super::StoreError;
use crate::platform::Platform;
use crate::{
    cache::{IsolateCache, Timed},
    db::shards::Shards,
    time::clock,
};
use serde::Deserialize;

/// How long a cached location is used without a lookup.
const FRESH_MS: i64 = 60_000;
/// How long a cached location is used while lookups fail.
const STALE_MS: i64 = 86_400_000;
/// Locations that one isolate caches.
const CACHE_CAPACITY: usize = 10_000;

/// Whether a database has the shop's row, and the state of the shop's move.
const LOOKUP: &str = "SELECT EXISTS (SELECT 1 FROM shops WHERE id = ?1) AS here, m.state, m.other \
     FROM (SELECT 1) LEFT JOIN moves AS m ON m.shop = ?1";

/// The database that holds a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Location {
    /// The database with the shop's row.
    In(String),
    /// There is no such shop; the database in which it would be created.
    New(String),
    /// The lookup failed; the cause.
    Unknown(String),
}

#[derive(Debug, Deserialize)]
struct ShardReply {
    /// 0 or 1.
    here: u8,
    state: Option<String>,
    other: Option<String>,
}

/// The conclusion from a reply.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    Here,
    MovedTo(String),
    Absent,
}

impl ShardReply {
    /// `redirected`: whether another database has the mark that the shop moved to this one.
    fn finding(self, redirected: bool) -> Finding {
        match (self.state.as_deref(), self.other) {
            (Some("left"), Some(other)) => Finding::MovedTo(other),
            // Between the last two transactions of a move the shop has left the source and is not yet marked as present at
            // the target, where all of its rows are by then.
            (Some("arriving"), _) if redirected => Finding::Here,
            (Some("arriving"), _) => Finding::Absent,
            _ if self.here == 1 => Finding::Here,
            _ => Finding::Absent,
        }
    }
}

thread_local! {
    static LOCATIONS: IsolateCache<String, Timed<String>> = IsolateCache::new(CACHE_CAPACITY);
}

/// Drops all cached locations: a database has rejected a write because the shop has left it.
pub(crate) fn invalidate() {
    LOCATIONS.with(IsolateCache::clear);
}

/// Caches the location of a shop.
pub(in crate::store) fn remember(shop: &str, database: &str, now: i64) {
    LOCATIONS.with(|locations| locations.insert(shop.to_owned(), Timed::new(database.to_owned(), now)));
}

fn cached(shop: &str, now: i64, max_age: i64) -> Option<String> {
    LOCATIONS.with(|locations| locations.get(shop)).and_then(|cached| cached.younger_than(max_age, now))
}

/// The location of a shop, from the cache if it is fresh.
pub(in crate::store) async fn locate(platform: &Platform, shop: &str) -> Location {
    let shards = Shards::of(platform);
    if let Some(only) = shards.only_choice(shop) {
        return Location::In(only);
    }
    let now = clock::now_ms();
    match cached(shop, now, FRESH_MS) {
        Some(cached) => Location::In(cached),
        None => locate_uncached(platform, &shards, shop, now).await,
    }
}

/// The current location of a shop, without the cache.
pub(in crate::store) async fn locate_now(platform: &Platform, shop: &str) -> Location {
    let shards = Shards::of(platform);
    match shards.only_choice(shop) {
        Some(only) => Location::In(only),
        None => locate_uncached(platform, &shards, shop, clock::now_ms()).await,
    }
}

async fn locate_uncached(platform: &Platform, shards: &Shards, shop: &str, now: i64) -> Location {
    match search(platform, shards, shop).await {
        Ok(Some(database)) => {
            remember(shop, &database, now);
            Location::In(database)
        }
        Ok(None) => Location::New(shards.home(shop)),
        Err(error) => cached(shop, now, STALE_MS).map_or_else(|| Location::Unknown(format!("{error:?}")), Location::In),
    }
}

/// The database that has the shop. An error if none has it and some could not be queried.
async fn search(platform: &Platform, shards: &Shards, shop: &str) -> Result<Option<String>, StoreError> {
    let home = shards.home(shop);
    let mut order: Vec<String> = shards.all().into_iter().filter(|name| *name != home).rev().collect();
    order.push(home);
    let mut redirected = false;
    let mut failed = None;
    // A shop that moved through all databases has left a mark in each, so twice their number of lookups is enough.
    for _ in 0..=2 * order.len() {
        let Some(name) = order.pop() else { break };
        match ask_shard(platform, &name, shop).await {
            Ok(reply) => match reply.finding(redirected) {
                Finding::Here => return Ok(Some(name)),
                Finding::MovedTo(other) if shards.has(&other) => {
                    redirected = true;
                    order.retain(|known| *known != other);
                    order.push(other);
                }
                Finding::MovedTo(other) => {
                    return Err(StoreError::Misconfigured(format!(
                        "a shop is in {other}, which is not a database of the deployment"
                    )));
                }
                Finding::Absent => redirected = false,
            },
            Err(error) => {
                redirected = false;
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(None), Err)
}

async fn ask_shard(platform: &Platform, name: &str, shop: &str) -> Result<ShardReply, StoreError> {
    let reply = platform.database(name)?.row::<ShardReply>(LOOKUP, &[shop.into()]).await?;
    reply.ok_or_else(|| StoreError::Corrupt("the lookup of a shop returned no row".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_says_whether_the_shop_is_here_or_has_moved() {
        let reply = |here, state: Option<&str>| ShardReply {
            here,
            state: state.map(str::to_owned),
            other: state.map(|_| "DB_1".to_owned()),
        };
        for (here, state, redirected, expected) in [
            (1, None, false, Finding::Here),
            (0, None, false, Finding::Absent),
            (0, None, true, Finding::Absent),
            (1, Some("leaving"), false, Finding::Here),
            (1, Some("frozen"), false, Finding::Here),
            (1, Some("left"), false, Finding::MovedTo("DB_1".to_owned())),
            (0, Some("left"), true, Finding::MovedTo("DB_1".to_owned())),
            (1, Some("arriving"), false, Finding::Absent),
            (1, Some("arriving"), true, Finding::Here),
            (1, Some("here"), true, Finding::Here),
        ] {
            assert_eq!(reply(here, state).finding(redirected), expected, "{here} {state:?} {redirected}");
        }
    }

    #[test]
    fn cached_locations_expire_and_are_invalidated() {
        remember("shp_1", "DB_1", 1_000);
        assert_eq!(cached("shp_1", 1_000 + FRESH_MS - 1, FRESH_MS).as_deref(), Some("DB_1"));
        assert_eq!(cached("shp_1", 1_000 + FRESH_MS, FRESH_MS), None);
        assert_eq!(cached("shp_1", 1_000 + FRESH_MS, STALE_MS).as_deref(), Some("DB_1"));
        invalidate();
        assert_eq!(cached("shp_1", 1_000, FRESH_MS), None);
    }
}
