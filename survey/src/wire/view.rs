//! A survey in one language, as the widget displays it.

use crate::{
    display::{Corner, Display, Mode, Placement},
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

/// A survey in one language: everything that the widget displays.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    lang: &'a str,
    dir: &'static str,
    /// Missing for a survey that slides in.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corner: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    /// CSS variables that differ from the stylesheet.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    vars: BTreeMap<String, String>,
    /// Built-in texts by name, without those that this survey does not need. Before the questions, because that order
    /// compresses better.
    ui: BTreeMap<&'static str, String>,
    questions: Vec<ViewQuestion<'a>>,
    thanks: String,
    /// Whether the widget needs its optional module (`extras.js`).
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    more: bool,
}

#[derive(Debug, Serialize)]
struct ViewQuestion<'a> {
    id: &'a str,
    kind: &'static str,
    text: String,
    #[serde(flatten)]
    kind_fields: ViewKind<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<ViewWhen>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ViewKind<'a> {
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
    /// Creates the view in the page's language; missing translations fall back to the survey's default language.
    /// `{shop}` is replaced with the shop's name.
    #[must_use]
    pub fn new(survey: &'a Survey, shop: &str, language: &'a Language) -> Self {
        let texts = TextPicker { shop, language, fallback: survey.language(), words: Words::of(language) };
        let words = texts.words;
        let display = survey.display();
        let questions: Vec<_> = survey.questions().iter().map(|question| texts.question(question)).collect();
        let thanks = texts.text_or(survey.thanks(), words.thanks);
        let more = matches!(display.mode, Mode::Modal)
            || display.placement.corner != Corner::default()
            || questions.iter().any(ViewQuestion::needs_extras)
            || has_placeholders(survey, &questions, &thanks);
        Self {
            lang: language.as_str(),
            dir: language.direction(),
            mode: Some(&display.mode)
                .filter(|mode| matches!(mode, Mode::Inline { .. } | Mode::Modal))
                .map(Mode::as_str),
            corner: Some(display.placement.corner).filter(|corner| *corner != Corner::default()).map(Corner::as_str),
            scheme: Some(display.theme.scheme).filter(|scheme| *scheme != Scheme::Auto).map(Scheme::as_str),
            vars: vars(display),
            questions,
            thanks,
            ui: texts.built_in(survey),
            more,
        }
    }
}

impl ViewQuestion<'_> {
    /// Whether the question needs the widget's optional module.
    const fn needs_extras(&self) -> bool {
        matches!(self.kind_fields, ViewKind::Contact { .. } | ViewKind::Scale { look: Some(_), .. })
    }
}

/// Whether a text contains a placeholder for an earlier answer.
fn has_placeholders(survey: &Survey, questions: &[ViewQuestion<'_>], thanks: &str) -> bool {
    // In JSON, structural braces are followed or preceded by a quote, so only placeholders match.
    let texts = serde_json::to_string(&(questions, thanks)).unwrap_or_default();
    survey.questions().iter().any(|question| texts.contains(&format!("{{{}}}", question.id.as_str())))
}

/// CSS variables: `--glas-…` for the position, `--l-…` for colours on light pages, `--d-…` on dark ones.
fn vars(display: &Display) -> BTreeMap<String, String> {
    let mut vars = BTreeMap::new();
    let (placement, default, theme) = (display.placement, Placement::default(), &display.theme);
    for (name, length, default) in [("x", placement.x, default.x), ("y", placement.y, default.y)] {
        if length != default {
            vars.insert(format!("--glas-{name}"), format!("{length}px"));
        }
    }
    if placement.z_index != default.z_index {
        vars.insert("--glas-z".to_string(), placement.z_index.to_string());
    }
    if let Some(radius) = theme.radius {
        vars.insert("--glas-radius".to_string(), format!("{radius}px"));
    }
    for (letter, unused, tokens, default) in
        [("l", Scheme::Dark, theme.light(), Tokens::LIGHT), ("d", Scheme::Light, theme.dark(), Tokens::DARK)]
    {
        let changed = tokens.named().into_iter().zip(default.named()).filter(|(one, two)| one != two);
        for ((name, color), _) in changed.filter(|_| theme.scheme != unused) {
            vars.insert(format!("--{letter}-{name}"), color.to_string());
        }
    }
    vars
}

/// Picks texts in one language.
struct TextPicker<'a> {
    shop: &'a str,
    language: &'a Language,
    fallback: &'a Language,
    words: &'static Words,
}

impl TextPicker<'_> {
    /// The built-in texts that the survey needs.
    fn built_in(&self, survey: &Survey) -> BTreeMap<&'static str, String> {
        let words = self.words;
        let questions = survey.questions();
        let has = |is_kind: fn(&Kind) -> bool| questions.iter().any(|question| is_kind(&question.kind));
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

    /// The owner's text; falls back to another language.
    fn text(&self, text: &Localized) -> String {
        self.fill(text.pick(self.language, self.fallback))
    }

    /// The owner's text in this language, else the built-in text in this language, else the owner's in another
    /// language, else the built-in one.
    fn text_or(&self, text: &Localized, built_in: &'static str) -> String {
        let known = Words::known(self.language).map(|_| built_in);
        let other = Some(text.pick(self.language, self.fallback)).filter(|text| !text.is_empty());
        self.fill(text.in_language(self.language).or(known).or(other).unwrap_or(built_in))
    }

    fn question<'q>(&self, question: &'q Question) -> ViewQuestion<'q> {
        let kind_fields = match &question.kind {
            Kind::Scale { metric, low, high, look } => {
                let (lowest, highest) = self.words.ends(*metric);
                ViewKind::Scale {
                    low: self.text_or(low, lowest),
                    high: self.text_or(high, highest),
                    min: metric.min(),
                    max: metric.max(),
                    look: Some(look.as_str()).filter(|_| *look != Look::Numbers),
                }
            }
            Kind::Text { placeholder, max_chars } => {
                ViewKind::Text { placeholder: self.text(placeholder), max: *max_chars }
            }
            Kind::Choice { choices, multiple, other, shuffle } => ViewKind::Choice {
                choices: choices
                    .iter()
                    .map(|choice| ViewChoice { id: choice.id.as_str(), text: self.text(&choice.text) })
                    .collect(),
                multiple: *multiple,
                other: other.as_ref().map(|other| self.text(other)),
                shuffle: *shuffle,
            },
            Kind::Contact { channel, consent } => ViewKind::Contact {
                channel: channel.as_str(),
                label: match channel {
                    Channel::Email => self.words.email,
                    Channel::Phone => self.words.phone,
                },
                consent: self.text_or(consent, self.words.consent),
            },
        };
        let when = question.when.map(|when| ViewWhen { q: when.question, any: when.any });
        ViewQuestion {
            id: question.id.as_str(),
            kind: question.kind.as_str(),
            text: self.text(&question.text),
            kind_fields,
            when,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    #[test]
    fn a_built_in_text_takes_precedence_over_the_owners_in_another_language() {
        let language = |tag: &str| Language::parse(tag).unwrap();
        let polish = Localized::new(BTreeMap::from([(language("pl"), "Dzięki z {shop}".into())]));
        let none = Localized::default();
        for (tag, text, expected) in [
            ("pl", &polish, "Dzięki z Półki"),
            ("pl-PL", &polish, "Dzięki z Półki"),
            ("ro", &polish, "Vă mulțumim!"),
            ("sv", &polish, "Dzięki z Półki"),
            ("sv", &none, "Thank you!"),
            ("pl", &none, "Dziękujemy!"),
        ] {
            let (shown, fallback) = (language(tag), language("pl"));
            let words = Words::of(&shown);
            let texts = TextPicker { shop: "Półki", language: &shown, fallback: &fallback, words };
            assert_eq!(texts.text_or(text, words.thanks), expected, "{tag}");
        }
    }
}
