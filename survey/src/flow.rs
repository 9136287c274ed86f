//! Decides which question comes next.
//!
//! Works on positions instead of ids and allocates nothing: the widget runs the same code that the Worker uses to
//! validate submissions.

/// The answer to a question as a bit mask, for conditions of later questions: score *s* is bit *s*, a choice is the bit
/// of its position in the definition, "something else" is the bit after the last choice. 0 = unanswered or free text.
pub type AnswerMask = u32;

/// Asks a question only after certain answers to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Position of the earlier question, from 0.
    pub question: usize,
    /// The answers that lead to this question, any of them.
    pub any: AnswerMask,
}

impl Condition {
    /// After a score from `from` to `to`, both inclusive and at most 10.
    #[must_use]
    pub const fn scored(question: usize, from: u8, to: u8) -> Self {
        Self { question, any: ((2 << to) - 1) & !((1 << from) - 1) }
    }

    /// Whether the answers so far meet the condition. An unanswered question never does.
    #[must_use]
    pub fn met(&self, answers: &[AnswerMask]) -> bool {
        answers.get(self.question).is_some_and(|answer| answer & self.any != 0)
    }
}

/// Whether the question at `position` is asked, after the answers so far.
///
/// A position without a condition, or past the end of `conditions`, is always asked.
#[must_use]
pub fn asked(position: usize, conditions: &[Option<Condition>], answers: &[AnswerMask]) -> bool {
    match conditions.get(position) {
        Some(Some(condition)) => condition.met(answers),
        _ => true,
    }
}

/// Position of the question to ask after `current` (`None` = at the start), or `None` when the survey is done.
#[must_use]
pub fn next(current: Option<usize>, conditions: &[Option<Condition>], answers: &[AnswerMask]) -> Option<usize> {
    let start = current.map_or(0, |position| position + 1);
    (start..conditions.len()).find(|&position| asked(position, conditions, answers))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: Option<Condition> = Some(Condition::scored(0, 0, 6));
    const HIGH: Option<Condition> = Some(Condition::scored(0, 9, 10));

    #[track_caller]
    fn check(current: Option<usize>, answers: &[AnswerMask], expected: Option<usize>) {
        assert_eq!(next(current, &[None, LOW, HIGH, None], answers), expected);
    }

    #[test]
    fn the_score_decides_the_next_question() {
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
    fn a_score_range_becomes_a_bit_mask() {
        for (from, to, any) in [(0, 0, 1), (0, 6, 0x7f), (9, 10, 0x600), (0, 10, 0x7ff), (7, 7, 0x80)] {
            assert_eq!(Condition::scored(0, from, to).any, any, "{from} to {to}");
        }
    }

    #[test]
    fn any_listed_choice_meets_the_condition() {
        let survey = [None, Some(Condition { question: 0, any: 0b101 })];
        for (answer, expected) in [(0b001, Some(1)), (0b100, Some(1)), (0b110, Some(1)), (0b010, None), (0, None)] {
            assert_eq!(next(Some(0), &survey, &[answer]), expected, "{answer:b}");
        }
    }

    #[test]
    fn an_empty_survey_has_no_first_question() {
        assert_eq!(next(None, &[], &[]), None);
    }
}
