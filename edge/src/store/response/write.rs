//! Writes responses. Writing one is one transaction.

use super::{
    super::{Responses, StoreError},
    erase,
    record::ResponseRecord,
};
use crate::db::{Arg, Statement, row_at, rows_at};
use serde::Deserialize;
use survey::revision::{Outcome, Stamp};

/// Inserts a new id unless the shop has reached its daily quota, and updates an id if the revision is higher and the survey
/// version the same. Otherwise writes nothing and fires no trigger. `day` and `received_at` keep the values of the first
/// revision, and flags are only added.
const UPSERT: &str = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, \
     touchpoint, language, device, source, url, answers, scores, order_id, order_value, order_currency, customer, \
     traits, day, received_at, updated_at, flags, secret, view, trust, verified, contact, form) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?21, ?22, ?24, ?25, ?26, ?27, ?28, ?29 \
     WHERE NOT EXISTS (SELECT 1 FROM usage WHERE shop = ?1 AND day = ?20 AND answers >= ?23) \
     OR EXISTS (SELECT 1 FROM responses WHERE shop = ?1 AND id = ?2) \
     ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision, fingerprint = excluded.fingerprint, \
     complete = excluded.complete, language = excluded.language, device = excluded.device, \
     source = excluded.source, url = excluded.url, answers = excluded.answers, scores = excluded.scores, \
     order_id = excluded.order_id, order_value = excluded.order_value, order_currency = excluded.order_currency, \
     customer = excluded.customer, traits = excluded.traits, updated_at = excluded.updated_at, \
     flags = responses.flags | excluded.flags, verified = excluded.verified, contact = excluded.contact, \
     form = excluded.form \
     WHERE excluded.revision > responses.revision AND excluded.survey = responses.survey \
     AND excluded.version = responses.version \
     RETURNING revision";

/// Reads after the write: the stored revision, whether the response was erased, and whether its survey is live.
const SELECT_CURRENT: &str = "SELECT r.revision, r.fingerprint, \
     EXISTS (SELECT 1 FROM tombstones AS t WHERE t.shop = ?1 AND t.id = ?2) AS is_erased, \
     EXISTS (SELECT 1 FROM surveys AS s WHERE s.shop = ?1 AND s.id = ?3 AND s.status = 'live') AS is_live \
     FROM (SELECT 1) LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = ?2";

impl Responses<'_> {
    /// Writes a response, whose counts are maintained by triggers, and reads the stored revision in the same transaction.
    /// Idempotent. `daily_quota` is the number of new responses that the shop may receive in a day.
    pub(crate) async fn save(&self, row: &ResponseRecord, daily_quota: u32) -> Result<SaveResult, StoreError> {
        let saved = self.save_all(std::slice::from_ref(row), daily_quota).await?.into_iter().next();
        saved.ok_or_else(|| StoreError::Corrupt("a saved response has no result".to_owned()))
    }

    /// Writes several responses in one transaction, all or none. The results have the order of the rows.
    pub(crate) async fn save_all(
        &self,
        rows: &[ResponseRecord],
        daily_quota: u32,
    ) -> Result<Vec<SaveResult>, StoreError> {
        let mut statements: Vec<Statement> = Vec::with_capacity(rows.len() * 2);
        let mut pairs = Vec::with_capacity(rows.len());
        for row in rows {
            statements.extend(erase::apply_earlier_erasures(self.0, row)?);
            pairs.push((statements.len(), statements.len() + 1));
            statements.push(Statement::new(UPSERT, row.arguments(daily_quota)));
            let key: [Arg; 3] = [(&row.shop).into(), (&row.id).into(), (&row.survey).into()];
            statements.push(Statement::new(SELECT_CURRENT, key));
        }
        let results = self.0.database.idempotent(statements).await?;
        let mut saved = Vec::with_capacity(rows.len());
        for (row, (write, read)) in rows.iter().zip(pairs) {
            let is_written = !rows_at::<Written>(&results, write)?.is_empty();
            let current = row_at::<Current>(&results, read)?;
            let current =
                current.ok_or_else(|| StoreError::Corrupt("a saved response has no current row".to_owned()))?;
            let stamp = match (current.revision, current.fingerprint) {
                (Some(revision), Some(fingerprint)) => Some(Stamp { revision, fingerprint }),
                _ => None,
            };
            let outcome = Outcome::of(is_written, &row.stamp(), stamp.as_ref(), current.is_erased == 1);
            saved.push(SaveResult { outcome, is_live: current.is_live == 1 });
        }
        Ok(saved)
    }
}

#[derive(Deserialize)]
struct Written {}

#[derive(Deserialize)]
struct Current {
    revision: Option<u32>,
    fingerprint: Option<String>,
    /// 0 or 1.
    is_erased: u8,
    /// 0 or 1.
    is_live: u8,
}

/// The result of saving a response.
pub(crate) struct SaveResult {
    pub(crate) outcome: Outcome,
    /// Whether the survey is still live; this response may have been the last that it accepts.
    pub(crate) is_live: bool,
}

#[cfg(test)]
mod tests {
    use super::UPSERT;
    use crate::db::sqlite;
    use std::collections::BTreeSet;

    /// Columns that are not part of a submission: the owner's notes, and the import that a response came with.
    const NOT_SUBMITTED: [&str; 3] = ["excluded", "import", "tags"];
    /// Columns that keep the value of the first revision.
    const KEPT: [&str; 10] =
        ["shop", "id", "survey", "version", "touchpoint", "day", "received_at", "secret", "view", "trust"];

    #[test]
    fn every_column_is_inserted_and_updated() {
        let schema = sqlite::schema();
        let mut statement = schema.prepare("SELECT name FROM pragma_table_info('responses')").unwrap();
        let columns: BTreeSet<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();

        let (insert, update) = UPSERT.split_once(" DO UPDATE SET ").unwrap();
        let inserted = insert.split_once('(').unwrap().1.split_once(')').unwrap().0.split(", ");
        let inserted: BTreeSet<String> = inserted.chain(NOT_SUBMITTED).map(str::to_owned).collect();
        assert_eq!(inserted, columns);

        let update = update.split_once(" WHERE ").unwrap().0;
        let updated = update.split(", ").map(|assignment| assignment.split_once(" = ").unwrap().0);
        let updated: BTreeSet<String> = updated.chain(KEPT).chain(NOT_SUBMITTED).map(str::to_owned).collect();
        assert_eq!(updated, columns);
    }
}
