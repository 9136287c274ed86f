//! Parses the body of a submission.

use super::node::{Node, parse};
use crate::{
    problem::{Problem, Problems},
    submission::{RawAnswer, RawContext, RawOrder, RawSubmission, context::MAX_SIGNATURES},
};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde_json::Value;

/// Parses a submission, and collects problems of wrong types.
///
/// # Errors
/// Only if the text is not a JSON object, or is nested too deeply.
pub fn read_submission(text: &str) -> Result<(RawSubmission, Problems), Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    let found = &mut problems;
    let answers = body.member("answers").items(found).unwrap_or_default();
    let raw = RawSubmission {
        id: body.member("id").string(found),
        client_secret: body.member("client_secret").string(found),
        revision: body.member("revision").integer(found),
        key: body.member("key").string(found),
        survey: body.member("survey").string(found),
        version: body.member("version").integer(found),
        answers: answers.iter().map(|node| answer(node, found)).collect(),
        complete: body.member("complete").boolean(found),
        context: context(&body.member("context"), found),
        token: body.member("token").string(found),
        website: body.member("website").string(found),
    };
    Ok((raw, problems))
}

fn answer(node: &Node<'_>, problems: &mut Problems) -> RawAnswer {
    if node.members(problems).is_none() {
        return RawAnswer::default();
    }
    let choices = node.member("choices").items(problems);
    RawAnswer {
        question: node.member("question").string(problems),
        score: node.member("score").integer(problems),
        text: node.member("text").string(problems),
        choices: choices.map(|items| items.iter().filter_map(|item| item.string(problems)).collect()),
        other: node.member("other").string(problems),
        contact: node.member("contact").string(problems),
        consent: node.member("consent").boolean(problems),
    }
}

fn context(node: &Node<'_>, problems: &mut Problems) -> RawContext {
    if node.members(problems).is_none() {
        return RawContext::default();
    }
    let order = node.member("order");
    RawContext {
        url: node.member("url").string(problems),
        language: node.member("language").string(problems),
        device: node.member("device").string(problems),
        trigger: node.member("trigger").string(problems),
        order: order.members(problems).map(|_| RawOrder {
            id: order.member("id").string(problems),
            value: order.member("value").integer(problems),
            currency: order.member("currency").string(problems),
        }),
        customer: node.member("customer").string(problems),
        traits: traits(&node.member("traits"), problems),
        signatures: signatures(&node.member("signatures")),
    }
}

/// The well-formed signatures. Others are ignored: a wrong signature only leaves the members unverified.
fn signatures(node: &Node<'_>) -> Vec<String> {
    let given = node.value().and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let is_hex = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    given.filter(is_hex).take(MAX_SIGNATURES).map(str::to_ascii_lowercase).collect()
}

/// Trait values are strings, numbers or booleans. All are stored as text, because they are only compared.
fn traits(node: &Node<'_>, problems: &mut Problems) -> BTreeMap<String, String> {
    let mut traits = BTreeMap::new();
    for (name, value) in node.members(problems).into_iter().flatten() {
        let text = match value {
            Value::Null => continue,
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(boolean) => Some(boolean.to_string()),
            _ => node.member(name).string(problems),
        };
        if let Some(text) = text {
            traits.insert(name.clone(), text);
        }
    }
    traits
}
