//! Which question comes next.
//!
//! Works on positions, not ids, and allocates nothing: the widget runs the very same code that the Worker uses to
//! check what was sent.

/// What was answered to a question, as far as later questions depend on it: score *s* is bit *s*, a choice is the bit of
/// its position in the definition, "something else" the bit after the last choice. 0 = not answered, or own words.
pub type AnswerMask = u32;

/// Ask a question only after certain answers to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Position of the earlier question, from 0.
    pub question: usize,
    /// The answers of which any leads here.
    pub any: AnswerMask,
}

impl Condition {
    /// After a score from `from` to `to`, both inclusive and at most 10.
    #[must_use]
    pub const fn scored(question: usize, from: u8, to: u8) -> Self {
        Self { question, any: ((2 << to) - 1) & !((1 << from) - 1) }
    }

    /// Whether what was given so far meets the condition. An unanswered question meets none.
    #[must_use]
    pub fn met(&self, given: &[AnswerMask]) -> bool {
        given.get(self.question).is_some_and(|given| given & self.any != 0)
    }
}

/// Whether the question at `position` is asked, after what was given so far.
///
/// A position without a condition, or past the end of `conditions`, is asked always.
#[must_use]
pub fn asked(position: usize, conditions: &[Option<Condition>], given: &[AnswerMask]) -> bool {
    match conditions.get(position) {
        Some(Some(condition)) => condition.met(given),
        _ => true,
    }
}

/// Position of the question to ask after `current` (`None` = at the start), or `None` when the survey is done.
#[must_use]
pub fn next(current: Option<usize>, conditions: &[Option<Condition>], given: &[AnswerMask]) -> Option<usize> {
    let start = current.map_or(0, |position| position + 1);
    (start..conditions.len()).find(|&position| asked(position, conditions, given))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: Option<Condition> = Some(Condition::scored(0, 0, 6));
    const HIGH: Option<Condition> = Some(Condition::scored(0, 9, 10));

    #[track_caller]
    fn check(current: Option<usize>, given: &[AnswerMask], expected: Option<usize>) {
        assert_eq!(next(current, &[None, LOW, HIGH, None], given), expected);
    }

    #[test]
    fn next_follows_the_score() {
        check(None, &[0], Some(0));
        check(Some(0), &[1 << 0], Some(1));
        check(Some(0), &[1 << 6], Some(1));
        check(Some(0), &[1 << 7], Some(3));
        check(Some(0), &[1 << 8], Some(3));
        check(Some(0), &[1 << 9], Some(2));
        check(Some(0), &[1 << 10], Some(2));
        check(Some(0), &[0], Some(3));
        check(Some(0), &[], Some(3));
        check(Some(1), &[1 << 3], Some(3));
        check(Some(2), &[1 << 10], Some(3));
        check(Some(3), &[1 << 10], None);
        check(Some(usize::MAX - 1), &[], None);
    }

    #[test]
    fn scores_become_bits() {
        for (from, to, any) in [(0, 0, 1), (0, 6, 0x7f), (9, 10, 0x600), (0, 10, 0x7ff), (7, 7, 0x80)] {
            assert_eq!(Condition::scored(0, from, to).any, any, "{from} to {to}");
        }
    }

    #[test]
    fn any_of_several_choices_leads_on() {
        let survey = [None, Some(Condition { question: 0, any: 0b101 })];
        for (given, expected) in [(0b001, Some(1)), (0b100, Some(1)), (0b110, Some(1)), (0b010, None), (0, None)] {
            assert_eq!(next(Some(0), &survey, &[given]), expected, "{given:b}");
        }
    }

    #[test]
    fn an_empty_survey_is_done_at_once() {
        assert_eq!(next(None, &[], &[]), None);
    }
}
