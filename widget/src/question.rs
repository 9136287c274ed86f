//! The survey's questions, in numbers.

use crate::host::{self, text};
use survey::flow::Condition;

/// Most questions of a survey, as in the service.
pub const MAX_QUESTIONS: usize = 20;

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One score of a scale.
    Scale,
    /// One or several of a list.
    Choice,
    /// Own words.
    Text,
    /// A way to reach the shopper.
    Contact,
}

impl Kind {
    /// The kind that `host.js` gives a number: its position among these names of the wire.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Self> {
        // nps ces csat agree choice text contact
        match number {
            0..=3 => Some(Self::Scale),
            4 => Some(Self::Choice),
            5 => Some(Self::Text),
            6 => Some(Self::Contact),
            _ => None,
        }
    }
}

/// For each question the answers after which it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Conditions {
    all: [Option<Condition>; MAX_QUESTIONS],
    count: usize,
}

impl Conditions {
    /// Reads them. A question of a kind that this widget does not know ends the survey: what comes after it may
    /// depend on its answer.
    #[must_use]
    pub fn read() -> Self {
        let mut read = Self { all: [None; MAX_QUESTIONS], count: 0 };
        for (at, place) in (0..).zip(&mut read.all) {
            if Kind::from_number(host::turn(at)).is_none() {
                break;
            }
            *place = condition();
            read.count += 1;
        }
        read
    }

    /// As the flow wants them.
    #[must_use]
    pub fn as_slice(&self) -> &[Option<Condition>] {
        self.all.get(..self.count).unwrap_or_default()
    }
}

fn condition() -> Option<Condition> {
    // -1 stands for no condition. A mask has 31 bits at most, so it stays positive.
    let member = |place| u32::try_from(host::number(place)).ok();
    Some(Condition { question: member(text!(".q.when.q"))? as usize, any: member(text!(".q.when.any"))? })
}
