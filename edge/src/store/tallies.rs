//! Tallies: what metrics are read from.

use super::{Store, StoreError};
use serde::Deserialize;

/// By what answers are picked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facet<'a> {
    /// All answers of the metric.
    All,
    /// Those to one survey.
    Survey(&'a str),
    /// Those at one touchpoint.
    Touchpoint(&'a str),
    /// Those given in one language.
    Language(&'a str),
    /// Those with a flag.
    Flagged,
}

impl<'a> Facet<'a> {
    const fn columns(&self) -> (&'static str, &'a str) {
        match self {
            Self::All => ("all", ""),
            Self::Survey(survey) => ("survey", survey),
            Self::Touchpoint(touchpoint) => ("touchpoint", touchpoint),
            Self::Language(language) => ("language", language),
            Self::Flagged => ("flagged", ""),
        }
    }
}

/// Counts per score of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTally {
    /// Days since 1970.
    pub(crate) day: i64,
    /// `counts[s]` answers gave the score `s`.
    pub(crate) counts: [i64; 11],
}

#[derive(Deserialize)]
struct Row {
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
}

impl Store {
    /// The days of a range (both ends in it) that have answers. Reads one row a day.
    pub(crate) async fn tallies(
        &self,
        shop: &str,
        metric: &str,
        facet: &Facet<'_>,
        from: i64,
        to: i64,
    ) -> Result<Vec<DayTally>, StoreError> {
        let (name, value) = facet.columns();
        let sql = "SELECT day, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM tallies \
                   WHERE shop = ?1 AND metric = ?2 AND facet = ?3 AND value = ?4 AND day BETWEEN ?5 AND ?6 \
                   ORDER BY day";
        let arguments = [shop.into(), metric.into(), name.into(), value.into(), from.into(), to.into()];
        let rows = self.database.rows::<Row>(sql, &arguments).await?;
        let tally = |row: Row| DayTally {
            day: row.day,
            counts: [row.c0, row.c1, row.c2, row.c3, row.c4, row.c5, row.c6, row.c7, row.c8, row.c9, row.c10],
        };
        Ok(rows.into_iter().map(tally).collect())
    }
}
