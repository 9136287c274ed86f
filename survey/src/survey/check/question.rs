//! Validates questions.

use super::{Check, Survey, condition::EarlierQuestion};
use crate::{
    contact::MAX_EMAIL,
    flow::Condition,
    metric::Metric,
    problem::Code,
    question::{Channel, Choice, Kind, Look, Question},
    survey::{DraftChoice, DraftQuestion},
};
use alloc::{format, vec::Vec};

impl Check {
    pub(super) fn questions(&mut self, drafts: Vec<DraftQuestion>) -> Vec<Question> {
        if drafts.is_empty() {
            self.problem(Code::Missing, "questions", "must contain at least one question");
        }
        self.at_most(Survey::MAX_QUESTIONS, drafts.len(), "questions", "questions");
        let mut questions = Vec::new();
        for (index, draft) in drafts.into_iter().enumerate() {
            let at = format!("questions[{index}]");
            if draft.id.as_deref().is_some_and(|id| self.earlier.iter().any(|earlier| earlier.has_id(id))) {
                self.problem(
                    Code::Duplicate,
                    format!("{at}.id"),
                    "must be unique; an earlier question has the same id",
                );
            }
            let when = draft.ask_when.as_ref().and_then(|when| self.condition(when, &at));
            let earlier = EarlierQuestion::of(&draft);
            questions.extend(self.question(draft, when, &at));
            self.earlier.push(earlier);
        }
        let max_length = |question: &Question| match question.kind {
            Kind::Text { max_chars, .. } => u32::from(max_chars),
            Kind::Contact { .. } => u32::from(MAX_EMAIL),
            Kind::Scale { .. } | Kind::Choice { .. } => 0,
        };
        if questions.iter().map(max_length).sum::<u32>() > Survey::MAX_ANSWERS {
            let limit = format!(
                "must allow at most {} characters of text in total (the sum of all max_chars)",
                Survey::MAX_ANSWERS
            );
            self.problem(Code::TooLong, "questions", limit);
        }
        questions
    }

    fn question(&mut self, draft: DraftQuestion, when: Option<Condition>, at: &str) -> Option<Question> {
        let id = self.slug(draft.id.clone(), &format!("{at}.id"));
        let text = self.texts(draft.text.clone(), &format!("{at}.text"));
        let kind = self.kind(draft, at);
        Some(Question { id: id?, text, kind: kind?, when })
    }

    fn kind(&mut self, draft: DraftQuestion, at: &str) -> Option<Kind> {
        let place = format!("{at}.kind");
        let Some(name) = draft.kind.as_deref() else {
            self.problem(Code::Missing, place, "is required");
            return None;
        };
        if let Some(metric) = Metric::parse(name) {
            return self.scale(metric, draft, at);
        }
        match name {
            "text" => {
                let placeholder = self.optional_texts(draft.placeholder, &format!("{at}.placeholder"));
                let range = [1, Survey::MAX_ANSWER];
                let max_chars =
                    self.number(draft.max_chars, Survey::DEFAULT_ANSWER, range, &format!("{at}.max_chars"))?;
                Some(Kind::Text { placeholder, max_chars })
            }
            "choice" => {
                let choices = self.choices(draft.choices.unwrap_or_default(), at);
                let other = draft.other.map(|other| self.texts(Some(other), &format!("{at}.other")));
                let (multiple, shuffle) = (draft.multiple.unwrap_or(false), draft.shuffle.unwrap_or(false));
                Some(Kind::Choice { choices, multiple, other, shuffle })
            }
            "contact" => {
                let channel = draft.channel.as_deref();
                let channel = self.word(channel, Channel::parse, &format!("{at}.channel"), "email or phone");
                let consent = self.optional_texts(draft.consent, &format!("{at}.consent"));
                Some(Kind::Contact { channel: channel?, consent })
            }
            _ => {
                self.problem(Code::UnknownValue, place, format!("must be one of: {}", Kind::NAMES.join(", ")));
                None
            }
        }
    }

    fn scale(&mut self, metric: Metric, draft: DraftQuestion, at: &str) -> Option<Kind> {
        let low = self.optional_texts(draft.low, &format!("{at}.low"));
        let high = self.optional_texts(draft.high, &format!("{at}.high"));
        let place = format!("{at}.look");
        let look = self.word(draft.look.as_deref(), Look::parse, &place, "numbers, stars or faces")?;
        if look != Look::Numbers && metric != Metric::Csat {
            self.problem(Code::WrongKind, place, "must be numbers; stars and faces are only available for csat");
        }
        Some(Kind::Scale { metric, low, high, look })
    }

    fn choices(&mut self, drafts: Vec<DraftChoice>, at: &str) -> Vec<Choice> {
        let place = format!("{at}.choices");
        if drafts.len() < 2 {
            self.problem(Code::Missing, place.as_str(), "must contain at least two choices");
        }
        self.at_most(Survey::MAX_CHOICES, drafts.len(), &place, "choices");
        let mut choices: Vec<Choice> = Vec::new();
        for (index, draft) in drafts.into_iter().enumerate() {
            let at = format!("{at}.choices[{index}]");
            let id = self.slug(draft.id, &format!("{at}.id"));
            let text = self.texts(draft.text, &format!("{at}.text"));
            let Some(id) = id else { continue };
            if choices.iter().any(|earlier| earlier.id == id) {
                self.problem(Code::Duplicate, format!("{at}.id"), "must be unique; an earlier choice has the same id");
            }
            choices.push(Choice { id, text });
        }
        choices
    }
}
