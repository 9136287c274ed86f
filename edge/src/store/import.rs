//! Imports of responses from other tools. Importing the same rows again does not duplicate them.
//!
//! A batch of rows is one transaction, which also counts the results. The number of the batch makes a retry after a lost
//! reply idempotent.

mod batch;

pub(crate) use batch::ImportBatch;

use super::{Cursor, Imports, StoreError, response::CURRENT_FORM};
use crate::db::{Arg, Statement, StatementResult, rows_at};
use serde::Deserialize;

/// Responses that one transaction deletes.
const DELETE_BATCH_SIZE: u32 = 500;
/// Transactions of one request to delete.
const MAX_DELETE_BATCHES: u32 = 20;

/// The columns of [`ImportRow`].
const COLUMNS: &str = "id, source, survey, created_at, finished_at, rows, imported, updated, unchanged, refused, barred, \
     first_at, last_at";

const INSERT_IMPORT: &str = "INSERT INTO imports (shop, id, source, survey, created_at, batches, rows, imported, updated, \
     unchanged, refused, barred) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING";

const INSERT_SURVEY: &str = "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) \
     VALUES (?1, ?2, 'archived', 1, ?3, ?4, ?4) ON CONFLICT DO NOTHING";

const INSERT_VERSION: &str = "INSERT INTO survey_versions (shop, survey, version, definition, published_at) \
     VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT DO NOTHING";

/// Rows from before the erasure of their customer stay erased.
const ADD_TOMBSTONES_OF_ERASED_CUSTOMERS: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT ?1, json_extract(e.value, '$[0]'), max(f.at) FROM json_each(?2) AS e \
     CROSS JOIN erasures AS f ON f.shop = ?1 AND f.subject = json_extract(e.value, '$[9]') \
     AND f.at >= json_extract(e.value, '$[12]') WHERE f.what = 'customer' GROUP BY 2 ON CONFLICT DO NOTHING";

/// Deletes responses of an earlier import that did not name the customer.
const DELETE_TOMBSTONED_ROWS: &str = "DELETE FROM responses WHERE shop = ?1 \
     AND id IN (SELECT json_extract(value, '$[0]') FROM json_each(?2)) \
     AND EXISTS (SELECT 1 FROM tombstones AS t WHERE t.shop = ?1 AND t.id = responses.id)";

/// Counts the effects of the next statement, unless the batch (`?4` is its number) was written before. `?5` and `?6` are the
/// rows read and refused so far. A stored response with other content is updated if survey, time and touchpoint are the same.
const COUNT_BATCH: &str = "UPDATE imports SET (batches, rows, refused, imported, updated, unchanged, barred) = (\
     SELECT ?4 + 1, ?5, ?6, \
     imports.imported + ifnull(sum(t.id IS NULL AND r.id IS NULL), 0), \
     imports.updated + ifnull(sum(t.id IS NULL AND r.fingerprint <> json_extract(e.value, '$[13]') AND r.survey = ?7 \
     AND r.touchpoint = json_extract(e.value, '$[1]') AND r.received_at = json_extract(e.value, '$[12]')), 0), \
     imports.unchanged + ifnull(sum(t.id IS NULL AND r.fingerprint = json_extract(e.value, '$[13]')), 0), \
     imports.barred + ifnull(sum(t.id IS NOT NULL OR (r.fingerprint <> json_extract(e.value, '$[13]') \
     AND NOT (r.survey = ?7 AND r.touchpoint = json_extract(e.value, '$[1]') \
     AND r.received_at = json_extract(e.value, '$[12]')))), 0) \
     FROM json_each(?3) AS e \
     LEFT JOIN tombstones AS t ON t.shop = ?1 AND t.id = json_extract(e.value, '$[0]') \
     LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = json_extract(e.value, '$[0]')) \
     WHERE shop = ?1 AND id = ?2 AND batches = ?4";

/// Writes nothing if the import was deleted in the meantime.
const WRITE_BATCH: &str = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, \
     language, source, answers, scores, order_id, order_value, order_currency, customer, traits, day, received_at, \
     updated_at, import, form) \
     SELECT ?1, json_extract(value, '$[0]'), ?5, ?6, 1, json_extract(value, '$[13]'), 1, json_extract(value, '$[1]'), \
     json_extract(value, '$[2]'), 'import', json_extract(value, '$[3]'), json_extract(value, '$[4]'), \
     json_extract(value, '$[5]'), json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'), \
     json_extract(value, '$[10]'), json_extract(value, '$[11]'), json_extract(value, '$[12]'), ?7, ?2, ?8 \
     FROM json_each(?3) WHERE EXISTS (SELECT 1 FROM imports WHERE shop = ?1 AND id = ?2 AND batches = ?4 + 1) \
     ON CONFLICT (shop, id) DO UPDATE SET version = excluded.version, revision = responses.revision + 1, \
     fingerprint = excluded.fingerprint, language = excluded.language, answers = excluded.answers, \
     scores = excluded.scores, order_id = excluded.order_id, order_value = excluded.order_value, \
     order_currency = excluded.order_currency, customer = excluded.customer, traits = excluded.traits, \
     updated_at = excluded.updated_at \
     WHERE excluded.fingerprint <> responses.fingerprint AND excluded.survey = responses.survey \
     AND excluded.touchpoint = responses.touchpoint AND excluded.received_at = responses.received_at";

/// Rows that were not imported.
const SELECT_BARRED: &str = "SELECT json_extract(e.value, '$[0]') AS id, \
     CASE WHEN t.id IS NOT NULL THEN 'erased' ELSE 'conflict' END AS verdict FROM json_each(?2) AS e \
     LEFT JOIN tombstones AS t ON t.shop = ?1 AND t.id = json_extract(e.value, '$[0]') \
     LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = json_extract(e.value, '$[0]') \
     WHERE t.id IS NOT NULL OR r.fingerprint <> json_extract(e.value, '$[13]')";

/// What an import would do with each row.
const SELECT_VERDICTS: &str = "SELECT json_extract(e.value, '$[0]') AS id, \
     CASE WHEN t.id IS NOT NULL OR EXISTS (SELECT 1 FROM erasures AS f WHERE f.shop = ?1 \
     AND f.subject = json_extract(e.value, '$[9]') AND f.at >= json_extract(e.value, '$[12]') AND f.what = 'customer') \
     THEN 'erased' WHEN r.id IS NULL THEN 'imported' WHEN r.fingerprint = json_extract(e.value, '$[13]') THEN 'unchanged' \
     WHEN r.survey = ?3 AND r.touchpoint = json_extract(e.value, '$[1]') \
     AND r.received_at = json_extract(e.value, '$[12]') THEN 'updated' ELSE 'conflict' END AS verdict \
     FROM json_each(?2) AS e \
     LEFT JOIN tombstones AS t ON t.shop = ?1 AND t.id = json_extract(e.value, '$[0]') \
     LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = json_extract(e.value, '$[0]')";

const FINISH: &str = "UPDATE imports SET finished_at = ?3, rows = ?4, refused = ?5, first_at = ?6, last_at = ?7 \
     WHERE shop = ?1 AND id = ?2";

const DELETE_RESPONSES: &str = "DELETE FROM responses WHERE shop = ?1 AND id IN (SELECT id FROM responses \
     INDEXED BY responses_by_import WHERE shop = ?1 AND import = ?2 LIMIT ?3) RETURNING id";

/// Deletes the import once it has no responses.
const DELETE_IMPORT: &str = "DELETE FROM imports WHERE shop = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM responses \
     INDEXED BY responses_by_import WHERE shop = ?1 AND import = ?2)";

/// An import in progress.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Import<'a> {
    pub(crate) shop: &'a str,
    pub(crate) id: &'a str,
    pub(crate) survey: &'a str,
    pub(crate) version: u32,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// The progress of an import before it writes a batch.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ImportProgress {
    /// Batches written.
    pub(crate) batches: u32,
    /// Rows read so far.
    pub(crate) rows: u32,
    /// Rows that could not be parsed.
    pub(crate) refused: u32,
}

/// What an import does with a row: `imported`, `updated`, `unchanged`, `erased` or `conflict`.
#[derive(Debug, Deserialize)]
pub(crate) struct RowVerdict {
    pub(crate) id: String,
    pub(crate) verdict: String,
}

/// An import as the shop's owner may read it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ImportRow {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) survey: String,
    pub(crate) created_at: i64,
    pub(crate) finished_at: Option<i64>,
    pub(crate) rows: u32,
    pub(crate) imported: u32,
    pub(crate) updated: u32,
    pub(crate) unchanged: u32,
    pub(crate) refused: u32,
    pub(crate) barred: u32,
    pub(crate) first_at: Option<i64>,
    pub(crate) last_at: Option<i64>,
}

/// The result of a request to delete an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// Responses deleted.
    pub(crate) responses: u32,
    /// Whether responses are left for the next request.
    pub(crate) more: bool,
}

#[derive(Deserialize)]
struct DeletedRow {}

/// Writes a batch; the last statement returns the rows that were not imported.
fn write_batch(import: Import<'_>, rows: &str, has_customers: bool, progress: ImportProgress) -> Vec<Statement> {
    let Import { shop, id, survey, version, now } = import;
    let key = || -> Vec<Arg> { vec![shop.into(), rows.into()] };
    let mut statements: Vec<Statement> = Vec::with_capacity(5);
    if has_customers {
        statements.extend([
            Statement::new(ADD_TOMBSTONES_OF_ERASED_CUSTOMERS, key()),
            Statement::new(DELETE_TOMBSTONED_ROWS, key()),
        ]);
    }
    let number = progress.batches;
    let begin = || -> Vec<Arg> { vec![shop.into(), id.into(), rows.into(), number.into()] };
    let with = |more: Vec<Arg>| begin().into_iter().chain(more).collect::<Vec<_>>();
    let counts = vec![progress.rows.into(), progress.refused.into(), survey.into()];
    statements.push(Statement::new(COUNT_BATCH, with(counts)));
    statements
        .push(Statement::new(WRITE_BATCH, with(vec![survey.into(), version.into(), now.into(), CURRENT_FORM.into()])));
    statements.push(Statement::new(SELECT_BARRED, key()));
    statements
}

/// Deletes a batch of an import's responses; the first statement returns them.
fn delete_batch(shop: &str, id: &str) -> [Statement; 2] {
    [
        Statement::new(DELETE_RESPONSES, [shop.into(), id.into(), DELETE_BATCH_SIZE.into()]),
        Statement::new(DELETE_IMPORT, [shop.into(), id.into()]),
    ]
}

impl Imports<'_> {
    /// Creates an import. If it has a survey of its own (`definition`), creates that, too, as an archived survey, unless it
    /// exists. Idempotent.
    pub(crate) async fn create(
        &self,
        import: Import<'_>,
        source: &str,
        definition: Option<&str>,
    ) -> Result<(), StoreError> {
        let Import { shop, id, survey, now, .. } = import;
        let mut statements = Vec::with_capacity(3);
        if let Some(definition) = definition {
            let row = || vec![shop.into(), survey.into(), definition.into(), now.into()];
            statements.extend([Statement::new(INSERT_SURVEY, row()), Statement::new(INSERT_VERSION, row())]);
        }
        let row = [shop.into(), id.into(), source.into(), survey.into(), now.into()];
        statements.push(Statement::new(INSERT_IMPORT, row));
        self.0.database.idempotent(statements).await?;
        Ok(())
    }

    /// Writes a batch and returns the rows that were not imported. Idempotent by the number of batches in `progress`.
    pub(crate) async fn write_batch(
        &self,
        import: Import<'_>,
        batch: &ImportBatch,
        progress: ImportProgress,
    ) -> Result<Vec<RowVerdict>, StoreError> {
        let statements = write_batch(import, &batch.json(), batch.has_customers(), progress);
        let results = self.0.database.idempotent(statements).await?;
        results.last().map_or_else(|| Ok(Vec::new()), StatementResult::rows)
    }

    /// What writing a batch would do with each row.
    pub(crate) async fn preview_batch(
        &self,
        shop: &str,
        survey: &str,
        batch: &ImportBatch,
    ) -> Result<Vec<RowVerdict>, StoreError> {
        self.0.database.rows(SELECT_VERDICTS, &[shop.into(), batch.json().into(), survey.into()]).await
    }

    /// Marks an import as finished and returns it. `None` if it was deleted in the meantime.
    pub(crate) async fn finish(
        &self,
        import: Import<'_>,
        progress: ImportProgress,
        times: Option<(i64, i64)>,
        now: i64,
    ) -> Result<Option<ImportRow>, StoreError> {
        let (first, last) = times.unzip();
        let arguments = [
            import.shop.into(),
            import.id.into(),
            now.into(),
            progress.rows.into(),
            progress.refused.into(),
            first.into(),
            last.into(),
        ];
        let finish = Statement::new(FINISH, arguments);
        self.0.database.idempotent(vec![finish]).await?;
        self.get(import.shop, import.id).await
    }

    /// One import of a shop.
    pub(crate) async fn get(&self, shop: &str, id: &str) -> Result<Option<ImportRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM imports WHERE shop = ?1 AND id = ?2");
        self.0.database.row(&sql, &[shop.into(), id.into()]).await
    }

    /// The imports of a shop, newest first, at most `limit`, after a cursor.
    pub(crate) async fn list(
        &self,
        shop: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        // An id begins with its time, and '~' sorts after every id.
        let after = after.map_or("~", |cursor| cursor.id.as_str());
        let sql = format!("SELECT {COLUMNS} FROM imports WHERE shop = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
        self.0.database.rows(&sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// Deletes an import with its responses, up to the limit of one request. The same rows may be imported again. `None` if
    /// there is no such import.
    pub(crate) async fn delete(&self, shop: &str, id: &str) -> Result<Option<Deleted>, StoreError> {
        if self.get(shop, id).await?.is_none() {
            return Ok(None);
        }
        let mut responses = 0;
        for _ in 0..MAX_DELETE_BATCHES {
            let results = self.0.database.idempotent(delete_batch(shop, id)).await?;
            let deleted = rows_at::<DeletedRow>(&results, 0)?.len();
            responses += u32::try_from(deleted).unwrap_or(DELETE_BATCH_SIZE);
            if deleted < DELETE_BATCH_SIZE as usize {
                return Ok(Some(Deleted { responses, more: false }));
            }
        }
        let more = self.get(shop, id).await?.is_some();
        Ok(Some(Deleted { responses, more }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn an_import_is_listed_until_it_is_deleted() {
        let store = Fixture::new().store;
        let imports = store.imports();
        let import = |id| Import { shop: "s", id, survey: "srv_1", version: 1, now: 5 };
        for id in ["imp_1", "imp_2"] {
            ready(imports.create(import(id), "generic", Some("{}"))).unwrap();
        }
        assert_eq!(ready(store.surveys().get("s", "srv_1")).unwrap().unwrap().status, "archived");
        assert!(ready(imports.preview_batch("s", "srv_1", &ImportBatch::default())).unwrap().is_empty());
        let progress = ImportProgress { batches: 1, rows: 3, refused: 1 };
        let row = ready(imports.finish(import("imp_1"), progress, Some((1, 2)), 9)).unwrap().unwrap();
        assert_eq!(
            (row.rows, row.refused, row.finished_at, row.first_at, row.last_at),
            (3, 1, Some(9), Some(1), Some(2))
        );
        let list = |after: Option<&Cursor>| -> Vec<String> {
            let rows = ready(imports.list("s", after, 9)).unwrap();
            rows.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(list(None), ["imp_2", "imp_1"]);
        assert_eq!(list(Some(&Cursor { received_at: 5, id: "imp_2".to_owned() })), ["imp_1"]);
        let deleted = Some(Deleted { responses: 0, more: false });
        assert_eq!(ready(imports.delete("s", "imp_1")).unwrap(), deleted);
        assert_eq!(ready(imports.delete("s", "imp_1")).unwrap(), None);
    }
}
