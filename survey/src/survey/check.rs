//! The one place that decides whether a draft is a survey.

use super::{AskWhen, Display, Draft, DraftChoice, DraftDisplay, DraftQuestion, Mode, Survey, Texts, Trigger};
use crate::{
    flow::Condition,
    id::Slug,
    language::{Language, Localized},
    metric::Metric,
    problem::{Code, Problem, Problems},
    question::{Choice, Kind, Question},
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

pub(super) fn survey(draft: Draft, found: Problems) -> Result<Survey, Vec<Problem>> {
    let mut check = Check { problems: found, language: None };
    let name = check.line(draft.name, "name", Survey::MAX_NAME);
    let touchpoint = check.slug(draft.touchpoint, "touchpoint");
    let language = check.language(draft.language);
    check.language.clone_from(&language);
    let display = check.display(draft.display);
    let questions = check.questions(draft.questions);
    let thanks = check.optional_texts(draft.thanks, "thanks");

    match (name, touchpoint, language, display) {
        (Some(name), Some(touchpoint), Some(language), Some(display)) => {
            check.problems.or(Survey { name, touchpoint, language, display, questions, thanks })
        }
        // Each `None` has left its problem behind.
        _ => Err(check.problems.into_vec()),
    }
}

struct Check {
    problems: Problems,
    /// The survey's default language, once known: every text must have it.
    language: Option<Language>,
}

impl Check {
    fn line(&mut self, given: Option<String>, at: &str, max: usize) -> Option<String> {
        let Some(text) = given else {
            self.problems.add(Code::Missing, at, "is required");
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            self.problems.add(Code::Empty, at, "must not be empty");
        } else if text.chars().count() > max {
            self.problems.add(Code::TooLong, at, format!("must have at most {max} characters"));
        } else {
            return Some(text.to_string());
        }
        None
    }

    fn slug(&mut self, given: Option<String>, at: &str) -> Option<Slug> {
        let Some(text) = given else {
            self.problems.add(Code::Missing, at, "is required");
            return None;
        };
        Slug::parse(&text).map_err(|error| self.problems.add(Code::InvalidFormat, at, error.to_string())).ok()
    }

    fn language(&mut self, given: Option<String>) -> Option<Language> {
        let Some(tag) = given else {
            self.problems.add(Code::Missing, "language", "is required: the language that every text has");
            return None;
        };
        Language::parse(&tag)
            .map_err(|error| self.problems.add(Code::InvalidFormat, "language", error.to_string()))
            .ok()
    }

    fn display(&mut self, draft: DraftDisplay) -> Option<Display> {
        let mode = match draft.mode.as_deref() {
            None | Some("slide_in") => Some(Mode::SlideIn),
            Some("inline") => self.line(draft.selector, "display.selector", Survey::MAX_PATTERN).map(Mode::Inline),
            Some(_) => {
                self.problems.add(Code::UnknownValue, "display.mode", "must be slide_in or inline");
                None
            }
        };
        let trigger = match draft.trigger.as_deref() {
            None => Some(Trigger::Load),
            Some(name) => Trigger::parse(name).or_else(|| {
                self.problems.add(Code::UnknownValue, "display.trigger", "must be load or exit");
                None
            }),
        };
        let delay_ms = draft.delay_ms.unwrap_or(0);
        let delay_ms = u32::try_from(delay_ms).ok().filter(|delay| *delay <= Survey::MAX_DELAY_MS);
        if delay_ms.is_none() {
            let range = format!("must be 0 to {} milliseconds", Survey::MAX_DELAY_MS);
            self.problems.add(Code::OutOfRange, "display.delay_ms", range);
        }
        if draft.pages.len() > Survey::MAX_PAGES {
            let limit = format!("must have at most {} patterns", Survey::MAX_PAGES);
            self.problems.add(Code::TooMany, "display.pages", limit);
        }
        for (index, page) in draft.pages.iter().enumerate() {
            let at = format!("display.pages[{index}]");
            if !page.starts_with(['/', '*']) {
                self.problems.add(Code::InvalidFormat, at, "must be a path that starts with '/' or '*'");
            } else if page.chars().count() > Survey::MAX_PATTERN {
                let limit = format!("must have at most {} characters", Survey::MAX_PATTERN);
                self.problems.add(Code::TooLong, at, limit);
            }
        }
        Some(Display { mode: mode?, pages: draft.pages, trigger: trigger?, delay_ms: delay_ms? })
    }

    fn questions(&mut self, drafts: Vec<DraftQuestion>) -> Vec<Question> {
        if drafts.is_empty() {
            self.problems.add(Code::Missing, "questions", "must hold at least one question");
        } else if drafts.len() > Survey::MAX_QUESTIONS {
            let limit = format!("must have at most {} questions", Survey::MAX_QUESTIONS);
            self.problems.add(Code::TooMany, "questions", limit);
        }
        // What conditions may refer to: ids seen so far, with the metric of the scored ones.
        let mut seen: Vec<(Option<String>, Option<Metric>)> = Vec::new();
        let mut questions = Vec::new();
        for (index, draft) in drafts.into_iter().enumerate() {
            let at = format!("questions[{index}]");
            let id = draft.id.clone();
            if id.is_some() && seen.iter().any(|(earlier, _)| *earlier == id) {
                self.problems.add(Code::Duplicate, format!("{at}.id"), "is used by an earlier question");
            }
            let when = draft.ask_when.clone().and_then(|when| self.condition(&when, &seen, &at));
            seen.push((id, draft.kind.as_deref().and_then(Metric::parse)));
            if let Some(question) = self.question(draft, when, &at) {
                questions.push(question);
            }
        }
        let longest = |question: &Question| match question.kind {
            Kind::Text { max_chars, .. } => u32::from(max_chars),
            Kind::Scale { .. } | Kind::Choice { .. } => 0,
        };
        if questions.iter().map(longest).sum::<u32>() > Survey::MAX_ANSWERS {
            let limit =
                format!("must allow at most {} characters of text in all max_chars together", Survey::MAX_ANSWERS);
            self.problems.add(Code::TooLong, "questions", limit);
        }
        questions
    }

    fn condition(&mut self, given: &AskWhen, seen: &[(Option<String>, Option<Metric>)], at: &str) -> Option<Condition> {
        if given.question.is_none() {
            self.problems.add(Code::Missing, format!("{at}.ask_when.question"), "is required");
            return None;
        }
        let earlier = seen.iter().enumerate().find(|(_, (id, _))| *id == given.question);
        let Some((question, (_, Some(metric)))) = earlier else {
            let message = "must be the id of an earlier question that is scored (nps, ces or csat)";
            self.problems.add(Code::InvalidReference, format!("{at}.ask_when.question"), message);
            return None;
        };
        let mut bound = |given: Option<i64>, default: u8, name: &str| {
            let Some(given) = given else { return Some(default) };
            let score = u8::try_from(given).ok().filter(|score| metric.contains(*score));
            if score.is_none() {
                let message = format!("must be {} to {}", metric.min(), metric.max());
                self.problems.add(Code::OutOfRange, format!("{at}.ask_when.{name}"), message);
            }
            score
        };
        let from = bound(given.from, metric.min(), "from")?;
        let to = bound(given.to, metric.max(), "to")?;
        if from > to {
            self.problems.add(Code::OutOfRange, format!("{at}.ask_when.from"), "must not be over 'to'");
        }
        (from <= to).then(|| Condition::scored(question, from, to))
    }

    fn question(&mut self, draft: DraftQuestion, when: Option<Condition>, at: &str) -> Option<Question> {
        let id = self.slug(draft.id.clone(), &format!("{at}.id"));
        let text = self.texts(draft.text.clone(), &format!("{at}.text"));
        let kind = self.kind(draft, at);
        Some(Question { id: id?, text, kind: kind?, when })
    }

    fn kind(&mut self, draft: DraftQuestion, at: &str) -> Option<Kind> {
        let place = format!("{at}.kind");
        let Some(name) = draft.kind else {
            self.problems.add(Code::Missing, place, "is required");
            return None;
        };
        if let Some(metric) = Metric::parse(&name) {
            let low = self.optional_texts(draft.low, &format!("{at}.low"));
            let high = self.optional_texts(draft.high, &format!("{at}.high"));
            return Some(Kind::Scale { metric, low, high });
        }
        match name.as_str() {
            "text" => {
                let placeholder = self.optional_texts(draft.placeholder, &format!("{at}.placeholder"));
                let max_chars = draft.max_chars.unwrap_or(Survey::DEFAULT_ANSWER.into());
                let max_chars = u16::try_from(max_chars).ok().filter(|max| (1..=Survey::MAX_ANSWER).contains(max));
                if max_chars.is_none() {
                    let message = format!("must be 1 to {}", Survey::MAX_ANSWER);
                    self.problems.add(Code::OutOfRange, format!("{at}.max_chars"), message);
                }
                Some(Kind::Text { placeholder, max_chars: max_chars? })
            }
            "choice" => {
                let choices = self.choices(draft.choices.unwrap_or_default(), at);
                let other = draft.other.map(|other| self.texts(Some(other), &format!("{at}.other")));
                Some(Kind::Choice { choices, multiple: draft.multiple.unwrap_or(false), other })
            }
            _ => {
                self.problems.add(Code::UnknownValue, place, "must be nps, ces, csat, text or choice");
                None
            }
        }
    }

    fn choices(&mut self, drafts: Vec<DraftChoice>, at: &str) -> Vec<Choice> {
        let place = format!("{at}.choices");
        if drafts.len() < 2 {
            self.problems.add(Code::Missing, place, "must hold at least two choices");
        } else if drafts.len() > Survey::MAX_CHOICES {
            let limit = format!("must have at most {} choices", Survey::MAX_CHOICES);
            self.problems.add(Code::TooMany, place, limit);
        }
        let mut choices: Vec<Choice> = Vec::new();
        for (index, draft) in drafts.into_iter().enumerate() {
            let at = format!("{at}.choices[{index}]");
            let id = self.slug(draft.id, &format!("{at}.id"));
            let text = self.texts(draft.text, &format!("{at}.text"));
            let Some(id) = id else { continue };
            if choices.iter().any(|earlier| earlier.id == id) {
                self.problems.add(Code::Duplicate, format!("{at}.id"), "is used by an earlier choice");
            }
            choices.push(Choice { id, text });
        }
        choices
    }

    fn optional_texts(&mut self, given: Option<Texts>, at: &str) -> Localized {
        given.map_or_else(Localized::default, |texts| self.texts(Some(texts), at))
    }

    /// A text with all its translations; every broken one is noted at its own place.
    fn texts(&mut self, given: Option<Texts>, at: &str) -> Localized {
        let Some(given) = given else {
            self.problems.add(Code::Missing, at, "is required: an object of language and text");
            return Localized::default();
        };
        let mut translations = BTreeMap::new();
        for (tag, text) in given {
            let place = format!("{at}.{tag}");
            match Language::parse(&tag) {
                Err(error) => self.problems.add(Code::InvalidFormat, place, error.to_string()),
                Ok(language) => {
                    // Even a text that is refused counts as there, so that it is not reported as missing too.
                    let text = self.line(Some(text), &place, Survey::MAX_TEXT).unwrap_or_default();
                    translations.insert(language, text);
                }
            }
        }
        let texts = Localized::new(translations);
        if let Some(language) = self.language.clone()
            && !texts.has(&language)
        {
            let place = format!("{at}.{}", language.as_str());
            self.problems.add(Code::Missing, place, "is required: the survey's default language");
        }
        texts
    }
}
