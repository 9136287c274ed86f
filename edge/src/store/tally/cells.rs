//! Counting by the facet `cell`, whose value is survey, touchpoint, language, device and whether it counts, joined by `/`.
//! None of these can contain a `/`.
//!
//! The last part is `0` for what counts and the reason for what does not. Responses that were not renewed yet have `1` if
//! they are flagged; they count, as in the other facets.

use super::{
    FlagFilter, MetricCounts, MetricQuery, REASONS, ResponseFilter, Row, Segment, Source, StoreError, Tallies, grouped,
    left_out::EXCLUDED_FLAGGED,
};
use crate::db::Arg;

/// The days (kind 0), the reasons of what is left out (kind 1) and, if `?10` lists them, the segments (kind 2) of the cells
/// that pass the filter. `?11` lists the last parts of cells that count, `?12` of those that are left out. `LIMIT -1` keeps
/// SQLite from splitting a cell once per column.
const CELLS: &str = "SELECT k.value AS kind, CASE k.value WHEN 0 THEN day END AS day, \
     CASE k.value WHEN 1 THEN json_extract(cell, '$[4]') WHEN 2 THEN json_extract(cell, ?9) END AS segment, sum(c0) AS c0, sum(c1) AS c1, sum(c2) AS c2, \
     sum(c3) AS c3, sum(c4) AS c4, sum(c5) AS c5, sum(c6) AS c6, sum(c7) AS c7, sum(c8) AS c8, sum(c9) AS c9, \
     sum(c10) AS c10 FROM (SELECT day, '[' || char(34) || replace(value, '/', char(34) || ',' || char(34)) || char(34) \
     || ']' AS cell, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM tallies INDEXED BY tallies_by_cell \
     WHERE shop = ?1 AND metric = ?2 AND facet = 'cell' AND day BETWEEN ?3 AND ?4 LIMIT -1) \
     CROSS JOIN json_each(?10) AS k \
     WHERE (?5 IS NULL OR json_extract(cell, '$[0]') = ?5) AND (?6 IS NULL OR json_extract(cell, '$[1]') = ?6) \
     AND (?7 IS NULL OR json_extract(cell, '$[2]') = ?7) AND (?8 IS NULL OR json_extract(cell, '$[3]') = ?8) \
     AND instr(CASE k.value WHEN 1 THEN ?12 ELSE ?11 END, char(34) || json_extract(cell, '$[4]') || char(34)) > 0 \
     GROUP BY 1, 2, 3 \
     ORDER BY 1, 2, sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10) DESC, 3 LIMIT ?13";

/// The JSON path of a segment in a cell.
const fn path_of(segment: Option<&Segment>) -> &'static str {
    match segment {
        Some(Segment::Survey) => "$[0]",
        Some(Segment::Touchpoint) => "$[1]",
        Some(Segment::Language) => "$[2]",
        _ => "$[3]",
    }
}

/// The last parts of cells that count, and of those that are left out, as JSON lists.
fn last_parts(flags: FlagFilter) -> (String, String) {
    let flagged = REASONS.into_iter().filter(|reason| *reason != "excluded");
    let (counted, left_out): (Vec<&str>, Vec<&str>) = match flags {
        FlagFilter::None => (vec!["0", "1"], REASONS.into_iter().chain([EXCLUDED_FLAGGED]).collect()),
        FlagFilter::All => (["0", "1"].into_iter().chain(flagged).collect(), vec!["excluded", EXCLUDED_FLAGGED]),
        FlagFilter::Any(_) => (["1"].into_iter().chain(flagged).collect(), vec![EXCLUDED_FLAGGED]),
    };
    let list = |parts: Vec<&str>| format!("[\"{}\"]", parts.join("\",\""));
    (list(counted), list(left_out))
}

fn args<'a>(query: &MetricQuery<'a>) -> [Arg; 13] {
    let ResponseFilter { survey, touchpoint, language, device, flags, .. } = &query.filter.response;
    let (counted, left_out) = last_parts(*flags);
    [
        query.shop.into(),
        query.metric.into(),
        query.days.0.into(),
        query.days.1.into(),
        survey.as_deref().into(),
        touchpoint.as_deref().into(),
        language.as_deref().into(),
        (*device).into(),
        path_of(query.segment).into(),
        query.kinds().into(),
        (&counted).into(),
        (&left_out).into(),
        query.limit().into(),
    ]
}

impl Tallies<'_> {
    /// Reads one row per combination and day, however many answers there are.
    pub(super) async fn count_cells(&self, query: &MetricQuery<'_>) -> Result<MetricCounts, StoreError> {
        Ok(grouped(Source::Cells, self.0.database.rows::<Row>(CELLS, &args(query)).await?))
    }
}
