//! Where the shopper is in the survey. Pure.

use crate::{
    host::{Text, text},
    question::MAX_QUESTIONS,
};
use survey::flow::{self, AnswerMask, Condition};

/// What the shopper sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A question.
    Question,
    /// The last answer is on its way.
    Sending,
    /// Everything is stored.
    Thanks,
    /// Not through yet; kept and tried again.
    Saved,
    /// Refused for good.
    Failed,
}

impl Phase {
    /// The name in `data-state`.
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

    /// Where the survey has the words of an outcome.
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

/// What was answered, as far as the way through the survey depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The question was left out.
    None,
    /// It was answered; what later questions see of it.
    AnswerMask(AnswerMask),
}

/// What a question is shown with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Position of the question.
    pub at: usize,
    /// What was chosen when it was last shown.
    pub shown: AnswerMask,
    /// Whether it has an answer already.
    pub answered: bool,
    /// Whether a question was asked before it.
    pub follows: bool,
}

/// A walk through the questions, forwards and back.
///
/// An answer to a question that the way no longer leads by is kept, but does not count: not for later questions and
/// not for what is sent. Should the way lead there again, it counts again.
#[derive(Debug)]
pub struct Walk {
    given: [AnswerMask; MAX_QUESTIONS],
    /// What was chosen, sent or not.
    shown: [AnswerMask; MAX_QUESTIONS],
    /// A bit for each question that has an answer.
    has: u32,
    at: Option<usize>,
}

impl Walk {
    /// At the first question.
    #[must_use]
    pub fn new(conditions: &[Option<Condition>]) -> Self {
        let mut walk = Self { given: [0; MAX_QUESTIONS], shown: [0; MAX_QUESTIONS], has: 0, at: None };
        walk.at = lowest(walk.asked(conditions));
        walk
    }

    /// Position of the question that is being asked; `None` when all have been.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        self.at
    }

    /// The question that is being asked.
    #[must_use]
    pub fn turn(&self, conditions: &[Option<Condition>]) -> Option<Turn> {
        let at = self.at?;
        Some(Turn {
            at,
            shown: self.shown.get(at).copied().unwrap_or_default(),
            answered: self.has & 1 << at != 0,
            follows: self.asked(conditions) & before(at) != 0,
        })
    }

    /// A bit for each answer that counts.
    #[must_use]
    pub fn counted(&self, conditions: &[Option<Condition>]) -> u32 {
        self.asked(conditions) & self.has
    }

    /// Takes the answer to the question that is being asked and goes on; returns whether there is a change to send.
    pub fn answer(&mut self, answer: Answer, conditions: &[Option<Condition>]) -> bool {
        let Some(at) = self.at else { return false };
        let had = self.has;
        let given = match answer {
            Answer::AnswerMask(given) => {
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
        self.at = lowest(self.asked(conditions) & !before(at + 1));
        answer != Answer::None || had != self.has
    }

    /// Goes back to the question before. What is chosen and not sent is kept for when the shopper returns.
    pub fn back(&mut self, chosen: AnswerMask, conditions: &[Option<Condition>]) {
        let Some(at) = self.at else { return };
        if let Some(place) = self.shown.get_mut(at) {
            *place = chosen;
        }
        if let Some(last) = (self.asked(conditions) & before(at)).checked_ilog2() {
            self.at = Some(last as usize);
        }
    }

    /// A bit for each question that the answers lead to.
    fn asked(&self, conditions: &[Option<Condition>]) -> u32 {
        let mut asked = 0;
        // What counts of the answers so far; conditions look back only.
        let mut given = [0; MAX_QUESTIONS];
        for (at, kept) in self.given.iter().enumerate().take(conditions.len()) {
            if flow::asked(at, conditions, &given) {
                asked |= 1 << at;
                if let Some(place) = given.get_mut(at)
                    && self.has & 1 << at != 0
                {
                    *place = *kept;
                }
            }
        }
        asked
    }
}

/// The bits below a position.
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
    use Answer::{AnswerMask, None as Left};

    const LOW: Option<Condition> = Some(Condition::scored(0, 0, 6));
    const HIGH: Option<Condition> = Some(Condition::scored(0, 9, 10));

    /// Answers one question after the other and notes where the walk came by.
    #[track_caller]
    fn check(conditions: &[Option<Condition>], answers: &[Answer], way: &[usize], counted: u32) {
        let mut walk = Walk::new(conditions);
        let mut came_by = Vec::new();
        for answer in answers {
            came_by.extend(walk.at());
            walk.answer(*answer, conditions);
        }
        came_by.extend(walk.at());
        assert_eq!(came_by, way);
        assert_eq!(walk.counted(conditions), counted, "{:b}", walk.counted(conditions));
    }

    #[test]
    fn the_way_follows_the_scores() {
        let survey = [None, LOW, HIGH, None];
        check(&survey, &[], &[0], 0);
        check(&survey, &[AnswerMask(1 << 3)], &[0, 1], 1);
        check(&survey, &[AnswerMask(1 << 3), AnswerMask(0)], &[0, 1, 3], 0b11);
        check(&survey, &[AnswerMask(1 << 8)], &[0, 3], 1);
        check(&survey, &[AnswerMask(1 << 10), Left, Left], &[0, 2, 3], 1);
        check(&survey, &[Left, Left], &[0, 3], 0);
        check(&survey, &[Left, AnswerMask(0)], &[0, 3], 0b1000);
    }

    #[test]
    fn a_walk_that_is_over_stays_over() {
        check(&[None], &[AnswerMask(1 << 9), AnswerMask(1 << 1)], &[0], 1);
        check(&[], &[AnswerMask(1 << 9)], &[], 0);
    }

    #[test]
    fn the_longest_survey_fits() {
        let all = [None; MAX_QUESTIONS];
        check(&all, &[AnswerMask(1 << 5); MAX_QUESTIONS], &Vec::from_iter(0..MAX_QUESTIONS), (1 << MAX_QUESTIONS) - 1);
    }

    #[test]
    fn the_way_back_leads_by_the_same_questions() {
        let survey = [None, LOW, HIGH, None];
        let mut walk = Walk::new(&survey);
        let turn = |at, shown, answered, follows| Some(Turn { at, shown, answered, follows });
        assert_eq!(walk.turn(&survey), turn(0, 0, false, false));
        walk.back(0, &survey);
        assert_eq!(walk.at(), Some(0), "there is nothing before the first");
        walk.answer(AnswerMask(1 << 9), &survey);
        walk.answer(AnswerMask(0), &survey);
        assert_eq!(walk.turn(&survey), turn(3, 0, false, true));
        walk.back(0b101, &survey);
        assert_eq!(walk.turn(&survey), turn(2, 0, true, true));
        walk.back(0, &survey);
        assert_eq!(walk.turn(&survey), turn(0, 1 << 9, true, false));
        assert!(walk.answer(AnswerMask(1 << 10), &survey));
        assert_eq!(walk.at(), Some(2));
        walk.answer(AnswerMask(0), &survey);
        assert_eq!(walk.turn(&survey), turn(3, 0b101, false, true), "ticks that were not sent are still there");
    }

    #[test]
    fn answers_that_the_new_way_leaves_aside_do_not_count_until_it_leads_there_again() {
        // The third follows from the second, which follows from a low score.
        let survey = [None, LOW, Some(Condition { question: 1, any: 0b1 }), None];
        let mut walk = Walk::new(&survey);
        for answer in [1 << 2, 0b1, 0] {
            walk.answer(AnswerMask(answer), &survey);
        }
        assert_eq!((walk.at(), walk.counted(&survey)), (Some(3), 0b111));
        for _ in 0..3 {
            walk.back(0, &survey);
        }
        assert!(walk.answer(AnswerMask(1 << 10), &survey));
        assert_eq!((walk.at(), walk.counted(&survey)), (Some(3), 0b1));
        walk.back(0, &survey);
        walk.answer(AnswerMask(1 << 6), &survey);
        assert_eq!((walk.at(), walk.counted(&survey)), (Some(1), 0b111));
    }

    #[test]
    fn an_answer_can_be_taken_back() {
        let survey = [None, None];
        let mut walk = Walk::new(&survey);
        assert!(walk.answer(AnswerMask(0), &survey));
        walk.back(0, &survey);
        assert!(walk.answer(Left, &survey), "a change to send");
        assert_eq!(walk.counted(&survey), 0);
        walk.back(0, &survey);
        assert!(!walk.answer(Left, &survey), "nothing new");
    }
}
