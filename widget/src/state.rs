//! Where the shopper is in the survey and what was answered. Pure.

use alloc::{string::String, vec::Vec};
use survey::flow::{self, Condition};

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A score.
    Score(u8),
    /// Own words.
    Text(String),
    /// A bit for the position of each choice, and own words beside "something else" (empty = none).
    Choice(u64, String),
}

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
}

/// A walk through the questions.
#[derive(Debug)]
pub struct Walk {
    conditions: Vec<Option<Condition>>,
    /// By position, as far as the walk has come.
    answers: Vec<Option<Answer>>,
    scores: Vec<Option<u8>>,
    at: Option<usize>,
}

impl Walk {
    /// At the first question.
    #[must_use]
    pub fn new(conditions: Vec<Option<Condition>>) -> Self {
        let at = flow::next(None, &conditions, &[]);
        Self { conditions, answers: Vec::new(), scores: Vec::new(), at }
    }

    /// Position of the question that is being asked; `None` when all have been.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        self.at
    }

    /// Whether anything was answered.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.answers.iter().any(Option::is_some)
    }

    /// The answers by position of the question.
    #[must_use]
    pub fn answers(&self) -> &[Option<Answer>] {
        &self.answers
    }

    /// Takes the answer to the question that is being asked (`None` = left out) and goes on.
    pub fn answer(&mut self, answer: Option<Answer>) {
        let Some(at) = self.at else { return };
        // Questions that were not asked have no answer.
        while self.answers.len() < at {
            self.push(None);
        }
        self.push(answer);
        self.at = flow::next(self.at, &self.conditions, &self.scores);
    }

    fn push(&mut self, answer: Option<Answer>) {
        self.scores.push(match answer {
            Some(Answer::Score(score)) => Some(score),
            _ => None,
        });
        self.answers.push(answer);
    }
}
