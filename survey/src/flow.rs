//! Which question comes next.
//!
//! Works on positions, not ids, and allocates nothing: the widget runs the very same code that the Worker uses to
//! check what was sent.

/// Ask a question only if an earlier scored question was answered inside a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Position of the earlier question, from 0.
    pub question: usize,
    /// Lowest score that leads here, inclusive.
    pub from: u8,
    /// Highest score that leads here, inclusive.
    pub to: u8,
}

impl Condition {
    /// Whether the scores given so far meet the condition. An unanswered question meets none.
    #[must_use]
    pub fn met(&self, scores: &[Option<u8>]) -> bool {
        matches!(scores.get(self.question), Some(Some(score)) if (self.from..=self.to).contains(score))
    }
}

/// Whether the question at `position` is asked, given the scores so far (`None` = not answered or not scored).
///
/// A position without a condition, or past the end of `conditions`, is asked always.
#[must_use]
pub fn asked(position: usize, conditions: &[Option<Condition>], scores: &[Option<u8>]) -> bool {
    match conditions.get(position) {
        Some(Some(condition)) => condition.met(scores),
        _ => true,
    }
}

/// Position of the question to ask after `current` (`None` = at the start), or `None` when the survey is done.
#[must_use]
pub fn next(current: Option<usize>, conditions: &[Option<Condition>], scores: &[Option<u8>]) -> Option<usize> {
    let start = current.map_or(0, |position| position + 1);
    (start..conditions.len()).find(|&position| asked(position, conditions, scores))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: Option<Condition> = Some(Condition { question: 0, from: 0, to: 6 });
    const HIGH: Option<Condition> = Some(Condition { question: 0, from: 9, to: 10 });

    #[track_caller]
    fn check(current: Option<usize>, scores: &[Option<u8>], expected: Option<usize>) {
        assert_eq!(next(current, &[None, LOW, HIGH, None], scores), expected);
    }

    #[test]
    fn next_follows_the_score() {
        check(None, &[None], Some(0));
        check(Some(0), &[Some(0)], Some(1));
        check(Some(0), &[Some(6)], Some(1));
        check(Some(0), &[Some(7)], Some(3));
        check(Some(0), &[Some(8)], Some(3));
        check(Some(0), &[Some(9)], Some(2));
        check(Some(0), &[Some(10)], Some(2));
        check(Some(0), &[None], Some(3));
        check(Some(0), &[], Some(3));
        check(Some(1), &[Some(3)], Some(3));
        check(Some(2), &[Some(10)], Some(3));
        check(Some(3), &[Some(10)], None);
        check(Some(usize::MAX - 1), &[], None);
    }

    #[test]
    fn an_empty_survey_is_done_at_once() {
        assert_eq!(next(None, &[], &[]), None);
    }
}
