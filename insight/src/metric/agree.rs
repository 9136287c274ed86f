//! Agreement with a statement, 1 strongly disagree … 7 strongly agree: the items of the CX pyramid and the owner's own.
//!
//! Counted as CES is, and apart from it: a statement that is not about effort says nothing about effort.

use crate::{Metric, Proportion, Tally};

/// The lowest score that agrees ("somewhat agree").
pub const AGREES_FROM: u8 = 5;

/// The share of scores 5–7; `None` for an empty tally and for one of another metric.
#[must_use]
pub fn agreeing(tally: &Tally) -> Option<Proportion> {
    (tally.metric() == Metric::Agree).then(|| Proportion::at_least(AGREES_FROM, tally)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: &[(u8, u64)], percent: Option<f64>) {
        let tally = Tally::from_counts(Metric::Agree, counts.iter().copied()).unwrap();
        assert_eq!(agreeing(&tally).map(Proportion::percent), percent);
    }

    #[test]
    fn five_to_seven_agree() {
        check(&[], None);
        check(&[(4, 1)], Some(0.0));
        check(&[(5, 1)], Some(100.0));
        check(&[(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 2)], Some(50.0));
    }

    #[test]
    fn effort_is_no_agreement() {
        let tally = Tally::from_counts(Metric::Ces, [(5, 9)]).unwrap();
        assert_eq!(agreeing(&tally), None);
    }
}
