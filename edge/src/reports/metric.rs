//! A metric: its value, its interval, how it developed and how it differs between segments.

pub(crate) mod segments;
mod trend;

#[cfg(test)]
use crate::openapi::{Enough, IntervalMethod, MetricName, TrendInterval};
use crate::{
    reports::{DayRange, ReportError},
    store::{CountResult, LeftOut, MAX_SCANNED_RESPONSES, MetricCounts, MetricFilter, MetricQuery, Segment, Store},
    time::{calendar::Interval as Step, clock},
};
use insight::{Interval, Metric, Summary, Tally};
use segments::SegmentReport;
use serde::Serialize;
use std::collections::BTreeMap;
use trend::TrendPoint;

/// Which metric to report, of which responses.
pub(crate) struct MetricQuestion<'a> {
    pub(crate) metric: Metric,
    pub(crate) days: DayRange<'a>,
    pub(crate) trend_by: Step,
    pub(crate) filter: &'a MetricFilter,
    pub(crate) segment_by: Option<&'a Segment>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// A metric with its confidence interval, trend and segments. No number is rounded.
pub(crate) struct MetricReport {
    #[cfg_attr(test, schema(value_type = MetricName))]
    metric: &'static str,
    /// First and last day, both inclusive, in the shop's time zone.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    time_zone: String,
    /// `tallies`, or `responses` if no tally covers the filters and every response was read.
    counted_from: &'static str,
    /// NPS from -100 to 100; the percentage of scores 5 to 7 for CES and agreement, 4 and 5 for CSAT. Null without answers.
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    /// Number of answers.
    n: u64,
    left_out: LeftOutReport,
    /// The confidence interval of `value`.
    #[cfg_attr(test, schema(required))]
    interval: Option<ValueInterval>,
    /// Mean, its interval and the median, for metrics that are usually reported with them (CES).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    average: Option<Average>,
    /// How often each score was given.
    #[cfg_attr(test, schema(value_type = BTreeMap<String, u64>))]
    distribution: BTreeMap<u8, u64>,
    #[cfg_attr(test, schema(value_type = Enough))]
    enough: &'static str,
    /// The period that each point of the trend covers.
    #[cfg_attr(test, schema(value_type = TrendInterval))]
    trend_by: &'static str,
    /// The days, weeks or months that have answers.
    trend: Vec<TrendPoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    segment_by: Option<String>,
    /// The largest first, then the suppressed ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    segments: Option<Vec<SegmentReport>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = LeftOut))]
/// Answers that match the filters but do not count: the owner excluded them or, unless `flag` asks for flagged ones, they are
/// flagged.
struct LeftOutReport {
    total: u64,
    /// How many for each reason: `excluded`, or the name of a flag. An answer has one reason, the strongest. Reasons without
    /// answers are missing.
    #[cfg_attr(test, schema(value_type = BTreeMap<String, u64>))]
    reasons: BTreeMap<&'static str, u64>,
}

impl LeftOutReport {
    fn of(left_out: &LeftOut) -> Result<Self, ReportError> {
        let mut reasons = BTreeMap::new();
        for (reason, count) in left_out.by_reason().filter(|(_, count)| *count != 0) {
            let count = u64::try_from(count).map_err(|_| corrupt(format!("{count} answers left out as {reason}")))?;
            reasons.insert(reason, count);
        }
        Ok(Self { total: reasons.values().sum(), reasons })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Interval))]
/// A confidence interval, in the unit of its value.
struct ValueInterval {
    /// How often such an interval contains the true value: 0.95.
    level: f64,
    low: f64,
    high: f64,
    #[cfg_attr(test, schema(value_type = IntervalMethod))]
    method: &'static str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// Mean and median, in points of the scale.
struct Average {
    mean: f64,
    median: f64,
    /// Null for a single answer, and if all answers are equal.
    #[cfg_attr(test, schema(required))]
    interval: Option<ValueInterval>,
}

impl From<Interval> for ValueInterval {
    fn from(interval: Interval) -> Self {
        Self {
            level: interval.level.confidence(),
            low: interval.low,
            high: interval.high,
            method: interval.method.as_str(),
        }
    }
}

impl From<insight::Average> for Average {
    fn from(average: insight::Average) -> Self {
        Self { mean: average.mean, median: average.median, interval: average.interval.map(ValueInterval::from) }
    }
}

/// Counts the answers of a shop and reports the metric.
pub(crate) async fn load(
    store: &Store,
    shop: &str,
    question: &MetricQuestion<'_>,
) -> Result<MetricReport, ReportError> {
    let request = MetricQuery {
        shop,
        metric: question.metric.as_str(),
        days: (question.days.from, question.days.to),
        filter: question.filter,
        segment: question.segment_by,
    };
    match store.tallies().count(&request).await? {
        CountResult::Counts(counts) => MetricReport::of(question, counts),
        CountResult::TooMany(found) => Err(ReportError::TooManyAnswers { found, limit: MAX_SCANNED_RESPONSES }),
    }
}

impl MetricReport {
    fn of(question: &MetricQuestion<'_>, counts: MetricCounts) -> Result<Self, ReportError> {
        let metric = question.metric;
        let mut total = Tally::new(metric);
        let mut days = Vec::with_capacity(counts.days.len());
        for day in &counts.days {
            let tally = tally_of(metric, &day.counts)?;
            total.merge(&tally).map_err(corrupt)?;
            days.push((day.day, tally));
        }
        let segments = match question.segment_by {
            Some(segment) => Some(segments::split(&total, segment, counts.segments)?),
            None => None,
        };
        let summary = Summary::of(&total);
        Ok(Self {
            metric: metric.as_str(),
            from: clock::iso_day(question.days.from),
            to: clock::iso_day(question.days.to),
            time_zone: question.days.time_zone.to_owned(),
            counted_from: counts.source.as_str(),
            value: summary.value,
            n: summary.n,
            left_out: LeftOutReport::of(&counts.left_out)?,
            interval: summary.interval.map(ValueInterval::from),
            average: summary.average.map(Average::from),
            distribution: summary.distribution.iter().collect(),
            enough: summary.enough.as_str(),
            trend_by: question.trend_by.as_str(),
            trend: trend::points(question.trend_by, question.days, &days)?,
            segment_by: question.segment_by.map(segments::name),
            segments,
        })
    }
}

/// The tally of counts by score.
fn tally_of(metric: Metric, counts: &[i64; 11]) -> Result<Tally, ReportError> {
    let mut rows = Vec::new();
    for (score, &count) in (0_u8..).zip(counts) {
        let count = u64::try_from(count).map_err(|_| corrupt(format!("{count} answers with the score {score}")))?;
        if count > 0 {
            rows.push((score, count));
        }
    }
    Tally::from_counts(metric, rows).map_err(corrupt)
}

fn corrupt(cause: impl std::fmt::Display) -> ReportError {
    ReportError::corrupt("the tallies of a metric", cause)
}

#[cfg(test)]
mod tests;
