//! What a page gets: the little that decides whether to ask, and the words once it asks.

use crate::{
    language::{Language, Localized},
    question::{Kind, Question},
    survey::Survey,
    words::Words,
};
use alloc::{string::String, vec::Vec};
use serde::Serialize;

/// What the loader needs in order to decide. Its names are short and it holds no texts, because every page view of
/// the shop carries it.
#[derive(Debug, Serialize)]
pub struct PageConfig<'a> {
    /// Public key.
    k: &'a str,
    /// Live surveys, in the order in which they are tried.
    s: Vec<Listed<'a>>,
}

/// One live survey in a [`PageConfig`].
#[derive(Debug, Serialize)]
pub struct Listed<'a> {
    /// Id.
    id: &'a str,
    /// Version.
    v: u32,
    /// Mode.
    m: &'static str,
    /// Selector of the place of an inline survey.
    q: Option<&'a str>,
    /// Page patterns.
    p: &'a [String],
    /// Trigger.
    t: &'static str,
    /// Delay in milliseconds.
    d: u32,
    /// Languages.
    l: Vec<&'a str>,
    /// Fallback language.
    f: &'a str,
}

impl<'a> PageConfig<'a> {
    /// The config of a shop's page.
    #[must_use]
    pub const fn new(key: &'a str, surveys: Vec<Listed<'a>>) -> Self {
        Self { k: key, s: surveys }
    }
}

impl<'a> Listed<'a> {
    /// The entry of a published survey.
    #[must_use]
    pub fn new(id: &'a str, version: u32, survey: &'a Survey) -> Self {
        let display = survey.display();
        Self {
            id,
            v: version,
            m: display.mode.as_str(),
            q: display.mode.selector(),
            p: &display.pages,
            t: display.trigger.as_str(),
            d: display.delay_ms,
            l: survey.languages().into_iter().map(Language::as_str).collect(),
            f: survey.language().as_str(),
        }
    }
}

/// A survey in one language: all that the widget shows.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    lang: &'a str,
    dir: &'static str,
    questions: Vec<ViewQuestion<'a>>,
    thanks: String,
    ui: ViewWords,
}

#[derive(Debug, Serialize)]
struct ViewQuestion<'a> {
    id: &'a str,
    kind: &'static str,
    text: String,
    #[serde(flatten)]
    form: ViewForm<'a>,
    when: Option<ViewWhen>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ViewForm<'a> {
    Scale { low: String, high: String, min: u8, max: u8 },
    Text { placeholder: String, max: u16 },
    Choice { choices: Vec<ViewChoice<'a>>, multiple: bool, other: Option<String> },
}

#[derive(Debug, Serialize)]
struct ViewChoice<'a> {
    id: &'a str,
    text: String,
}

#[derive(Debug, Serialize)]
struct ViewWhen {
    q: usize,
    any: u32,
}

#[derive(Debug, Serialize)]
struct ViewWords {
    send: &'static str,
    skip: &'static str,
    close: &'static str,
    of: &'static str,
    sending: &'static str,
    saved: &'static str,
    failed: &'static str,
    other: &'static str,
    missing: &'static str,
    left: &'static str,
    region: String,
}

impl<'a> View<'a> {
    /// The survey in the language that a page asked for; texts that are not translated fall back to the survey's
    /// default language. `{shop}` becomes the shop's name.
    #[must_use]
    pub fn new(survey: &'a Survey, shop: &str, language: &'a Language) -> Self {
        let speaker = Speaker { shop, language, fallback: survey.language(), words: Words::of(language) };
        let words = speaker.words;
        Self {
            lang: language.as_str(),
            dir: language.direction(),
            questions: survey.questions().iter().map(|question| speaker.ask(question)).collect(),
            thanks: speaker.say_or(survey.thanks(), words.thanks),
            ui: ViewWords {
                send: words.send,
                skip: words.skip,
                close: words.close,
                of: words.of,
                sending: words.sending,
                saved: words.saved,
                failed: words.failed,
                other: words.other,
                missing: words.missing,
                left: words.left,
                region: speaker.fill(words.region),
            },
        }
    }
}

/// Says texts in one language.
struct Speaker<'a> {
    shop: &'a str,
    language: &'a Language,
    fallback: &'a Language,
    words: &'static Words,
}

impl Speaker<'_> {
    fn fill(&self, text: &str) -> String {
        text.replace("{shop}", self.shop)
    }

    /// The owner's text, in another language if need be.
    fn say(&self, text: &Localized) -> String {
        self.fill(text.pick(self.language, self.fallback))
    }

    /// The owner's text where there is a word of the service too: that comes before the owner's in another language,
    /// unless the service has to fall back itself.
    fn say_or(&self, text: &Localized, word: &'static str) -> String {
        let known = Words::known(self.language).map(|_| word);
        let owners = Some(text.pick(self.language, self.fallback)).filter(|text| !text.is_empty());
        self.fill(text.in_language(self.language).or(known).or(owners).unwrap_or(word))
    }

    fn ask<'q>(&self, question: &'q Question) -> ViewQuestion<'q> {
        let form = match &question.kind {
            Kind::Scale { metric, low, high } => {
                let (lowest, highest) = self.words.ends(*metric);
                ViewForm::Scale {
                    low: self.say_or(low, lowest),
                    high: self.say_or(high, highest),
                    min: metric.min(),
                    max: metric.max(),
                }
            }
            Kind::Text { placeholder, max_chars } => {
                ViewForm::Text { placeholder: self.say(placeholder), max: *max_chars }
            }
            Kind::Choice { choices, multiple, other } => ViewForm::Choice {
                choices: choices
                    .iter()
                    .map(|choice| ViewChoice { id: choice.id.as_str(), text: self.say(&choice.text) })
                    .collect(),
                multiple: *multiple,
                other: other.as_ref().map(|other| self.say(other)),
            },
        };
        let when = question.when.map(|when| ViewWhen { q: when.question, any: when.any });
        ViewQuestion {
            id: question.id.as_str(),
            kind: question.kind.as_str(),
            text: self.say(&question.text),
            form,
            when,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    #[test]
    fn the_services_word_comes_before_the_owners_in_another_language() {
        let language = |tag: &str| Language::parse(tag).unwrap();
        let polish = Localized::new(BTreeMap::from([(language("pl"), "Dzięki z {shop}".into())]));
        let none = Localized::default();
        for (wanted, text, expected) in [
            ("pl", &polish, "Dzięki z Półki"),
            ("pl-PL", &polish, "Dzięki z Półki"),
            ("ro", &polish, "Vă mulțumim!"),
            ("sv", &polish, "Dzięki z Półki"),
            ("sv", &none, "Thank you!"),
            ("pl", &none, "Dziękujemy!"),
        ] {
            let (wanted, fallback) = (language(wanted), language("pl"));
            let words = Words::of(&wanted);
            let speaker = Speaker { shop: "Półki", language: &wanted, fallback: &fallback, words };
            assert_eq!(speaker.say_or(text, words.thanks), expected, "{}", wanted.as_str());
        }
    }
}
