//! The steps of a move: each does one bounded thing.

use super::{
    super::{StoreError, webhook::dispatch},
    MoveRow, Mover, Phase, Side, Situation,
    freeze::Frozen,
    moment, tables,
    tables::{RESPONSES, Table},
    took_turn,
};
use crate::db::{Arg, Statement, rows_at};
use crate::telemetry::log::{Event, emit};
use serde::Deserialize;

/// Rows of a page.
const PAGE: u32 = 200;
/// A page ends after this many bytes: D1 takes arguments of two million.
const PAGE_BYTES: usize = 1_000_000;
/// Changed responses that are carried at once: the largest there can be fit into one argument.
const CHANGED: u32 = 50;
/// With so few changes left the source is frozen.
const FEW: usize = 20;
/// Responses that are deleted at once.
pub(super) const CLEARED: u32 = 200;

const FREEZE: &str =
    "UPDATE moves SET state = 'frozen', freeze = freeze + 1, at = ?2 WHERE shop = ?1 AND state = 'leaving'";

/// What became of a step.
pub(super) enum Unit {
    /// It was done, or somebody else did it.
    Went,
    /// There is nothing to do for now.
    Waits,
    /// There is nothing left to do.
    Ended,
    /// The two sides are not the same.
    Differs(&'static str),
}

#[derive(Deserialize)]
pub(super) struct PageRow {
    pub(super) key: String,
    pub(super) row: String,
}

#[derive(Deserialize)]
struct Changed {
    id: String,
    n: i64,
}

#[derive(Deserialize)]
pub(super) struct Gone {}

/// Rows as one JSON list.
pub(super) fn list<'a>(rows: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", rows.collect::<Vec<_>>().join(","))
}

/// What a page holds up to its limit in bytes; the first row always.
fn cut(rows: Vec<PageRow>) -> Vec<PageRow> {
    let mut bytes = 0;
    rows.into_iter()
        .enumerate()
        .take_while(|(at, row)| {
            bytes += row.row.len();
            *at == 0 || bytes <= PAGE_BYTES
        })
        .map(|(_, row)| row)
        .collect()
}

impl Mover<'_> {
    /// Does the next thing.
    pub(super) async fn unit(&self, situation: &Situation) -> Result<Unit, StoreError> {
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

    /// A transaction at the target: takes its turn, does its work, and says where the move is then.
    pub(super) async fn turn(
        &self,
        target: &Side,
        to: &MoveRow,
        place: (Phase, &str),
        copied: usize,
        work: Vec<Statement>,
    ) -> Result<bool, StoreError> {
        let (phase, cursor) = place;
        let copied = to.copied + i64::try_from(copied).unwrap_or(0);
        let arguments = [self.shop.into(), to.turn.into(), phase.as_str().into(), cursor.into(), copied.into()];
        let mut statements = vec![Statement::new(tables::TAKE_TURN, arguments)];
        statements.extend(work);
        statements.push(Statement::new(tables::END_TURN, [self.shop.into()]));
        let took = took_turn(&target.database.idempotent(statements).await?)?;
        if took && to.phase != phase.as_str() {
            emit(&Event::Moving { shop: self.shop, from: &to.other, to: &target.name, phase: phase.as_str() });
        }
        Ok(took)
    }

    async fn clear(&self, target: &Side, to: &MoveRow) -> Result<Unit, StoreError> {
        let place = |turn: i64, phase: Phase| -> [Arg; 5] {
            [self.shop.into(), turn.into(), phase.as_str().into(), "".into(), 0_i64.into()]
        };
        let some = vec![
            Statement::new(tables::TAKE_TURN, place(to.turn, Phase::Clear)),
            Statement::new(tables::CLEAR_SOME, [self.shop.into(), CLEARED.into()]),
            Statement::new(tables::END_TURN, [self.shop.into()]),
        ];
        let results = target.database.idempotent(some).await?;
        let gone = rows_at::<Gone>(&results, 1)?.len();
        if !took_turn(&results)? || gone > 0 {
            return Ok(Unit::Went);
        }
        let mut others = Vec::new();
        for (name, shop) in tables::cleared() {
            others.push(Statement::new(tables::clear(name, shop), [self.shop.into()]));
        }
        let next = MoveRow { turn: to.turn + 1, ..to.clone() };
        self.turn(target, &next, (Phase::Copy, &RESPONSES.begin()), 0, others).await?;
        Ok(Unit::Went)
    }

    pub(super) async fn page(&self, side: &Side, table: &Table, cursor: &str) -> Result<Vec<PageRow>, StoreError> {
        let arguments = [self.shop.into(), cursor.into(), PAGE.into()];
        Ok(cut(side.database.rows(&table.read(), &arguments).await?))
    }

    async fn copy(&self, source: &Side, target: &Side, to: &MoveRow) -> Result<Unit, StoreError> {
        let page = self.page(source, &RESPONSES, &to.cursor).await?;
        let Some(last) = page.last() else {
            self.turn(target, to, (Phase::Follow, ""), 0, Vec::new()).await?;
            return Ok(Unit::Went);
        };
        let rows = list(page.iter().map(|row| row.row.as_str()));
        let write = Statement::new(RESPONSES.write(), [self.shop.into(), (&rows).into()]);
        self.turn(target, to, (Phase::Copy, &last.key), page.len(), vec![write]).await?;
        Ok(Unit::Went)
    }

    async fn follow(&self, source: &Side, from: &MoveRow, target: &Side, to: &MoveRow) -> Result<Unit, StoreError> {
        let arguments = [self.shop.into(), CHANGED.into()];
        let changes = source.database.rows::<Changed>(tables::CHANGES, &arguments).await?;
        let is_frozen = from.state == "frozen";
        if changes.is_empty() && is_frozen {
            let begin = Frozen::begin(from.freeze);
            self.turn(target, to, (Phase::Tables, &begin.text()), 0, Vec::new()).await?;
            return Ok(Unit::Went);
        }
        if !changes.is_empty() {
            self.carry(source, target, to, &changes).await?;
        }
        if changes.len() <= FEW && !is_frozen {
            // What happened before is laid out for the shop's endpoints with it, and so moves along.
            let now = moment();
            let dispatch = dispatch::dispatch_shop(self.shop, now);
            let freeze = Statement::new(FREEZE, [self.shop.into(), now.into()]);
            source.database.idempotent(vec![dispatch, freeze]).await?;
        }
        Ok(Unit::Went)
    }

    /// Makes responses at the target what they are at the source: there, changed, or gone.
    async fn carry(&self, source: &Side, target: &Side, to: &MoveRow, changes: &[Changed]) -> Result<(), StoreError> {
        let ids = serde_json::json!(changes.iter().map(|change| &change.id).collect::<Vec<_>>()).to_string();
        let rows = source.database.rows::<PageRow>(&RESPONSES.read_some(), &[self.shop.into(), (&ids).into()]).await?;
        let text = list(rows.iter().map(|row| row.row.as_str()));
        let work = vec![
            Statement::new(RESPONSES.delete_some(), [self.shop.into(), (&ids).into()]),
            Statement::new(RESPONSES.write(), [self.shop.into(), (&text).into()]),
        ];
        if self.turn(target, to, (Phase::Follow, ""), rows.len(), work).await? {
            let carried: Vec<(&str, i64)> = changes.iter().map(|change| (change.id.as_str(), change.n)).collect();
            let carried = serde_json::json!(carried).to_string();
            let forget = Statement::new(tables::CARRIED, [self.shop.into(), (&carried).into()]);
            source.database.idempotent(vec![forget]).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_an_argument_would() {
        let row = |bytes: usize| PageRow { key: String::new(), row: "x".repeat(bytes) };
        for (sizes, kept) in [
            (vec![], 0),
            (vec![2_000_000, 1], 1),
            (vec![400_000, 400_000, 400_000], 2),
            (vec![10; 200], 200),
            (vec![1_000_000, 1], 1),
        ] {
            assert_eq!(cut(sizes.iter().map(|bytes| row(*bytes)).collect()).len(), kept, "{sizes:?}");
        }
    }
}
