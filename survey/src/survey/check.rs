//! The one place that decides whether a draft is a survey.

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

/// What a text in braces may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// The shop or an earlier question: anything else is a slip.
    MustRefer,
    /// Anything.
    MayStand,
}

pub(super) fn survey(draft: Draft, found: Problems, braces: Braces) -> Result<Survey, Vec<Problem>> {
    let mut check = Check { problems: found, language: None, braces, asked: Vec::new() };
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
        // Each `None` has left its problem behind.
        _ => Err(check.problems.into_vec()),
    }
}

struct Check {
    problems: Problems,
    /// The survey's default language, once known: every text must have it.
    language: Option<Language>,
    braces: Braces,
    /// The questions before the one that is being checked.
    asked: Vec<condition::Asked>,
}

impl Check {
    fn wrong(&mut self, code: Code, at: impl Into<String>, message: impl Into<String>) {
        self.problems.add(code, at, message.into());
    }

    /// A line of text that must be there.
    fn required_line(&mut self, given: Option<String>, at: &str, max: usize) -> Option<String> {
        if given.is_none() {
            self.wrong(Code::Missing, at, "is required");
        }
        self.line(&given?, at, max)
    }

    fn line(&mut self, text: &str, at: &str, max: usize) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            self.wrong(Code::Empty, at, "must not be empty");
        } else if text.chars().count() > max {
            self.wrong(Code::TooLong, at, format!("must have at most {max} characters"));
        } else {
            return Some(text.to_string());
        }
        None
    }

    fn slug(&mut self, given: Option<String>, at: &str) -> Option<Slug> {
        if given.is_none() {
            self.wrong(Code::Missing, at, "is required");
        }
        Slug::parse(&given?).map_err(|error| self.wrong(Code::InvalidFormat, at, error.to_string())).ok()
    }

    fn language(&mut self, given: Option<String>) -> Option<Language> {
        if given.is_none() {
            self.wrong(Code::Missing, "language", "is required: the language that every text has");
        }
        self.tag(&given?, "language")
    }

    fn tag(&mut self, tag: &str, at: &str) -> Option<Language> {
        Language::parse(tag).map_err(|error| self.wrong(Code::InvalidFormat, at, error.to_string())).ok()
    }

    /// A whole number from `least` to `most`; the `usual` one where nothing is given.
    fn number<T: TryFrom<i64> + Into<i64> + Copy>(
        &mut self,
        given: Option<i64>,
        usual: T,
        [least, most]: [T; 2],
        at: &str,
    ) -> Option<T> {
        given.map_or(Some(usual), |given| self.within(given, [least, most], at))
    }

    fn within<T: TryFrom<i64> + Into<i64> + Copy>(&mut self, given: i64, [least, most]: [T; 2], at: &str) -> Option<T> {
        let (least, most) = (least.into(), most.into());
        if !(least..=most).contains(&given) {
            self.wrong(Code::OutOfRange, at, format!("must be {least} to {most}"));
            return None;
        }
        T::try_from(given).ok()
    }

    /// One word of a list; the usual one where nothing is given.
    fn word<T: Default>(
        &mut self,
        given: Option<&str>,
        parse: impl Fn(&str) -> Option<T>,
        at: &str,
        words: &str,
    ) -> Option<T> {
        let Some(given) = given else { return Some(T::default()) };
        let found = parse(given);
        if found.is_none() {
            self.wrong(Code::UnknownValue, at, format!("must be {words}"));
        }
        found
    }

    /// Notes a list that is too long.
    fn at_most(&mut self, max: usize, length: usize, at: &str, what: &str) {
        if length > max {
            self.wrong(Code::TooMany, at, format!("must have at most {max} {what}"));
        }
    }
}
