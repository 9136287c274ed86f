//! The trend of a metric: one point for each day, week or month that has answers.

use super::{Step, ValueInterval, corrupt};
#[cfg(test)]
use crate::openapi::Enough;
use crate::{
    reports::{DayRange, ReportError},
    time::clock,
};
use insight::{Summary, Tally};
use serde::Serialize;

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// One day, week or month of the trend.
pub(super) struct TrendPoint {
    /// First day of the period, even if the range starts later: a Monday, or the first of a month.
    #[cfg_attr(test, schema(format = Date))]
    date: String,
    /// True if the range covers only part of the period; omitted otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, schema(required = false))]
    partial: bool,
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    pub(super) n: u64,
    #[cfg_attr(test, schema(required))]
    interval: Option<ValueInterval>,
    #[cfg_attr(test, schema(value_type = Enough))]
    enough: &'static str,
}

/// The points of a range, from its days in chronological order.
pub(super) fn points(
    trend_by: Step,
    range: DayRange<'_>,
    days: &[(i64, Tally)],
) -> Result<Vec<TrendPoint>, ReportError> {
    let mut points = Vec::new();
    for group in days.chunk_by(|(one, _), (other, _)| trend_by.around(*one) == trend_by.around(*other)) {
        let Some((day, first)) = group.first() else { continue };
        let mut tally = Tally::new(first.metric());
        for (_, part) in group {
            tally.merge(part).map_err(corrupt)?;
        }
        let summary = Summary::of(&tally);
        let period = trend_by.around(*day);
        // If all answers of a day were revised or deleted, its row remains with zeros.
        if summary.n > 0 {
            points.push(TrendPoint {
                date: clock::iso_day(period.first),
                partial: period.first < range.from || period.last > range.to,
                value: summary.value,
                n: summary.n,
                interval: summary.interval.map(ValueInterval::from),
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
    fn answers_are_grouped_by_day_week_or_month() {
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
        let (from, to) = (parse_day("2026-10-28").unwrap(), parse_day("2026-12-01").unwrap());
        let range = DayRange { from, to, time_zone: "UTC" };
        let found = |step| -> Vec<(String, u64, bool)> {
            points(step, range, &days).unwrap().into_iter().map(|point| (point.date, point.n, point.partial)).collect()
        };
        let expect = |expected: &[(&str, u64, bool)]| -> Vec<(String, u64, bool)> {
            expected.iter().map(|(date, n, partial)| ((*date).to_owned(), *n, *partial)).collect()
        };
        let by_day = [3, 2, 1, 30, 7, 5];
        assert_eq!(found(Step::Day).iter().map(|(_, n, _)| *n).collect::<Vec<_>>(), by_day);
        assert!(found(Step::Day).iter().all(|(.., partial)| !partial));
        assert_eq!(
            found(Step::Week),
            expect(&[("2026-10-26", 5, true), ("2026-11-02", 31, false), ("2026-11-30", 12, true)])
        );
        assert_eq!(
            found(Step::Month),
            expect(&[("2026-10-01", 3, true), ("2026-11-01", 40, false), ("2026-12-01", 5, true)])
        );
        let week = &points(Step::Week, range, &days).unwrap()[0];
        assert_eq!((week.value, week.enough), (Some(20.0), "none"));
        assert!(week.interval.as_ref().is_some_and(|interval| interval.method == "adjusted_wald"));
        assert_eq!(points(Step::Day, range, &[]).unwrap(), []);
    }
}
