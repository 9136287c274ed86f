//! Counting metrics: from tallies where these suffice, otherwise from the responses.

mod cells;
mod left_out;
pub(crate) mod reconcile;
mod scan;
mod source;

pub(crate) use left_out::LeftOut;
pub(crate) use scan::MAX_SCANNED_RESPONSES;
#[cfg(test)]
pub(super) use scan::{scan_statement, size_statement};
pub(crate) use source::{ALL_SCORES, AnswerFilter, MetricFilter, Segment, Source};

use super::{FlagFilter, ResponseFilter, StoreError, Tallies};
use crate::db::Arg;
use left_out::REASONS;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Segments that a reply names. The others are summed.
pub(crate) const MAX_SEGMENTS: usize = 50;

/// A subset of answers that has tallies of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facet<'a> {
    /// Every answer of the metric.
    All,
    /// In responses to one survey.
    Survey(&'a str),
    /// To one question of a survey.
    Question(&'a str, &'a str),
    /// In responses at one touchpoint.
    Touchpoint(&'a str),
    /// In responses in one language.
    Language(&'a str),
    /// In flagged responses that are not excluded. No other facet but `cell` holds their scores.
    Suspect,
}

impl Facet<'_> {
    /// The columns `facet` and `value` of its tallies.
    pub(super) fn columns(&self) -> (&'static str, String) {
        match self {
            Self::All => ("all", String::new()),
            Self::Survey(survey) => ("survey", (*survey).to_owned()),
            Self::Question(survey, question) => ("question", format!("{survey}/{question}")),
            Self::Touchpoint(touchpoint) => ("touchpoint", (*touchpoint).to_owned()),
            Self::Language(language) => ("language", (*language).to_owned()),
            Self::Suspect => ("suspect", String::new()),
        }
    }
}

/// `counts[s]` answers gave the score `s`.
pub(crate) type Counts = [i64; 11];

/// Counts per score of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTally {
    /// Days since 1970.
    pub(crate) day: i64,
    pub(crate) counts: Counts,
}

/// What the tallies of one facet value hold for one day.
struct FacetDay {
    tally: DayTally,
    left_out: LeftOut,
}

/// Counts per score of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SegmentTally {
    /// `None` for the answers without a value.
    pub(crate) name: Option<String>,
    pub(crate) counts: Counts,
}

/// Which answers to count, and by what to split them. Excluded responses are never counted, and flagged ones only if the
/// filter asks for them.
pub(crate) struct MetricQuery<'a> {
    pub(crate) shop: &'a str,
    pub(crate) metric: &'static str,
    /// First and last day, both inclusive, in days since 1970.
    pub(crate) days: (i64, i64),
    pub(crate) filter: &'a MetricFilter,
    pub(crate) segment: Option<&'a Segment>,
}

impl MetricQuery<'_> {
    /// The most rows that a statement returns: the days, the reasons (excluded and flagged is one of its own), and one
    /// segment more than a reply names.
    fn limit(&self) -> i64 {
        self.days.1 - self.days.0 + 1 + (REASONS.len() + 1 + MAX_SEGMENTS + 1) as i64
    }

    /// The kinds of rows that a statement returns, as a JSON list: 0 = days, 1 = reasons of what is left out,
    /// 2 = segments.
    const fn kinds(&self) -> &'static str {
        if self.segment.is_some() { "[0,1,2]" } else { "[0,1]" }
    }

    /// Whether flagged answers are left out.
    const fn is_unflagged(&self) -> bool {
        matches!(self.filter.response.flags, FlagFilter::None)
    }
}

/// The counts of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MetricCounts {
    pub(crate) source: Source,
    pub(crate) days: Vec<DayTally>,
    /// The largest first. If there are more than [`MAX_SEGMENTS`], the smallest may be missing.
    pub(crate) segments: Vec<SegmentTally>,
    /// Answers that match the filter but do not count: excluded ones and, if the filter is without flags, flagged ones.
    pub(crate) left_out: LeftOut,
}

/// The outcome of a query.
pub(crate) enum CountResult {
    Counts(MetricCounts),
    /// A scan would read this many responses, which is more than [`MAX_SCANNED_RESPONSES`].
    TooMany(i64),
}

/// A row of a statement over cells or responses.
#[derive(Deserialize)]
struct Row {
    /// See [`MetricQuery::kinds`].
    kind: u8,
    day: Option<i64>,
    /// The name of the segment, or the reason.
    segment: Option<String>,
    c0: i64,
    c1: i64,
    c2: i64,
    c3: i64,
    c4: i64,
    c5: i64,
    c6: i64,
    c7: i64,
    c8: i64,
    c9: i64,
    c10: i64,
}

impl Row {
    const fn counts(&self) -> Counts {
        [self.c0, self.c1, self.c2, self.c3, self.c4, self.c5, self.c6, self.c7, self.c8, self.c9, self.c10]
    }
}

/// Groups rows into days, reasons and segments.
fn grouped(source: Source, rows: Vec<Row>) -> MetricCounts {
    let mut found = MetricCounts { source, days: Vec::new(), segments: Vec::new(), left_out: LeftOut::default() };
    for row in rows {
        let counts = row.counts();
        match (row.kind, row.day, &row.segment) {
            (0, Some(day), _) => found.days.push(DayTally { day, counts }),
            (1, _, Some(reason)) => found.left_out.add(reason, counts.iter().sum()),
            _ => found.segments.push(SegmentTally { name: row.segment.filter(|name| !name.is_empty()), counts }),
        }
    }
    found
}

/// The days of one facet value with what they leave out. One row per day.
pub(super) const DAYS: &str = "SELECT day, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, x_bad_token, \
     x_token_reused, x_no_token, x_impossible_timing, x_too_fast FROM tallies \
     WHERE shop = ?1 AND metric = ?2 AND facet = ?3 AND value = ?4 AND day BETWEEN ?5 AND ?6 ORDER BY day";

/// A row of [`DAYS`].
#[derive(Deserialize)]
struct DayRow {
    day: i64,
    c0: i64,
    c1: i64,
    c2: i64,
    c3: i64,
    c4: i64,
    c5: i64,
    c6: i64,
    c7: i64,
    c8: i64,
    c9: i64,
    c10: i64,
    x_excluded: i64,
    x_honeypot: i64,
    x_bad_token: i64,
    x_token_reused: i64,
    x_no_token: i64,
    x_impossible_timing: i64,
    x_too_fast: i64,
}

impl From<DayRow> for FacetDay {
    fn from(row: DayRow) -> Self {
        let counts = [row.c0, row.c1, row.c2, row.c3, row.c4, row.c5, row.c6, row.c7, row.c8, row.c9, row.c10];
        // In the order of `REASONS`.
        let left_out = LeftOut::new([
            row.x_excluded,
            row.x_honeypot,
            row.x_bad_token,
            row.x_token_reused,
            row.x_no_token,
            row.x_impossible_timing,
            row.x_too_fast,
        ]);
        Self { tally: DayTally { day: row.day, counts }, left_out }
    }
}

fn facet_args<'a>(query: &MetricQuery<'a>, facet: &'static str, value: &'a str) -> [Arg; 6] {
    [query.shop.into(), query.metric.into(), facet.into(), value.into(), query.days.0.into(), query.days.1.into()]
}

/// Adds the counts of `more` to those of the same days.
fn merged(days: Vec<DayTally>, more: Vec<DayTally>) -> Vec<DayTally> {
    let mut by_day: BTreeMap<i64, Counts> = days.into_iter().map(|day| (day.day, day.counts)).collect();
    for DayTally { day, counts } in more {
        for (sum, count) in by_day.entry(day).or_default().iter_mut().zip(counts) {
            *sum += count;
        }
    }
    by_day.into_iter().map(|(day, counts)| DayTally { day, counts }).collect()
}

impl Tallies<'_> {
    /// Counts from the source that reads the fewest rows.
    pub(crate) async fn count(&self, query: &MetricQuery<'_>) -> Result<CountResult, StoreError> {
        match (Source::of(query.filter, query.segment), query.filter.facet()) {
            (Source::Days, Some(facet)) => Ok(CountResult::Counts(self.count_days(query, &facet).await?)),
            (Source::Days | Source::Cells, _) => Ok(CountResult::Counts(self.count_cells(query).await?)),
            (Source::Responses, _) => self.scan(query).await,
        }
    }

    /// Reads one row per day, and another one if flagged answers count, too.
    async fn count_days(&self, query: &MetricQuery<'_>, facet: &Facet<'_>) -> Result<MetricCounts, StoreError> {
        let mut days = Vec::new();
        let mut left_out = LeftOut::default();
        for day in self.days(query, facet).await? {
            left_out.merge(&day.left_out);
            days.push(day.tally);
        }
        if !query.is_unflagged() {
            let suspect = self.days(query, &Facet::Suspect).await?;
            days = merged(days, suspect.into_iter().map(|day| day.tally).collect());
            left_out = left_out.exclusions();
        }
        Ok(MetricCounts { source: Source::Days, days, segments: Vec::new(), left_out })
    }

    /// The days of the range that have answers. Reads one row per day.
    async fn days(&self, query: &MetricQuery<'_>, facet: &Facet<'_>) -> Result<Vec<FacetDay>, StoreError> {
        let (name, value) = facet.columns();
        let rows = self.0.database.rows::<DayRow>(DAYS, &facet_args(query, name, &value)).await?;
        Ok(rows.into_iter().map(FacetDay::from).collect())
    }
}
