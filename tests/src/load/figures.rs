//! Statistics of many requests: statuses and durations.

use std::{collections::BTreeMap, time::Duration};

/// Counts and durations.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Number of responses by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without a response.
    pub lost: u64,
    /// Durations of the responses, unordered.
    pub took: Vec<Duration>,
}

impl Figures {
    /// Records a response.
    pub fn replied(&mut self, status: u16, took: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        self.took.push(took);
    }

    /// Adds the records of another value.
    pub fn add(&mut self, other: Self) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.lost += other.lost;
        self.took.extend(other.took);
    }

    /// The sum of several values.
    #[must_use]
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Self {
        let mut sum = Self::default();
        all.into_iter().for_each(|each| sum.add(each));
        sum
    }

    /// Number of responses whose status `which` accepts.
    #[must_use]
    pub fn count(&self, which: impl Fn(u16) -> bool) -> u64 {
        self.statuses.iter().filter(|(status, _)| which(**status)).map(|(_, count)| count).sum()
    }

    /// Number of responses.
    #[must_use]
    pub fn replies(&self) -> u64 {
        self.count(|_| true)
    }

    /// A percentile of the durations, in milliseconds.
    #[must_use]
    pub fn ms(&self, percent: f64) -> f64 {
        let mut took: Vec<f64> = self.took.iter().map(|took| took.as_secs_f64() * 1e3).collect();
        percentile(&mut took, percent)
    }

    /// `201 × 5, 503 × 1, lost × 2`.
    #[must_use]
    pub fn by_status(&self) -> String {
        let mut parts: Vec<String> =
            self.statuses.iter().map(|(status, count)| format!("{status} × {count}")).collect();
        if self.lost > 0 {
            parts.push(format!("lost × {}", self.lost));
        }
        parts.join(", ")
    }
}

/// A percentile by nearest rank; 0 for an empty list.
pub fn percentile(values: &mut [f64], percent: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
    let rank = (percent / 100.0 * values.len() as f64).ceil().max(1.0) as usize;
    values.get(rank - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_use_the_nearest_rank() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!([50.0, 99.0, 100.0].map(|percent| percentile(&mut values, percent)), [50.0, 99.0, 100.0]);
        assert_eq!(percentile(&mut [7.0], 50.0), 7.0);
        assert_eq!(percentile(&mut [], 50.0), 0.0);
    }

    #[test]
    fn figures_are_added() {
        let one = |status| {
            let mut figures = Figures::default();
            figures.replied(status, Duration::from_millis(u64::from(status)));
            figures
        };
        let sum = Figures::sum([one(200), one(503), one(200), Figures { lost: 2, ..Figures::default() }]);
        assert_eq!(sum.by_status(), "200 × 2, 503 × 1, lost × 2");
        assert_eq!((sum.replies(), sum.count(|status| status < 300), sum.ms(100.0)), (3, 2, 503.0));
    }
}
