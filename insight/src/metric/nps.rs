//! Net Promoter Score: 100·(P − D)/n over scores 0–10.
//!
//! The interval is the adjusted Wald interval (B. Rocks, "Interval Estimation for the Net Promoter Score",
//! The American Statistician 70, 2016): it adds ¾ promoter, 1½ passive and ¾ detractor to the counts, which keeps the
//! coverage of small samples near the nominal level, far better than the plain Wald interval.

use crate::{Class, Interval, Level, Method, Metric, Tally};

/// The number of answers per class, with at least one answer in total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classes {
    promoters: u64,
    passives: u64,
    detractors: u64,
}

impl Classes {
    /// Counts the classes of a tally; `None` for an empty tally and for one of another metric.
    #[must_use]
    pub fn of(tally: &Tally) -> Option<Self> {
        if tally.metric() != Metric::Nps || tally.n() == 0 {
            return None;
        }
        let mut classes = Self { promoters: 0, passives: 0, detractors: 0 };
        for (score, count) in tally.iter() {
            match Class::of(Metric::Nps, score)? {
                Class::Good => classes.promoters += count,
                Class::Middle => classes.passives += count,
                Class::Bad => classes.detractors += count,
            }
        }
        Some(classes)
    }

    /// The number of answers of one class.
    #[must_use]
    pub const fn count(self, class: Class) -> u64 {
        match class {
            Class::Good => self.promoters,
            Class::Middle => self.passives,
            Class::Bad => self.detractors,
        }
    }

    /// The number of answers, at least 1.
    #[must_use]
    pub const fn n(self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The share of one class, in percent.
    #[must_use]
    pub fn percent(self, class: Class) -> f64 {
        (100 * self.count(class)) as f64 / self.n() as f64
    }

    /// The score, −100 … 100, unrounded.
    #[must_use]
    pub fn value(self) -> f64 {
        net_percent(self)
    }

    /// Population variance of the −1/0/+1 scores: p + d − (p − d)².
    #[must_use]
    pub fn variance(self) -> f64 {
        net_variance(self)
    }

    /// 100·√(variance/n), in points. Zero if all answers are of one class, so no interval is based on it.
    #[must_use]
    pub fn standard_error(self) -> f64 {
        100.0 * (self.variance() / self.n() as f64).sqrt()
    }

    /// The estimate with the pseudo-answers added.
    #[must_use]
    pub const fn adjusted(self) -> Adjusted {
        Adjusted {
            quarters: Self {
                promoters: 4 * self.promoters + 3,
                passives: 4 * self.passives + 6,
                detractors: 4 * self.detractors + 3,
            },
        }
    }

    /// Adjusted Wald interval, clamped to ±100.
    ///
    /// Centred on the adjusted estimate. If all answers are promoters or all are detractors, it excludes
    /// [`value`](Self::value) for a single answer at 0.95 and for up to four at 0.90. It always contains the value for five
    /// answers or more; scores of fewer than ten are not shown (see [`SampleSize`](crate::SampleSize)).
    #[must_use]
    pub fn interval(self, level: Level) -> Interval {
        self.adjusted().interval(level).clamped(-100.0, 100.0)
    }
}

/// The score with ¾ promoter, 1½ passive and ¾ detractor added: n′ = n + 3.
///
/// For intervals and tests, not for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adjusted {
    /// In quarters of an answer, so that the counts are integers and the variance has no cancellation.
    quarters: Classes,
}

impl Adjusted {
    /// 100·(p′ − d′).
    #[must_use]
    pub fn value(self) -> f64 {
        net_percent(self.quarters)
    }

    /// p′ + d′ − (p′ − d′)²; never zero.
    #[must_use]
    pub fn variance(self) -> f64 {
        net_variance(self.quarters)
    }

    /// 100·√(s′²/n′), in points.
    #[must_use]
    pub fn standard_error(self) -> f64 {
        100.0 * (self.variance() * 4.0 / self.quarters.n() as f64).sqrt()
    }

    /// 100·(p′ − d′ ± z·√(s′²/n′)); may exceed ±100.
    #[must_use]
    pub fn interval(self, level: Level) -> Interval {
        Interval::around(self.value(), level.z() * self.standard_error(), level, Method::AdjustedWald)
    }
}

/// 100·(P − D)/n with an exact numerator, so that exact halves are preserved for rounding.
fn net_percent(classes: Classes) -> f64 {
    let net = i128::from(classes.promoters) - i128::from(classes.detractors);
    (100 * net) as f64 / classes.n() as f64
}

/// p + d − (p − d)² = (n·(P + D) − (P − D)²)/n², with an exact numerator.
fn net_variance(classes: Classes) -> f64 {
    let n = u128::from(classes.n());
    let outer = u128::from(classes.promoters) + u128::from(classes.detractors);
    let net = u128::from(classes.promoters.abs_diff(classes.detractors));
    (n * outer - net * net) as f64 / (n * n) as f64
}

/// Rounds a score or a bound of its interval for display: to the nearest integer, halves away from zero.
///
/// 12.5 becomes 13 and −12.5 becomes −13, where JavaScript's `Math.round` gives −12. The result is never "−0".
#[must_use]
pub fn rounded(points: f64) -> i32 {
    // `f64::round` rounds halves away from zero; an integer has no negative zero.
    points.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(promoters: u64, passives: u64, detractors: u64) -> Option<Classes> {
        Classes::of(&Tally::from_counts(Metric::Nps, [(9, promoters), (7, passives), (6, detractors)]).unwrap())
    }

    #[test]
    fn each_score_is_counted_in_its_class() {
        let all = Tally::from_scores(Metric::Nps, 0..=10).unwrap();
        let classes = Classes::of(&all).unwrap();
        assert_eq!(Class::ALL.map(|class| classes.count(class)), [2, 2, 7]);
        assert_eq!(classes.n(), 11);
    }

    #[track_caller]
    fn check(promoters: u64, passives: u64, detractors: u64, value: f64, displayed: i32) {
        let classes = classes(promoters, passives, detractors).unwrap();
        assert_eq!(classes.value(), value);
        assert_eq!(rounded(classes.value()), displayed);
    }

    #[test]
    fn scores_are_exact_and_rounded_for_display() {
        check(10, 0, 0, 100.0, 100);
        check(0, 10, 0, 0.0, 0);
        check(0, 0, 10, -100.0, -100);
        check(5, 3, 5, 0.0, 0);
        check(1, 0, 0, 100.0, 100);
        check(0, 1, 0, 0.0, 0);
        check(0, 0, 1, -100.0, -100);
        check(9, 0, 7, 12.5, 13);
        check(7, 0, 9, -12.5, -13);
        check(0, 199, 1, -0.5, -1);
        check(1, 199, 0, 0.5, 1);
        check(0, 999, 1, -0.1, 0);
    }

    #[test]
    fn there_is_no_score_without_answers_or_for_another_metric() {
        assert_eq!(classes(0, 0, 0), None);
        assert_eq!(Classes::of(&Tally::from_counts(Metric::Ces, [(7, 9)]).unwrap()), None);
        assert_eq!(Classes::of(&Tally::from_counts(Metric::Csat, [(5, 9)]).unwrap()), None);
    }

    #[test]
    fn answers_of_one_class_have_no_variance_but_an_interval() {
        for classes in [classes(1, 0, 0), classes(0, 1, 0), classes(0, 0, 1), classes(40, 0, 0)] {
            let classes = classes.unwrap();
            assert_eq!(classes.standard_error(), 0.0);
            let interval = classes.interval(Level::NinetyFive);
            assert!(interval.low < interval.high, "{interval:?}");
        }
    }

    #[test]
    fn a_single_answer_can_be_outside_its_interval() {
        let interval = classes(1, 0, 0).unwrap().interval(Level::NinetyFive);
        assert_eq!((rounded(interval.low), rounded(interval.high)), (-48, 98));
    }

    #[test]
    fn the_largest_tally_does_not_overflow() {
        let classes = classes(Tally::MAX, 0, 0).unwrap();
        assert_eq!((classes.value(), classes.variance()), (100.0, 0.0));
        let interval = classes.interval(Level::NinetyNine);
        assert!(interval.low > 99.999 && interval.high <= 100.0, "{interval:?}");
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let rows = [
            (0.0, "0"),
            (-0.0, "0"),
            (0.4, "0"),
            (-0.4, "0"),
            (-0.499_999_999, "0"),
            (0.5, "1"),
            (-0.5, "-1"),
            (1.5, "2"),
            (-1.5, "-2"),
            (2.5, "3"),
            (-2.5, "-3"),
            (12.5, "13"),
            (-12.5, "-13"),
            (-12.4, "-12"),
            (99.5, "100"),
            (-99.5, "-100"),
        ];
        for (points, displayed) in rows {
            assert_eq!(rounded(points).to_string(), displayed, "{points}");
        }
    }
}
