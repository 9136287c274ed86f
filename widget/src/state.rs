//! Where the shopper is in the survey. Pure.

use crate::question::MAX_QUESTIONS;
use survey::flow::{self, Condition, Given};

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
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Sending => "sending",
            Self::Thanks => "thanks",
            Self::Saved => "saved",
            Self::Failed => "failed",
        }
    }

    /// Where the survey has the words of an outcome.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Question => "",
            Self::Sending => ".ui.sending",
            Self::Thanks => ".thanks",
            Self::Saved => ".ui.saved",
            Self::Failed => ".ui.failed",
        }
    }
}

/// What was answered, as far as the way through the survey depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The question was left out.
    None,
    /// It was answered; what later questions see of it.
    Given(Given),
}

/// A walk through the questions.
#[derive(Debug)]
pub struct Walk {
    given: [Given; MAX_QUESTIONS],
    at: Option<usize>,
    answered: bool,
}

impl Walk {
    /// At the first question.
    #[must_use]
    pub fn new(conditions: &[Option<Condition>]) -> Self {
        Self { given: [0; MAX_QUESTIONS], at: flow::next(None, conditions, &[]), answered: false }
    }

    /// Position of the question that is being asked; `None` when all have been.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        self.at
    }

    /// Whether anything was answered.
    #[must_use]
    pub const fn answered(&self) -> bool {
        self.answered
    }

    /// Takes the answer to the question that is being asked and goes on.
    pub fn answer(&mut self, answer: Answer, conditions: &[Option<Condition>]) {
        let Some(at) = self.at else { return };
        if let (Answer::Given(given), Some(place)) = (answer, self.given.get_mut(at)) {
            *place = given;
        }
        self.answered |= answer != Answer::None;
        self.at = flow::next(self.at, conditions, &self.given);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: Option<Condition> = Some(Condition::scored(0, 0, 6));
    const HIGH: Option<Condition> = Some(Condition::scored(0, 9, 10));

    /// Answers one question after the other and notes where the walk came by.
    #[track_caller]
    fn check(conditions: &[Option<Condition>], answers: &[Answer], way: &[usize], answered: bool) {
        let mut walk = Walk::new(conditions);
        let mut came_by = Vec::new();
        for answer in answers {
            came_by.extend(walk.at());
            walk.answer(*answer, conditions);
        }
        came_by.extend(walk.at());
        assert_eq!(came_by, way);
        assert_eq!(walk.answered(), answered);
    }

    #[test]
    fn the_way_follows_the_scores() {
        let survey = [None, LOW, HIGH, None];
        check(&survey, &[], &[0], false);
        check(&survey, &[Answer::Given(1 << 3)], &[0, 1], true);
        check(&survey, &[Answer::Given(1 << 3), Answer::Given(0)], &[0, 1, 3], true);
        check(&survey, &[Answer::Given(1 << 8)], &[0, 3], true);
        check(&survey, &[Answer::Given(1 << 10), Answer::None, Answer::None], &[0, 2, 3], true);
        check(&survey, &[Answer::None, Answer::None], &[0, 3], false);
        check(&survey, &[Answer::None, Answer::Given(0)], &[0, 3], true);
    }

    #[test]
    fn a_walk_that_is_over_stays_over() {
        check(&[None], &[Answer::Given(1 << 9), Answer::Given(1 << 1)], &[0], true);
        check(&[], &[Answer::Given(1 << 9)], &[], false);
    }

    #[test]
    fn the_longest_survey_fits() {
        check(&[None; MAX_QUESTIONS], &[Answer::Given(1 << 5); MAX_QUESTIONS], &Vec::from_iter(0..MAX_QUESTIONS), true);
    }
}
