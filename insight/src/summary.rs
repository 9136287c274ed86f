//! A metric as it is reported: value, n, interval, distribution, and whether the sample is large enough to show a
//! score.

use crate::metric::nps;
use crate::{Interval, Level, Mean, Metric, Proportion, Tally};

/// Whether the sample is large enough to show a score on a screen.
///
/// The API always includes value and interval, unrounded; screens depend on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleSize {
    /// Under 10 answers: screens show "no answers yet" for 0, else the single answers, and no score.
    None,
    /// 10–29 answers: screens show score and interval with the note "few answers".
    Few,
    /// 30 answers or more: screens show score and interval.
    Ok,
}

impl SampleSize {
    /// Minimum answers to show a score or to compare a group with another.
    pub const FEW_FROM: u64 = 10;
    /// Minimum answers to show a score without a note.
    pub const OK_FROM: u64 = 30;

    /// The sample size of `n` answers.
    #[must_use]
    pub const fn of(n: u64) -> Self {
        match n {
            0..Self::FEW_FROM => Self::None,
            Self::FEW_FROM..Self::OK_FROM => Self::Few,
            _ => Self::Ok,
        }
    }

    /// The name used on the wire: `none`, `few`, `ok`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Few => "few",
            Self::Ok => "ok",
        }
    }
}

/// The mean and median shown beside the headline of CES.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Average {
    /// Mean score, in points of the scale.
    pub mean: f64,
    /// t interval of the mean, clamped to the scale; `None` for a single answer and when all answers are equal.
    pub interval: Option<Interval>,
    /// Median score.
    pub median: f64,
}

/// A metric computed from a tally.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// The metric.
    pub metric: Metric,
    /// Number of answers.
    pub n: u64,
    /// NPS in points, −100 … 100; for CES and agreement the percentage of scores 5–7, for CSAT of 4–5. `None` without
    /// answers.
    pub value: Option<f64>,
    /// Interval of `value`, in the same unit: adjusted Wald for NPS, Wilson for the others. `None` without answers.
    pub interval: Option<Interval>,
    /// Mean and median, for CES only; `None` without answers.
    pub average: Option<Average>,
    /// The number of answers per score.
    pub distribution: Tally,
    /// Whether the sample is large enough to show a score.
    pub enough: SampleSize,
}

impl Summary {
    /// The summary of a tally with its 95 % interval.
    #[must_use]
    pub fn of(tally: &Tally) -> Self {
        Self::at(tally, Level::default())
    }

    /// The summary of a tally at another confidence level.
    #[must_use]
    pub fn at(tally: &Tally, level: Level) -> Self {
        let with_interval = |share: Proportion| (share.percent(), share.interval(level));
        let headline = match tally.metric() {
            Metric::Nps => nps::Classes::of(tally).map(|classes| (classes.value(), classes.interval(level))),
            Metric::Ces | Metric::Csat | Metric::Agree => Proportion::of_good(tally).map(with_interval),
        };
        let n = tally.n();
        Self {
            metric: tally.metric(),
            n,
            value: headline.map(|(value, _)| value),
            interval: headline.map(|(_, interval)| interval),
            average: average(tally, level),
            distribution: *tally,
            enough: SampleSize::of(n),
        }
    }
}

fn average(tally: &Tally, level: Level) -> Option<Average> {
    if tally.metric() != Metric::Ces {
        return None;
    }
    let mean = Mean::of(tally)?;
    Some(Average { mean: mean.value(), interval: mean.interval(level), median: tally.median()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Method;

    #[test]
    fn sample_sizes_have_names() {
        let rows = [
            (0, "none"),
            (1, "none"),
            (9, "none"),
            (10, "few"),
            (29, "few"),
            (30, "ok"),
            (Tally::MAX, "ok"),
            (u64::MAX, "ok"),
        ];
        for (n, word) in rows {
            assert_eq!(SampleSize::of(n).as_str(), word, "{n}");
        }
    }

    #[test]
    fn no_answers_have_no_value() {
        for metric in Metric::ALL {
            let summary = Summary::of(&Tally::new(metric));
            assert_eq!((summary.metric, summary.n, summary.enough), (metric, 0, SampleSize::None));
            assert_eq!((summary.value, summary.interval, summary.average), (None, None, None));
        }
    }

    #[track_caller]
    fn check(metric: Metric, counts: &[(u8, u64)], value: f64, method: Method) -> Summary {
        let tally = Tally::from_counts(metric, counts.iter().copied()).unwrap();
        let summary = Summary::of(&tally);
        assert_eq!((summary.metric, summary.value, summary.distribution), (metric, Some(value), tally));
        let interval = summary.interval.unwrap();
        assert_eq!((interval.method, interval.level), (method, Level::NinetyFive));
        summary
    }

    #[test]
    fn each_metric_has_its_value_and_method() {
        check(Metric::Nps, &[(10, 1)], 100.0, Method::AdjustedWald);
        check(Metric::Nps, &[(8, 30)], 0.0, Method::AdjustedWald);
        check(Metric::Nps, &[(9, 9), (6, 7)], 12.5, Method::AdjustedWald);
        check(Metric::Csat, &[(3, 1), (4, 3)], 75.0, Method::Wilson);
        check(Metric::Ces, &[(4, 1), (5, 1), (7, 2)], 75.0, Method::Wilson);
        check(Metric::Agree, &[(4, 1), (5, 1), (7, 2)], 75.0, Method::Wilson);
    }

    #[test]
    fn agreement_has_the_same_interval_as_effort() {
        let counts = [(1, 3), (4, 2), (5, 4), (6, 9), (7, 21)];
        let [ces, agree] = [Metric::Ces, Metric::Agree].map(|metric| Tally::from_counts(metric, counts).unwrap());
        for level in Level::ALL {
            assert_eq!(Summary::at(&ces, level).interval, Summary::at(&agree, level).interval);
        }
    }

    #[test]
    fn the_value_is_reported_below_the_minimum_sample_size() {
        let one = check(Metric::Csat, &[(5, 1)], 100.0, Method::Wilson);
        assert_eq!((one.n, one.enough), (1, SampleSize::None));
    }

    #[test]
    fn only_ces_has_an_average() {
        let ces = check(Metric::Ces, &[(4, 1), (5, 1), (7, 2)], 75.0, Method::Wilson).average.unwrap();
        assert_eq!((ces.mean, ces.median, ces.interval.map(|of| of.method)), (5.75, 6.0, Some(Method::T)));
        assert_eq!(check(Metric::Csat, &[(5, 3)], 100.0, Method::Wilson).average, None);
        assert_eq!(check(Metric::Agree, &[(5, 3)], 100.0, Method::Wilson).average, None);
        assert_eq!(check(Metric::Nps, &[(9, 3)], 100.0, Method::AdjustedWald).average, None);
        let same = check(Metric::Ces, &[(7, 10)], 100.0, Method::Wilson).average.unwrap();
        assert_eq!((same.mean, same.median, same.interval), (7.0, 7.0, None));
    }

    #[test]
    fn the_level_applies_to_both_intervals() {
        let tally = Tally::from_counts(Metric::Ces, [(3, 20), (6, 20)]).unwrap();
        let summary = Summary::at(&tally, Level::NinetyNine);
        assert_eq!(summary.interval.map(|of| of.level), Some(Level::NinetyNine));
        assert_eq!(summary.average.and_then(|of| of.interval).map(|of| of.level), Some(Level::NinetyNine));
    }
}
