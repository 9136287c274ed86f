//! Writes definitions.

mod display;

pub(in crate::wire) use self::display::WireValue;

use self::display::WireDisplay;
use crate::{
    audience::Audience,
    flow::Condition,
    language::{Language, Localized},
    question::{Kind, Look, Question},
    submission::Device,
    survey::Survey,
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde::Serialize;

/// A text with its translations.
type Texts<'a> = BTreeMap<&'a str, &'a str>;

/// A definition as JSON, for the API and the store. Parsing it gives an equal [`Survey`].
#[derive(Debug, Serialize)]
pub struct Definition<'a> {
    name: &'a str,
    touchpoint: &'a str,
    language: &'a str,
    display: WireDisplay<'a>,
    audience: WireAudience<'a>,
    questions: Vec<WireQuestion<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    thanks: Texts<'a>,
}

#[derive(Debug, Serialize)]
struct WireAudience<'a> {
    devices: Vec<&'static str>,
    languages: Vec<&'a str>,
    visitors: &'static str,
    sample_percent: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_after: Option<u32>,
    during_checkout: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_views: Option<u16>,
    again: WireAgain,
}

#[derive(Debug, Serialize)]
#[allow(clippy::struct_field_names, reason = "the names on the wire carry their unit")]
struct WireAgain {
    after_answer_days: u16,
    after_dismissal_days: u16,
    after_second_dismissal_days: u16,
    after_view_days: u16,
}

#[derive(Debug, Serialize)]
struct WireQuestion<'a> {
    id: &'a str,
    kind: &'static str,
    text: Texts<'a>,
    #[serde(flatten)]
    kind_fields: WireKind<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask_when: Option<WireAskWhen<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum WireKind<'a> {
    Scale {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        low: Texts<'a>,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        high: Texts<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        look: Option<&'static str>,
    },
    Text {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        placeholder: Texts<'a>,
        max_chars: u16,
    },
    Choice {
        choices: Vec<WireChoice<'a>>,
        multiple: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        other: Option<Texts<'a>>,
        shuffle: bool,
    },
    Contact {
        channel: &'static str,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        consent: Texts<'a>,
    },
}

#[derive(Debug, Serialize)]
struct WireChoice<'a> {
    id: &'a str,
    text: Texts<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum WireAskWhen<'a> {
    Scored { question: &'a str, from: u32, to: u32 },
    Chosen { question: &'a str, choices: Vec<&'a str>, other: bool },
}

impl<'a> From<&'a Survey> for Definition<'a> {
    fn from(survey: &'a Survey) -> Self {
        Self {
            name: survey.name(),
            touchpoint: survey.touchpoint().as_str(),
            language: survey.language().as_str(),
            display: survey.display().into(),
            audience: survey.audience().into(),
            questions: survey.questions().iter().map(|question| wire_question(survey, question)).collect(),
            thanks: translations(survey.thanks()),
        }
    }
}

impl<'a> From<&'a Audience> for WireAudience<'a> {
    fn from(audience: &'a Audience) -> Self {
        use alloc::string::ToString;
        Self {
            devices: audience.devices.iter().copied().map(Device::as_str).collect(),
            languages: audience.languages.iter().map(Language::as_str).collect(),
            visitors: audience.visitors.as_str(),
            sample_percent: audience.sample_percent,
            from: audience.from.map(|day| day.to_string()),
            until: audience.until.map(|day| day.to_string()),
            stop_after: audience.stop_after,
            during_checkout: audience.during_checkout,
            max_views: audience.max_views,
            again: WireAgain {
                after_answer_days: audience.again.after_answer,
                after_dismissal_days: audience.again.after_dismissal,
                after_second_dismissal_days: audience.again.after_second_dismissal,
                after_view_days: audience.again.after_view,
            },
        }
    }
}

fn translations(texts: &Localized) -> Texts<'_> {
    texts.iter().map(|(language, text)| (language.as_str(), text)).collect()
}

fn wire_question<'a>(survey: &'a Survey, question: &'a Question) -> WireQuestion<'a> {
    let kind_fields = match &question.kind {
        Kind::Scale { low, high, look, .. } => {
            let look = Some(look.as_str()).filter(|_| *look != Look::default());
            WireKind::Scale { low: translations(low), high: translations(high), look }
        }
        Kind::Text { placeholder, max_chars } => {
            WireKind::Text { placeholder: translations(placeholder), max_chars: *max_chars }
        }
        Kind::Choice { choices, multiple, other, shuffle } => WireKind::Choice {
            choices: choices
                .iter()
                .map(|choice| WireChoice { id: choice.id.as_str(), text: translations(&choice.text) })
                .collect(),
            multiple: *multiple,
            other: other.as_ref().map(translations),
            shuffle: *shuffle,
        },
        Kind::Contact { channel, consent } => {
            WireKind::Contact { channel: channel.as_str(), consent: translations(consent) }
        }
    };
    let ask_when = question.when.and_then(|when| ask_when(survey, when));
    WireQuestion {
        id: question.id.as_str(),
        kind: question.kind.as_str(),
        text: translations(&question.text),
        kind_fields,
        ask_when,
    }
}

fn ask_when(survey: &Survey, when: Condition) -> Option<WireAskWhen<'_>> {
    let earlier = survey.questions().get(when.question)?;
    let question = earlier.id.as_str();
    let Kind::Choice { choices, .. } = &earlier.kind else {
        // The scores of a condition are contiguous.
        return Some(WireAskWhen::Scored { question, from: when.any.trailing_zeros(), to: when.any.checked_ilog2()? });
    };
    let is_included = |position: usize| (when.any >> position) & 1 == 1;
    let named = choices.iter().enumerate().filter(|(position, _)| is_included(*position));
    let named = named.map(|(_, choice)| choice.id.as_str()).collect();
    Some(WireAskWhen::Chosen { question, choices: named, other: is_included(choices.len()) })
}
