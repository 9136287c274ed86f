//! What is done while nobody writes at the source: the rest is carried, both sides are compared, the shop goes over.

use super::{
    super::StoreError,
    MoveRow, Mover, Phase, Side, moment,
    steps::{Unit, list},
    tables,
    tables::{OTHERS, Table},
    took_turn,
};
use crate::db::Statement;
use serde::Deserialize;

/// Responses that are summed up at once.
const SUMMED: u32 = 10_000;

/// `?3` is the freeze that was copied and verified.
const GO: &str = "UPDATE moves SET state = 'left', phase = 'grace', at = ?2, turn = turn + 1, copying = 0 \
     WHERE shop = ?1 AND state = 'frozen' AND freeze = ?3 RETURNING 1 AS done";

/// Nobody publishes from a place that the shop has left.
const CLOSE: &str = "DELETE FROM configs WHERE shop = ?1 \
     AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND state = 'left')";

#[derive(Deserialize, PartialEq)]
struct Sums {
    sums: String,
}

#[derive(Deserialize)]
struct Portion {
    n: u32,
    last: String,
    sums: String,
}

/// Where the phases behind the freeze are: the freeze, the table, the key in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frozen {
    freeze: i64,
    table: usize,
    key: String,
}

impl Frozen {
    /// The first place behind a freeze.
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
    /// What is done while nobody writes at the source.
    pub(super) async fn frozen(
        &self,
        phase: Phase,
        source: &Side,
        from: &MoveRow,
        target: &Side,
        to: &MoveRow,
    ) -> Result<Unit, StoreError> {
        let at = Frozen::read(&to.cursor).filter(|at| from.state == "frozen" && from.freeze == at.freeze);
        let Some(at) = at else {
            // It was lifted meanwhile: what has changed since is on the list.
            self.turn(target, to, (Phase::Follow, ""), 0, Vec::new()).await?;
            return Ok(Unit::Went);
        };
        match phase {
            Phase::Tables => self.carry_table(source, target, to, at).await,
            Phase::Verify => self.verify(source, target, to, at).await,
            Phase::Switch => {
                let arguments = [self.shop.into(), moment().into(), at.freeze.into()];
                let go = Statement::new(GO, arguments);
                let close = Statement::new(CLOSE, [self.shop.into()]);
                if took_turn(&source.database.idempotent(vec![go, close]).await?)? {
                    return self.arrive(source, target).await;
                }
                Ok(Unit::Went)
            }
            _ => Err(StoreError::Corrupt(format!("a shop on its way is in phase {}", phase.as_str()))),
        }
    }

    async fn carry_table(&self, source: &Side, target: &Side, to: &MoveRow, at: Frozen) -> Result<Unit, StoreError> {
        let Some(table) = OTHERS.get(at.table) else {
            let begin = Frozen { key: String::new(), ..at };
            self.turn(target, to, (Phase::Verify, &begin.text()), 0, Vec::new()).await?;
            return Ok(Unit::Went);
        };
        let page = self.page(source, table, &at.key).await?;
        let next = match page.last() {
            Some(last) => Frozen { key: last.key.clone(), ..at },
            None => {
                let key = OTHERS.get(at.table + 1).map_or_else(String::new, Table::begin);
                Frozen { table: at.table + 1, key, ..at }
            }
        };
        let rows = list(page.iter().map(|row| row.row.as_str()));
        let work = vec![
            Statement::new(table.write(), [self.shop.into(), (&rows).into()]),
            // A shop that appears would be published; this one is not all here yet.
            Statement::new(tables::clear("configs", "shop"), [self.shop.into()]),
        ];
        self.turn(target, to, (Phase::Tables, &next.text()), 0, work).await?;
        Ok(Unit::Went)
    }

    async fn verify(&self, source: &Side, target: &Side, to: &MoveRow, at: Frozen) -> Result<Unit, StoreError> {
        let arguments = [self.shop.into(), at.key.as_str().into(), SUMMED.into()];
        let ours = source.database.row::<Portion>(tables::SUM_OF_RESPONSES, &arguments).await?;
        let theirs = target.database.row::<Portion>(tables::SUM_OF_RESPONSES, &arguments).await?;
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            return Err(StoreError::Corrupt("a sum has no row".to_owned()));
        };
        if ours.sums != theirs.sums {
            return Ok(Unit::Differs("the responses are not the same on both sides"));
        }
        if ours.n == SUMMED {
            let next = Frozen { key: ours.last, ..at };
            self.turn(target, to, (Phase::Verify, &next.text()), 0, Vec::new()).await?;
            return Ok(Unit::Went);
        }
        let ours = source.database.row::<Sums>(tables::SUM_OF_OTHERS, &[self.shop.into()]).await?;
        if ours != target.database.row::<Sums>(tables::SUM_OF_OTHERS, &[self.shop.into()]).await? {
            return Ok(Unit::Differs("what was counted is not the same on both sides"));
        }
        self.turn(target, to, (Phase::Switch, &at.text()), 0, Vec::new()).await?;
        Ok(Unit::Went)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_behind_a_freeze_is_kept() {
        let at = Frozen { freeze: 3, table: 2, key: r#"["a",1]"#.to_owned() };
        assert_eq!(Frozen::read(&at.text()), Some(at));
        for bad in ["", "[]", "{}", r#"[1,"x",""]"#] {
            assert_eq!(Frozen::read(bad), None, "{bad}");
        }
    }
}
