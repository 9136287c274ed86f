//! How a metric went: a point for each day, week or month that has answers.

#[cfg(test)]
use super::EnoughWord;
use super::{Step, WireInterval, broken};
use crate::{http::error::Error, time::clock};
use insight::{Summary, Tally};
use serde::Serialize;

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = TrendPoint))]
/// A day, a week or a month.
pub(super) struct Point {
    /// First day of the period, also where the range begins within it: a Monday, or the first of a month.
    #[cfg_attr(test, schema(format = Date))]
    date: String,
    /// Whether the range cuts the period; left out if not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, schema(required = false))]
    partial: bool,
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    pub(super) n: u64,
    #[cfg_attr(test, schema(required))]
    interval: Option<WireInterval>,
    #[cfg_attr(test, schema(value_type = EnoughWord))]
    enough: &'static str,
}

/// The points of days in their order.
pub(super) fn of(step: Step, (from, to): (i64, i64), days: &[(i64, Tally)]) -> Result<Vec<Point>, Error> {
    let mut points = Vec::new();
    for group in days.chunk_by(|(one, _), (other, _)| step.around(*one) == step.around(*other)) {
        let Some((day, first)) = group.first() else { continue };
        let mut tally = Tally::new(first.metric());
        for (_, part) in group {
            tally.merge(part).map_err(broken)?;
        }
        let summary = Summary::of(&tally);
        let period = step.around(*day);
        // A day whose answers were all corrected or deleted has a row of zeros.
        if summary.n > 0 {
            points.push(Point {
                date: clock::iso_day(period.first),
                partial: period.first < from || period.last > to,
                value: summary.value,
                n: summary.n,
                interval: summary.interval.map(WireInterval::from),
                enough: summary.enough.as_str(),
            });
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock::parse_day;
    use insight::Metric;

    #[test]
    fn days_weeks_and_months() {
        let answers = [
            ("2026-10-31", 3, 10),
            ("2026-11-01", 2, 0),
            ("2026-11-02", 1, 10),
            ("2026-11-08", 30, 10),
            ("2026-11-09", 0, 10),
            ("2026-11-30", 7, 10),
            ("2026-12-01", 5, 10),
        ];
        let days: Vec<(i64, Tally)> = answers
            .iter()
            .map(|(day, n, score)| (parse_day(day).unwrap(), Tally::from_counts(Metric::Nps, [(*score, *n)]).unwrap()))
            .collect();
        let range = (parse_day("2026-10-28").unwrap(), parse_day("2026-12-01").unwrap());
        let told = |step| -> Vec<(String, u64, bool)> {
            of(step, range, &days).unwrap().into_iter().map(|point| (point.date, point.n, point.partial)).collect()
        };
        let expect = |points: &[(&str, u64, bool)]| -> Vec<(String, u64, bool)> {
            points.iter().map(|(date, n, partial)| ((*date).to_owned(), *n, *partial)).collect()
        };
        let by_day = [3, 2, 1, 30, 7, 5];
        assert_eq!(told(Step::Day).iter().map(|(_, n, _)| *n).collect::<Vec<_>>(), by_day);
        assert!(told(Step::Day).iter().all(|(.., partial)| !partial));
        assert_eq!(
            told(Step::Week),
            expect(&[("2026-10-26", 5, true), ("2026-11-02", 31, false), ("2026-11-30", 12, true)])
        );
        assert_eq!(
            told(Step::Month),
            expect(&[("2026-10-01", 3, true), ("2026-11-01", 40, false), ("2026-12-01", 5, true)])
        );
        let week = &of(Step::Week, range, &days).unwrap()[0];
        assert_eq!((week.value, week.enough), (Some(20.0), "none"));
        assert!(week.interval.as_ref().is_some_and(|interval| interval.method == "adjusted_wald"));
        assert_eq!(of(Step::Day, range, &[]).unwrap(), []);
    }
}
