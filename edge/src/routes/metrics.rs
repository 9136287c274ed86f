//! `GET /v1/metrics`: a number, how sure it is, and how it came about.

use super::json;
#[cfg(test)]
use crate::openapi::{Date, Enough as EnoughWord, IntervalMethod, MetricName, NoFlag};
use crate::{
    app::App,
    auth, clock,
    error::Error,
    query::Query,
    store::{DayTally, Facet},
};
use axum::{extract::RawQuery, response::Response};
use http::{HeaderMap, StatusCode};
use insight::{Interval, Metric, Summary, Tally};
use serde::Serialize;
use std::collections::BTreeMap;
use survey::Code;

const KNOWN: [&str; 7] = ["metric", "from", "to", "survey", "touchpoint", "language", "flag"];

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = MetricReport))]
/// A number, how sure it is, and how it came about. Nothing is rounded.
struct Reply {
    #[cfg_attr(test, schema(value_type = MetricName))]
    metric: &'static str,
    /// First and last day, both counted.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    /// NPS in points from -100 to 100; CES and agreement the percentage of 5 to 7; CSAT of 4 and 5. Null without answers.
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    /// How many answers.
    n: u64,
    /// Between which values the truth lies.
    #[cfg_attr(test, schema(required))]
    interval: Option<WireInterval>,
    /// Mean, its interval and the median, for metrics that are read with them (CES).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    average: Option<WireAverage>,
    /// How often each score was given.
    #[cfg_attr(test, schema(value_type = BTreeMap<String, u64>))]
    distribution: BTreeMap<u8, u64>,
    #[cfg_attr(test, schema(value_type = EnoughWord))]
    enough: &'static str,
    /// The days that have answers.
    trend: Vec<Point>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Interval))]
/// An interval, in the unit of its value.
struct WireInterval {
    /// How often such an interval holds the truth: 0.95.
    level: f64,
    low: f64,
    high: f64,
    #[cfg_attr(test, schema(value_type = IntervalMethod))]
    method: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Average))]
/// Mean and median, in points of the scale.
struct WireAverage {
    mean: f64,
    median: f64,
    /// Null for one answer, and when all are the same.
    #[cfg_attr(test, schema(required))]
    interval: Option<WireInterval>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = TrendPoint))]
/// One day.
struct Point {
    #[cfg_attr(test, schema(format = Date))]
    date: String,
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    n: u64,
}

impl From<Interval> for WireInterval {
    fn from(interval: Interval) -> Self {
        Self {
            level: interval.level.confidence(),
            low: interval.low,
            high: interval.high,
            method: interval.method.as_str(),
        }
    }
}

/// `GET /v1/metrics`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/metrics", operation_id = "getMetric", tag = "Results",
    summary = "A number and how sure it is",
    description = "Value, number of answers, 95 % interval, distribution, and the days.",
    params(
        ("metric" = MetricName, Query, description = "Which number."),
        ("from" = Option<Date>, Query, description = "First day, UTC; 29 days before `to` if left out."),
        ("to" = Option<Date>, Query, description = "Last day, UTC; today if left out. At most 366 days."),
        ("survey" = Option<String>, Query, description = "Only answers to this survey."),
        ("touchpoint" = Option<String>, Query, description = "Only answers at this touchpoint."),
        ("language" = Option<String>, Query, description = "Only answers in this language."),
        ("flag" = Option<NoFlag>, Query, description = "Leaves answers with a flag out."),
    ),
    responses(
        (status = 200, description = "The number.", body = Reply),
    ),
))]
#[worker::send]
pub(crate) async fn read(app: App, RawQuery(text): RawQuery, request: HeaderMap) -> Result<Response, Error> {
    let owner = auth::reader(&app, &request).await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let metric = metric(&mut query);
    let (from, to) = query.days(clock::day_of(owner.now));
    let filters = ["survey", "touchpoint", "language"].map(|name| query.get(name).map(str::to_owned));
    let unflagged = query.get("flag") == Some("none");
    if query.get("flag").is_some_and(|name| name != "none") {
        query.add(Code::UnknownValue, "flag", "must be none: then answers with a flag are left out");
    }
    if filters.iter().flatten().count() + usize::from(unflagged) > 1 {
        let message = "can't be joined with another filter yet: give one of survey, touchpoint, language, flag";
        query.add(Code::TooMany, "survey", message);
    }
    let metric = query.or(metric)?.ok_or_else(|| Error::internal("a metric got lost".to_owned()))?;
    let facet = match &filters {
        [Some(survey), ..] => Facet::Survey(survey),
        [_, Some(touchpoint), _] => Facet::Touchpoint(touchpoint),
        [.., Some(language)] => Facet::Language(language),
        [None, None, None] => Facet::All,
    };
    let mut days = owner.store.tallies(&owner.shop, metric.as_str(), &facet, from, to).await?;
    if unflagged {
        let flagged = owner.store.tallies(&owner.shop, metric.as_str(), &Facet::Flagged, from, to).await?;
        days = without(days, &flagged);
    }
    Ok(json(StatusCode::OK, &reply(metric, from, to, &days)?))
}

fn metric(query: &mut Query) -> Option<Metric> {
    let Some(name) = query.get("metric") else {
        query.add(Code::Missing, "metric", "is required: nps, ces, csat or agree");
        return None;
    };
    let metric = Metric::parse(name);
    if metric.is_none() {
        query.add(Code::UnknownValue, "metric", "must be nps, ces, csat or agree");
    }
    metric
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

fn reply(metric: Metric, from: i64, to: i64, days: &[DayTally]) -> Result<Reply, Error> {
    let broken = |error| Error::internal(format!("a tally does not add up: {error}"));
    let mut total = Tally::new(metric);
    let mut trend = Vec::with_capacity(days.len());
    for day in days {
        let tally = tally(metric, day)?;
        total.merge(&tally).map_err(broken)?;
        let summary = Summary::of(&tally);
        // A day whose answers were all corrected or deleted has a row of zeros.
        if summary.n > 0 {
            trend.push(Point { date: clock::iso_day(day.day), value: summary.value, n: summary.n });
        }
    }
    let summary = Summary::of(&total);
    Ok(Reply {
        metric: metric.as_str(),
        from: clock::iso_day(from),
        to: clock::iso_day(to),
        value: summary.value,
        n: summary.n,
        interval: summary.interval.map(WireInterval::from),
        average: summary.average.map(|average| WireAverage {
            mean: average.mean,
            median: average.median,
            interval: average.interval.map(WireInterval::from),
        }),
        distribution: summary.distribution.iter().collect(),
        enough: summary.enough.as_str(),
        trend,
    })
}

fn tally(metric: Metric, day: &DayTally) -> Result<Tally, Error> {
    let mut rows = Vec::new();
    for (score, &count) in (0_u8..).zip(&day.counts) {
        let count = u64::try_from(count)
            .map_err(|_| Error::internal(format!("{} has {count} answers on day {}", metric.as_str(), day.day)))?;
        if count > 0 {
            rows.push((score, count));
        }
    }
    Tally::from_counts(metric, rows).map_err(|error| Error::internal(format!("day {}: {error}", day.day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64, scores: &[(usize, i64)]) -> DayTally {
        let mut counts = [0; 11];
        for &(score, count) in scores {
            counts[score] = count;
        }
        DayTally { day, counts }
    }

    #[test]
    fn days_add_up() {
        let days = [day(10, &[(9, 2), (3, 1)]), day(11, &[]), day(12, &[(10, 1)])];
        let reply = reply(Metric::Nps, 10, 12, &days).unwrap();
        assert_eq!((reply.n, reply.value), (4, Some(50.0)));
        assert_eq!(reply.trend.iter().map(|point| point.n).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(reply.distribution.get(&9), Some(&2));
        assert_eq!(reply.distribution.len(), 11);
    }

    #[test]
    fn what_cannot_be_is_not_shown() {
        assert!(reply(Metric::Nps, 10, 10, &[day(10, &[(9, -1)])]).is_err());
        assert!(reply(Metric::Csat, 10, 10, &[day(10, &[(9, 1)])]).is_err());
    }
}
