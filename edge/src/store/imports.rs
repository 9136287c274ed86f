//! Answers of other tools: written many at once, and once however often they come.
//!
//! A portion of rows is one transaction, which also counts what became of them. Its number makes sure that one whose reply
//! got lost is not counted again when it is tried again.

mod batch;

pub(crate) use batch::Portion;

use super::{Cursor, Store, StoreError};
use crate::db::{Arg, Statement, StatementResult, rows_at};
use serde::Deserialize;

/// Responses that one transaction deletes, and transactions of one request.
const CHUNK: u32 = 500;
const CHUNKS: u32 = 20;

const BEGIN: &str = "INSERT INTO imports (shop, id, source, survey, created_at, batches, rows, imported, updated, \
     unchanged, refused, barred) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING";

const MAKE_SURVEY: &str = "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) \
     VALUES (?1, ?2, 'archived', 1, ?3, ?4, ?4) ON CONFLICT DO NOTHING";

const MAKE_VERSION: &str = "INSERT INTO survey_versions (shop, survey, version, definition, published_at) \
     VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT DO NOTHING";

/// What a customer said before they were forgotten does not come back, whoever has kept it.
const ADD_TOMBSTONES_OF_ERASED_CUSTOMERS: &str = "INSERT INTO tombstones (shop, id, erased_at) \
     SELECT ?1, json_extract(e.value, '$[0]'), max(f.at) FROM json_each(?2) AS e \
     CROSS JOIN erasures AS f ON f.shop = ?1 AND f.subject = json_extract(e.value, '$[9]') \
     AND f.at >= json_extract(e.value, '$[12]') WHERE f.what = 'customer' GROUP BY 2 ON CONFLICT DO NOTHING";

/// An earlier import may not have named the customer.
const DELETE_TOMBSTONED_ROWS: &str = "DELETE FROM responses WHERE shop = ?1 \
     AND id IN (SELECT json_extract(value, '$[0]') FROM json_each(?2)) \
     AND EXISTS (SELECT 1 FROM tombstones AS t WHERE t.shop = ?1 AND t.id = responses.id)";

/// Counts what the next statement will do, if this portion's turn has not been. `?4` is its number, `?5` and `?6` how many
/// rows were read and refused so far. What is there and says something else is changed if it is the same answer: of the same
/// survey, time and stage.
const COUNT: &str = "UPDATE imports SET (batches, rows, refused, imported, updated, unchanged, barred) = (\
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

/// Nothing is written for an import that somebody deleted meanwhile.
const WRITE: &str = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, \
     language, source, answers, scores, order_id, order_value, order_currency, customer, traits, day, received_at, \
     updated_at, import) \
     SELECT ?1, json_extract(value, '$[0]'), ?5, ?6, 1, json_extract(value, '$[13]'), 1, json_extract(value, '$[1]'), \
     json_extract(value, '$[2]'), 'import', json_extract(value, '$[3]'), json_extract(value, '$[4]'), \
     json_extract(value, '$[5]'), json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'), \
     json_extract(value, '$[10]'), json_extract(value, '$[11]'), json_extract(value, '$[12]'), ?7, ?2 \
     FROM json_each(?3) WHERE EXISTS (SELECT 1 FROM imports WHERE shop = ?1 AND id = ?2 AND batches = ?4 + 1) \
     ON CONFLICT (shop, id) DO UPDATE SET version = excluded.version, revision = responses.revision + 1, \
     fingerprint = excluded.fingerprint, language = excluded.language, answers = excluded.answers, \
     scores = excluded.scores, order_id = excluded.order_id, order_value = excluded.order_value, \
     order_currency = excluded.order_currency, customer = excluded.customer, traits = excluded.traits, \
     updated_at = excluded.updated_at \
     WHERE excluded.fingerprint <> responses.fingerprint AND excluded.survey = responses.survey \
     AND excluded.touchpoint = responses.touchpoint AND excluded.received_at = responses.received_at";

/// What stays out.
const BARRED: &str = "SELECT json_extract(e.value, '$[0]') AS id, \
     CASE WHEN t.id IS NOT NULL THEN 'erased' ELSE 'conflict' END AS verdict FROM json_each(?2) AS e \
     LEFT JOIN tombstones AS t ON t.shop = ?1 AND t.id = json_extract(e.value, '$[0]') \
     LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = json_extract(e.value, '$[0]') \
     WHERE t.id IS NOT NULL OR r.fingerprint <> json_extract(e.value, '$[13]')";

/// What would become of each row.
const JUDGE: &str = "SELECT json_extract(e.value, '$[0]') AS id, \
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

const DELETE_SOME: &str = "DELETE FROM responses WHERE shop = ?1 AND id IN (SELECT id FROM responses \
     INDEXED BY responses_by_import WHERE shop = ?1 AND import = ?2 LIMIT ?3) RETURNING id";

const DELETE_EMPTY: &str = "DELETE FROM imports WHERE shop = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM responses \
     INDEXED BY responses_by_import WHERE shop = ?1 AND import = ?2)";

/// An import under way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Import<'a> {
    pub(crate) shop: &'a str,
    pub(crate) id: &'a str,
    pub(crate) survey: &'a str,
    pub(crate) version: u32,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// Where an import is when it writes a portion.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reached {
    /// Portions written before.
    pub(crate) portions: u32,
    /// Rows read so far.
    pub(crate) rows: u32,
    /// Of these, how many could not be read.
    pub(crate) refused: u32,
}

/// A row with what became of it, or would: `imported`, `updated`, `unchanged`, `erased`, `conflict`.
#[derive(Debug, Deserialize)]
pub(crate) struct Judged {
    pub(crate) id: String,
    pub(crate) verdict: String,
}

/// An import as it is kept.
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

/// What a deletion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// Responses that are gone.
    pub(crate) responses: u32,
    /// Whether there are more, for the next request.
    pub(crate) more: bool,
}

#[derive(Deserialize)]
struct Gone {}

/// The transaction of a portion; its last statement returns what stays out.
pub(super) fn write_steps<'a>(import: Import<'a>, rows: &'a str, customers: bool, reached: Reached) -> Vec<Statement> {
    let Import { shop, id, survey, version, now } = import;
    let place = || -> Vec<Arg> { vec![shop.into(), rows.into()] };
    let mut steps: Vec<Statement> = Vec::with_capacity(5);
    if customers {
        steps.extend([
            Statement::new(ADD_TOMBSTONES_OF_ERASED_CUSTOMERS, place()),
            Statement::new(DELETE_TOMBSTONED_ROWS, place()),
        ]);
    }
    let number = reached.portions;
    let begin = || -> Vec<Arg> { vec![shop.into(), id.into(), rows.into(), number.into()] };
    let with = |more: Vec<Arg>| begin().into_iter().chain(more).collect::<Vec<_>>();
    steps.push(Statement::new(COUNT, with(vec![reached.rows.into(), reached.refused.into(), survey.into()])));
    steps.push(Statement::new(WRITE, with(vec![survey.into(), version.into(), now.into()])));
    steps.push(Statement::new(BARRED, place()));
    steps
}

/// One transaction of a deletion; its first statement returns what was deleted.
pub(super) fn delete_steps<'a>(shop: &'a str, id: &'a str) -> [Statement; 2] {
    [
        Statement::new(DELETE_SOME, vec![shop.into(), id.into(), CHUNK.into()]),
        Statement::new(DELETE_EMPTY, vec![shop.into(), id.into()]),
    ]
}

/// An import before its first portion.
pub(super) fn begin_step<'a>(import: Import<'a>, source: &'a str) -> Statement {
    let Import { shop, id, survey, now, .. } = import;
    Statement::new(BEGIN, vec![shop.into(), id.into(), source.into(), survey.into(), now.into()])
}

impl Store {
    /// Notes that an import begins; makes its survey, archived, if it has one of its own (`definition`) that is not there.
    pub(crate) async fn begin_import(
        &self,
        import: Import<'_>,
        source: &str,
        definition: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut steps = Vec::with_capacity(3);
        if let Some(definition) = definition {
            let made = || vec![import.shop.into(), import.survey.into(), definition.into(), import.now.into()];
            steps.extend([Statement::new(MAKE_SURVEY, made()), Statement::new(MAKE_VERSION, made())]);
        }
        steps.push(begin_step(import, source));
        self.database.idempotent(steps).await?;
        Ok(())
    }

    /// Writes a portion; what stays out.
    pub(crate) async fn write_portion(
        &self,
        import: Import<'_>,
        portion: &Portion,
        reached: Reached,
    ) -> Result<Vec<Judged>, StoreError> {
        let rows = portion.list();
        let steps = write_steps(import, &rows, portion.has_customers(), reached);
        let results = self.database.idempotent(steps).await?;
        results.last().map_or_else(|| Ok(Vec::new()), StatementResult::rows)
    }

    /// What would become of a portion.
    pub(crate) async fn judge_portion(
        &self,
        shop: &str,
        survey: &str,
        portion: &Portion,
    ) -> Result<Vec<Judged>, StoreError> {
        let rows = portion.list();
        self.database.rows(JUDGE, &[shop.into(), (&rows).into(), survey.into()]).await
    }

    /// Notes that an import is done; what it did. `None` if somebody has deleted it meanwhile.
    pub(crate) async fn finish_import(
        &self,
        import: Import<'_>,
        reached: Reached,
        times: Option<(i64, i64)>,
        now: i64,
    ) -> Result<Option<ImportRow>, StoreError> {
        let (first, last) = times.unzip();
        let arguments = [
            import.shop.into(),
            import.id.into(),
            now.into(),
            reached.rows.into(),
            reached.refused.into(),
            first.into(),
            last.into(),
        ];
        let finish = Statement::new(FINISH, arguments);
        self.database.idempotent(vec![finish]).await?;
        self.import(import.shop, import.id).await
    }

    /// One import of a shop.
    pub(crate) async fn import(&self, shop: &str, id: &str) -> Result<Option<ImportRow>, StoreError> {
        let sql = "SELECT id, source, survey, created_at, finished_at, rows, imported, updated, unchanged, refused, barred, \
                   first_at, last_at FROM imports WHERE shop = ?1 AND id = ?2";
        self.database.row(sql, &[shop.into(), id.into()]).await
    }

    /// The imports of a shop, newest first, at most `limit`, after a cursor.
    pub(crate) async fn imports(
        &self,
        shop: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        // Ids begin with their time; '~' stands behind all of them.
        let after = after.map_or("~", |cursor| cursor.id.as_str());
        let sql = "SELECT id, source, survey, created_at, finished_at, rows, imported, updated, unchanged, refused, barred, \
                   first_at, last_at FROM imports WHERE shop = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
        self.database.rows(sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// Takes back what an import brought, a good piece of it. They may be imported again. `None` if there is no such import.
    pub(crate) async fn delete_import(&self, shop: &str, id: &str) -> Result<Option<Deleted>, StoreError> {
        if self.import(shop, id).await?.is_none() {
            return Ok(None);
        }
        let mut responses = 0;
        for _ in 0..CHUNKS {
            let results = self.database.idempotent(delete_steps(shop, id)).await?;
            let gone = rows_at::<Gone>(&results, 0)?.len();
            responses += u32::try_from(gone).unwrap_or(CHUNK);
            if gone < CHUNK as usize {
                return Ok(Some(Deleted { responses, more: false }));
            }
        }
        let more = self.import(shop, id).await?.is_some();
        Ok(Some(Deleted { responses, more }))
    }
}
