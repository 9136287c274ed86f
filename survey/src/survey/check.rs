//! Validates drafts. The only place that decides whether a draft is a valid survey.

mod audience;
mod condition;
mod display;
mod pattern;
mod question;
mod texts;
mod theme;
mod trigger;

use super::{Draft, Survey};
use crate::{
    id::Slug,
    language::Language,
    metric::Metric,
    problem::{Code, Problem, Problems},
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The meaning of braces in texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// A placeholder: the shop or an earlier question. Anything else is an error.
    Placeholders,
    /// Plain text.
    Literal,
}

pub(super) fn survey(draft: Draft, found: Problems, braces: Braces) -> Result<Survey, Vec<Problem>> {
    let mut check = Check { problems: found, language: None, braces, earlier: Vec::new() };
    let name = check.required_line(draft.name, "name", Survey::MAX_NAME);
    let touchpoint = check.slug(draft.touchpoint, "touchpoint");
    let language = check.language(draft.language);
    check.language.clone_from(&language);
    let display = check.display(draft.display);
    let first = draft.questions.first().and_then(|question| question.kind.as_deref());
    let audience = check.audience(draft.audience, first == Some(Metric::Nps.as_str()));
    let questions = check.questions(draft.questions);
    let thanks = check.optional_texts(draft.thanks, "thanks");

    match (name, touchpoint, language, display, audience) {
        (Some(name), Some(touchpoint), Some(language), Some(display), Some(audience)) => {
            check.problems.or(Survey { name, touchpoint, language, display, audience, questions, thanks })
        }
        // Each `None` has added a problem.
        _ => Err(check.problems.into_vec()),
    }
}

struct Check {
    problems: Problems,
    /// The survey's default language, once known: every text must have it.
    language: Option<Language>,
    braces: Braces,
    /// The questions before the one that is being validated.
    earlier: Vec<condition::EarlierQuestion>,
}

impl Check {
    fn problem(&mut self, code: Code, at: impl Into<String>, message: impl Into<String>) {
        self.problems.add(code, at, message.into());
    }

    /// A required line of text.
    fn required_line(&mut self, text: Option<String>, at: &str, max: usize) -> Option<String> {
        if text.is_none() {
            self.problem(Code::Missing, at, "is required");
        }
        self.line(&text?, at, max)
    }

    fn line(&mut self, text: &str, at: &str, max: usize) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            self.problem(Code::Empty, at, "must not be empty");
        } else if text.chars().count() > max {
            self.problem(Code::TooLong, at, format!("must not be longer than {max} characters"));
        } else {
            return Some(text.to_string());
        }
        None
    }

    fn slug(&mut self, text: Option<String>, at: &str) -> Option<Slug> {
        if text.is_none() {
            self.problem(Code::Missing, at, "is required");
        }
        Slug::parse(&text?).map_err(|error| self.problem(Code::InvalidFormat, at, error.to_string())).ok()
    }

    fn language(&mut self, tag: Option<String>) -> Option<Language> {
        if tag.is_none() {
            self.problem(Code::Missing, "language", "is required; every text must have a translation in this language");
        }
        self.tag(&tag?, "language")
    }

    fn tag(&mut self, tag: &str, at: &str) -> Option<Language> {
        Language::parse(tag).map_err(|error| self.problem(Code::InvalidFormat, at, error.to_string())).ok()
    }

    /// A number from `min` to `max`, or the default if it is missing.
    fn number<T: TryFrom<i64> + Into<i64> + Copy>(
        &mut self,
        number: Option<i64>,
        default: T,
        range: [T; 2],
        at: &str,
    ) -> Option<T> {
        number.map_or(Some(default), |number| self.within(number, range, at))
    }

    fn within<T: TryFrom<i64> + Into<i64> + Copy>(&mut self, number: i64, [min, max]: [T; 2], at: &str) -> Option<T> {
        let (min, max) = (min.into(), max.into());
        if !(min..=max).contains(&number) {
            self.problem(Code::OutOfRange, at, format!("must be between {min} and {max}"));
            return None;
        }
        T::try_from(number).ok()
    }

    /// One of a list of words, or the default if it is missing.
    fn word<T: Default>(
        &mut self,
        word: Option<&str>,
        parse: impl Fn(&str) -> Option<T>,
        at: &str,
        words: &str,
    ) -> Option<T> {
        let Some(word) = word else { return Some(T::default()) };
        let value = parse(word);
        if value.is_none() {
            self.problem(Code::UnknownValue, at, format!("must be {words}"));
        }
        value
    }

    /// Reports a list with too many entries.
    fn at_most(&mut self, max: usize, length: usize, at: &str, entries: &str) {
        if length > max {
            self.problem(Code::TooMany, at, format!("must not have more than {max} {entries}"));
        }
    }
}
