//! A proportion of the answers, with the Wilson interval.

use crate::{Class, Interval, Level, Method, Tally};

/// A number of hits among a number of answers, with at least one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    hits: u64,
    n: u64,
}

impl Proportion {
    /// `hits` of `n` answers; `None` if there are no answers, more hits than answers, or more than [`Tally::MAX`].
    #[must_use]
    pub const fn new(hits: u64, n: u64) -> Option<Self> {
        if 0 < n && hits <= n && n <= Tally::MAX { Some(Self { hits, n }) } else { None }
    }

    /// The proportion of answers with at least this score; `None` for an empty tally.
    #[must_use]
    pub fn at_least(score: u8, tally: &Tally) -> Option<Self> {
        let hits = tally.iter().filter(|(found, _)| *found >= score).map(|(_, count)| count).sum();
        Self::new(hits, tally.n())
    }

    /// The proportion of good scores ([`Class::Good`]), which is the headline of CES, CSAT and agreement; `None` for an empty
    /// tally.
    #[must_use]
    pub fn of_good(tally: &Tally) -> Option<Self> {
        Self::at_least(*Class::Good.scores(tally.metric()).start(), tally)
    }

    /// The number of hits.
    #[must_use]
    pub const fn hits(self) -> u64 {
        self.hits
    }

    /// The number of answers, at least 1.
    #[must_use]
    pub const fn n(self) -> u64 {
        self.n
    }

    /// 100·x/n, unrounded.
    #[must_use]
    pub fn percent(self) -> f64 {
        (100 * self.hits) as f64 / self.n as f64
    }

    /// Wilson score interval in percent, without continuity correction.
    ///
    /// (x + z²/2)/(n + z²) ∓ z/(n + z²)·√(x(n − x)/n + z²/4) (E. B. Wilson, "Probable inference, the law of
    /// succession, and statistical inference", JASA 22, 1927).
    #[must_use]
    pub fn interval(self, level: Level) -> Interval {
        let (x, n, z) = (self.hits as f64, self.n as f64, level.z());
        let misses = (self.n - self.hits) as f64;
        let z2 = z * z;
        let centre = (x + z2 / 2.0) / (n + z2);
        let half_width = z / (n + z2) * (x * misses / n + z2 / 4.0).sqrt();
        let wilson = Interval::around(100.0 * centre, 100.0 * half_width, level, Method::Wilson);
        // The exact interval contains the proportion, and touches it at 0 % and 100 %; floats may miss it by an ulp.
        let percent = self.percent();
        Interval { low: wilson.low.min(percent), high: wilson.high.max(percent), ..wilson }.clamped(0.0, 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metric;

    #[track_caller]
    fn check_good(metric: Metric, counts: &[(u8, u64)], percent: Option<f64>) {
        let tally = Tally::from_counts(metric, counts.iter().copied()).unwrap();
        assert_eq!(Proportion::of_good(&tally).map(Proportion::percent), percent, "{metric:?} {counts:?}");
    }

    #[test]
    fn five_to_seven_is_good_for_ces_and_agreement() {
        for metric in [Metric::Ces, Metric::Agree] {
            check_good(metric, &[], None);
            check_good(metric, &[(4, 1)], Some(0.0));
            check_good(metric, &[(5, 1)], Some(100.0));
            check_good(metric, &[(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 2)], Some(50.0));
        }
    }

    #[test]
    fn four_and_five_are_good_for_csat() {
        check_good(Metric::Csat, &[], None);
        check_good(Metric::Csat, &[(3, 1)], Some(0.0));
        check_good(Metric::Csat, &[(4, 1)], Some(100.0));
        check_good(Metric::Csat, &[(1, 1), (2, 1), (3, 1), (4, 1), (5, 4)], Some(62.5));
    }

    #[test]
    fn invalid_proportions_are_rejected() {
        assert_eq!(Proportion::new(0, 0), None);
        assert_eq!(Proportion::new(2, 1), None);
        assert_eq!(Proportion::new(1, Tally::MAX + 1), None);
        assert!(Proportion::new(0, 1).is_some() && Proportion::new(1, 1).is_some());
        assert!(Proportion::new(Tally::MAX, Tally::MAX).is_some());
    }

    #[test]
    fn intervals_of_none_and_all_end_exactly_at_the_boundary() {
        for n in [1, 3, 7, 10, 49, 1_000_003, Tally::MAX] {
            for level in Level::ALL {
                let none = Proportion::new(0, n).unwrap();
                let all = Proportion::new(n, n).unwrap();
                assert_eq!((none.percent(), none.interval(level).low), (0.0, 0.0), "{n}");
                assert_eq!((all.percent(), all.interval(level).high), (100.0, 100.0), "{n}");
                assert!(none.interval(level).high > 0.0 && all.interval(level).low < 100.0, "{n}");
            }
        }
    }
}
