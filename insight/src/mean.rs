//! The mean score, with Student's t interval.

use crate::{Interval, Level, Method, Metric, Tally};

/// Mean and spread of the scores of a tally with at least one answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    metric: Metric,
    n: u64,
    value: f64,
    deviation: Option<f64>,
}

impl Mean {
    /// The mean of a tally; `None` for an empty one.
    #[must_use]
    pub fn of(tally: &Tally) -> Option<Self> {
        let n = tally.n();
        if n == 0 {
            return None;
        }
        // At most 10² · 2⁵³ < 2⁶⁰.
        let (mut sum, mut squares) = (0, 0);
        for (score, count) in tally.iter() {
            let score = u64::from(score);
            sum += score * count;
            squares += score * score * count;
        }
        // n·Σx² − (Σx)² in integers: exact, and exactly 0 when all scores are equal.
        let wide = u128::from(n);
        let spread = wide * u128::from(squares) - u128::from(sum) * u128::from(sum);
        let deviation = (n > 1).then(|| (spread as f64 / (wide * (wide - 1)) as f64).sqrt());
        Some(Self { metric: tally.metric(), n, value: sum as f64 / n as f64, deviation })
    }

    /// The mean, in points of the scale.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.value
    }

    /// Sample standard deviation (n − 1); `None` for a single answer.
    #[must_use]
    pub const fn deviation(self) -> Option<f64> {
        self.deviation
    }

    /// Mean ∓ t(n − 1)·sd/√n; may exceed the scale.
    ///
    /// `None` for a single answer, and when all answers are equal: an interval of zero width would claim a certainty
    /// that a few equal answers do not give.
    #[must_use]
    pub fn unclamped_interval(self, level: Level) -> Option<Interval> {
        let deviation = self.deviation.filter(|deviation| *deviation > 0.0)?;
        let half_width = level.t(self.n - 1)? * deviation / (self.n as f64).sqrt();
        Some(Interval::around(self.value, half_width, level, Method::T))
    }

    /// [`unclamped_interval`](Self::unclamped_interval), clamped to the metric's scale.
    #[must_use]
    pub fn interval(self, level: Level) -> Option<Interval> {
        let (min, max) = (f64::from(self.metric.min()), f64::from(self.metric.max()));
        Some(self.unclamped_interval(level)?.clamped(min, max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(scores: &[u8]) -> Option<Mean> {
        Mean::of(&Tally::from_scores(Metric::Ces, scores.iter().copied()).unwrap())
    }

    #[test]
    fn no_answers_have_no_mean() {
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn one_answer_has_no_spread_and_no_interval() {
        let mean = mean(&[4]).unwrap();
        assert_eq!((mean.value(), mean.deviation(), mean.interval(Level::NinetyFive)), (4.0, None, None));
    }

    #[test]
    fn equal_answers_have_no_interval() {
        let mean = mean(&[6; 49]).unwrap();
        assert_eq!((mean.value(), mean.deviation(), mean.interval(Level::NinetyFive)), (6.0, Some(0.0), None));
    }

    #[test]
    fn the_interval_stays_on_the_scale() {
        let interval = mean(&[1, 7]).unwrap().interval(Level::NinetyFive).unwrap();
        assert_eq!((interval.low, interval.high), (1.0, 7.0));
    }

    #[test]
    fn the_largest_tally_does_not_overflow() {
        let half = Tally::MAX / 2;
        let mean = Mean::of(&Tally::from_counts(Metric::Nps, [(0, half), (10, half)]).unwrap()).unwrap();
        assert_eq!((mean.value(), mean.deviation()), (5.0, Some(5.0)));
        assert!(mean.interval(Level::NinetyNine).is_some());
    }
}
