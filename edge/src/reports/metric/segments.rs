//! A metric by segment. Small segments are suppressed: in a group of three, the owner could tell who gave which score.

use super::{ValueInterval, corrupt, tally_of};
#[cfg(test)]
use crate::openapi::Enough;
use crate::{
    reports::ReportError,
    store::{MAX_SEGMENTS, Segment, SegmentTally},
};
use insight::{Class, Metric, SampleSize, Summary, Tally};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Segment))]
/// The answers of one segment.
pub(super) struct SegmentReport {
    /// Null for answers without a value; `other` with `rest` for all segments that are not listed.
    #[cfg_attr(test, schema(required))]
    segment: Option<String>,
    /// True for the sum of all segments beyond the 50 largest; omitted otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, schema(required = false))]
    rest: bool,
    /// True if the numbers are withheld, because the segment is small or would reveal a small one; omitted otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, schema(required = false))]
    suppressed: bool,
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    #[cfg_attr(test, schema(required))]
    n: Option<u64>,
    #[cfg_attr(test, schema(required))]
    interval: Option<ValueInterval>,
    #[cfg_attr(test, schema(required, value_type = Option<BTreeMap<String, u64>>))]
    distribution: Option<BTreeMap<u8, u64>>,
    #[cfg_attr(test, schema(value_type = Enough))]
    enough: &'static str,
}

/// The name of a segmentation, as in `segment_by`.
pub(crate) fn name(segment: &Segment) -> String {
    match segment {
        Segment::Touchpoint => "touchpoint".to_owned(),
        Segment::Language => "language".to_owned(),
        Segment::Device => "device".to_owned(),
        Segment::Survey => "survey".to_owned(),
        Segment::Page => "page".to_owned(),
        Segment::Class => "class".to_owned(),
        Segment::Tag => "tag".to_owned(),
        Segment::Trait(name) => format!("trait.{name}"),
    }
}

/// One segment before suppression.
struct Part {
    name: Option<String>,
    rest: bool,
    tally: Tally,
}

/// Splits a total into segments: the largest first, then the suppressed ones by name.
pub(super) fn split(
    total: &Tally,
    segment: &Segment,
    counts: Vec<SegmentTally>,
) -> Result<Vec<SegmentReport>, ReportError> {
    let metric = total.metric();
    let mut parts: BTreeMap<Option<String>, Tally> = BTreeMap::new();
    for SegmentTally { name, counts } in counts {
        let name = if *segment == Segment::Class { name.as_deref().and_then(class_of_score) } else { name };
        let part = parts.entry(name).or_insert_with(|| Tally::new(metric));
        part.merge(&tally_of(metric, &counts)?).map_err(corrupt)?;
    }
    let mut parts: Vec<Part> = parts
        .into_iter()
        .filter(|(_, tally)| tally.n() > 0)
        .map(|(name, tally)| Part { name, rest: false, tally })
        .collect();
    // The sort is stable: equal segments stay in the order of their names.
    parts.sort_by_key(|part| std::cmp::Reverse(part.tally.n()));
    if parts.len() > MAX_SEGMENTS {
        parts.truncate(MAX_SEGMENTS);
        // A response with several tags is in several segments, so the remainder of the total would be meaningless.
        if *segment != Segment::Tag {
            let rest = remainder(total, &parts)?;
            parts.push(Part { name: Some("other".to_owned()), rest: true, tally: rest });
        }
        parts.sort_by_key(|part| std::cmp::Reverse(part.tally.n()));
    }
    let sizes: Vec<u64> = parts.iter().map(|part| part.tally.n()).collect();
    let mut suppressed = parts.split_off(parts.len() - suppressed_count(&sizes));
    // By name, since an order by size would reveal which of them is larger.
    suppressed.sort_by(|one, other| one.name.cmp(&other.name));
    let shown = parts.into_iter().map(SegmentReport::shown);
    Ok(shown.chain(suppressed.into_iter().map(SegmentReport::suppressed)).collect())
}

/// The class of a score that is given as text.
fn class_of_score(score: &str) -> Option<String> {
    Class::of(Metric::Nps, score.parse().ok()?).map(|class| class.name(Metric::Nps).to_owned())
}

/// The total without the given parts.
fn remainder(total: &Tally, parts: &[Part]) -> Result<Tally, ReportError> {
    let left = total.iter().map(|(score, count)| {
        let named: u64 = parts.iter().map(|part| part.tally.count(score)).sum();
        count.checked_sub(named).map(|left| (score, left)).ok_or_else(|| corrupt("the segments exceed the total"))
    });
    Tally::from_counts(total.metric(), left.collect::<Result<Vec<_>, _>>()?).map_err(corrupt)
}

/// How many of these sizes, in descending order, are suppressed: all below ten. A single one could be computed from the total
/// and the others, so the next larger segment is suppressed with it.
fn suppressed_count(sizes: &[u64]) -> usize {
    let few = sizes.iter().filter(|n| **n < SampleSize::FEW_FROM).count();
    if few == 1 { sizes.len().min(2) } else { few }
}

impl SegmentReport {
    fn shown(Part { name, rest, tally }: Part) -> Self {
        let summary = Summary::of(&tally);
        Self {
            segment: name,
            rest,
            suppressed: false,
            value: summary.value,
            n: Some(summary.n),
            interval: summary.interval.map(ValueInterval::from),
            distribution: Some(summary.distribution.iter().collect()),
            enough: summary.enough.as_str(),
        }
    }

    fn suppressed(Part { name, rest, .. }: Part) -> Self {
        let enough = SampleSize::None.as_str();
        Self { segment: name, rest, suppressed: true, value: None, n: None, interval: None, distribution: None, enough }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(name: &str, n: i64) -> SegmentTally {
        let mut counts = [0; 11];
        counts[9] = n;
        SegmentTally { name: (!name.is_empty()).then(|| name.to_owned()), counts }
    }

    fn split_of(segment: &Segment, parts: &[(&str, i64)], missing: u64) -> Vec<SegmentReport> {
        let n: i64 = parts.iter().map(|(_, n)| n).sum();
        let total = Tally::from_counts(Metric::Nps, [(9, n.unsigned_abs() + missing)]).unwrap();
        split(&total, segment, parts.iter().map(|(name, n)| counted(name, *n)).collect()).unwrap()
    }

    #[test]
    fn small_segments_are_suppressed_and_cannot_be_computed() {
        for (sizes, suppressed) in [
            ([].as_slice(), 0),
            (&[10], 0),
            (&[9], 1),
            (&[30, 20, 10], 0),
            (&[30, 20, 9], 2),
            (&[30, 9], 2),
            (&[30, 9, 1], 2),
            (&[9, 9, 9], 3),
        ] {
            assert_eq!(suppressed_count(sizes), suppressed, "{sizes:?}");
        }
    }

    #[test]
    fn the_largest_come_first_and_the_suppressed_last() {
        let parts = split_of(&Segment::Language, &[("pl", 40), ("", 50), ("ro", 3), ("de", 10), ("cs", 0)], 0);
        let found: Vec<_> = parts.iter().map(|part| (part.segment.as_deref(), part.n, part.enough)).collect();
        assert_eq!(
            found,
            [
                (None, Some(50), "ok"),
                (Some("pl"), Some(40), "ok"),
                (Some("de"), None, "none"),
                (Some("ro"), None, "none")
            ]
        );
        assert_eq!((parts[0].value, parts[0].interval.is_some(), parts[0].suppressed), (Some(100.0), true, false));
        assert_eq!((parts[2].value, &parts[2].distribution, parts[2].suppressed), (None, &None, true));
        let text = serde_json::to_value(&parts[3]).unwrap();
        assert_eq!(text["suppressed"], true);
        assert!(text.get("n").is_some_and(serde_json::Value::is_null));
    }

    #[test]
    fn segments_beyond_the_fifty_largest_are_added_up() {
        let names: Vec<String> = (0..53).map(|number| format!("p{number:02}")).collect();
        let parts: Vec<(&str, i64)> = names.iter().zip(100..).map(|(name, n)| (name.as_str(), n)).collect();
        // Seven answers are in the total and in no row.
        let parts = split_of(&Segment::Page, &parts, 7);
        assert_eq!(parts.len(), 51);
        assert_eq!(
            (parts[0].segment.as_deref(), parts[0].rest, parts[0].n),
            (Some("other"), true, Some(100 + 101 + 102 + 7))
        );
        assert_eq!((parts[1].segment.as_deref(), parts[1].n), (Some("p52"), Some(152)));
    }

    #[test]
    fn scores_are_grouped_into_classes() {
        let scores = [("10", 20), ("9", 15), ("7", 12), ("0", 11), ("6", 11), ("", 13)];
        let parts = split_of(&Segment::Class, &scores, 0);
        let found: Vec<_> = parts.iter().map(|part| (part.segment.as_deref(), part.n)).collect();
        assert_eq!(
            found,
            [
                (Some("promoter"), Some(35)),
                (Some("detractor"), Some(22)),
                (None, Some(13)),
                (Some("passive"), Some(12))
            ]
        );
    }
}
