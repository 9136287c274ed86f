//! The end of a move: opens the target, deletes the old rows at the source, and reports the progress.

use super::{
    super::{StoreError, shop_directory},
    Mover, Phase, Progress, Side, Situation, current_time,
    steps::{CLEAR_BATCH_SIZE, Deleted, StepResult},
    tables, took_turn,
};
use crate::db::{Arg, Statement, rows_at};
use crate::telemetry::log::{Event, emit};
use serde::Deserialize;

/// Marks the config as unpublished, so that it overwrites one that the source published late.
const UNPUBLISH_CONFIG: &str = "INSERT INTO configs (shop, version, published, written_at) SELECT ?1, 1, 0, 0 \
     WHERE EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND state = 'arriving') \
     ON CONFLICT (shop) DO UPDATE SET version = version + 1";

const MARK_PRESENT: &str = "UPDATE moves SET state = 'here', phase = 'done', copying = 0, at = ?2 \
     WHERE shop = ?1 AND state = 'arriving'";

/// Takes a turn at the source after the switch; `?2` is the turn, `?3` the phase.
const TAKE_TURN_AT_SOURCE: &str = "UPDATE moves SET copying = 1, turn = turn + 1, phase = ?3 \
     WHERE shop = ?1 AND state = 'left' AND turn = ?2 RETURNING turn";

/// Deletes the target's row of a finished move.
const DELETE_MOVE: &str = "DELETE FROM moves WHERE shop = ?1 AND state = 'here'";

const SELECT_TOTAL: &str = "SELECT ifnull(sum(answers), 0) AS n FROM survey_counts WHERE shop = ?1";

#[derive(Deserialize)]
struct Total {
    n: i64,
}

impl Mover<'_> {
    /// Opens the target.
    pub(super) async fn arrive(&self, source: &Side, target: &Side) -> Result<StepResult, StoreError> {
        let now = current_time();
        let unpublish = Statement::new(UNPUBLISH_CONFIG, [self.shop.into()]);
        let mark = Statement::new(MARK_PRESENT, [self.shop.into(), now.into()]);
        target.database.idempotent(vec![unpublish, mark]).await?;
        shop_directory::invalidate();
        shop_directory::remember(self.shop, &target.name, now);
        let phase = Phase::Grace.as_str();
        emit(&Event::Moving {
            shop: self.shop.into(),
            from: (&source.name).into(),
            to: (&target.name).into(),
            phase: phase.into(),
        });
        Ok(StepResult::Done)
    }

    /// Deletes some of the shop's old rows at the source; returns whether there was work to do.
    pub(super) async fn purge(&self, source: &Side) -> Result<bool, StoreError> {
        let Some(row) = source.row(self.shop).await? else { return Ok(false) };
        let is_due =
            row.state == "left" && row.phase != Phase::Done.as_str() && current_time() >= row.at + row.grace_ms;
        if !is_due {
            return Ok(false);
        }
        let turn = |turn: i64, phase: Phase| -> [Arg; 3] { [self.shop.into(), turn.into(), phase.as_str().into()] };
        let end = tables::end_turn(self.shop);
        let some = vec![
            Statement::new(TAKE_TURN_AT_SOURCE, turn(row.turn, Phase::Purge)),
            tables::clear_responses(self.shop, CLEAR_BATCH_SIZE),
            end.clone(),
        ];
        let results = source.database.idempotent(some).await?;
        let deleted = rows_at::<Deleted>(&results, 1)?.len();
        if !took_turn(&results)? || deleted > 0 {
            return Ok(true);
        }
        let mut rest = vec![Statement::new(TAKE_TURN_AT_SOURCE, turn(row.turn + 1, Phase::Done))];
        rest.extend(tables::clear_all(self.shop));
        rest.push(end);
        source.database.idempotent(rest).await?;
        Ok(true)
    }

    /// The progress of the move.
    pub(super) async fn describe(&self, situation: &Situation) -> Result<Progress, StoreError> {
        let (source, target, holder) = match situation {
            Situation::Going { source, target, .. } => (source, target, source),
            Situation::Between { source, target } | Situation::Arrived { source, target } => (source, target, target),
        };
        let total = holder.database.row::<Total>(SELECT_TOTAL, &[self.shop.into()]).await?.map_or(0, |total| total.n);
        let (phase, copied, wait_ms) = match situation {
            Situation::Going { to, .. } => (Phase::parse(&to.phase).unwrap_or(Phase::Clear), to.copied, 0),
            Situation::Between { .. } => (Phase::Switch, total, 0),
            Situation::Arrived { .. } => match source.row(self.shop).await? {
                Some(row) if row.phase == Phase::Grace.as_str() => {
                    (Phase::Grace, total, (row.at + row.grace_ms - current_time()).max(0))
                }
                Some(row) if row.phase == Phase::Purge.as_str() => (Phase::Purge, total, 0),
                _ => (Phase::Done, total, 0),
            },
        };
        Ok(Progress {
            shop: self.shop.to_owned(),
            from: source.name.clone(),
            to: target.name.clone(),
            phase,
            copied,
            responses: total,
            wait_ms,
        })
    }

    /// The progress of a finished move.
    pub(super) fn ended(shop: &str, situation: &Situation) -> Progress {
        let (Situation::Going { source, target, .. }
        | Situation::Between { source, target }
        | Situation::Arrived { source, target }) = situation;
        Progress {
            shop: shop.to_owned(),
            from: source.name.clone(),
            to: target.name.clone(),
            phase: Phase::Done,
            copied: 0,
            responses: 0,
            wait_ms: 0,
        }
    }

    /// Deletes the old rows at the source, and the target's row of the move once none are left.
    pub(super) async fn tidy_up(&self, source: &Side, target: &Side) -> Result<StepResult, StoreError> {
        if self.purge(source).await? {
            return Ok(StepResult::Done);
        }
        match source.row(self.shop).await? {
            Some(row) if row.state == "left" && row.phase != Phase::Done.as_str() => Ok(StepResult::Waiting),
            _ => {
                let delete = Statement::new(DELETE_MOVE, [self.shop.into()]);
                target.database.idempotent(vec![delete]).await?;
                Ok(StepResult::Finished)
            }
        }
    }
}
