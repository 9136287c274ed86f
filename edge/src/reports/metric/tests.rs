use super::*;
use crate::store::{DayTally, LeftOut, SegmentTally, Source};

const DAYS: DayRange<'static> = DayRange { from: 10, to: 12, time_zone: "UTC" };

fn counts(scores: &[(usize, i64)]) -> [i64; 11] {
    let mut counts = [0; 11];
    for &(score, count) in scores {
        counts[score] = count;
    }
    counts
}

fn counted(days: &[(i64, &[(usize, i64)])]) -> MetricCounts {
    let days = days.iter().map(|(day, scores)| DayTally { day: *day, counts: counts(scores) }).collect();
    MetricCounts { source: Source::Days, days, segments: Vec::new(), left_out: LeftOut::default() }
}

fn report(metric: Metric, days: &[(i64, &[(usize, i64)])]) -> Result<MetricReport, ReportError> {
    let filter = MetricFilter::default();
    let question = MetricQuestion { metric, days: DAYS, trend_by: Step::Day, filter: &filter, segment_by: None };
    MetricReport::of(&question, counted(days))
}

#[test]
fn values_of_each_metric() {
    for (name, metric, scores, value, n, enough, has_average) in [
        ("no answers", Metric::Nps, [].as_slice(), None, 0, "none", false),
        (
            "NPS is promoters minus detractors",
            Metric::Nps,
            &[(9, 3), (7, 5), (3, 1)],
            Some(200.0 / 9.0),
            9,
            "none",
            false,
        ),
        ("CSAT counts 4 and 5", Metric::Csat, &[(5, 6), (4, 3), (1, 3)], Some(75.0), 12, "few", false),
        ("CES counts 5 to 7 and has a mean", Metric::Ces, &[(7, 30), (1, 10)], Some(75.0), 40, "ok", true),
        ("agreement counts 5 to 7", Metric::Agree, &[(5, 10), (4, 10)], Some(50.0), 20, "few", false),
    ] {
        let report = report(metric, &[(10, scores)]).unwrap();
        assert_eq!(
            (report.value.map(f64::round), report.n, report.enough),
            (value.map(f64::round), n, enough),
            "{name}"
        );
        assert_eq!(report.average.is_some(), has_average, "{name}");
        assert_eq!(report.interval.is_some(), n > 0, "{name}");
    }
}

#[test]
fn the_days_of_a_range_add_up() {
    let days: [(i64, &[(usize, i64)]); 3] = [(10, &[(9, 2), (3, 1)]), (11, &[]), (12, &[(10, 1)])];
    let report = report(Metric::Nps, &days).unwrap();
    assert_eq!((report.n, report.value), (4, Some(50.0)));
    assert_eq!(report.trend.iter().map(|point| point.n).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(report.distribution.get(&9), Some(&2));
    assert_eq!(report.distribution.len(), 11);
}

#[test]
fn what_is_left_out_is_reported_by_reason() {
    let filter = MetricFilter::default();
    let question =
        MetricQuestion { metric: Metric::Nps, days: DAYS, trend_by: Step::Day, filter: &filter, segment_by: None };
    for (reasons, expected) in [
        ([].as_slice(), Some(serde_json::json!({ "total": 0, "reasons": {} }))),
        (
            &[("no_token", 3), ("excluded", 1), ("excluded_flagged", 1), ("too_fast", 0)],
            Some(serde_json::json!({ "total": 5, "reasons": { "excluded": 2, "no_token": 3 } })),
        ),
        (&[("honeypot", -1)], None),
    ] {
        let mut counts = counted(&[(10, &[(9, 1)])]);
        for (reason, count) in reasons {
            counts.left_out.add(reason, *count);
        }
        let report = MetricReport::of(&question, counts).map(|report| serde_json::to_value(report.left_out).unwrap());
        assert_eq!(report.ok(), expected, "{reasons:?}");
    }
}

#[test]
fn segments_appear_only_if_requested() {
    let filter = MetricFilter::default();
    let mut counts = counted(&[(10, &[(9, 40)])]);
    counts.segments.push(SegmentTally { name: Some("pl".to_owned()), counts: counts.days[0].counts });
    let segment = Segment::Language;
    for (segment_by, name, segments) in [(None, None, None), (Some(&segment), Some("language"), Some(1))] {
        let question =
            MetricQuestion { metric: Metric::Nps, days: DAYS, trend_by: Step::Week, filter: &filter, segment_by };
        let report = MetricReport::of(&question, counts.clone()).unwrap();
        assert_eq!(report.segment_by.as_deref(), name);
        assert_eq!(report.segments.map(|segments| segments.len()), segments);
    }
}

#[test]
fn the_example_of_the_documentation_is_a_report() {
    let text = include_str!("../../../../docs/metrics.md");
    let example = text.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let example: serde_json::Value = serde_json::from_str(example).unwrap();
    let number = |date: &str| clock::parse_day(date).unwrap();
    let mut counts =
        counted(&[(number("2026-11-01"), &[(5, 1)]), (number("2026-11-18"), &[(5, 4), (4, 3), (3, 1), (1, 1)])]);
    counts.left_out.add("no_token", 2);
    counts.left_out.add("excluded", 1);
    let filter = MetricFilter::default();
    let question = MetricQuestion {
        metric: Metric::Csat,
        days: DayRange { from: number("2026-11-01"), to: number("2026-11-28"), time_zone: "Europe/Warsaw" },
        trend_by: Step::Week,
        filter: &filter,
        segment_by: None,
    };
    let report = MetricReport::of(&question, counts).unwrap();
    // Parsing moves the last bit of a number, so the report is parsed like the example.
    let report: serde_json::Value = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!(report, example);
}

#[test]
fn impossible_counts_are_an_error() {
    for (name, metric, scores) in [
        ("a negative count", Metric::Nps, [(9, -1)]),
        ("a score above the scale", Metric::Csat, [(9, 1)]),
        ("a score below the scale", Metric::Ces, [(0, 1)]),
    ] {
        let error = report(metric, &[(10, &scores)]).unwrap_err();
        assert!(matches!(error, ReportError::Corrupt(_)), "{name}: {error:?}");
    }
}
