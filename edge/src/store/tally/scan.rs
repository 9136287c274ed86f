//! Counting responses one by one along an index, with a bounded number of rows.

use super::{CountResult, Facet, FlagFilter, MetricQuery, Row, Segment, Source, StoreError, Tallies, grouped};
use crate::{
    db::Arg,
    store::{
        response::access_path::AccessPath,
        response::filter::{NotExpressible, PATH_SQL, SqlBuilder},
    },
    time::{calendar::MAX_OFFSET_MS, clock::DAY_MS},
};
use serde::Deserialize;

/// Responses that are scanned for one number, at most.
pub(crate) const MAX_SCANNED_RESPONSES: i64 = 100_000;

/// Appends the part of the index that holds all responses of the query. The days are those of the shop's time zone, so the
/// range of timestamps is wider by the largest offset.
fn walk(sql: &mut SqlBuilder, joins: &str, query: &MetricQuery<'_>) {
    let filter = &query.filter.response;
    AccessPath::for_metric(filter).enter(sql, joins, query.shop, filter);
    sql.bind(" AND r.received_at >= ?", query.days.0.saturating_mul(DAY_MS) - MAX_OFFSET_MS);
    sql.bind(" AND r.received_at < ?", (query.days.1 + 1).saturating_mul(DAY_MS) + MAX_OFFSET_MS);
}

/// Appends which of a response's scores `s` are counted.
fn counted_scores(sql: &mut SqlBuilder, query: &MetricQuery<'_>) {
    sql.bind(" AND json_extract(s.value, '$[1]') = ?", query.metric);
    if let Some(answer) = &query.filter.answer {
        sql.bind_some(" AND json_extract(s.value, '$[0]') = ?", answer.question.as_deref());
        sql.bind(" AND json_extract(s.value, '$[2]') BETWEEN ?", u32::from(*answer.range.start()));
        sql.bind(" AND ?", u32::from(*answer.range.end()));
    }
}

/// Appends the name of a response's segment.
fn segment_name(sql: &mut SqlBuilder, segment: Option<&Segment>) {
    match segment {
        None => sql.push("NULL"),
        Some(Segment::Touchpoint) => sql.push("r.touchpoint"),
        Some(Segment::Language) => sql.push("r.language"),
        Some(Segment::Device) => sql.push("r.device"),
        Some(Segment::Survey) => sql.push("r.survey"),
        Some(Segment::Page) => sql.push(PATH_SQL),
        Some(Segment::Tag) => sql.push("g.value"),
        Some(Segment::Class) => sql.push(
            "(SELECT CAST(json_extract(v.value, '$[2]') AS TEXT) FROM json_each(r.scores) AS v \
             WHERE json_extract(v.value, '$[1]') = 'nps' LIMIT 1)",
        ),
        Some(Segment::Trait(name)) => {
            sql.bind("(SELECT v.value FROM json_each(r.traits) AS v WHERE v.key = ?)", name);
        }
    }
}

/// How many responses a scan would read, up to one more than allowed. Reads the index only.
pub(in crate::store) fn size_statement(query: &MetricQuery<'_>) -> (String, Vec<Arg>) {
    let mut sql = SqlBuilder::new("SELECT");
    sql.push(" count(*) AS responses FROM (SELECT 1 FROM ");
    walk(&mut sql, "", query);
    sql.bind(" LIMIT ?)", MAX_SCANNED_RESPONSES + 1);
    sql.finish()
}

/// The days (kind 0) and segments (kind 2) of the answers that pass the filter and count, and the reasons (kind 1) of those
/// that do not. `LIMIT -1` keeps SQLite from extracting a score from its JSON once per column.
///
/// # Errors
/// If SQL cannot express a condition of the filter.
pub(in crate::store) fn scan_statement(query: &MetricQuery<'_>) -> Result<(String, Vec<Arg>), NotExpressible> {
    let mut sql = SqlBuilder::new("SELECT");
    sql.push(
        " k.value AS kind, CASE k.value WHEN 0 THEN day END AS day, \
         CASE k.value WHEN 1 THEN reason WHEN 2 THEN segment END AS segment",
    );
    for score in 0..=10 {
        sql.push(&format!(", sum(score = {score}) AS c{score}"));
    }
    // An answer that is in several segments counts in its day once: in its first turn.
    let by_tag = query.segment == Some(&Segment::Tag);
    sql.push(" FROM (SELECT r.day, json_extract(s.value, '$[2]') AS score, ");
    sql.push(if by_tag { "ifnull(g.key, 0)" } else { "0" });
    sql.push(" AS turn, ");
    segment_name(&mut sql, query.segment);
    // Of flagged answers, those that are asked for count.
    let mut conditions = query.filter.response.clone();
    if query.is_unflagged() {
        conditions.flags = FlagFilter::All;
        sql.push(" AS segment, r.left_out AS reason FROM ");
    } else {
        sql.push(" AS segment, CASE WHEN r.excluded IS NOT NULL THEN 'excluded' END AS reason FROM ");
    }
    // The scores are a part of the row. CROSS JOIN keeps the planner from reading them first.
    let tags = if by_tag { " LEFT JOIN json_each(r.tags) AS g" } else { "" };
    walk(&mut sql, &format!(" CROSS JOIN json_each(r.scores) AS s{tags}"), query);
    sql.bind(" AND r.day BETWEEN ?", query.days.0);
    sql.bind(" AND ?", query.days.1);
    conditions.to_sql(&mut sql)?;
    counted_scores(&mut sql, query);
    sql.bind(" LIMIT -1) CROSS JOIN json_each(?) AS k", query.kinds());
    sql.push(" WHERE (k.value = 1) = (reason IS NOT NULL) AND (k.value = 2 OR turn = 0) GROUP BY 1, 2, 3");
    sql.bind(" ORDER BY 1, 2, count(*) DESC, 3 LIMIT ?", query.limit());
    Ok(sql.finish())
}

impl Tallies<'_> {
    /// Scans the responses of the range, unless there are more than [`MAX_SCANNED_RESPONSES`].
    pub(in crate::store) async fn scan(&self, query: &MetricQuery<'_>) -> Result<CountResult, StoreError> {
        #[derive(Deserialize)]
        struct Size {
            responses: i64,
        }
        let (sql, args) = size_statement(query);
        let size = self.0.database.row::<Size>(&sql, &args).await?.map_or(0, |row| row.responses);
        if size > MAX_SCANNED_RESPONSES {
            // The exact number is known if there are tallies of the same facet as the index.
            let filter = &query.filter.response;
            let facet = match AccessPath::for_metric(filter) {
                AccessPath::Time => Some(Facet::All),
                AccessPath::Flag => Some(Facet::Suspect),
                AccessPath::Survey => filter.survey.as_deref().map(Facet::Survey),
                AccessPath::Touchpoint => filter.touchpoint.as_deref().map(Facet::Touchpoint),
                AccessPath::Order | AccessPath::Customer | AccessPath::Tag | AccessPath::Exclusion => None,
            };
            let Some(facet) = facet else { return Ok(CountResult::TooMany(size)) };
            let days = self.days(query, &facet).await?;
            let counted = days.iter().map(|day| day.tally.counts.iter().sum::<i64>() + day.left_out.total()).sum();
            return Ok(CountResult::TooMany(size.max(counted)));
        }
        let (sql, args) = scan_statement(query)
            .map_err(|NotExpressible(name)| StoreError::Corrupt(format!("a metric cannot be filtered by {name}")))?;
        Ok(CountResult::Counts(grouped(Source::Responses, self.0.database.rows::<Row>(&sql, &args).await?)))
    }
}
