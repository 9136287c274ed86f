//! All that the widget shows of a survey, in one language.

use crate::{
    display::{Corner, Display, Mode, Spot},
    language::{Language, Localized},
    question::{Channel, Kind, Look, Question},
    survey::Survey,
    theme::{Scheme, Tokens},
    words::Words,
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;

/// A survey in one language: all that the widget shows.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    lang: &'a str,
    dir: &'static str,
    /// Unless it lies over the page in a corner.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corner: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    /// The stylesheet's variables that differ from its own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    vars: BTreeMap<String, String>,
    /// The service's words, by what they are for; those of a form that is not there are not carried. First, as the other
    /// texts compress better behind them.
    ui: BTreeMap<&'static str, String>,
    questions: Vec<ViewQuestion<'a>>,
    thanks: String,
    /// Whether the widget needs the part of it that most surveys do without.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    more: bool,
}

#[derive(Debug, Serialize)]
struct ViewQuestion<'a> {
    id: &'a str,
    kind: &'static str,
    text: String,
    #[serde(flatten)]
    form: ViewForm<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<ViewWhen>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ViewForm<'a> {
    Scale {
        low: String,
        high: String,
        min: u8,
        max: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        look: Option<&'static str>,
    },
    Text {
        #[serde(skip_serializing_if = "String::is_empty")]
        placeholder: String,
        max: u16,
    },
    Choice {
        choices: Vec<ViewChoice<'a>>,
        multiple: bool,
        other: Option<String>,
        #[serde(skip_serializing_if = "core::ops::Not::not")]
        shuffle: bool,
    },
    Contact {
        channel: &'static str,
        label: &'static str,
        consent: String,
    },
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

impl<'a> View<'a> {
    /// The survey in the language that a page asked for; texts that are not translated fall back to the survey's
    /// default language. `{shop}` becomes the shop's name.
    #[must_use]
    pub fn new(survey: &'a Survey, shop: &str, language: &'a Language) -> Self {
        let speaker = Speaker { shop, language, fallback: survey.language(), words: Words::of(language) };
        let words = speaker.words;
        let display = survey.display();
        let questions: Vec<_> = survey.questions().iter().map(|question| speaker.ask(question)).collect();
        let thanks = speaker.say_or(survey.thanks(), words.thanks);
        let more = matches!(display.mode, Mode::Modal)
            || display.spot.corner != Corner::default()
            || questions.iter().any(ViewQuestion::is_special)
            || recalls(survey, &questions, &thanks);
        Self {
            lang: language.as_str(),
            dir: language.direction(),
            mode: Some(&display.mode)
                .filter(|mode| matches!(mode, Mode::Inline { .. } | Mode::Modal))
                .map(Mode::as_str),
            corner: Some(display.spot.corner).filter(|corner| *corner != Corner::default()).map(Corner::as_str),
            scheme: Some(display.theme.scheme).filter(|scheme| *scheme != Scheme::Auto).map(Scheme::as_str),
            vars: vars(display),
            questions,
            thanks,
            ui: speaker.words_for(survey),
            more,
        }
    }
}

impl ViewQuestion<'_> {
    /// Whether it is one that few surveys have.
    const fn is_special(&self) -> bool {
        matches!(self.form, ViewForm::Contact { .. } | ViewForm::Scale { look: Some(_), .. })
    }
}

/// Whether a text speaks of an earlier answer.
fn recalls(survey: &Survey, questions: &[ViewQuestion<'_>], thanks: &str) -> bool {
    // In JSON every other brace stands before a quote.
    let texts = serde_json::to_string(&(questions, thanks)).unwrap_or_default();
    survey.questions().iter().any(|question| texts.contains(&format!("{{{}}}", question.id.as_str())))
}

/// Variables of the stylesheet: `--glas-…` for the place, `--l-…` for the colours on light pages, `--d-…` on dark ones.
fn vars(display: &Display) -> BTreeMap<String, String> {
    let mut vars = BTreeMap::new();
    let (spot, usual, theme) = (display.spot, Spot::default(), &display.theme);
    for (name, length, usual) in [("x", spot.x, usual.x), ("y", spot.y, usual.y)] {
        if length != usual {
            vars.insert(format!("--glas-{name}"), format!("{length}px"));
        }
    }
    if spot.z_index != usual.z_index {
        vars.insert("--glas-z".to_string(), spot.z_index.to_string());
    }
    if let Some(radius) = theme.radius {
        vars.insert("--glas-radius".to_string(), format!("{radius}px"));
    }
    for (letter, unused, tokens, own) in
        [("l", Scheme::Dark, theme.light(), Tokens::LIGHT), ("d", Scheme::Light, theme.dark(), Tokens::DARK)]
    {
        let changed = tokens.named().into_iter().zip(own.named()).filter(|(one, two)| one != two);
        for ((name, color), _) in changed.filter(|_| theme.scheme != unused) {
            vars.insert(format!("--{letter}-{name}"), color.to_string());
        }
    }
    vars
}

/// Says texts in one language.
struct Speaker<'a> {
    shop: &'a str,
    language: &'a Language,
    fallback: &'a Language,
    words: &'static Words,
}

impl Speaker<'_> {
    /// The service's words for the forms that a survey has.
    fn words_for(&self, survey: &Survey) -> BTreeMap<&'static str, String> {
        let words = self.words;
        let questions = survey.questions();
        let has = |wanted: fn(&Kind) -> bool| questions.iter().any(|question| wanted(&question.kind));
        let several = questions.len() > 1;
        let choice = has(|kind| matches!(kind, Kind::Choice { .. }));
        let contact = has(|kind| matches!(kind, Kind::Contact { .. }));
        [
            ("send", words.send, true),
            ("skip", words.skip, several),
            ("back", words.back, several),
            ("close", words.close, true),
            ("of", words.of, has(|kind| matches!(kind, Kind::Scale { .. }))),
            ("sending", words.sending, true),
            ("saved", words.saved, true),
            ("failed", words.failed, true),
            ("other", words.other, choice),
            ("missing", words.missing, choice),
            ("left", words.left, has(|kind| matches!(kind, Kind::Text { .. }))),
            ("region", words.region, true),
            (
                "invalid_email",
                words.invalid_email,
                has(|kind| matches!(kind, Kind::Contact { channel: Channel::Email, .. })),
            ),
            (
                "invalid_phone",
                words.invalid_phone,
                has(|kind| matches!(kind, Kind::Contact { channel: Channel::Phone, .. })),
            ),
            ("agree_missing", words.agree_missing, contact),
        ]
        .into_iter()
        .filter(|(.., needed)| *needed)
        .map(|(name, word, _)| (name, self.fill(word)))
        .collect()
    }

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
            Kind::Scale { metric, low, high, look } => {
                let (lowest, highest) = self.words.ends(*metric);
                ViewForm::Scale {
                    low: self.say_or(low, lowest),
                    high: self.say_or(high, highest),
                    min: metric.min(),
                    max: metric.max(),
                    look: Some(look.as_str()).filter(|_| *look != Look::Numbers),
                }
            }
            Kind::Text { placeholder, max_chars } => {
                ViewForm::Text { placeholder: self.say(placeholder), max: *max_chars }
            }
            Kind::Choice { choices, multiple, other, shuffle } => ViewForm::Choice {
                choices: choices
                    .iter()
                    .map(|choice| ViewChoice { id: choice.id.as_str(), text: self.say(&choice.text) })
                    .collect(),
                multiple: *multiple,
                other: other.as_ref().map(|other| self.say(other)),
                shuffle: *shuffle,
            },
            Kind::Contact { channel, consent } => ViewForm::Contact {
                channel: channel.as_str(),
                label: match channel {
                    Channel::Email => self.words.email,
                    Channel::Phone => self.words.phone,
                },
                consent: self.say_or(consent, self.words.consent),
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
