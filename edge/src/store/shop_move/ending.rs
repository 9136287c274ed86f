//! The end of a move: the target opens, what is left behind goes, and whoever drives hears how things stand.

use super::{
    super::{StoreError, shop_directory},
    Mover, Phase, Progress, Side, Situation, moment,
    steps::{CLEARED, Gone, Unit},
    tables, took_turn,
};
use crate::db::{Arg, Statement, rows_at};
use crate::telemetry::log::{Event, emit};
use serde::Deserialize;

/// Pages are told anew, so that whatever the source was still about to tell them is not the last word.
const OPEN: &str = "INSERT INTO configs (shop, version, published, written_at) SELECT ?1, 1, 0, 0 \
     WHERE EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND state = 'arriving') \
     ON CONFLICT (shop) DO UPDATE SET version = version + 1";

const HERE: &str = "UPDATE moves SET state = 'here', phase = 'done', copying = 0, at = ?2 \
     WHERE shop = ?1 AND state = 'arriving'";

/// `?2` is the turn, `?3` the phase.
const TAKE_TURN_LEFT: &str = "UPDATE moves SET copying = 1, turn = turn + 1, phase = ?3 \
     WHERE shop = ?1 AND state = 'left' AND turn = ?2 RETURNING turn";

/// Nothing is left behind: the target need not remember where the shop came from.
const SETTLED: &str = "DELETE FROM moves WHERE shop = ?1 AND state = 'here'";

const TOTAL: &str = "SELECT ifnull(sum(answers), 0) AS n FROM survey_counts WHERE shop = ?1";

#[derive(Deserialize)]
struct Total {
    n: i64,
}

impl Mover<'_> {
    /// The target opens.
    pub(super) async fn arrive(&self, source: &Side, target: &Side) -> Result<Unit, StoreError> {
        let now = moment();
        let open = Statement::new(OPEN, [self.shop.into()]);
        let here = Statement::new(HERE, [self.shop.into(), now.into()]);
        target.database.idempotent(vec![open, here]).await?;
        shop_directory::invalidate();
        shop_directory::remember(self.shop, &target.name, now);
        let phase = Phase::Grace.as_str();
        emit(&Event::Moving { shop: self.shop, from: &source.name, to: &target.name, phase });
        Ok(Unit::Went)
    }

    /// Clears some of what is left behind; whether there was something to do.
    pub(super) async fn purge(&self, source: &Side) -> Result<bool, StoreError> {
        let Some(row) = source.row(self.shop).await? else { return Ok(false) };
        let is_due = row.state == "left" && row.phase != Phase::Done.as_str() && moment() >= row.at + row.grace_ms;
        if !is_due {
            return Ok(false);
        }
        let turn = |turn: i64, phase: Phase| -> [Arg; 3] { [self.shop.into(), turn.into(), phase.as_str().into()] };
        let end = Statement::new(tables::END_TURN, [self.shop.into()]);
        let some = vec![
            Statement::new(TAKE_TURN_LEFT, turn(row.turn, Phase::Purge)),
            Statement::new(tables::CLEAR_SOME, [self.shop.into(), CLEARED.into()]),
            end.clone(),
        ];
        let results = source.database.idempotent(some).await?;
        let gone = rows_at::<Gone>(&results, 1)?.len();
        if !took_turn(&results)? || gone > 0 {
            return Ok(true);
        }
        let mut rest = vec![Statement::new(TAKE_TURN_LEFT, turn(row.turn + 1, Phase::Done))];
        for (name, shop) in tables::cleared() {
            rest.push(Statement::new(tables::clear(name, shop), [self.shop.into()]));
        }
        rest.push(end);
        source.database.idempotent(rest).await?;
        Ok(true)
    }

    /// How things stand.
    pub(super) async fn describe(&self, situation: &Situation) -> Result<Progress, StoreError> {
        let (source, target, home) = match situation {
            Situation::Going { source, target, .. } => (source, target, source),
            Situation::Between { source, target } | Situation::Arrived { source, target } => (source, target, target),
        };
        let total = home.database.row::<Total>(TOTAL, &[self.shop.into()]).await?.map_or(0, |total| total.n);
        let (phase, copied, wait_ms) = match situation {
            Situation::Going { to, .. } => (Phase::parse(&to.phase).unwrap_or(Phase::Clear), to.copied, 0),
            Situation::Between { .. } => (Phase::Switch, total, 0),
            Situation::Arrived { .. } => match source.row(self.shop).await? {
                Some(row) if row.phase == Phase::Grace.as_str() => {
                    (Phase::Grace, total, (row.at + row.grace_ms - moment()).max(0))
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

    /// The last word of a move.
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

    /// What is left behind goes; when nothing is left, the target forgets where the shop came from.
    pub(super) async fn tidy_up(&self, source: &Side, target: &Side) -> Result<Unit, StoreError> {
        if self.purge(source).await? {
            return Ok(Unit::Went);
        }
        match source.row(self.shop).await? {
            Some(row) if row.state == "left" && row.phase != Phase::Done.as_str() => Ok(Unit::Waits),
            _ => {
                let settled = Statement::new(SETTLED, [self.shop.into()]);
                target.database.idempotent(vec![settled]).await?;
                Ok(Unit::Ended)
            }
        }
    }
}
