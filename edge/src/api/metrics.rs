//! `GET /v1/metrics`: a number, how sure it is, and how it came about.

mod request;
mod segments;
mod trend;

#[cfg(test)]
use crate::openapi::{
    ClassName, Date, DeviceClass, Enough as EnoughWord, FlagFilter, IntervalMethod, LanguageTag, MetricName, PagePath,
    Slug, TrendInterval,
};
use crate::{
    http::{auth::Reader, error::Error, query::Query, reply::ok},
    store::{Counted, CountedAs, MOST, Wish},
    time::{calendar::Interval as Step, clock, zone::Zone},
};
use axum::{extract::RawQuery, response::Response};
use insight::{Interval, Summary, Tally};
use request::Choice;
use segments::WireSegment;
use serde::Serialize;
use std::collections::BTreeMap;
use survey::Code;
use trend::Point;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = MetricReport))]
/// A number, how sure it is, and how it came about. Nothing is rounded.
struct Reply {
    #[cfg_attr(test, schema(value_type = MetricName))]
    metric: &'static str,
    /// First and last day, both counted, in the shop's time zone.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    time_zone: String,
    /// `tallies`, or `responses` where what is asked is not counted in advance.
    counted_from: &'static str,
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
    /// What a point of the trend stands for.
    #[cfg_attr(test, schema(value_type = TrendInterval))]
    trend_by: &'static str,
    /// The days, weeks or months that have answers.
    trend: Vec<Point>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    segment_by: Option<String>,
    /// The largest first, then those that are suppressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    segments: Option<Vec<WireSegment>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
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
    summary = "Get a metric",
    description = "Value, number of answers, 95 % confidence interval, distribution and trend, with any combination of filters and \
        optionally by segment. Filters by survey, touchpoint, language, device and flag=none or any use precomputed \
        tallies; any other filter scans at most 100,000 answers. Excluded responses are never counted.",
    params(
        ("metric" = MetricName, Query, description = "The metric."),
        ("from" = Option<Date>, Query, description = "The first day, in the shop's time zone; 29 days before `to` if omitted."),
        ("to" = Option<Date>, Query, description = "The last day; today if omitted. At most 366 days."),
        ("interval" = Option<TrendInterval>, Query, description = "The period of one point of the trend; `day` if omitted. Weeks begin on Monday."),
        ("segment_by" = Option<String>, Query, description = "The dimension of the segments: `touchpoint`, `language`, `device`, `survey`, `page`, `class` (of the response's NPS), `tag` or `trait.` and a name. Segments with fewer than 10 answers are suppressed; if there is only one, the next larger one is suppressed too."),
        ("survey" = Option<String>, Query, description = "Only answers to this survey."),
        ("question" = Option<Slug>, Query, description = "Only answers to this question."),
        ("choice" = Option<String>, Query, description = "Only answers of shoppers who chose this at `question`; `~other` for free text."),
        ("touchpoint" = Option<Slug>, Query, description = "Only answers at this touchpoint."),
        ("language" = Option<LanguageTag>, Query, description = "Only answers in this language."),
        ("device" = Option<DeviceClass>, Query, description = "Only answers from this class of device."),
        ("flag" = Option<FlagFilter>, Query, description = "Only answers with this flag, with any, or with none."),
        ("class" = Option<ClassName>, Query, description = "Only answers of shoppers with a score of this class: `promoter`, `passive`, `detractor` of NPS, `satisfied`, `dissatisfied`, `easy`, `difficult`, `agrees`, `disagrees`, or `neutral` of the requested metric."),
        ("score_min" = Option<u8>, Query, description = "Only answers with this score or higher."),
        ("score_max" = Option<u8>, Query, description = "Only answers with this score or lower."),
        ("has_text" = Option<bool>, Query, description = "Whether the response contains free text."),
        ("complete" = Option<bool>, Query, description = "Whether the survey was answered to its end."),
        ("page" = Option<PagePath>, Query, description = "The path of the page like `/thank-you`, or a prefix followed by `*`."),
        ("trait.NAME" = Option<String>, Query, description = "Only answers with this value of the trait NAME. Any name may follow the dot, and several traits can be combined."),
        ("tag" = Option<String>, Query, description = "Only answers with this tag."),
        ("order_id" = Option<String>, Query, description = "Only answers after this order."),
        ("order_min" = Option<i64>, Query, description = "Only orders of at least this value, in minor units. Requires `currency`."),
        ("order_max" = Option<i64>, Query, description = "Only orders of at most this value, in minor units. Requires `currency`."),
        ("currency" = Option<String>, Query, description = "Only answers with an order in this currency, like `PLN`."),
        ("customer" = Option<String>, Query, description = "Only answers of this customer."),
    ),
    responses(
        (status = 200, description = "The metric.", body = Reply),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let zone = owner.zone().await?;
    let mut query = Query::read(text.as_deref(), &request::KNOWN);
    let choice = Choice::read(&mut query);
    let days = query.days(zone.day_of(owner.now));
    let choice =
        query.or(choice)?.ok_or_else(|| Error::internal("a metric query without problems has no metric".to_owned()))?;
    let wish = Wish {
        shop: &owner.shop,
        metric: choice.metric.as_str(),
        days,
        subset: &choice.subset,
        segment: choice.segment.as_ref(),
    };
    match owner.store.count(&wish).await? {
        Counted::Found(found) => Ok(ok(&reply(&choice, days, &zone, found)?)),
        Counted::TooMany(answers) => Err(too_many(answers)),
    }
}

fn too_many(answers: i64) -> Error {
    let message = format!(
        "is too early: for these filters every answer is looked at, {MOST} at most, and there are {answers} or more; \
         narrow 'from' and 'to', or filter and split by survey, touchpoint, language, device and flag=none or any alone"
    );
    Error::refused(Code::TooMany, "query.from", message)
}

/// Counts of scores as a tally.
fn tally(metric: insight::Metric, counts: &[i64; 11]) -> Result<Tally, Error> {
    let mut rows = Vec::new();
    for (score, &count) in (0_u8..).zip(counts) {
        let count = u64::try_from(count)
            .map_err(|_| Error::internal(format!("{count} answers of {} gave {score}", metric.as_str())))?;
        if count > 0 {
            rows.push((score, count));
        }
    }
    Tally::from_counts(metric, rows).map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("a tally does not add up: {error}"))
}

fn reply(choice: &Choice, (from, to): (i64, i64), zone: &Zone, found: CountedAs) -> Result<Reply, Error> {
    let metric = choice.metric;
    let mut total = Tally::new(metric);
    let mut days = Vec::with_capacity(found.days.len());
    for day in &found.days {
        let tally = tally(metric, &day.counts)?;
        total.merge(&tally).map_err(broken)?;
        days.push((day.day, tally));
    }
    let segments = match &choice.segment {
        Some(segment) => Some(segments::of(metric, &total, segment, found.segments)?),
        None => None,
    };
    let summary = Summary::of(&total);
    Ok(Reply {
        metric: metric.as_str(),
        from: clock::iso_day(from),
        to: clock::iso_day(to),
        time_zone: zone.name().to_owned(),
        counted_from: found.source.as_str(),
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
        trend_by: choice.step.as_str(),
        trend: trend::of(choice.step, (from, to), &days)?,
        segment_by: choice.segment.as_ref().map(request::name),
        segments,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DayTally, Source, Subset};
    use insight::Metric;

    fn day(day: i64, scores: &[(usize, i64)]) -> DayTally {
        let mut counts = [0; 11];
        for &(score, count) in scores {
            counts[score] = count;
        }
        DayTally { day, counts }
    }

    fn replied(metric: Metric, days: &[DayTally]) -> Result<Reply, Error> {
        let choice = Choice { metric, step: Step::Day, subset: Subset::default(), segment: None };
        let found = CountedAs { source: Source::Days, days: days.to_vec(), segments: Vec::new() };
        reply(&choice, (10, 12), &Zone::new("UTC"), found)
    }

    #[test]
    fn days_add_up() {
        let reply = replied(Metric::Nps, &[day(10, &[(9, 2), (3, 1)]), day(11, &[]), day(12, &[(10, 1)])]).unwrap();
        assert_eq!((reply.n, reply.value), (4, Some(50.0)));
        assert_eq!(reply.trend.iter().map(|point| point.n).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(reply.distribution.get(&9), Some(&2));
        assert_eq!(reply.distribution.len(), 11);
    }

    #[test]
    fn the_documents_example_is_a_reply() {
        let text = include_str!("../../../docs/metrics.md");
        let example = text.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let example: serde_json::Value = serde_json::from_str(example).unwrap();
        let number = |date: &str| clock::parse_day(date).unwrap();
        let days = [day(number("2026-11-01"), &[(5, 1)]), day(number("2026-11-18"), &[(5, 4), (4, 3), (3, 1), (1, 1)])];
        let choice = Choice { metric: Metric::Csat, step: Step::Week, subset: Subset::default(), segment: None };
        let found = CountedAs { source: Source::Days, days: days.to_vec(), segments: Vec::new() };
        let range = (number("2026-11-01"), number("2026-11-28"));
        let reply = reply(&choice, range, &Zone::new("Europe/Warsaw"), found).unwrap();
        // Read like the example: reading moves the last bit of a number.
        let reply: serde_json::Value = serde_json::from_str(&serde_json::to_string(&reply).unwrap()).unwrap();
        assert_eq!(reply, example);
    }

    #[test]
    fn what_cannot_be_is_not_shown() {
        assert!(replied(Metric::Nps, &[day(10, &[(9, -1)])]).is_err());
        assert!(replied(Metric::Csat, &[day(10, &[(9, 1)])]).is_err());
    }

    #[test]
    fn a_refusal_says_how_many_there_are() {
        let Error::Invalid(problems) = too_many(123_456) else { panic!("no refusal") };
        assert!(problems[0].message.contains("123456") && problems[0].message.contains("100000"), "{problems:?}");
    }
}
