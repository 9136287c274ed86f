//! What metrics are read from: tallies where these can tell, else the answers themselves.

mod answers;
mod cells;
mod subset;

pub(crate) use answers::MOST;
#[cfg(test)]
pub(super) use answers::{how_many, statement};
#[cfg(test)]
pub(super) use cells::{CELLS, arguments as cell_arguments};
pub(crate) use subset::{ALL_SCORES, Segment, Source, Subset};

use super::{Chosen, Filter, Page, Scores, Store, StoreError, Wanted};
use crate::db::Arg;
use serde::Deserialize;

/// Segments that a reply names; the others are added up.
pub(crate) const SEGMENTS: usize = 50;

/// One value by which tallies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facet<'a> {
    /// All answers of the metric.
    All,
    /// Those to one survey.
    Survey(&'a str),
    /// Those to one question of a survey.
    Question(&'a str, &'a str),
    /// Those at one touchpoint.
    Touchpoint(&'a str),
    /// Those given in one language.
    Language(&'a str),
    /// Those with a flag.
    Flagged,
}

impl Facet<'_> {
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
    /// `None`: those that have no value there.
    pub(crate) name: Option<String>,
    pub(crate) counts: Counts,
}

/// What is to be counted. Answers that are left out of numbers are in none.
pub(crate) struct Wish<'a> {
    pub(crate) shop: &'a str,
    pub(crate) metric: &'static str,
    /// First and last day, both counted, in days since 1970.
    pub(crate) days: (i64, i64),
    pub(crate) subset: &'a Subset,
    pub(crate) segment: Option<&'a Segment>,
}

impl Wish<'_> {
    /// Rows that a statement gives at most: the days, and more segments than are named.
    fn limit(&self) -> i64 {
        self.days.1 - self.days.0 + 2 + SEGMENTS as i64
    }

    /// By what the rows of a statement are: 0 = days, 1 = segments.
    const fn kinds(&self) -> &'static str {
        if self.segment.is_some() { "[0,1]" } else { "[0]" }
    }
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) source: Source,
    pub(crate) days: Vec<DayTally>,
    /// The largest first. If there are more than are named, the smallest may be missing.
    pub(crate) segments: Vec<SegmentTally>,
}

/// Whether it could be counted.
pub(crate) enum Counted {
    Found(Found),
    /// So many answers would have to be looked at: more than [`MOST`].
    TooMany(i64),
}

/// A row of any statement here.
#[derive(Deserialize)]
struct Row {
    /// 0 = of a day, 1 = of a segment.
    #[serde(default)]
    kind: u8,
    day: Option<i64>,
    #[serde(default)]
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

/// Sorts rows into days and segments.
fn sorted(source: Source, rows: Vec<Row>) -> Found {
    let mut found = Found { source, days: Vec::new(), segments: Vec::new() };
    for row in rows {
        let counts = row.counts();
        match (row.kind, row.day) {
            (0, Some(day)) => found.days.push(DayTally { day, counts }),
            _ => found.segments.push(SegmentTally { name: row.segment.filter(|name| !name.is_empty()), counts }),
        }
    }
    found
}

/// The days without those answers that are counted in `less` as well.
fn without(mut days: Vec<DayTally>, less: &[DayTally]) -> Vec<DayTally> {
    for day in &mut days {
        let Some(less) = less.iter().find(|less| less.day == day.day) else { continue };
        for (count, less) in day.counts.iter_mut().zip(less.counts) {
            *count -= less;
        }
    }
    days
}

/// The days of one value.
pub(super) const DAYS: &str = "SELECT day, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM tallies \
     WHERE shop = ?1 AND metric = ?2 AND facet = ?3 AND value = ?4 AND day BETWEEN ?5 AND ?6 ORDER BY day";

pub(super) fn facet_arguments<'a>(wish: &Wish<'a>, facet: &'static str, value: &'a str) -> [Arg; 6] {
    [wish.shop.into(), wish.metric.into(), facet.into(), value.into(), wish.days.0.into(), wish.days.1.into()]
}

impl Store {
    /// Counts from whatever can tell it with the fewest rows read.
    pub(crate) async fn count(&self, wish: &Wish<'_>) -> Result<Counted, StoreError> {
        let source = Source::of(wish.subset, wish.segment);
        let days = match source {
            Source::Days => match wish.subset.facet() {
                Some(facet) => self.days(wish, &facet).await?,
                // Without the flagged ones.
                None => without(self.days(wish, &Facet::All).await?, &self.days(wish, &Facet::Flagged).await?),
            },
            Source::Cells => return Ok(Counted::Found(self.count_cells(wish).await?)),
            Source::Responses => return self.count_answers(wish).await,
        };
        Ok(Counted::Found(Found { source, days, segments: Vec::new() }))
    }

    /// The days of a range that have answers. Reads one row a day.
    async fn days(&self, wish: &Wish<'_>, facet: &Facet<'_>) -> Result<Vec<DayTally>, StoreError> {
        let (name, value) = facet.columns();
        Ok(sorted(Source::Days, self.database.rows::<Row>(DAYS, &facet_arguments(wish, name, &value)).await?).days)
    }
}
