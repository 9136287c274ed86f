//! The shopper's progress through the survey. Pure.

use crate::{
    host::{Text, text},
    question::MAX_QUESTIONS,
};
use survey::flow::{self, AnswerMask, Condition};

/// What the panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A question.
    Question,
    /// The last answer is being sent.
    Sending,
    /// The complete response is stored.
    Thanks,
    /// The last attempt failed; the response is kept and retried.
    Saved,
    /// The service has rejected the response.
    Failed,
}

impl Phase {
    /// The value of the attribute `data-state`.
    #[must_use]
    pub const fn as_str(self) -> Text {
        match self {
            Self::Question => text!("question"),
            Self::Sending => text!("sending"),
            Self::Thanks => text!("thanks"),
            Self::Saved => text!("saved"),
            Self::Failed => text!("failed"),
        }
    }

    /// The survey's text for an outcome.
    #[must_use]
    pub const fn words(self) -> Text {
        match self {
            Self::Question => text!(""),
            Self::Sending => text!(".ui.sending"),
            Self::Thanks => text!(".thanks"),
            Self::Saved => text!(".ui.saved"),
            Self::Failed => text!(".ui.failed"),
        }
    }
}

/// An answer, as far as the order of questions depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The question was skipped.
    None,
    /// The question was answered; the conditions of later questions see this value.
    Given(AnswerMask),
}

/// A question to show, with its earlier answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// The position of the question.
    pub at: usize,
    /// What was chosen when the question was last shown.
    pub shown: AnswerMask,
    /// Whether the question has an answer.
    pub answered: bool,
    /// Whether another question was asked before this one.
    pub follows: bool,
}

/// The position in the survey and the answers so far, going forwards and back.
///
/// A changed answer can make a later question unreachable. Its answer is then kept but does not count: conditions
/// ignore it and it is not sent. If the question becomes reachable again, its answer counts again.
#[derive(Debug)]
pub struct Progress {
    given: [AnswerMask; MAX_QUESTIONS],
    /// What was chosen for each question, whether or not it was sent.
    shown: [AnswerMask; MAX_QUESTIONS],
    /// A bit for each question with an answer.
    has: u32,
    at: Option<usize>,
}

impl Progress {
    /// Starts at the first question.
    #[must_use]
    pub fn new(conditions: &[Option<Condition>]) -> Self {
        let mut progress = Self { given: [0; MAX_QUESTIONS], shown: [0; MAX_QUESTIONS], has: 0, at: None };
        progress.at = lowest(progress.reachable(conditions));
        progress
    }

    /// The position of the current question; `None` after the last one.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        self.at
    }

    /// The current question.
    #[must_use]
    pub fn prompt(&self, conditions: &[Option<Condition>]) -> Option<Prompt> {
        let at = self.at?;
        Some(Prompt {
            at,
            shown: self.shown.get(at).copied().unwrap_or_default(),
            answered: self.has & 1 << at != 0,
            follows: self.reachable(conditions) & before(at) != 0,
        })
    }

    /// A bit for each answer that counts.
    #[must_use]
    pub fn counted(&self, conditions: &[Option<Condition>]) -> u32 {
        self.reachable(conditions) & self.has
    }

    /// Stores the answer to the current question and moves to the next; returns whether there is a change to send.
    pub fn answer(&mut self, answer: Answer, conditions: &[Option<Condition>]) -> bool {
        let Some(at) = self.at else { return false };
        let had = self.has;
        let given = match answer {
            Answer::Given(given) => {
                self.has |= 1 << at;
                given
            }
            Answer::None => {
                self.has &= !(1 << at);
                0
            }
        };
        for all in [&mut self.given, &mut self.shown] {
            if let Some(place) = all.get_mut(at) {
                *place = given;
            }
        }
        self.at = lowest(self.reachable(conditions) & !before(at + 1));
        answer != Answer::None || had != self.has
    }

    /// Goes back to the previous question. What is chosen but not sent is kept for when the shopper returns.
    pub fn back(&mut self, chosen: AnswerMask, conditions: &[Option<Condition>]) {
        let Some(at) = self.at else { return };
        if let Some(place) = self.shown.get_mut(at) {
            *place = chosen;
        }
        if let Some(last) = (self.reachable(conditions) & before(at)).checked_ilog2() {
            self.at = Some(last as usize);
        }
    }

    /// A bit for each question whose condition is met by the answers.
    fn reachable(&self, conditions: &[Option<Condition>]) -> u32 {
        let mut reachable = 0;
        // The answers that count; conditions refer only to earlier questions.
        let mut given = [0; MAX_QUESTIONS];
        for (at, kept) in self.given.iter().enumerate().take(conditions.len()) {
            if flow::asked(at, conditions, &given) {
                reachable |= 1 << at;
                if let Some(place) = given.get_mut(at)
                    && self.has & 1 << at != 0
                {
                    *place = *kept;
                }
            }
        }
        reachable
    }
}

/// A mask of the bits below a position.
const fn before(at: usize) -> u32 {
    (1 << at) - 1
}

/// The position of the lowest bit.
fn lowest(bits: u32) -> Option<usize> {
    (bits != 0).then_some(bits.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{Given, None as Skipped};

    const LOW: Option<Condition> = Some(Condition::scored(0, 0, 6));
    const HIGH: Option<Condition> = Some(Condition::scored(0, 9, 10));

    /// Answers the questions in turn, and checks which were asked and which answers count.
    #[track_caller]
    fn check(conditions: &[Option<Condition>], answers: &[Answer], asked: &[usize], counted: u32) {
        let mut progress = Progress::new(conditions);
        let mut visited = Vec::new();
        for answer in answers {
            visited.extend(progress.at());
            progress.answer(*answer, conditions);
        }
        visited.extend(progress.at());
        assert_eq!(visited, asked);
        assert_eq!(progress.counted(conditions), counted, "{:b}", progress.counted(conditions));
    }

    #[test]
    fn questions_follow_the_scores() {
        let survey = [None, LOW, HIGH, None];
        check(&survey, &[], &[0], 0);
        check(&survey, &[Given(1 << 3)], &[0, 1], 1);
        check(&survey, &[Given(1 << 3), Given(0)], &[0, 1, 3], 0b11);
        check(&survey, &[Given(1 << 8)], &[0, 3], 1);
        check(&survey, &[Given(1 << 10), Skipped, Skipped], &[0, 2, 3], 1);
        check(&survey, &[Skipped, Skipped], &[0, 3], 0);
        check(&survey, &[Skipped, Given(0)], &[0, 3], 0b1000);
    }

    #[test]
    fn answers_after_the_last_question_are_ignored() {
        check(&[None], &[Given(1 << 9), Given(1 << 1)], &[0], 1);
        check(&[], &[Given(1 << 9)], &[], 0);
    }

    #[test]
    fn a_survey_may_have_the_maximum_number_of_questions() {
        let all = [None; MAX_QUESTIONS];
        check(&all, &[Given(1 << 5); MAX_QUESTIONS], &Vec::from_iter(0..MAX_QUESTIONS), (1 << MAX_QUESTIONS) - 1);
    }

    #[test]
    fn going_back_visits_the_same_questions() {
        let survey = [None, LOW, HIGH, None];
        let mut progress = Progress::new(&survey);
        let prompt = |at, shown, answered, follows| Some(Prompt { at, shown, answered, follows });
        assert_eq!(progress.prompt(&survey), prompt(0, 0, false, false));
        progress.back(0, &survey);
        assert_eq!(progress.at(), Some(0), "no question precedes the first");
        progress.answer(Given(1 << 9), &survey);
        progress.answer(Given(0), &survey);
        assert_eq!(progress.prompt(&survey), prompt(3, 0, false, true));
        progress.back(0b101, &survey);
        assert_eq!(progress.prompt(&survey), prompt(2, 0, true, true));
        progress.back(0, &survey);
        assert_eq!(progress.prompt(&survey), prompt(0, 1 << 9, true, false));
        assert!(progress.answer(Given(1 << 10), &survey));
        assert_eq!(progress.at(), Some(2));
        progress.answer(Given(0), &survey);
        assert_eq!(progress.prompt(&survey), prompt(3, 0b101, false, true), "choices that were not sent are kept");
    }

    #[test]
    fn answers_to_unreachable_questions_do_not_count_until_they_are_reachable_again() {
        // The third question depends on the second, which depends on a low score.
        let survey = [None, LOW, Some(Condition { question: 1, any: 0b1 }), None];
        let mut progress = Progress::new(&survey);
        for answer in [1 << 2, 0b1, 0] {
            progress.answer(Given(answer), &survey);
        }
        assert_eq!((progress.at(), progress.counted(&survey)), (Some(3), 0b111));
        for _ in 0..3 {
            progress.back(0, &survey);
        }
        assert!(progress.answer(Given(1 << 10), &survey));
        assert_eq!((progress.at(), progress.counted(&survey)), (Some(3), 0b1));
        progress.back(0, &survey);
        progress.answer(Given(1 << 6), &survey);
        assert_eq!((progress.at(), progress.counted(&survey)), (Some(1), 0b111));
    }

    #[test]
    fn skipping_an_answered_question_removes_the_answer() {
        let survey = [None, None];
        let mut progress = Progress::new(&survey);
        assert!(progress.answer(Given(0), &survey));
        progress.back(0, &survey);
        assert!(progress.answer(Skipped, &survey), "a change to send");
        assert_eq!(progress.counted(&survey), 0);
        progress.back(0, &survey);
        assert!(!progress.answer(Skipped, &survey), "no change");
    }
}
