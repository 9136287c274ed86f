//! The steps of a move, each with a bounded amount of work.

use super::{
    super::{StoreError, webhook::dispatch},
    MoveRow, Mover, Phase, Side, Situation, current_time,
    freeze::FreezeCursor,
    tables,
    tables::{Change, PageRow, RESPONSES, Table},
    took_turn,
};
use crate::db::{Statement, rows_at};
use crate::telemetry::log::{Event, emit};
use serde::Deserialize;

/// Rows that one step copies.
const BATCH_SIZE: u32 = 200;
/// Bytes of the rows that one step copies: half of what an argument in D1 may have.
const MAX_BATCH_BYTES: usize = 1_000_000;
/// Changed responses that one step copies: even the largest fit into one argument.
const CHANGES_BATCH_SIZE: u32 = 50;
/// The source is frozen once this many changes or fewer are left.
const MAX_CHANGES_AT_FREEZE: usize = 20;
/// Responses that one step deletes.
pub(super) const CLEAR_BATCH_SIZE: u32 = 200;

const FREEZE: &str =
    "UPDATE moves SET state = 'frozen', freeze = freeze + 1, at = ?2 WHERE shop = ?1 AND state = 'leaving'";

/// The result of a step.
pub(super) enum StepResult {
    /// The step was done, by this request or a concurrent one.
    Done,
    /// There is nothing to do at the moment.
    Waiting,
    /// The move is finished.
    Finished,
    /// The two databases differ.
    Mismatch(&'static str),
}

#[derive(Deserialize)]
pub(super) struct Deleted {}

/// Rows as one JSON list.
pub(super) fn list<'a>(rows: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", rows.collect::<Vec<_>>().join(","))
}

/// The first row, and further rows up to the limit in bytes.
fn truncate(rows: Vec<PageRow>) -> Vec<PageRow> {
    let mut bytes = 0;
    rows.into_iter()
        .enumerate()
        .take_while(|(at, row)| {
            bytes += row.row.len();
            *at == 0 || bytes <= MAX_BATCH_BYTES
        })
        .map(|(_, row)| row)
        .collect()
}

impl Mover<'_> {
    /// Executes the next step.
    pub(super) async fn next_step(&self, situation: &Situation) -> Result<StepResult, StoreError> {
        match situation {
            Situation::Going { source, from, target, to } => match Phase::parse(&to.phase) {
                Some(Phase::Clear) => self.clear(target, to).await,
                Some(Phase::Copy) => self.copy(source, target, to).await,
                Some(Phase::Follow) => self.follow(source, from, target, to).await,
                Some(phase) => self.frozen(phase, source, from, target, to).await,
                None => Err(StoreError::Corrupt(format!("a move is in phase {}", to.phase))),
            },
            Situation::Between { source, target } => self.arrive(source, target).await,
            Situation::Arrived { source, target } => self.tidy_up(source, target).await,
        }
    }

    /// A transaction at the target: takes the turn, does the work and records the progress. Returns whether it had the turn.
    pub(super) async fn turn(
        &self,
        target: &Side,
        to: &MoveRow,
        position: (Phase, &str),
        copied: usize,
        work: Vec<Statement>,
    ) -> Result<bool, StoreError> {
        let (phase, cursor) = position;
        let copied = to.copied + i64::try_from(copied).unwrap_or(0);
        let mut statements = vec![tables::take_turn(self.shop, to.turn, phase.as_str(), cursor, copied)];
        statements.extend(work);
        statements.push(tables::end_turn(self.shop));
        let took = took_turn(&target.database.idempotent(statements).await?)?;
        if took && to.phase != phase.as_str() {
            emit(&Event::Moving {
                shop: self.shop.into(),
                from: (&to.other).into(),
                to: (&target.name).into(),
                phase: phase.as_str().into(),
            });
        }
        Ok(took)
    }

    async fn clear(&self, target: &Side, to: &MoveRow) -> Result<StepResult, StoreError> {
        let statements = vec![
            tables::take_turn(self.shop, to.turn, Phase::Clear.as_str(), "", 0),
            tables::clear_responses(self.shop, CLEAR_BATCH_SIZE),
            tables::end_turn(self.shop),
        ];
        let results = target.database.idempotent(statements).await?;
        let deleted = rows_at::<Deleted>(&results, 1)?.len();
        if !took_turn(&results)? || deleted > 0 {
            return Ok(StepResult::Done);
        }
        let others = tables::clear_all(self.shop).collect();
        let next = MoveRow { turn: to.turn + 1, ..to.clone() };
        self.turn(target, &next, (Phase::Copy, &RESPONSES.begin()), 0, others).await?;
        Ok(StepResult::Done)
    }

    pub(super) async fn page(&self, side: &Side, table: &Table, cursor: &str) -> Result<Vec<PageRow>, StoreError> {
        Ok(truncate(table.page(&side.database, self.shop, cursor, BATCH_SIZE).await?))
    }

    async fn copy(&self, source: &Side, target: &Side, to: &MoveRow) -> Result<StepResult, StoreError> {
        let page = self.page(source, &RESPONSES, &to.cursor).await?;
        let Some(last) = page.last() else {
            self.turn(target, to, (Phase::Follow, ""), 0, Vec::new()).await?;
            return Ok(StepResult::Done);
        };
        let rows = list(page.iter().map(|row| row.row.as_str()));
        let write = RESPONSES.insert(self.shop, &rows);
        self.turn(target, to, (Phase::Copy, &last.key), page.len(), vec![write]).await?;
        Ok(StepResult::Done)
    }

    async fn follow(
        &self,
        source: &Side,
        from: &MoveRow,
        target: &Side,
        to: &MoveRow,
    ) -> Result<StepResult, StoreError> {
        let changes = tables::changes(&source.database, self.shop, CHANGES_BATCH_SIZE).await?;
        let is_frozen = from.state == "frozen";
        if changes.is_empty() && is_frozen {
            let begin = FreezeCursor::begin(from.freeze);
            self.turn(target, to, (Phase::Tables, &begin.text()), 0, Vec::new()).await?;
            return Ok(StepResult::Done);
        }
        if !changes.is_empty() {
            self.copy_changes(source, target, to, &changes).await?;
        }
        if changes.len() <= MAX_CHANGES_AT_FREEZE && !is_frozen {
            // Earlier events are dispatched with the freeze, so that their deliveries are copied with the other tables.
            let now = current_time();
            let dispatch = dispatch::dispatch_shop(self.shop, now);
            let freeze = Statement::new(FREEZE, [self.shop.into(), now.into()]);
            source.database.idempotent(vec![dispatch, freeze]).await?;
        }
        Ok(StepResult::Done)
    }

    /// Copies inserted, changed and deleted responses to the target.
    async fn copy_changes(
        &self,
        source: &Side,
        target: &Side,
        to: &MoveRow,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let ids = serde_json::json!(changes.iter().map(|change| &change.id).collect::<Vec<_>>()).to_string();
        let rows = RESPONSES.select(&source.database, self.shop, &ids).await?;
        let text = list(rows.iter().map(|row| row.row.as_str()));
        let work = vec![RESPONSES.delete(self.shop, &ids), RESPONSES.insert(self.shop, &text)];
        if self.turn(target, to, (Phase::Follow, ""), rows.len(), work).await? {
            let copied: Vec<(&str, i64)> = changes.iter().map(|change| (change.id.as_str(), change.n)).collect();
            let copied = serde_json::json!(copied).to_string();
            source.database.idempotent([tables::delete_changes(self.shop, &copied)]).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_fits_into_one_argument() {
        let row = |bytes: usize| PageRow { key: String::new(), row: "x".repeat(bytes) };
        for (sizes, expected) in [
            (vec![], 0),
            (vec![2_000_000, 1], 1),
            (vec![400_000, 400_000, 400_000], 2),
            (vec![10; 200], 200),
            (vec![1_000_000, 1], 1),
        ] {
            assert_eq!(truncate(sizes.iter().map(|bytes| row(*bytes)).collect()).len(), expected, "{sizes:?}");
        }
    }
}
