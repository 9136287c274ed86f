//! A survey's definition: read from an owner's request or the store, written to both.

use super::node::{Node, parse};
use crate::{
    language::Localized,
    problem::{Problem, Problems},
    question::{Kind, Question},
    survey::{AskWhen, Draft, DraftChoice, DraftDisplay, DraftQuestion, Survey, Texts},
};
use alloc::{collections::BTreeMap, vec::Vec};
use serde::Serialize;

/// Reads a definition and checks it.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read_definition(text: &str) -> Result<Survey, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    let found = &mut problems;
    let questions = body.member("questions").items(found).unwrap_or_default();
    let draft = Draft {
        name: body.member("name").string(found),
        touchpoint: body.member("touchpoint").string(found),
        language: body.member("language").string(found),
        display: display(&body.member("display"), found),
        questions: questions.iter().map(|node| question(node, found)).collect(),
        thanks: texts(&body.member("thanks"), found),
    };
    Survey::check(draft, problems)
}

fn display(node: &Node<'_>, problems: &mut Problems) -> DraftDisplay {
    if node.members(problems).is_none() {
        return DraftDisplay::default();
    }
    let pages = node.member("pages").items(problems).unwrap_or_default();
    DraftDisplay {
        mode: node.member("mode").string(problems),
        selector: node.member("selector").string(problems),
        pages: pages.iter().filter_map(|page| page.string(problems)).collect(),
        trigger: node.member("trigger").string(problems),
        delay_ms: node.member("delay_ms").integer(problems),
    }
}

fn question(node: &Node<'_>, problems: &mut Problems) -> DraftQuestion {
    if node.members(problems).is_none() {
        return DraftQuestion::default();
    }
    let choices = node.member("choices").items(problems);
    let when = node.member("ask_when");
    DraftQuestion {
        id: node.member("id").string(problems),
        kind: node.member("kind").string(problems),
        text: texts(&node.member("text"), problems),
        low: texts(&node.member("low"), problems),
        high: texts(&node.member("high"), problems),
        placeholder: texts(&node.member("placeholder"), problems),
        max_chars: node.member("max_chars").integer(problems),
        choices: choices.map(|items| items.iter().map(|item| choice(item, problems)).collect()),
        multiple: node.member("multiple").boolean(problems),
        other: texts(&node.member("other"), problems),
        ask_when: when.members(problems).map(|_| AskWhen {
            question: when.member("question").string(problems),
            from: when.member("from").integer(problems),
            to: when.member("to").integer(problems),
        }),
    }
}

fn choice(node: &Node<'_>, problems: &mut Problems) -> DraftChoice {
    if node.members(problems).is_none() {
        return DraftChoice::default();
    }
    DraftChoice { id: node.member("id").string(problems), text: texts(&node.member("text"), problems) }
}

fn texts(node: &Node<'_>, problems: &mut Problems) -> Option<Texts> {
    let members = node.members(problems)?;
    let text = |tag: &alloc::string::String| Some((tag.clone(), node.member(tag).string(problems)?));
    Some(members.keys().filter_map(text).collect())
}

/// A definition as it is sent and stored. Reading it back gives an equal [`Survey`].
#[derive(Debug, Serialize)]
pub struct Definition<'a> {
    name: &'a str,
    touchpoint: &'a str,
    language: &'a str,
    display: WireDisplay<'a>,
    questions: Vec<WireQuestion<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    thanks: BTreeMap<&'a str, &'a str>,
}

#[derive(Debug, Serialize)]
struct WireDisplay<'a> {
    mode: &'static str,
    selector: Option<&'a str>,
    pages: &'a [alloc::string::String],
    trigger: &'static str,
    delay_ms: u32,
}

#[derive(Debug, Serialize)]
struct WireQuestion<'a> {
    id: &'a str,
    kind: &'static str,
    text: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    form: WireForm<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask_when: Option<WireAskWhen<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum WireForm<'a> {
    Scale {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        low: BTreeMap<&'a str, &'a str>,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        high: BTreeMap<&'a str, &'a str>,
    },
    Text {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        placeholder: BTreeMap<&'a str, &'a str>,
        max_chars: u16,
    },
    Choice {
        choices: Vec<WireChoice<'a>>,
        multiple: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        other: Option<BTreeMap<&'a str, &'a str>>,
    },
}

#[derive(Debug, Serialize)]
struct WireChoice<'a> {
    id: &'a str,
    text: BTreeMap<&'a str, &'a str>,
}

#[derive(Debug, Serialize)]
struct WireAskWhen<'a> {
    question: &'a str,
    from: u32,
    to: u32,
}

impl<'a> From<&'a Survey> for Definition<'a> {
    fn from(survey: &'a Survey) -> Self {
        let display = survey.display();
        Self {
            name: survey.name(),
            touchpoint: survey.touchpoint().as_str(),
            language: survey.language().as_str(),
            display: WireDisplay {
                mode: display.mode.as_str(),
                selector: display.mode.selector(),
                pages: &display.pages,
                trigger: display.trigger.as_str(),
                delay_ms: display.delay_ms,
            },
            questions: survey.questions().iter().map(|question| wire_question(survey, question)).collect(),
            thanks: map(survey.thanks()),
        }
    }
}

fn map(texts: &Localized) -> BTreeMap<&str, &str> {
    texts.iter().map(|(language, text)| (language.as_str(), text)).collect()
}

fn wire_question<'a>(survey: &'a Survey, question: &'a Question) -> WireQuestion<'a> {
    let form = match &question.kind {
        Kind::Scale { low, high, .. } => WireForm::Scale { low: map(low), high: map(high) },
        Kind::Text { placeholder, max_chars } => {
            WireForm::Text { placeholder: map(placeholder), max_chars: *max_chars }
        }
        Kind::Choice { choices, multiple, other } => WireForm::Choice {
            choices: choices
                .iter()
                .map(|choice| WireChoice { id: choice.id.as_str(), text: map(&choice.text) })
                .collect(),
            multiple: *multiple,
            other: other.as_ref().map(map),
        },
    };
    let ask_when = question.when.and_then(|when| {
        let earlier = survey.questions().get(when.question)?;
        // Scores that lead on lie side by side.
        let (from, to) = (when.any.trailing_zeros(), when.any.checked_ilog2()?);
        Some(WireAskWhen { question: earlier.id.as_str(), from, to })
    });
    WireQuestion { id: question.id.as_str(), kind: question.kind.as_str(), text: map(&question.text), form, ask_when }
}
