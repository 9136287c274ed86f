//! In which database a shop is. That is a fact: the shop's row stands there, and where it has left, a mark says where to.
//!
//! With one database there is nothing to ask. With several, an instance asks once a minute for each shop that it meets,
//! first where a new shop of that id would begin. An old memory is never wrong for long and never harmful: a database that a
//! shop has left refuses whatever would be written there, and then all memories are dropped.

use super::{Database, StoreError};
use crate::{clock, shard::Shards};
use serde::Deserialize;
use std::{cell::RefCell, collections::HashMap};
use worker::Env;

/// How long a memory is taken without asking.
const FRESH_MS: i64 = 60_000;
/// How long it is taken while nobody answers.
const STALE_MS: i64 = 86_400_000;
/// Shops of which one instance knows the place.
const KEPT: usize = 10_000;

/// What a database says of a shop: whether its row is there, and how its move stands.
const ASK: &str = "SELECT EXISTS (SELECT 1 FROM shops WHERE id = ?1) AS here, m.state, m.other \
     FROM (SELECT 1) LEFT JOIN moves AS m ON m.shop = ?1";

/// Where a shop is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// There.
    In(String),
    /// Nowhere yet: there it would begin.
    New(String),
    /// It could not be found out.
    Unknown(String),
}

#[derive(Debug, Deserialize)]
struct Said {
    /// 0 or 1.
    here: u8,
    state: Option<String>,
    other: Option<String>,
}

/// What follows from it.
#[derive(Debug, PartialEq, Eq)]
enum Sign {
    Here,
    GoTo(String),
    Nothing,
}

impl Said {
    /// `sent`: whether another database has said that the shop went here.
    fn sign(self, sent: bool) -> Sign {
        match (self.state.as_deref(), self.other) {
            (Some("left"), Some(other)) => Sign::GoTo(other),
            // Between the last two transactions of a move it has left the one and not arrived at the other. All of it is
            // here by then.
            (Some("arriving"), _) if sent => Sign::Here,
            (Some("arriving"), _) => Sign::Nothing,
            _ if self.here == 1 => Sign::Here,
            _ => Sign::Nothing,
        }
    }
}

struct Memory {
    database: String,
    at: i64,
}

thread_local! {
    static PLACES: RefCell<HashMap<String, Memory>> = RefCell::new(HashMap::new());
}

/// Drops what is remembered: a database has said that a shop is not there any more.
pub(super) fn forget() {
    PLACES.with_borrow_mut(HashMap::clear);
}

/// Remembers where a shop is.
pub(super) fn remember(shop: &str, database: &str, now: i64) {
    PLACES.with_borrow_mut(|places| {
        if places.len() >= KEPT {
            places.clear();
        }
        places.insert(shop.to_owned(), Memory { database: database.to_owned(), at: now });
    });
}

fn remembered(shop: &str, now: i64, age: i64) -> Option<String> {
    PLACES.with_borrow(|places| {
        places.get(shop).filter(|known| now.saturating_sub(known.at) < age).map(|known| known.database.clone())
    })
}

/// Where a shop is, from memory if that is fresh.
pub(super) async fn find(env: &Env, shop: &str) -> Place {
    let shards = Shards::of(env);
    if let Some(only) = shards.only_place(shop) {
        return Place::In(only);
    }
    let now = clock::now_ms();
    match remembered(shop, now, FRESH_MS) {
        Some(known) => Place::In(known),
        None => ask(env, &shards, shop, now).await,
    }
}

/// Where a shop is at this moment.
pub(super) async fn find_now(env: &Env, shop: &str) -> Place {
    let shards = Shards::of(env);
    match shards.only_place(shop) {
        Some(only) => Place::In(only),
        None => ask(env, &shards, shop, clock::now_ms()).await,
    }
}

async fn ask(env: &Env, shards: &Shards, shop: &str, now: i64) -> Place {
    match search(env, shards, shop).await {
        Ok(Some(database)) => {
            remember(shop, &database, now);
            Place::In(database)
        }
        Ok(None) => Place::New(shards.home(shop)),
        Err(error) => remembered(shop, now, STALE_MS).map_or_else(|| Place::Unknown(format!("{error:?}")), Place::In),
    }
}

/// The database that says that the shop is there. An error if none does and not all could be asked.
async fn search(env: &Env, shards: &Shards, shop: &str) -> Result<Option<String>, StoreError> {
    let home = shards.home(shop);
    let mut order: Vec<String> = shards.all().into_iter().filter(|name| *name != home).rev().collect();
    order.push(home);
    let mut sent = false;
    let mut failed = None;
    // As many steps as a shop that moved through all of them leaves marks.
    for _ in 0..=2 * order.len() {
        let Some(name) = order.pop() else { break };
        match said(env, &name, shop).await {
            Ok(said) => match said.sign(sent) {
                Sign::Here => return Ok(Some(name)),
                Sign::GoTo(other) if shards.has(&other) => {
                    sent = true;
                    order.retain(|known| *known != other);
                    order.push(other);
                }
                Sign::GoTo(other) => {
                    return Err(StoreError::Deployment(format!("a shop is in {other}, which the deployment lacks")));
                }
                Sign::Nothing => sent = false,
            },
            Err(error) => {
                sent = false;
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(None), Err)
}

async fn said(env: &Env, name: &str, shop: &str) -> Result<Said, StoreError> {
    let said = Database::open(env, name)?.row::<Said>(ASK, &[shop.into()]).await?;
    said.ok_or_else(|| StoreError::Broken("a query of one row gave none".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        let said = |here, state: Option<&str>| Said {
            here,
            state: state.map(str::to_owned),
            other: state.map(|_| "DB_1".to_owned()),
        };
        for (here, state, sent, expected) in [
            (1, None, false, Sign::Here),
            (0, None, false, Sign::Nothing),
            (0, None, true, Sign::Nothing),
            (1, Some("leaving"), false, Sign::Here),
            (1, Some("frozen"), false, Sign::Here),
            (1, Some("left"), false, Sign::GoTo("DB_1".to_owned())),
            (0, Some("left"), true, Sign::GoTo("DB_1".to_owned())),
            (1, Some("arriving"), false, Sign::Nothing),
            (1, Some("arriving"), true, Sign::Here),
            (1, Some("here"), true, Sign::Here),
        ] {
            assert_eq!(said(here, state).sign(sent), expected, "{here} {state:?} {sent}");
        }
    }

    #[test]
    fn memories_grow_old() {
        remember("shp_1", "DB_1", 1_000);
        assert_eq!(remembered("shp_1", 1_000 + FRESH_MS - 1, FRESH_MS).as_deref(), Some("DB_1"));
        assert_eq!(remembered("shp_1", 1_000 + FRESH_MS, FRESH_MS), None);
        assert_eq!(remembered("shp_1", 1_000 + FRESH_MS, STALE_MS).as_deref(), Some("DB_1"));
        forget();
        assert_eq!(remembered("shp_1", 1_000, FRESH_MS), None);
    }
}
