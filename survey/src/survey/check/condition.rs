//! After which answers a question is asked.

use super::Check;
use crate::{
    flow::{AnswerMask, Condition},
    metric::Metric,
    problem::Code,
    survey::{AskWhen, DraftQuestion},
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// What may be known of a question that was asked before, even if it is wrong itself.
pub(super) struct Asked {
    id: Option<String>,
    kind: AskedKind,
}

enum AskedKind {
    Scale(Metric),
    Choice { ids: Vec<Option<String>>, other: bool },
    Unscored,
}

impl Asked {
    pub(super) fn of(draft: &DraftQuestion) -> Self {
        let kind = match draft.kind.as_deref() {
            Some("choice") => {
                let ids = draft.choices.iter().flatten().map(|choice| choice.id.clone()).collect();
                AskedKind::Choice { ids, other: draft.other.is_some() }
            }
            Some(name) => Metric::parse(name).map_or(AskedKind::Unscored, AskedKind::Scale),
            None => AskedKind::Unscored,
        };
        Self { id: draft.id.clone(), kind }
    }

    pub(super) fn is(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }
}

impl Check {
    pub(super) fn condition(&mut self, given: &AskWhen, at: &str) -> Option<Condition> {
        let at = format!("{at}.ask_when");
        let Some(id) = given.question.as_deref() else {
            self.wrong(Code::Missing, format!("{at}.question"), "is required");
            return None;
        };
        // Taken out for the while, so that problems can be noted.
        let asked = core::mem::take(&mut self.asked);
        let earlier = asked.iter().enumerate().find(|(_, earlier)| earlier.is(id));
        let condition = match earlier {
            Some((question, Asked { kind: AskedKind::Scale(metric), .. })) => {
                self.scored(given, question, *metric, &at)
            }
            Some((question, Asked { kind: AskedKind::Choice { ids, other }, .. })) => {
                self.chosen(given, ids, *other, &at).map(|any| Condition { question, any })
            }
            _ => {
                let message = "must be the id of an earlier question that is scored or a choice";
                self.wrong(Code::InvalidReference, format!("{at}.question"), message);
                None
            }
        };
        self.asked = asked;
        condition
    }

    fn scored(&mut self, given: &AskWhen, question: usize, metric: Metric, at: &str) -> Option<Condition> {
        let message = "is for choice questions: a scored one has 'from' and 'to'";
        if given.choices.is_some() {
            self.wrong(Code::WrongKind, format!("{at}.choices"), message);
        }
        if given.other.is_some() {
            self.wrong(Code::WrongKind, format!("{at}.other"), message);
        }
        let scale = [metric.min(), metric.max()];
        let from = self.number(given.from, metric.min(), scale, &format!("{at}.from"));
        let to = self.number(given.to, metric.max(), scale, &format!("{at}.to"));
        let (from, to) = (from?, to?);
        if from > to {
            self.wrong(Code::OutOfRange, format!("{at}.from"), "must not be over 'to'");
        }
        (from <= to).then(|| Condition::scored(question, from, to))
    }

    fn chosen(&mut self, given: &AskWhen, ids: &[Option<String>], offered: bool, at: &str) -> Option<AnswerMask> {
        let message = "is for scored questions: a choice has 'choices' and 'other'";
        if given.from.is_some() {
            self.wrong(Code::WrongKind, format!("{at}.from"), message);
        }
        if given.to.is_some() {
            self.wrong(Code::WrongKind, format!("{at}.to"), message);
        }
        // A question with too many choices is refused anyway.
        let bit = |position: usize| 1_u32.checked_shl(u32::try_from(position).unwrap_or(u32::MAX)).unwrap_or(0);
        let every = given.choices.is_none() && given.other.is_none();
        if every {
            return Some(bit(ids.len() + usize::from(offered)).wrapping_sub(1));
        }
        let mut any = 0;
        for (index, name) in given.choices.iter().flatten().enumerate() {
            match ids.iter().position(|id| id.as_ref() == Some(name)) {
                Some(position) => any |= bit(position),
                None => {
                    let message = "is not a choice of that question".to_string();
                    self.wrong(Code::UnknownChoice, format!("{at}.choices[{index}]"), message);
                }
            }
        }
        if given.other == Some(true) {
            if !offered {
                self.wrong(Code::InvalidReference, format!("{at}.other"), "is not offered by that question");
            }
            any |= bit(ids.len());
        }
        if given.choices.iter().flatten().next().is_none() && given.other != Some(true) {
            self.wrong(Code::Empty, format!("{at}.choices"), "must name at least one choice");
        }
        (any != 0).then_some(any)
    }
}
