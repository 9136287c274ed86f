//! Customer Effort Score 2.0: "made it easy", 1 strongly disagree … 7 strongly agree, high is good.
//!
//! The headline is the share that agrees at all, 5–7. The mean stands beside it ([`Mean`](crate::Mean)).

use crate::{Metric, Proportion, Tally};

/// The lowest score that agrees ("somewhat agree").
pub const EASY_FROM: u8 = 5;

/// The share of scores 5–7; `None` for an empty tally and for one of another metric.
#[must_use]
pub fn easy(tally: &Tally) -> Option<Proportion> {
    (tally.metric() == Metric::Ces).then(|| Proportion::at_least(EASY_FROM, tally)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: &[(u8, u64)], percent: Option<f64>) {
        let tally = Tally::from_counts(Metric::Ces, counts.iter().copied()).unwrap();
        assert_eq!(easy(&tally).map(Proportion::percent), percent);
    }

    #[test]
    fn five_to_seven_is_easy() {
        check(&[], None);
        check(&[(4, 1)], Some(0.0));
        check(&[(5, 1)], Some(100.0));
        check(&[(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 2)], Some(50.0));
    }

    #[test]
    fn another_metric_has_no_effort() {
        let tally = Tally::from_counts(Metric::Csat, [(5, 9)]).unwrap();
        assert_eq!(easy(&tally), None);
    }
}
