//! Validates the condition of a question.

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

/// An earlier question as far as conditions need it, even if it is invalid itself.
pub(super) struct EarlierQuestion {
    id: Option<String>,
    kind: EarlierKind,
}

enum EarlierKind {
    Scale(Metric),
    Choice { ids: Vec<Option<String>>, other: bool },
    Other,
}

impl EarlierQuestion {
    pub(super) fn of(draft: &DraftQuestion) -> Self {
        let kind = match draft.kind.as_deref() {
            Some("choice") => {
                let ids = draft.choices.iter().flatten().map(|choice| choice.id.clone()).collect();
                EarlierKind::Choice { ids, other: draft.other.is_some() }
            }
            Some(name) => Metric::parse(name).map_or(EarlierKind::Other, EarlierKind::Scale),
            None => EarlierKind::Other,
        };
        Self { id: draft.id.clone(), kind }
    }

    pub(super) fn has_id(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }
}

impl Check {
    pub(super) fn condition(&mut self, when: &AskWhen, at: &str) -> Option<Condition> {
        let at = format!("{at}.ask_when");
        let Some(id) = when.question.as_deref() else {
            self.problem(Code::Missing, format!("{at}.question"), "is required");
            return None;
        };
        // Taken out temporarily, so that `self` can collect problems.
        let questions = core::mem::take(&mut self.earlier);
        let earlier = questions.iter().enumerate().find(|(_, earlier)| earlier.has_id(id));
        let condition = match earlier {
            Some((question, EarlierQuestion { kind: EarlierKind::Scale(metric), .. })) => {
                self.scored(when, question, *metric, &at)
            }
            Some((question, EarlierQuestion { kind: EarlierKind::Choice { ids, other }, .. })) => {
                self.chosen(when, ids, *other, &at).map(|any| Condition { question, any })
            }
            _ => {
                let message = "must be the id of an earlier score or choice question";
                self.problem(Code::InvalidReference, format!("{at}.question"), message);
                None
            }
        };
        self.earlier = questions;
        condition
    }

    fn scored(&mut self, when: &AskWhen, question: usize, metric: Metric, at: &str) -> Option<Condition> {
        let message = "is only allowed for choice questions; use 'from' and 'to' for score questions";
        if when.choices.is_some() {
            self.problem(Code::WrongKind, format!("{at}.choices"), message);
        }
        if when.other.is_some() {
            self.problem(Code::WrongKind, format!("{at}.other"), message);
        }
        let scale = [metric.min(), metric.max()];
        let from = self.number(when.from, metric.min(), scale, &format!("{at}.from"));
        let to = self.number(when.to, metric.max(), scale, &format!("{at}.to"));
        let (from, to) = (from?, to?);
        if from > to {
            self.problem(Code::OutOfRange, format!("{at}.from"), "must not be greater than 'to'");
        }
        (from <= to).then(|| Condition::scored(question, from, to))
    }

    fn chosen(&mut self, when: &AskWhen, ids: &[Option<String>], offered: bool, at: &str) -> Option<AnswerMask> {
        let message = "is only allowed for score questions; use 'choices' and 'other' for choice questions";
        if when.from.is_some() {
            self.problem(Code::WrongKind, format!("{at}.from"), message);
        }
        if when.to.is_some() {
            self.problem(Code::WrongKind, format!("{at}.to"), message);
        }
        // A position past the mask is harmless: a question with too many choices is rejected anyway.
        let bit = |position: usize| 1_u32.checked_shl(u32::try_from(position).unwrap_or(u32::MAX)).unwrap_or(0);
        let any_choice = when.choices.is_none() && when.other.is_none();
        if any_choice {
            return Some(bit(ids.len() + usize::from(offered)).wrapping_sub(1));
        }
        let mut any = 0;
        for (index, name) in when.choices.iter().flatten().enumerate() {
            match ids.iter().position(|id| id.as_ref() == Some(name)) {
                Some(position) => any |= bit(position),
                None => {
                    let message = "is not a choice of that question".to_string();
                    self.problem(Code::UnknownChoice, format!("{at}.choices[{index}]"), message);
                }
            }
        }
        if when.other == Some(true) {
            if !offered {
                self.problem(Code::InvalidReference, format!("{at}.other"), "is not offered by that question");
            }
            any |= bit(ids.len());
        }
        if when.choices.iter().flatten().next().is_none() && when.other != Some(true) {
            self.problem(Code::Empty, format!("{at}.choices"), "must name at least one choice");
        }
        (any != 0).then_some(any)
    }
}
