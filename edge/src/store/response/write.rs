//! Writes responses. Writing one is one transaction.

use super::{
    super::{Responses, StoreError},
    erase,
    record::ResponseRecord,
};
use crate::db::{Arg, Statement, row_at, rows_at};
use serde::Deserialize;
use survey::{
    Trust,
    plausibility::Flags,
    revision::{Current, Outcome, REVISABLE_MS, Stamp},
    trust::{self, Budget, Budgets},
};

/// Inserts a new id unless the budget of its trust is used up, and updates an id if the revision is higher, the survey
/// version and the client secret are the same, the response is not too old and there is budget left. Otherwise writes
/// nothing and fires no trigger. `day` and `received_at` keep the values of the first revision. Flags are only added, and a
/// later revision adds none for its token: the client secret shows that it has the same sender.
const UPSERT: &str = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, \
     touchpoint, language, device, source, url, answers, scores, order_id, order_value, order_currency, customer, \
     traits, day, received_at, updated_at, flags, secret, view, trust, verified, contact, form) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?21, \
     ?22 | (64 * (v.view IS NOT NULL)), ?23, ?24, CASE WHEN v.view IS NOT NULL THEN 'none' ELSE ?25 END, ?26, ?27, ?28 \
     FROM (SELECT 1) LEFT JOIN usage AS u ON u.shop = ?1 AND u.day = ?20 \
     LEFT JOIN views AS v ON v.view = ?24 AND v.shop = ?1 AND v.answers >= ?29 \
     AND NOT EXISTS (SELECT 1 FROM responses WHERE shop = ?1 AND id = ?2) \
     WHERE CASE WHEN v.view IS NOT NULL OR ?25 IN ('device', 'none') \
     THEN ifnull(u.small_answers, 0) < ?33 AND ifnull(u.small_bytes, 0) < ?35 \
     ELSE ifnull(u.answers, 0) < ?30 AND ifnull(u.bytes, 0) < ?32 END \
     OR EXISTS (SELECT 1 FROM responses WHERE shop = ?1 AND id = ?2) \
     ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision, fingerprint = excluded.fingerprint, \
     complete = excluded.complete, language = excluded.language, device = excluded.device, \
     source = excluded.source, url = excluded.url, answers = excluded.answers, scores = excluded.scores, \
     order_id = excluded.order_id, order_value = excluded.order_value, order_currency = excluded.order_currency, \
     customer = excluded.customer, traits = excluded.traits, updated_at = excluded.updated_at, \
     flags = responses.flags | (excluded.flags & ?36), verified = excluded.verified, contact = excluded.contact, \
     form = excluded.form \
     WHERE excluded.revision > responses.revision AND excluded.survey = responses.survey \
     AND excluded.version = responses.version AND excluded.secret = responses.secret \
     AND responses.received_at > excluded.received_at - ?37 \
     AND NOT EXISTS (SELECT 1 FROM usage AS u WHERE u.shop = ?1 AND u.day = responses.day \
     AND CASE WHEN responses.trust IN ('device', 'none') THEN u.small_revisions >= ?34 OR u.small_bytes >= ?35 \
     ELSE u.revisions >= ?31 OR u.bytes >= ?32 END) \
     RETURNING revision";

/// Flags that a later revision may add. The first one has shown how fast the shopper was.
const FLAGS_OF_REVISIONS: u8 = Flags::IMPOSSIBLE_TIMING.union(Flags::HONEYPOT).bits();

/// Reads after the write: the stored revision, whether the response was erased, and whether its survey is live. `?4` is the
/// version, `?5` the time of arrival.
const SELECT_CURRENT: &str = "SELECT r.revision, r.fingerprint, r.secret, r.trust, \
     ifnull(r.survey = ?3 AND r.version = ?4, 0) AS same_survey, ifnull(r.received_at <= ?5 - ?6, 0) AS too_old, \
     EXISTS (SELECT 1 FROM tombstones AS t WHERE t.shop = ?1 AND t.id = ?2) AS is_erased, \
     EXISTS (SELECT 1 FROM surveys AS s WHERE s.shop = ?1 AND s.id = ?3 AND s.status = 'live') AS is_live \
     FROM (SELECT 1) LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = ?2";

impl Responses<'_> {
    /// Writes a response, whose counts are maintained by triggers, and reads the stored revision in the same transaction.
    /// Idempotent.
    pub(crate) async fn save(&self, row: &ResponseRecord, budgets: &Budgets) -> Result<SaveResult, StoreError> {
        let saved = self.save_all(std::slice::from_ref(row), budgets).await?.into_iter().next();
        saved.ok_or_else(|| StoreError::Corrupt("a saved response has no result".to_owned()))
    }

    /// Writes several responses in one transaction, all or none. The results have the order of the rows.
    pub(crate) async fn save_all(
        &self,
        rows: &[ResponseRecord],
        budgets: &Budgets,
    ) -> Result<Vec<SaveResult>, StoreError> {
        let mut statements: Vec<Statement> = Vec::with_capacity(rows.len() * 2);
        let mut pairs = Vec::with_capacity(rows.len());
        for row in rows {
            statements.extend(erase::apply_earlier_erasures(self.0, row)?);
            pairs.push((statements.len(), statements.len() + 1));
            let arguments: Vec<Arg> = row.arguments().into_iter().chain(limits(budgets)).collect();
            statements.push(Statement::new(UPSERT, arguments));
            let key: [Arg; 6] = [
                (&row.shop).into(),
                (&row.id).into(),
                (&row.survey).into(),
                row.version.into(),
                row.received_at.into(),
                REVISABLE_MS.into(),
            ];
            statements.push(Statement::new(SELECT_CURRENT, key));
        }
        let results = self.0.database.idempotent(statements).await?;
        let mut saved = Vec::with_capacity(rows.len());
        for (row, (write, read)) in rows.iter().zip(pairs) {
            let is_written = !rows_at::<Written>(&results, write)?.is_empty();
            let current = row_at::<CurrentRow>(&results, read)?;
            let current =
                current.ok_or_else(|| StoreError::Corrupt("a saved response has no current row".to_owned()))?;
            saved.push(current.into_result(is_written, &row.stamp()));
        }
        Ok(saved)
    }
}

/// The arguments of the upsert after those of the row.
fn limits(budgets: &Budgets) -> [Arg; 9] {
    let Budgets { ordinary, small } = budgets;
    let bytes = |budget: &Budget| Arg::from(i64::try_from(budget.bytes).unwrap_or(i64::MAX));
    [
        trust::MAX_RESPONSES_PER_VIEW.into(),
        ordinary.responses.into(),
        ordinary.revisions.into(),
        bytes(ordinary),
        small.responses.into(),
        small.revisions.into(),
        bytes(small),
        u32::from(FLAGS_OF_REVISIONS).into(),
        REVISABLE_MS.into(),
    ]
}

#[derive(Deserialize)]
struct Written {}

#[derive(Deserialize)]
struct CurrentRow {
    revision: Option<u32>,
    fingerprint: Option<String>,
    secret: Option<String>,
    trust: Option<String>,
    /// 0 or 1, as the following ones.
    same_survey: u8,
    too_old: u8,
    is_erased: u8,
    is_live: u8,
}

impl CurrentRow {
    fn into_result(self, is_written: bool, arrived: &Stamp) -> SaveResult {
        let current = match (self.revision, self.fingerprint) {
            (Some(revision), Some(fingerprint)) => Some(Current {
                stamp: Stamp { revision, fingerprint, secret: self.secret },
                same_survey: self.same_survey == 1,
                too_old: self.too_old == 1,
            }),
            _ => None,
        };
        SaveResult {
            outcome: Outcome::of(is_written, arrived, current.as_ref(), self.is_erased == 1),
            is_live: self.is_live == 1,
            trust: self.trust.as_deref().and_then(Trust::parse),
        }
    }
}

/// The result of saving a response.
pub(crate) struct SaveResult {
    pub(crate) outcome: Outcome,
    /// Whether the survey is still live; this response may have been the last that it accepts.
    pub(crate) is_live: bool,
    /// Who vouches for the stored response. Differs from the submission's if its token was used too often.
    pub(crate) trust: Option<Trust>,
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
