//! Classes of scores: each metric's scale has a good, a middle and a bad part.
//!
//! NPS names its classes itself (promoter, passive, detractor). For the other metrics the share of the good class is the
//! headline, and the middle of the scale is neutral.

use crate::Metric;
use std::ops::RangeInclusive;

/// A class of scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// NPS 9–10 `promoter`, CSAT 4–5 `satisfied`, CES 5–7 `easy`, agreement 5–7 `agrees`.
    Good,
    /// NPS 7–8 `passive`, CSAT 3, CES 4, agreement 4 `neutral`.
    Middle,
    /// NPS 0–6 `detractor`, CSAT 1–2 `dissatisfied`, CES 1–3 `difficult`, agreement 1–3 `disagrees`.
    Bad,
}

impl Class {
    /// All classes, the best first.
    pub const ALL: [Self; 3] = [Self::Good, Self::Middle, Self::Bad];

    /// The lowest scores of the middle and of the good class. For CES and agreement 5 means "somewhat agree".
    const fn boundaries(metric: Metric) -> (u8, u8) {
        match metric {
            Metric::Nps => (7, 9),
            Metric::Ces | Metric::Agree => (4, 5),
            Metric::Csat => (3, 4),
        }
    }

    /// The class of a score; `None` if the score is not on the scale.
    #[must_use]
    pub const fn of(metric: Metric, score: u8) -> Option<Self> {
        let (middle, good) = Self::boundaries(metric);
        if !metric.contains(score) {
            None
        } else if score >= good {
            Some(Self::Good)
        } else if score >= middle {
            Some(Self::Middle)
        } else {
            Some(Self::Bad)
        }
    }

    /// The scores of the class.
    #[must_use]
    pub const fn scores(self, metric: Metric) -> RangeInclusive<u8> {
        let (middle, good) = Self::boundaries(metric);
        match self {
            Self::Good => good..=metric.max(),
            Self::Middle => middle..=good - 1,
            Self::Bad => metric.min()..=middle - 1,
        }
    }

    /// The name on the wire, which depends on the metric.
    #[must_use]
    pub const fn name(self, metric: Metric) -> &'static str {
        match (metric, self) {
            (Metric::Nps, Self::Good) => "promoter",
            (Metric::Nps, Self::Middle) => "passive",
            (Metric::Nps, Self::Bad) => "detractor",
            (Metric::Csat, Self::Good) => "satisfied",
            (Metric::Csat, Self::Bad) => "dissatisfied",
            (Metric::Ces, Self::Good) => "easy",
            (Metric::Ces, Self::Bad) => "difficult",
            (Metric::Agree, Self::Good) => "agrees",
            (Metric::Agree, Self::Bad) => "disagrees",
            (Metric::Csat | Metric::Ces | Metric::Agree, Self::Middle) => "neutral",
        }
    }

    /// The class of a metric with that wire name.
    #[must_use]
    pub fn parse(metric: Metric, name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name(metric) == name)
    }

    /// The metrics with a class of that name: three for `neutral`, one for every other name.
    pub fn metrics_with(name: &str) -> impl Iterator<Item = Metric> {
        Metric::ALL.into_iter().filter(move |metric| Self::parse(*metric, name).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_has_its_class() {
        for metric in Metric::ALL {
            let names: Vec<&str> = (metric.min()..=metric.max())
                .map(|score| {
                    let class = Class::of(metric, score).unwrap();
                    assert!(class.scores(metric).contains(&score), "{metric:?} {score}");
                    class.name(metric)
                })
                .collect();
            let expected = match metric {
                Metric::Nps => [["detractor"; 7].as_slice(), &["passive"; 2], &["promoter"; 2]].concat(),
                Metric::Csat => [["dissatisfied"; 2].as_slice(), &["neutral"], &["satisfied"; 2]].concat(),
                Metric::Ces => [["difficult"; 3].as_slice(), &["neutral"], &["easy"; 3]].concat(),
                Metric::Agree => [["disagrees"; 3].as_slice(), &["neutral"], &["agrees"; 3]].concat(),
            };
            assert_eq!(names, expected);
            assert_eq!(Class::of(metric, metric.max() + 1), None);
        }
        assert_eq!(Class::of(Metric::Ces, 0), None);
    }

    #[test]
    fn every_name_but_neutral_belongs_to_one_metric() {
        for metric in Metric::ALL {
            for class in Class::ALL {
                let name = class.name(metric);
                assert_eq!(Class::parse(metric, name), Some(class));
                assert_eq!(Class::metrics_with(name).count(), if name == "neutral" { 3 } else { 1 }, "{name}");
            }
        }
        assert_eq!(Class::metrics_with("happy").count(), 0);
    }
}
