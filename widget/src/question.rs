//! The survey's questions, as numbers.

use crate::host::{self, text};
use survey::flow::Condition;

/// The maximum number of questions in a survey, as in the service.
pub const MAX_QUESTIONS: usize = 20;

/// The kind of answer that a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A score on a scale.
    Scale,
    /// One or several choices of a list.
    Choice,
    /// Free text.
    Text,
    /// An e-mail address or phone number.
    Contact,
}

impl Kind {
    /// The kind for a number of `host.js`, which is the position of its name in this list.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Self> {
        match number {
            0..=3 => Some(Self::Scale),
            4 => Some(Self::Choice),
            5 => Some(Self::Text),
            6 => Some(Self::Contact),
            _ => None,
        }
    }
}

/// The condition of each question: the answers after which it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Conditions {
    all: [Option<Condition>; MAX_QUESTIONS],
    count: usize,
}

impl Conditions {
    /// Reads the conditions. A question of an unknown kind ends the survey, because later questions may depend on its
    /// answer.
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

    /// The conditions in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Option<Condition>] {
        self.all.get(..self.count).unwrap_or_default()
    }
}

fn condition() -> Option<Condition> {
    // -1 means no condition. A mask has at most 31 bits, so it is never negative.
    let member = |place| u32::try_from(host::number(place)).ok();
    Some(Condition { question: member(text!(".q.when.q"))? as usize, any: member(text!(".q.when.any"))? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use survey::Metric;

    /// The names in `KINDS` of `host.js`, by their numbers.
    fn names() -> Vec<&'static str> {
        let list = include_str!("host.js").split_once("const KINDS = '").and_then(|(_, rest)| rest.split_once('\''));
        list.map(|(names, _)| names.split(' ').collect()).unwrap_or_default()
    }

    #[test]
    fn every_kind_of_question_has_a_number() {
        let mut sorted = names();
        sorted.sort_unstable();
        let mut expected = survey::Kind::NAMES;
        expected.sort_unstable();
        assert_eq!(sorted, expected);
        for (number, name) in (0..).zip(names()) {
            let expected = match name {
                "choice" => Kind::Choice,
                "text" => Kind::Text,
                "contact" => Kind::Contact,
                name => Metric::parse(name).map(|_| Kind::Scale).expect("the widget has a view for the kind"),
            };
            assert_eq!(Kind::from_number(number), Some(expected), "{name}");
        }
        assert_eq!(Kind::from_number(names().len().try_into().unwrap_or(-1)), None);
        assert_eq!(Kind::from_number(-1), None, "an unknown kind");
    }
}
