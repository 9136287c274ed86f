//! In which database a shop is. That is a fact: the shop's row stands there, and where it has left, a mark says where to.
//!
//! With one database there is nothing to ask. With several, an instance asks once a minute for each shop that it meets,
//! first where a new shop of that id would begin. An old memory is never wrong for long and never harmful: a database that a
//! shop has left refuses whatever would be written there, and then all memories are dropped.

use super::StoreError;
use crate::platform::Platform;
use crate::{db::shards::Shards, time::clock};
use serde::Deserialize;
use std::{cell::RefCell, collections::HashMap};

/// How long a memory is taken without asking.
const FRESH_MS: i64 = 60_000;
/// How long it is taken while nobody answers.
const STALE_MS: i64 = 86_400_000;
/// Shops of which one instance knows the place.
const CACHE_CAPACITY: usize = 10_000;

/// What a database says of a shop: whether its row is there, and how its move stands.
const LOOKUP: &str = "SELECT EXISTS (SELECT 1 FROM shops WHERE id = ?1) AS here, m.state, m.other \
     FROM (SELECT 1) LEFT JOIN moves AS m ON m.shop = ?1";

/// Where a shop is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Location {
    /// There.
    In(String),
    /// Nowhere yet: there it would begin.
    New(String),
    /// It could not be found out.
    Unknown(String),
}

#[derive(Debug, Deserialize)]
struct ShardReply {
    /// 0 or 1.
    here: u8,
    state: Option<String>,
    other: Option<String>,
}

/// What follows from it.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    Here,
    GoTo(String),
    Nothing,
}

impl ShardReply {
    /// `sent`: whether another database has said that the shop went here.
    fn finding(self, sent: bool) -> Finding {
        match (self.state.as_deref(), self.other) {
            (Some("left"), Some(other)) => Finding::GoTo(other),
            // Between the last two transactions of a move it has left the one and not arrived at the other. All of it is
            // here by then.
            (Some("arriving"), _) if sent => Finding::Here,
            (Some("arriving"), _) => Finding::Nothing,
            _ if self.here == 1 => Finding::Here,
            _ => Finding::Nothing,
        }
    }
}

struct Memory {
    database: String,
    at: i64,
}

thread_local! {
    static LOCATIONS: RefCell<HashMap<String, Memory>> = RefCell::new(HashMap::new());
}

/// Drops what is remembered: a database has said that a shop is not there any more.
pub(crate) fn invalidate() {
    LOCATIONS.with_borrow_mut(HashMap::clear);
}

/// Remembers where a shop is.
pub(super) fn remember(shop: &str, database: &str, now: i64) {
    LOCATIONS.with_borrow_mut(|places| {
        if places.len() >= CACHE_CAPACITY {
            places.clear();
        }
        places.insert(shop.to_owned(), Memory { database: database.to_owned(), at: now });
    });
}

fn remembered(shop: &str, now: i64, age: i64) -> Option<String> {
    LOCATIONS.with_borrow(|places| {
        places.get(shop).filter(|known| now.saturating_sub(known.at) < age).map(|known| known.database.clone())
    })
}

/// Where a shop is, from memory if that is fresh.
pub(super) async fn locate(platform: &Platform, shop: &str) -> Location {
    let shards = Shards::of(platform);
    if let Some(only) = shards.only_choice(shop) {
        return Location::In(only);
    }
    let now = clock::now_ms();
    match remembered(shop, now, FRESH_MS) {
        Some(known) => Location::In(known),
        None => locate_uncached(platform, &shards, shop, now).await,
    }
}

/// Where a shop is at this moment.
pub(super) async fn locate_now(platform: &Platform, shop: &str) -> Location {
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
        Err(error) => {
            remembered(shop, now, STALE_MS).map_or_else(|| Location::Unknown(format!("{error:?}")), Location::In)
        }
    }
}

/// The database that says that the shop is there. An error if none does and not all could be asked.
async fn search(platform: &Platform, shards: &Shards, shop: &str) -> Result<Option<String>, StoreError> {
    let home = shards.home(shop);
    let mut order: Vec<String> = shards.all().into_iter().filter(|name| *name != home).rev().collect();
    order.push(home);
    let mut sent = false;
    let mut failed = None;
    // As many steps as a shop that moved through all of them leaves marks.
    for _ in 0..=2 * order.len() {
        let Some(name) = order.pop() else { break };
        match ask_shard(platform, &name, shop).await {
            Ok(ask_shard) => match ask_shard.finding(sent) {
                Finding::Here => return Ok(Some(name)),
                Finding::GoTo(other) if shards.has(&other) => {
                    sent = true;
                    order.retain(|known| *known != other);
                    order.push(other);
                }
                Finding::GoTo(other) => {
                    return Err(StoreError::Misconfigured(format!("a shop is in {other}, which the deployment lacks")));
                }
                Finding::Nothing => sent = false,
            },
            Err(error) => {
                sent = false;
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(None), Err)
}

async fn ask_shard(platform: &Platform, name: &str, shop: &str) -> Result<ShardReply, StoreError> {
    let ask_shard = platform.database(name)?.row::<ShardReply>(LOOKUP, &[shop.into()]).await?;
    ask_shard.ok_or_else(|| StoreError::Corrupt("a query of one row gave none".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings() {
        let ask_shard = |here, state: Option<&str>| ShardReply {
            here,
            state: state.map(str::to_owned),
            other: state.map(|_| "DB_1".to_owned()),
        };
        for (here, state, sent, expected) in [
            (1, None, false, Finding::Here),
            (0, None, false, Finding::Nothing),
            (0, None, true, Finding::Nothing),
            (1, Some("leaving"), false, Finding::Here),
            (1, Some("frozen"), false, Finding::Here),
            (1, Some("left"), false, Finding::GoTo("DB_1".to_owned())),
            (0, Some("left"), true, Finding::GoTo("DB_1".to_owned())),
            (1, Some("arriving"), false, Finding::Nothing),
            (1, Some("arriving"), true, Finding::Here),
            (1, Some("here"), true, Finding::Here),
        ] {
            assert_eq!(ask_shard(here, state).finding(sent), expected, "{here} {state:?} {sent}");
        }
    }

    #[test]
    fn memories_grow_old() {
        remember("shp_1", "DB_1", 1_000);
        assert_eq!(remembered("shp_1", 1_000 + FRESH_MS - 1, FRESH_MS).as_deref(), Some("DB_1"));
        assert_eq!(remembered("shp_1", 1_000 + FRESH_MS, FRESH_MS), None);
        assert_eq!(remembered("shp_1", 1_000 + FRESH_MS, STALE_MS).as_deref(), Some("DB_1"));
        invalidate();
        assert_eq!(remembered("shp_1", 1_000, FRESH_MS), None);
    }
}
