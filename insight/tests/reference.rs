//! Compares the statistics with all reference values for NPS, CSAT and CES.
//!
//! `reference_stats.json` was computed with scipy, statsmodels and exact fractions. A missing block, a missing or
//! unknown column, or a different number of rows is a failure, so that no value goes unchecked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers outside #[test] functions")]

use std::collections::BTreeMap;

use insight::metric::nps;
use insight::{Class, Interval, Level, Mean, Method, Metric, Proportion, SampleSize, Summary, Tally};
use serde::Deserialize;

/// The blocks that this crate implements.
#[derive(Deserialize)]
struct Reference {
    meta: Meta,
    nps: Vec<NpsRow>,
    csat_wilson: Vec<CsatRow>,
    ces: Vec<CesRow>,
}

#[derive(Deserialize)]
struct Meta {
    z95: f64,
    z975: f64,
    z995: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NpsRow {
    id: String,
    #[serde(rename = "P")]
    promoters: u64,
    #[serde(rename = "N")]
    passives: u64,
    #[serde(rename = "D")]
    detractors: u64,
    n: u64,
    #[serde(default, rename = "note")]
    _note: String,
    nps: f64,
    pct_promoters: f64,
    pct_passives: f64,
    pct_detractors: f64,
    variance: f64,
    se: f64,
    nps_adj: f64,
    se_adj: f64,
    ci90_raw: [f64; 2],
    ci90: [f64; 2],
    ci95_raw: [f64; 2],
    ci95: [f64; 2],
    ci99_raw: [f64; 2],
    ci99: [f64; 2],
    /// A method that this crate does not implement.
    #[serde(default, rename = "ci95_t_trinomial")]
    _t_trinomial: Option<[f64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsatRow {
    id: String,
    x: u64,
    n: u64,
    pct: f64,
    wilson90: [f64; 2],
    wilson95: [f64; 2],
    wilson99: [f64; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CesRow {
    id: String,
    counts: BTreeMap<String, u64>,
    n: u64,
    mean: f64,
    #[serde(default, rename = "note")]
    _note: String,
    sd: Option<f64>,
    /// Missing for a single answer.
    t975: Option<f64>,
    ci95: Option<[f64; 2]>,
    top_from: u8,
    top_x: u64,
    top_pct: f64,
    top_wilson95: [f64; 2],
    median: f64,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference_stats.json")).unwrap()
}

/// Relative tolerance 1e-9; absolute 1e-9 if the reference is 0.
#[track_caller]
fn close(what: &str, found: f64, expected: f64) {
    let allowed = if expected == 0.0 { 1e-9 } else { 1e-9 * expected.abs() };
    assert!((found - expected).abs() <= allowed, "{what}: {found} is not {expected}");
}

#[track_caller]
fn bounds(what: &str, found: Interval, level: Level, method: Method, expected: [f64; 2]) {
    assert_eq!((found.level, found.method), (level, method), "{what}");
    close(&format!("{what} {level:?} low"), found.low, expected[0]);
    close(&format!("{what} {level:?} high"), found.high, expected[1]);
}

#[test]
fn quantiles_match_the_reference() {
    let meta = reference().meta;
    close("z 90", Level::Ninety.z(), meta.z95);
    close("z 95", Level::NinetyFive.z(), meta.z975);
    close("z 99", Level::NinetyNine.z(), meta.z995);
}

#[test]
fn nps_matches_the_reference() {
    let rows = reference().nps;
    assert_eq!(rows.len(), 13);
    for row in &rows {
        let (id, counts) = (&row.id, [(10, row.promoters), (7, row.passives), (0, row.detractors)]);
        let tally = Tally::from_counts(Metric::Nps, counts).unwrap();
        let classes = nps::Classes::of(&tally).unwrap();

        assert_eq!(classes.n(), row.n, "{id}");
        close(id, classes.value(), row.nps);
        close(id, classes.percent(Class::Good), row.pct_promoters);
        close(id, classes.percent(Class::Middle), row.pct_passives);
        close(id, classes.percent(Class::Bad), row.pct_detractors);
        close(id, classes.variance(), row.variance);
        close(id, classes.standard_error(), row.se);
        close(id, classes.adjusted().value(), row.nps_adj);
        close(id, classes.adjusted().standard_error(), row.se_adj);

        let levels = [
            (Level::Ninety, row.ci90_raw, row.ci90),
            (Level::NinetyFive, row.ci95_raw, row.ci95),
            (Level::NinetyNine, row.ci99_raw, row.ci99),
        ];
        for (level, raw, clamped) in levels {
            bounds(id, classes.adjusted().interval(level), level, Method::AdjustedWald, raw);
            bounds(id, classes.interval(level), level, Method::AdjustedWald, clamped);
            let summary = Summary::at(&tally, level);
            close(id, summary.value.unwrap(), row.nps);
            bounds(id, summary.interval.unwrap(), level, Method::AdjustedWald, clamped);
        }
    }
}

#[test]
fn csat_matches_the_reference() {
    let rows = reference().csat_wilson;
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let id = &row.id;
        let tally = Tally::from_counts(Metric::Csat, [(4, row.x), (3, row.n - row.x)]).unwrap();
        let satisfied = Proportion::of_good(&tally).unwrap();

        assert_eq!(Some(satisfied), Proportion::new(row.x, row.n), "{id}");
        close(id, satisfied.percent(), row.pct);
        let levels =
            [(Level::Ninety, row.wilson90), (Level::NinetyFive, row.wilson95), (Level::NinetyNine, row.wilson99)];
        for (level, expected) in levels {
            bounds(id, satisfied.interval(level), level, Method::Wilson, expected);
            let summary = Summary::at(&tally, level);
            close(id, summary.value.unwrap(), row.pct);
            bounds(id, summary.interval.unwrap(), level, Method::Wilson, expected);
        }
    }
}

#[test]
fn ces_matches_the_reference() {
    let rows = reference().ces;
    assert_eq!(rows.len(), 5);
    let mut by_metric = BTreeMap::new();
    for row in &rows {
        let id = &row.id;
        // One row has a five-point scale with the top two scores: the same arithmetic as CSAT.
        let metric = match row.top_from {
            5 => Metric::Ces,
            4 => Metric::Csat,
            other => panic!("{id}: no metric has its top from {other}"),
        };
        *by_metric.entry(metric.as_str()).or_insert(0) += 1;
        let counts = row.counts.iter().map(|(score, count)| (score.parse().unwrap(), *count));
        let tally = Tally::from_counts(metric, counts).unwrap();
        let mean = Mean::of(&tally).unwrap();

        assert_eq!(tally.n(), row.n, "{id}");
        close(id, mean.value(), row.mean);
        close(id, tally.median().unwrap(), row.median);
        assert_eq!(mean.deviation().is_some(), row.sd.is_some(), "{id}");
        if let (Some(found), Some(expected)) = (mean.deviation(), row.sd) {
            close(id, found, expected);
        }
        assert_eq!(Level::NinetyFive.t(row.n - 1).is_some(), row.t975.is_some(), "{id}");
        if let (Some(found), Some(expected)) = (Level::NinetyFive.t(row.n - 1), row.t975) {
            close(id, found, expected);
        }
        check_t_interval(row, mean, metric);

        let top = Proportion::at_least(row.top_from, &tally).unwrap();
        assert_eq!((top.hits(), top.n()), (row.top_x, row.n), "{id}");
        let summary = Summary::of(&tally);
        close(id, summary.value.unwrap(), row.top_pct);
        bounds(id, summary.interval.unwrap(), Level::NinetyFive, Method::Wilson, row.top_wilson95);
        assert_eq!(summary.enough, SampleSize::of(row.n), "{id}");
        if let Some(average) = summary.average {
            close(id, average.mean, row.mean);
            close(id, average.median, row.median);
            assert_eq!(average.interval, mean.interval(Level::NinetyFive), "{id}");
        }
        assert_eq!(summary.average.is_some(), metric == Metric::Ces, "{id}");
    }
    assert_eq!(by_metric, BTreeMap::from([("ces", 4), ("csat", 1)]));
}

/// The reference has an interval of zero width if all answers are equal, with the note not to show it.
#[track_caller]
fn check_t_interval(row: &CesRow, mean: Mean, metric: Metric) {
    let level = Level::NinetyFive;
    match (row.ci95, row.sd) {
        (Some([low, high]), Some(0.0)) => {
            assert_eq!((low, high), (row.mean, row.mean), "{}", row.id);
            assert_eq!(mean.unclamped_interval(level), None, "{}", row.id);
            assert_eq!(mean.interval(level), None, "{}", row.id);
        }
        (Some(expected), _) => {
            bounds(&row.id, mean.unclamped_interval(level).unwrap(), level, Method::T, expected);
            let (min, max) = (f64::from(metric.min()), f64::from(metric.max()));
            let on_scale = expected.map(|bound| bound.clamp(min, max));
            bounds(&row.id, mean.interval(level).unwrap(), level, Method::T, on_scale);
        }
        (None, _) => assert_eq!(mean.interval(level), None, "{}", row.id),
    }
}
