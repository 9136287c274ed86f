//! A metric split by something, without a word on small groups: who knows how three people in a shop voted knows who they are.

#[cfg(test)]
use super::EnoughWord;
use super::{WireInterval, broken, tally};
use crate::{
    http::error::Error,
    store::{SEGMENTS, Segment, SegmentTally},
};
use insight::{Class, Metric, SampleSize, Summary, Tally};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Segment))]
/// A part of the answers.
pub(super) struct WireSegment {
    /// `null`: the answers that have no value there; `other` with `rest`: those of all segments that are not named.
    #[cfg_attr(test, schema(required))]
    segment: Option<String>,
    /// Whether these are the segments beyond the 50 largest together; left out if not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, schema(required = false))]
    rest: bool,
    /// Whether its numbers are kept back, because they are few or would tell of few; left out if not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, schema(required = false))]
    suppressed: bool,
    #[cfg_attr(test, schema(required))]
    value: Option<f64>,
    #[cfg_attr(test, schema(required))]
    n: Option<u64>,
    #[cfg_attr(test, schema(required))]
    interval: Option<WireInterval>,
    #[cfg_attr(test, schema(required, value_type = Option<BTreeMap<String, u64>>))]
    distribution: Option<BTreeMap<u8, u64>>,
    #[cfg_attr(test, schema(value_type = EnoughWord))]
    enough: &'static str,
}

/// A part of the answers.
struct Part {
    name: Option<String>,
    rest: bool,
    tally: Tally,
}

/// The segments of a total.
pub(super) fn of(
    metric: Metric,
    total: &Tally,
    segment: &Segment,
    found: Vec<SegmentTally>,
) -> Result<Vec<WireSegment>, Error> {
    let mut parts: BTreeMap<Option<String>, Tally> = BTreeMap::new();
    for SegmentTally { name, counts } in found {
        let name = if *segment == Segment::Class { name.as_deref().and_then(class) } else { name };
        let part = parts.entry(name).or_insert_with(|| Tally::new(metric));
        part.merge(&tally(metric, &counts)?).map_err(broken)?;
    }
    let mut parts: Vec<Part> = parts
        .into_iter()
        .filter(|(_, tally)| tally.n() > 0)
        .map(|(name, tally)| Part { name, rest: false, tally })
        .collect();
    // The largest first; of equals in the order of their names.
    parts.sort_by_key(|part| std::cmp::Reverse(part.tally.n()));
    if parts.len() > SEGMENTS {
        parts.truncate(SEGMENTS);
        // Who has several tags is in several segments: what is left of the total says nothing.
        if *segment != Segment::Tag {
            let rest = rest(total, &parts)?;
            parts.push(Part { name: Some("other".to_owned()), rest: true, tally: rest });
        }
        parts.sort_by_key(|part| std::cmp::Reverse(part.tally.n()));
    }
    let kept_back = kept_back(&parts.iter().map(|part| part.tally.n()).collect::<Vec<_>>());
    let (told, mut few): (Vec<_>, Vec<_>) = parts.into_iter().zip(kept_back).partition(|(_, kept_back)| !kept_back);
    // By name: their order would say which of them is larger.
    few.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    Ok(told.into_iter().chain(few).map(|(part, kept_back)| written(part, kept_back)).collect())
}

/// The class of a score that was written as text.
fn class(score: &str) -> Option<String> {
    Class::of(Metric::Nps, score.parse().ok()?).map(|class| class.name(Metric::Nps).to_owned())
}

/// The total without these parts.
fn rest(total: &Tally, parts: &[Part]) -> Result<Tally, Error> {
    let left = total.iter().map(|(score, count)| {
        let named: u64 = parts.iter().map(|part| part.tally.count(score)).sum();
        count.checked_sub(named).map(|left| (score, left)).ok_or_else(|| broken("parts are more than the whole"))
    });
    Tally::from_counts(total.metric(), left.collect::<Result<Vec<_>, _>>()?).map_err(broken)
}

/// Which of the parts, the largest first, say nothing: those under ten. One alone would follow from the total and the
/// others, so the next larger one keeps it company.
fn kept_back(sizes: &[u64]) -> Vec<bool> {
    let few = sizes.iter().filter(|n| **n < SampleSize::FEW_FROM).count();
    let silent = if few == 1 { 2 } else { few };
    (0..sizes.len()).map(|at| at + silent >= sizes.len()).collect()
}

fn written(part: Part, suppressed: bool) -> WireSegment {
    let Part { name: segment, rest, tally } = part;
    if suppressed {
        let enough = SampleSize::None.as_str();
        return WireSegment {
            segment,
            rest,
            suppressed,
            value: None,
            n: None,
            interval: None,
            distribution: None,
            enough,
        };
    }
    let summary = Summary::of(&tally);
    WireSegment {
        segment,
        rest,
        suppressed,
        value: summary.value,
        n: Some(summary.n),
        interval: summary.interval.map(WireInterval::from),
        distribution: Some(summary.distribution.iter().collect()),
        enough: summary.enough.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, n: i64) -> SegmentTally {
        let mut counts = [0; 11];
        counts[9] = n;
        SegmentTally { name: (!name.is_empty()).then(|| name.to_owned()), counts }
    }

    fn split(segment: &Segment, parts: &[(&str, i64)], missing: u64) -> Vec<WireSegment> {
        let n: i64 = parts.iter().map(|(_, n)| n).sum();
        let total = Tally::from_counts(Metric::Nps, [(9, n.unsigned_abs() + missing)]).unwrap();
        of(Metric::Nps, &total, segment, parts.iter().map(|(name, n)| found(name, *n)).collect()).unwrap()
    }

    #[test]
    fn small_groups_say_nothing_and_nothing_says_them() {
        for (sizes, silent) in [
            ([].as_slice(), [].as_slice()),
            (&[10], &[false]),
            (&[9], &[true]),
            (&[30, 20, 10], &[false, false, false]),
            (&[30, 20, 9], &[false, true, true]),
            (&[30, 9], &[true, true]),
            (&[30, 9, 1], &[false, true, true]),
            (&[9, 9, 9], &[true, true, true]),
        ] {
            assert_eq!(kept_back(sizes), silent, "{sizes:?}");
        }
    }

    #[test]
    fn the_largest_stand_first_and_the_silent_last() {
        let parts = split(&Segment::Language, &[("pl", 40), ("", 50), ("ro", 3), ("de", 10), ("cs", 0)], 0);
        let told: Vec<_> = parts.iter().map(|part| (part.segment.as_deref(), part.n, part.enough)).collect();
        assert_eq!(
            told,
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
    fn beyond_fifty_they_are_one() {
        let names: Vec<String> = (0..53).map(|number| format!("p{number:02}")).collect();
        let parts: Vec<(&str, i64)> = names.iter().zip(100..).map(|(name, n)| (name.as_str(), n)).collect();
        // Some more that no row tells of.
        let parts = split(&Segment::Page, &parts, 7);
        assert_eq!(parts.len(), 51);
        assert_eq!(
            (parts[0].segment.as_deref(), parts[0].rest, parts[0].n),
            (Some("other"), true, Some(100 + 101 + 102 + 7))
        );
        assert_eq!((parts[1].segment.as_deref(), parts[1].n), (Some("p52"), Some(152)));
    }

    #[test]
    fn scores_are_classes() {
        let scores = [("10", 20), ("9", 15), ("7", 12), ("0", 11), ("6", 11), ("", 13)];
        let parts = split(&Segment::Class, &scores, 0);
        let told: Vec<_> = parts.iter().map(|part| (part.segment.as_deref(), part.n)).collect();
        assert_eq!(
            told,
            [
                (Some("promoter"), Some(35)),
                (Some("detractor"), Some(22)),
                (None, Some(13)),
                (Some("passive"), Some(12))
            ]
        );
    }
}
