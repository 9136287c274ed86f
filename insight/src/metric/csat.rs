//! Customer satisfaction: 1–5, the share of the two best scores.

use crate::{Metric, Proportion, Tally};

/// The lowest score that counts as satisfied.
pub const SATISFIED_FROM: u8 = 4;

/// The share of scores 4–5; `None` for an empty tally and for one of another metric.
#[must_use]
pub fn satisfied(tally: &Tally) -> Option<Proportion> {
    (tally.metric() == Metric::Csat).then(|| Proportion::at_least(SATISFIED_FROM, tally)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: &[(u8, u64)], percent: Option<f64>) {
        let tally = Tally::from_counts(Metric::Csat, counts.iter().copied()).unwrap();
        assert_eq!(satisfied(&tally).map(Proportion::percent), percent);
    }

    #[test]
    fn four_and_five_are_satisfied() {
        check(&[], None);
        check(&[(3, 1)], Some(0.0));
        check(&[(4, 1)], Some(100.0));
        check(&[(1, 1), (2, 1), (3, 1), (4, 1), (5, 4)], Some(62.5));
    }

    #[test]
    fn another_metric_has_no_satisfaction() {
        let tally = Tally::from_counts(Metric::Ces, [(5, 9)]).unwrap();
        assert_eq!(satisfied(&tally), None);
    }
}
