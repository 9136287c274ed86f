//! Moving a shop to another database while it runs.
//!
//! Each step is small, can be repeated, and says what comes next; whoever drives may stop at any point and go on later.
//!
//! 1. *clear*: what an earlier move has left behind at the target goes.
//! 2. *copy*: responses in the order of their ids, while the shop goes on. Triggers at the source note what changes.
//! 3. *follow*: what has changed is copied again, until little is left; then the source is *frozen*: triggers refuse every
//!    write of this shop, answers wait in the queue, readers notice nothing.
//! 4. *tables*: the rest of the changes and all other tables.
//! 5. *verify*: both sides say the same of the responses and of what each has counted by itself. If not, all is given up and
//!    the shop stays where it was.
//! 6. *switch*: the source is marked as left, and says where to; from then on it refuses for good. Then the target opens.
//! 7. *grace*, *purge*: instances that remember the source look there for a minute. Then what is left behind goes; the mark
//!    stays.
//!
//! The target's row of `moves` says how far things are, and is written in the transaction that gets them there: of two
//! drivers one does a step, the other one's transaction does nothing (`turn`). What was copied during a freeze that did not
//! hold until the switch is copied again (`freeze`).

mod ending;
mod freeze;
mod phase;
mod steps;
pub(super) mod tables;

pub(crate) use phase::{Phase, Progress};

use super::{
    StoreError,
    shop_directory::{self, Location},
};
use crate::db::{Database, Statement, StatementResult, rows_at};
use crate::platform::Platform;
use crate::{
    db::shards::Shards,
    telemetry::log::{Event, emit},
    time::clock,
};
use serde::Deserialize;
use steps::Unit;

/// Steps of one request: with the look-ups around them they stay below what one request may ask of D1.
const UNITS: u32 = 6;
/// A freeze that nobody has driven on for this long is lifted.
const FROZEN_MS: i64 = 120_000;
/// Moves that one run of the cron looks after.
const TENDED: u32 = 20;

const ROW: &str = "SELECT state, other, phase, cursor, copied, turn, freeze, grace_ms, at FROM moves WHERE shop = ?1";

const ARRIVE: &str = "INSERT INTO moves (shop, state, other, phase, cursor, copied, turn, freeze, copying, grace_ms, \
     started_at, at) VALUES (?1, 'arriving', ?2, 'clear', '', 0, 1, 0, 0, ?3, ?4, ?4) \
     ON CONFLICT (shop) DO UPDATE SET state = 'arriving', other = ?2, phase = 'clear', cursor = '', copied = 0, \
     turn = turn + 1, copying = 0, grace_ms = ?3, started_at = ?4, at = ?4 WHERE state IN ('arriving', 'left')";

const LEAVE: &str = "INSERT INTO moves (shop, state, other, phase, cursor, copied, turn, freeze, copying, grace_ms, \
     started_at, at) VALUES (?1, 'leaving', ?2, 'source', '', 0, 1, 0, 0, ?3, ?4, ?4) \
     ON CONFLICT (shop) DO UPDATE SET state = 'leaving', other = ?2, phase = 'source', turn = turn + 1, copying = 0, \
     grace_ms = ?3, started_at = ?4, at = ?4 WHERE state = 'here'";

const STAY: &str = "DELETE FROM moves WHERE shop = ?1 AND state IN ('leaving', 'frozen') RETURNING 1 AS done";

const FORGET_CHANGES: &str = "DELETE FROM move_changes WHERE shop = ?1";

/// What was copied is as good as left behind: the cron clears it away.
const TURN_BACK: &str = "UPDATE moves SET state = 'left', phase = 'purge', cursor = '', turn = turn + 1, copying = 0, \
     grace_ms = 0, at = ?2 WHERE shop = ?1 AND state = 'arriving'";

const TOUCH: &str = "UPDATE moves SET at = ?2 WHERE shop = ?1 AND state = 'frozen'";

const AT_WORK: &str =
    "SELECT shop, state, at, grace_ms FROM moves WHERE phase <> 'done' AND at > 0 ORDER BY at LIMIT ?1";

const THAW: &str = "UPDATE moves SET state = 'leaving', at = ?2 WHERE shop = ?1 AND state = 'frozen' AND at < ?3";

/// A side's row of a move.
#[derive(Debug, Clone, Deserialize)]
struct MoveRow {
    state: String,
    other: String,
    phase: String,
    cursor: String,
    copied: i64,
    turn: i64,
    freeze: i64,
    grace_ms: i64,
    at: i64,
}

#[derive(Deserialize)]
struct AtWork {
    shop: String,
    state: String,
    at: i64,
    grace_ms: i64,
}

#[derive(Deserialize)]
struct Done {}

/// Why a move is not begun, or not driven on.
#[derive(Debug)]
pub(crate) enum MoveError {
    /// There is no such shop.
    NoShop,
    /// The deployment has no such database.
    NoDatabase,
    /// The shop is not on its way.
    NoMove,
    /// What stands in the way, for the operator.
    Conflict(String),
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for MoveError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// One database of a move.
#[derive(Clone)]
struct Side {
    name: String,
    database: Database,
}

impl Side {
    fn open(platform: &Platform, name: &str) -> Result<Self, StoreError> {
        Ok(Self { name: name.to_owned(), database: platform.database(name)? })
    }

    async fn row(&self, shop: &str) -> Result<Option<MoveRow>, StoreError> {
        self.database.row(ROW, &[shop.into()]).await
    }
}

/// How the two sides stand to each other.
enum Situation {
    /// The shop is at the source.
    Going { source: Side, from: Box<MoveRow>, target: Side, to: Box<MoveRow> },
    /// It has left and not arrived: everybody is refused for a moment.
    Between { source: Side, target: Side },
    /// It has arrived; the source keeps what is left behind.
    Arrived { source: Side, target: Side },
}

/// Moves a shop.
pub(crate) struct Mover<'a> {
    platform: &'a Platform,
    shop: &'a str,
    /// Milliseconds since 1970.
    now: i64,
}

impl<'a> Mover<'a> {
    /// Of a shop. `now` in milliseconds since 1970.
    pub(crate) const fn new(platform: &'a Platform, shop: &'a str, now: i64) -> Self {
        Self { platform, shop, now }
    }

    /// Begins a move, or finds it begun.
    pub(crate) async fn start(&self, to: &str, grace_ms: i64) -> Result<Progress, MoveError> {
        if !Shards::of(self.platform).has(to) {
            return Err(MoveError::NoDatabase);
        }
        let place = self.place().await?;
        let source = Side::open(self.platform, &place)?;
        let from = source.row(self.shop).await?;
        match from.as_ref().map(|row| (row.state.as_str(), row.other.as_str())) {
            _ if place == to => return Err(MoveError::Conflict(format!("the shop is in {to} already"))),
            Some(("leaving" | "frozen", other)) if other == to => return self.progress().await,
            Some(("leaving" | "frozen", other)) => {
                return Err(MoveError::Conflict(format!("the shop is on its way to {other}; cancel that first")));
            }
            Some(("here", other)) if other != to => {
                let message = format!("what the shop has left behind in {other} has to go first: drive that move on");
                return Err(MoveError::Conflict(message));
            }
            _ => {}
        }
        let target = Side::open(self.platform, to)?;
        if let Some(left) = target.row(self.shop).await?
            && left.phase == Phase::Grace.as_str()
            && self.now < left.at + left.grace_ms
        {
            let message = format!("some may still look for the shop in {to}, which it has just left: try again later");
            return Err(MoveError::Conflict(message));
        }
        let ends: [_; 2] = [(&target, &source.name, ARRIVE), (&source, &target.name, LEAVE)];
        // The target first: from the moment the source knows, whoever drives finds both.
        for (side, other, sql) in ends {
            let arguments = [self.shop.into(), other.into(), grace_ms.into(), self.now.into()];
            let write = Statement::new(sql, arguments);
            side.database.idempotent(vec![write]).await?;
        }
        self.progress().await
    }

    /// How things stand.
    pub(crate) async fn progress(&self) -> Result<Progress, MoveError> {
        let situation = self.situation().await?;
        Ok(self.describe(&situation).await?)
    }

    /// Drives the move on for a few steps.
    pub(crate) async fn step(&self) -> Result<Progress, MoveError> {
        for number in 0..UNITS {
            let situation = self.situation().await?;
            if let Situation::Going { source, from, .. } = &situation
                && number == 0
                && from.state == "frozen"
            {
                // Somebody is at it: the freeze is not lifted.
                let touch = Statement::new(TOUCH, [self.shop.into(), self.now.into()]);
                source.database.idempotent(vec![touch]).await?;
            }
            match self.unit(&situation).await? {
                Unit::Went => {}
                Unit::Waits => return Ok(self.describe(&situation).await?),
                Unit::Ended => return Ok(Self::ended(self.shop, &situation)),
                Unit::Differs(why) => {
                    let Situation::Going { source, target, .. } = &situation else { continue };
                    emit(&Event::MoveGivenUp { shop: self.shop, from: &source.name, to: &target.name, why });
                    self.stay(source, target).await?;
                    return Err(MoveError::Conflict(format!("{why}; the shop stays where it was")));
                }
            }
        }
        self.progress().await
    }

    /// Gives a move up before the switch; the shop stays where it is.
    pub(crate) async fn cancel(&self) -> Result<(), MoveError> {
        match self.situation().await? {
            Situation::Going { source, target, .. } => {
                let why = "the operator cancelled it";
                emit(&Event::MoveGivenUp { shop: self.shop, from: &source.name, to: &target.name, why });
                Ok(self.stay(&source, &target).await?)
            }
            Situation::Between { target, .. } | Situation::Arrived { target, .. } => {
                Err(MoveError::Conflict(format!("the shop is in {} by now; move it back", target.name)))
            }
        }
    }

    async fn stay(&self, source: &Side, target: &Side) -> Result<(), StoreError> {
        let stay = Statement::new(STAY, [self.shop.into()]);
        let forget = Statement::new(FORGET_CHANGES, [self.shop.into()]);
        let results = source.database.idempotent(vec![stay, forget]).await?;
        if rows_at::<Done>(&results, 0)?.is_empty() {
            // Somebody was quicker: it has switched, or was cancelled.
            return Ok(());
        }
        let back = Statement::new(TURN_BACK, [self.shop.into(), self.now.into()]);
        target.database.idempotent(vec![back]).await.map(|_| ())
    }

    async fn place(&self) -> Result<String, MoveError> {
        match shop_directory::locate_now(self.platform, self.shop).await {
            Location::In(place) => Ok(place),
            Location::New(_) => Err(MoveError::NoShop),
            Location::Unknown(cause) => Err(MoveError::Store(StoreError::Unavailable(cause))),
        }
    }

    async fn situation(&self) -> Result<Situation, MoveError> {
        let here = Side::open(self.platform, &self.place().await?)?;
        let Some(row) = here.row(self.shop).await? else { return Err(MoveError::NoMove) };
        let there = Side::open(self.platform, &row.other)?;
        match row.state.as_str() {
            "leaving" | "frozen" => match there.row(self.shop).await? {
                Some(to) if to.state == "arriving" && to.other == here.name => {
                    Ok(Situation::Going { source: here, from: Box::new(row), target: there, to: Box::new(to) })
                }
                _ => Err(MoveError::Conflict(format!("{} knows nothing of this move; cancel it", there.name))),
            },
            "arriving" => Ok(Situation::Between { source: there, target: here }),
            "here" => Ok(Situation::Arrived { source: there, target: here }),
            _ => Err(MoveError::NoMove),
        }
    }
}

/// Whether the first statement of a transaction gave a row: then it was its turn.
fn took_turn(results: &[StatementResult]) -> Result<bool, StoreError> {
    Ok(!rows_at::<Done>(&results, 0)?.is_empty())
}

/// Looks after moves of one database that nobody drives: lifts forgotten freezes, and clears away what was left behind.
pub(crate) async fn maintain_moves(platform: &Platform, binding: &str, now: i64) -> Result<(), StoreError> {
    let side = Side::open(platform, binding)?;
    for at_work in side.database.rows::<AtWork>(AT_WORK, &[TENDED.into()]).await? {
        let mover = Mover::new(platform, &at_work.shop, now);
        match at_work.state.as_str() {
            "frozen" if now - at_work.at > FROZEN_MS => {
                let arguments = [(&at_work.shop).into(), now.into(), (now - FROZEN_MS).into()];
                let thaw = Statement::new(THAW, arguments);
                side.database.idempotent(vec![thaw]).await?;
            }
            "left" if now >= at_work.at + at_work.grace_ms => {
                for _ in 0..UNITS {
                    if !mover.purge(&side).await? {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The moment, for what is written down after something else was waited for.
fn moment() -> i64 {
    clock::now_ms()
}
