//! The phases while the source is frozen: copies the other tables, compares both sides, and switches.

use super::{
    super::StoreError,
    MoveRow, Mover, Phase, Side, current_time,
    steps::{StepResult, list},
    tables,
    tables::{OTHERS, Table},
    took_turn,
};
use crate::db::Statement;

/// Responses that one comparison covers.
const VERIFY_BATCH_SIZE: u32 = 10_000;

/// Marks the source as left, if the freeze (`?3`) that was copied and verified still holds.
const MARK_LEFT: &str = "UPDATE moves SET state = 'left', phase = 'grace', at = ?2, turn = turn + 1, copying = 0 \
     WHERE shop = ?1 AND state = 'frozen' AND freeze = ?3 RETURNING 1 AS done";

/// Deletes the config row, so that the source no longer publishes.
const DELETE_CONFIG: &str = "DELETE FROM configs WHERE shop = ?1 \
     AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND state = 'left')";

/// The position in the phases after the freeze: the freeze, the table, the key in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FreezeCursor {
    freeze: i64,
    table: usize,
    key: String,
}

impl FreezeCursor {
    /// The position right after a freeze.
    pub(super) fn begin(freeze: i64) -> Self {
        Self { freeze, table: 0, key: OTHERS.first().map_or_else(String::new, Table::begin) }
    }

    pub(super) fn text(&self) -> String {
        serde_json::json!([self.freeze, self.table, self.key]).to_string()
    }

    fn read(text: &str) -> Option<Self> {
        let (freeze, table, key) = serde_json::from_str(text).ok()?;
        Some(Self { freeze, table, key })
    }
}

impl Mover<'_> {
    /// Executes a step of a phase after the freeze.
    pub(super) async fn frozen(
        &self,
        phase: Phase,
        source: &Side,
        from: &MoveRow,
        target: &Side,
        to: &MoveRow,
    ) -> Result<StepResult, StoreError> {
        let at = FreezeCursor::read(&to.cursor).filter(|at| from.state == "frozen" && from.freeze == at.freeze);
        let Some(at) = at else {
            // The freeze was lifted, and changes since then are recorded: follow them again.
            self.turn(target, to, (Phase::Follow, ""), 0, Vec::new()).await?;
            return Ok(StepResult::Done);
        };
        match phase {
            Phase::Tables => self.copy_table(source, target, to, at).await,
            Phase::Verify => self.verify(source, target, to, at).await,
            Phase::Switch => {
                let arguments = [self.shop.into(), current_time().into(), at.freeze.into()];
                let mark = Statement::new(MARK_LEFT, arguments);
                let delete = Statement::new(DELETE_CONFIG, [self.shop.into()]);
                if took_turn(&source.database.idempotent(vec![mark, delete]).await?)? {
                    return self.arrive(source, target).await;
                }
                Ok(StepResult::Done)
            }
            _ => Err(StoreError::Corrupt(format!("a shop that is being moved is in phase {}", phase.as_str()))),
        }
    }

    async fn copy_table(
        &self,
        source: &Side,
        target: &Side,
        to: &MoveRow,
        at: FreezeCursor,
    ) -> Result<StepResult, StoreError> {
        let Some(table) = OTHERS.get(at.table) else {
            let begin = FreezeCursor { key: String::new(), ..at };
            self.turn(target, to, (Phase::Verify, &begin.text()), 0, Vec::new()).await?;
            return Ok(StepResult::Done);
        };
        let page = self.page(source, table, &at.key).await?;
        let next = match page.last() {
            Some(last) => FreezeCursor { key: last.key.clone(), ..at },
            None => {
                let key = OTHERS.get(at.table + 1).map_or_else(String::new, Table::begin);
                FreezeCursor { table: at.table + 1, key, ..at }
            }
        };
        let rows = list(page.iter().map(|row| row.row.as_str()));
        let work = vec![
            table.insert(self.shop, &rows),
            // Inserting the shop adds a config row, which must not be published before the shop is complete.
            tables::clear_config(self.shop),
        ];
        self.turn(target, to, (Phase::Tables, &next.text()), 0, work).await?;
        Ok(StepResult::Done)
    }

    async fn verify(
        &self,
        source: &Side,
        target: &Side,
        to: &MoveRow,
        at: FreezeCursor,
    ) -> Result<StepResult, StoreError> {
        let left = tables::checksum_of_responses(&source.database, self.shop, &at.key, VERIFY_BATCH_SIZE).await?;
        let right = tables::checksum_of_responses(&target.database, self.shop, &at.key, VERIFY_BATCH_SIZE).await?;
        if left.sums != right.sums {
            return Ok(StepResult::Mismatch("the responses differ between the two databases"));
        }
        if left.n == VERIFY_BATCH_SIZE {
            let next = FreezeCursor { key: left.last, ..at };
            self.turn(target, to, (Phase::Verify, &next.text()), 0, Vec::new()).await?;
            return Ok(StepResult::Done);
        }
        let left = tables::checksum_of_others(&source.database, self.shop).await?;
        if left != tables::checksum_of_others(&target.database, self.shop).await? {
            return Ok(StepResult::Mismatch("the counts differ between the two databases"));
        }
        self.turn(target, to, (Phase::Switch, &at.text()), 0, Vec::new()).await?;
        Ok(StepResult::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_survives_a_round_trip() {
        let at = FreezeCursor { freeze: 3, table: 2, key: r#"["a",1]"#.to_owned() };
        assert_eq!(FreezeCursor::read(&at.text()), Some(at));
        for bad in ["", "[]", "{}", r#"[1,"x",""]"#] {
            assert_eq!(FreezeCursor::read(bad), None, "{bad}");
        }
    }
}
