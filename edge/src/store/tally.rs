//! Counting metrics: from tallies where these suffice, otherwise from the responses.

mod cells;
pub(crate) mod reconcile;
mod scan;
mod source;

pub(crate) use scan::MAX_SCANNED_RESPONSES;
#[cfg(test)]
pub(super) use scan::{scan_statement, size_statement};
pub(crate) use source::{ALL_SCORES, AnswerFilter, MetricFilter, Segment, Source};

use super::{FlagFilter, ResponseFilter, StoreError, Tallies};
use crate::db::Arg;
use serde::Deserialize;

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
    /// In responses with a flag.
    Flagged,
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
            Self::Flagged => ("flagged", String::new()),
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

/// Counts per score of one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SegmentTally {
    /// `None` for the answers without a value.
    pub(crate) name: Option<String>,
    pub(crate) counts: Counts,
}

/// Which answers to count, and by what to split them. Excluded responses are never counted.
pub(crate) struct MetricQuery<'a> {
    pub(crate) shop: &'a str,
    pub(crate) metric: &'static str,
    /// First and last day, both inclusive, in days since 1970.
    pub(crate) days: (i64, i64),
    pub(crate) filter: &'a MetricFilter,
    pub(crate) segment: Option<&'a Segment>,
}

impl MetricQuery<'_> {
    /// The most rows that a statement returns: the days, and one segment more than a reply names.
    fn limit(&self) -> i64 {
        self.days.1 - self.days.0 + 2 + MAX_SEGMENTS as i64
    }

    /// The kinds of rows that a statement returns, as a JSON list: 0 = days, 1 = segments.
    const fn kinds(&self) -> &'static str {
        if self.segment.is_some() { "[0,1]" } else { "[0]" }
    }
}

/// The counts of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MetricCounts {
    pub(crate) source: Source,
    pub(crate) days: Vec<DayTally>,
    /// The largest first. If there are more than [`MAX_SEGMENTS`], the smallest may be missing.
    pub(crate) segments: Vec<SegmentTally>,
}

/// The outcome of a query.
pub(crate) enum CountResult {
    Counts(MetricCounts),
    /// A scan would read this many responses, which is more than [`MAX_SCANNED_RESPONSES`].
    TooMany(i64),
}

/// A row of any statement in this module.
#[derive(Deserialize)]
struct Row {
    /// 0 = of a day, 1 = of a segment.
    kind: u8,
    day: Option<i64>,
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

/// Groups rows into days and segments.
fn grouped(source: Source, rows: Vec<Row>) -> MetricCounts {
    let mut found = MetricCounts { source, days: Vec::new(), segments: Vec::new() };
    for row in rows {
        let counts = row.counts();
        match (row.kind, row.day) {
            (0, Some(day)) => found.days.push(DayTally { day, counts }),
            _ => found.segments.push(SegmentTally { name: row.segment.filter(|name| !name.is_empty()), counts }),
        }
    }
    found
}

/// Subtracts the counts of `less` from those of the same days.
fn without(mut days: Vec<DayTally>, less: &[DayTally]) -> Vec<DayTally> {
    for day in &mut days {
        let Some(less) = less.iter().find(|less| less.day == day.day) else { continue };
        for (count, less) in day.counts.iter_mut().zip(less.counts) {
            *count -= less;
        }
    }
    days
}

/// The days of one facet value.
const DAYS: &str = "SELECT 0 AS kind, day, NULL AS segment, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM tallies \
     WHERE shop = ?1 AND metric = ?2 AND facet = ?3 AND value = ?4 AND day BETWEEN ?5 AND ?6 ORDER BY day";

fn facet_args<'a>(query: &MetricQuery<'a>, facet: &'static str, value: &'a str) -> [Arg; 6] {
    [query.shop.into(), query.metric.into(), facet.into(), value.into(), query.days.0.into(), query.days.1.into()]
}

impl Tallies<'_> {
    /// Counts from the source that reads the fewest rows.
    pub(crate) async fn count(&self, query: &MetricQuery<'_>) -> Result<CountResult, StoreError> {
        let source = Source::of(query.filter, query.segment);
        let days = match source {
            Source::Days => match query.filter.facet() {
                Some(facet) => self.days(query, &facet).await?,
                // Unflagged responses have no facet.
                None => without(self.days(query, &Facet::All).await?, &self.days(query, &Facet::Flagged).await?),
            },
            Source::Cells => return Ok(CountResult::Counts(self.count_cells(query).await?)),
            Source::Responses => return self.scan(query).await,
        };
        Ok(CountResult::Counts(MetricCounts { source, days, segments: Vec::new() }))
    }

    /// The days of the range that have answers. Reads one row per day.
    async fn days(&self, query: &MetricQuery<'_>, facet: &Facet<'_>) -> Result<Vec<DayTally>, StoreError> {
        let (name, value) = facet.columns();
        Ok(grouped(Source::Days, self.0.database.rows::<Row>(DAYS, &facet_args(query, name, &value)).await?).days)
    }
}
