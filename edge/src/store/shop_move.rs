//! Moves a shop to another database while it is in use.
//!
//! Each step is small and idempotent and returns what comes next, so the operator may stop at any point and continue later.
//!
//! 1. *clear*: deletes what an earlier move left at the target.
//! 2. *copy*: copies responses in the order of their ids while the shop is in use. Triggers at the source record changes.
//! 3. *follow*: copies changed responses again until few are left, then *freezes* the source: triggers reject every write of
//!    the shop, submissions wait in the queue, reads continue.
//! 4. *tables*: copies the remaining changes and all other tables.
//! 5. *verify*: compares the responses, and the counts that each side maintains itself. If they differ, the move is cancelled
//!    and the shop stays at the source.
//! 6. *switch*: marks the source as left, with the location of the target; from then on it rejects writes for good. Then
//!    opens the target.
//! 7. *grace*, *purge*: isolates that have cached the source still look there for a minute. Then the rows at the source are
//!    deleted; the mark is kept.
//!
//! The target's row of `moves` holds the progress, and is written in the transaction that makes it: of two concurrent callers
//! one does the step, and the transaction of the other does nothing (`turn`). What was copied during a freeze that was lifted
//! before the switch is copied again (`freeze`).

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
use steps::StepResult;

/// Steps of one request. With their lookups they stay below D1's limit of queries per request.
const STEPS_PER_REQUEST: u32 = 6;
/// A freeze without progress for this long is lifted, in milliseconds.
const MAX_IDLE_FREEZE_MS: i64 = 120_000;
/// Moves that one run of the cron job maintains.
const MAX_MAINTAINED: u32 = 20;

const SELECT_MOVE: &str =
    "SELECT state, other, phase, cursor, copied, turn, freeze, grace_ms, at FROM moves WHERE shop = ?1";

const START_AT_TARGET: &str = "INSERT INTO moves (shop, state, other, phase, cursor, copied, turn, freeze, copying, grace_ms, \
     started_at, at) VALUES (?1, 'arriving', ?2, 'clear', '', 0, 1, 0, 0, ?3, ?4, ?4) \
     ON CONFLICT (shop) DO UPDATE SET state = 'arriving', other = ?2, phase = 'clear', cursor = '', copied = 0, \
     turn = turn + 1, copying = 0, grace_ms = ?3, started_at = ?4, at = ?4 WHERE state IN ('arriving', 'left')";

const START_AT_SOURCE: &str = "INSERT INTO moves (shop, state, other, phase, cursor, copied, turn, freeze, copying, grace_ms, \
     started_at, at) VALUES (?1, 'leaving', ?2, 'source', '', 0, 1, 0, 0, ?3, ?4, ?4) \
     ON CONFLICT (shop) DO UPDATE SET state = 'leaving', other = ?2, phase = 'source', turn = turn + 1, copying = 0, \
     grace_ms = ?3, started_at = ?4, at = ?4 WHERE state = 'here'";

const CANCEL_AT_SOURCE: &str =
    "DELETE FROM moves WHERE shop = ?1 AND state IN ('leaving', 'frozen') RETURNING 1 AS done";

const DELETE_CHANGES: &str = "DELETE FROM move_changes WHERE shop = ?1";

/// Marks the copied rows as left, so that the cron job deletes them.
const CANCEL_AT_TARGET: &str = "UPDATE moves SET state = 'left', phase = 'purge', cursor = '', turn = turn + 1, copying = 0, \
     grace_ms = 0, at = ?2 WHERE shop = ?1 AND state = 'arriving'";

const EXTEND_FREEZE: &str = "UPDATE moves SET at = ?2 WHERE shop = ?1 AND state = 'frozen'";

const SELECT_UNFINISHED: &str =
    "SELECT shop, state, at, grace_ms FROM moves WHERE phase <> 'done' AND at > 0 ORDER BY at LIMIT ?1";

const LIFT_FREEZE: &str =
    "UPDATE moves SET state = 'leaving', at = ?2 WHERE shop = ?1 AND state = 'frozen' AND at < ?3";

/// The row of a move in one database.
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
struct UnfinishedMove {
    shop: String,
    state: String,
    at: i64,
    grace_ms: i64,
}

#[derive(Deserialize)]
struct Done {}

/// Why a move cannot be started or continued.
#[derive(Debug)]
pub(crate) enum MoveError {
    /// There is no such shop.
    NoShop,
    /// The deployment has no such database.
    NoDatabase,
    /// The shop is not being moved.
    NoMove,
    /// The reason, for the operator.
    Conflict(String),
    /// A failure of the store.
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
        self.database.row(SELECT_MOVE, &[shop.into()]).await
    }
}

/// How far a move is, with its two databases.
enum Situation {
    /// The shop is at the source.
    Going { source: Side, from: Box<MoveRow>, target: Side, to: Box<MoveRow> },
    /// The shop has left the source and is not open at the target yet: all writes are rejected for a moment.
    Between { source: Side, target: Side },
    /// The shop is at the target; the source still has its old rows.
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
    /// The move of a shop. `now` in milliseconds since 1970.
    pub(crate) const fn new(platform: &'a Platform, shop: &'a str, now: i64) -> Self {
        Self { platform, shop, now }
    }

    /// Starts a move. Idempotent.
    pub(crate) async fn start(&self, to: &str, grace_ms: i64) -> Result<Progress, MoveError> {
        if !Shards::of(self.platform).has(to) {
            return Err(MoveError::NoDatabase);
        }
        let location = self.locate().await?;
        let source = Side::open(self.platform, &location)?;
        let from = source.row(self.shop).await?;
        match from.as_ref().map(|row| (row.state.as_str(), row.other.as_str())) {
            _ if location == to => return Err(MoveError::Conflict(format!("the shop is already in {to}"))),
            Some(("leaving" | "frozen", other)) if other == to => return self.progress().await,
            Some(("leaving" | "frozen", other)) => {
                return Err(MoveError::Conflict(format!("the shop is being moved to {other}; cancel that move first")));
            }
            Some(("here", other)) if other != to => {
                let message = format!("the shop's old rows in {other} have to be deleted first: continue that move");
                return Err(MoveError::Conflict(message));
            }
            _ => {}
        }
        let target = Side::open(self.platform, to)?;
        if let Some(left) = target.row(self.shop).await?
            && left.phase == Phase::Grace.as_str()
            && self.now < left.at + left.grace_ms
        {
            let message =
                format!("the shop has just left {to}, and isolates may still look for it there: try again later");
            return Err(MoveError::Conflict(message));
        }
        let sides: [_; 2] = [(&target, &source.name, START_AT_TARGET), (&source, &target.name, START_AT_SOURCE)];
        // The target first: once the source has its row, both rows exist.
        for (side, other, sql) in sides {
            let arguments = [self.shop.into(), other.into(), grace_ms.into(), self.now.into()];
            let write = Statement::new(sql, arguments);
            side.database.idempotent(vec![write]).await?;
        }
        self.progress().await
    }

    /// The progress of the move.
    pub(crate) async fn progress(&self) -> Result<Progress, MoveError> {
        let situation = self.situation().await?;
        Ok(self.describe(&situation).await?)
    }

    /// Executes the next few steps.
    pub(crate) async fn step(&self) -> Result<Progress, MoveError> {
        for number in 0..STEPS_PER_REQUEST {
            let situation = self.situation().await?;
            if let Situation::Going { source, from, .. } = &situation
                && number == 0
                && from.state == "frozen"
            {
                // The move makes progress, so the freeze is not lifted.
                let extend = Statement::new(EXTEND_FREEZE, [self.shop.into(), self.now.into()]);
                source.database.idempotent(vec![extend]).await?;
            }
            match self.next_step(&situation).await? {
                StepResult::Done => {}
                StepResult::Waiting => return Ok(self.describe(&situation).await?),
                StepResult::Finished => return Ok(Self::ended(self.shop, &situation)),
                StepResult::Mismatch(why) => {
                    let Situation::Going { source, target, .. } = &situation else { continue };
                    emit(&Event::MoveGivenUp {
                        shop: self.shop.into(),
                        from: (&source.name).into(),
                        to: (&target.name).into(),
                        cause: why.into(),
                    });
                    self.cancel_on_both(source, target).await?;
                    return Err(MoveError::Conflict(format!(
                        "{why}; the move was cancelled and the shop stays in {}",
                        source.name
                    )));
                }
            }
        }
        self.progress().await
    }

    /// Cancels a move before the switch; the shop stays at the source.
    pub(crate) async fn cancel(&self) -> Result<(), MoveError> {
        match self.situation().await? {
            Situation::Going { source, target, .. } => {
                let why = "cancelled by the operator";
                emit(&Event::MoveGivenUp {
                    shop: self.shop.into(),
                    from: (&source.name).into(),
                    to: (&target.name).into(),
                    cause: why.into(),
                });
                Ok(self.cancel_on_both(&source, &target).await?)
            }
            Situation::Between { target, .. } | Situation::Arrived { target, .. } => {
                Err(MoveError::Conflict(format!("the shop is already in {}; move it back instead", target.name)))
            }
        }
    }

    async fn cancel_on_both(&self, source: &Side, target: &Side) -> Result<(), StoreError> {
        let cancel = Statement::new(CANCEL_AT_SOURCE, [self.shop.into()]);
        let delete = Statement::new(DELETE_CHANGES, [self.shop.into()]);
        let results = source.database.idempotent(vec![cancel, delete]).await?;
        if rows_at::<Done>(&results, 0)?.is_empty() {
            // A concurrent request has switched or cancelled the move.
            return Ok(());
        }
        let back = Statement::new(CANCEL_AT_TARGET, [self.shop.into(), self.now.into()]);
        target.database.idempotent(vec![back]).await.map(|_| ())
    }

    async fn locate(&self) -> Result<String, MoveError> {
        match shop_directory::locate_now(self.platform, self.shop).await {
            Location::In(database) => Ok(database),
            Location::New(_) => Err(MoveError::NoShop),
            Location::Unknown(cause) => Err(MoveError::Store(StoreError::Unavailable(cause))),
        }
    }

    async fn situation(&self) -> Result<Situation, MoveError> {
        let here = Side::open(self.platform, &self.locate().await?)?;
        let Some(row) = here.row(self.shop).await? else { return Err(MoveError::NoMove) };
        let there = Side::open(self.platform, &row.other)?;
        match row.state.as_str() {
            "leaving" | "frozen" => match there.row(self.shop).await? {
                Some(to) if to.state == "arriving" && to.other == here.name => {
                    Ok(Situation::Going { source: here, from: Box::new(row), target: there, to: Box::new(to) })
                }
                _ => Err(MoveError::Conflict(format!("{} has no record of this move; cancel it", there.name))),
            },
            "arriving" => Ok(Situation::Between { source: there, target: here }),
            "here" => Ok(Situation::Arrived { source: there, target: here }),
            _ => Err(MoveError::NoMove),
        }
    }
}

/// Whether the first statement of a transaction returned a row, which means that the transaction had the turn.
fn took_turn(results: &[StatementResult]) -> Result<bool, StoreError> {
    Ok(!rows_at::<Done>(results, 0)?.is_empty())
}

/// Maintains the unfinished moves of one database: lifts idle freezes and deletes the old rows at sources.
pub(crate) async fn maintain_moves(platform: &Platform, binding: &str, now: i64) -> Result<(), StoreError> {
    let side = Side::open(platform, binding)?;
    for unfinished in side.database.rows::<UnfinishedMove>(SELECT_UNFINISHED, &[MAX_MAINTAINED.into()]).await? {
        let mover = Mover::new(platform, &unfinished.shop, now);
        match unfinished.state.as_str() {
            "frozen" if now - unfinished.at > MAX_IDLE_FREEZE_MS => {
                let arguments = [(&unfinished.shop).into(), now.into(), (now - MAX_IDLE_FREEZE_MS).into()];
                let lift = Statement::new(LIFT_FREEZE, arguments);
                side.database.idempotent(vec![lift]).await?;
            }
            "left" if now >= unfinished.at + unfinished.grace_ms => {
                for _ in 0..STEPS_PER_REQUEST {
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

/// The current time, for records that are written after other calls have been awaited.
fn current_time() -> i64 {
    clock::now_ms()
}
