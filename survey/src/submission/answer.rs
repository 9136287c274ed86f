//! Validates an answer against the kind of its question.

use super::{RawAnswer, Value, sanitize::printable};
use crate::{
    contact,
    id::Slug,
    metric::Metric,
    problem::{Code, Problems},
    question::{Channel, Choice, Kind},
};
use alloc::{format, string::String, vec::Vec};

/// Maximum length of the text beside "something else", in characters.
const MAX_OTHER: usize = 500;

pub(super) fn check(kind: &Kind, answer: RawAnswer, at: &str, problems: &mut Problems) -> Option<Value> {
    let mut reject = |present: bool, member: &str| {
        if present {
            let message = format!("is not allowed for a {} question", kind.as_str());
            problems.add(Code::WrongKind, format!("{at}.{member}"), message);
        }
    };
    let is_scale = matches!(kind, Kind::Scale { .. });
    let is_choice = matches!(kind, Kind::Choice { .. });
    reject(answer.score.is_some() && !is_scale, "score");
    reject(answer.text.is_some() && !matches!(kind, Kind::Text { .. }), "text");
    reject(answer.choices.is_some() && !is_choice, "choices");
    reject(answer.other.is_some() && !is_choice, "other");
    let is_contact = matches!(kind, Kind::Contact { .. });
    reject(answer.contact.is_some() && !is_contact, "contact");
    reject(answer.consent.is_some() && !is_contact, "consent");

    match kind {
        Kind::Scale { metric, .. } => score(*metric, answer.score, at, problems),
        Kind::Text { max_chars, .. } => {
            let place = format!("{at}.text");
            if answer.text.is_none() {
                problems.add(Code::Missing, place, "is required for a text question");
                return None;
            }
            text(answer.text, (*max_chars).into(), &place, problems).map(Value::Text)
        }
        Kind::Choice { choices, multiple, other, .. } => {
            choose(choices, *multiple, other.is_some(), answer, at, problems)
        }
        Kind::Contact { channel, .. } => address(*channel, answer, at, problems),
    }
}

fn score(metric: Metric, score: Option<i64>, at: &str, problems: &mut Problems) -> Option<Value> {
    let place = format!("{at}.score");
    let Some(score) = score else {
        problems.add(Code::Missing, place, format!("is required for a {} question", metric.as_str()));
        return None;
    };
    let score = u8::try_from(score).ok().filter(|score| metric.contains(*score));
    if score.is_none() {
        problems.add(
            Code::OutOfRange,
            place,
            format!("must be an integer between {} and {}", metric.min(), metric.max()),
        );
    }
    score.map(|score| Value::Score { metric, score })
}

/// Free text as people see it. Adds a problem and returns `None` if it is empty or too long.
fn text(text: Option<String>, max: usize, at: &str, problems: &mut Problems) -> Option<String> {
    let text = printable(&text?);
    if text.is_empty() {
        problems.add(Code::Empty, at, "must not be empty; omit the answer instead");
        None
    } else if text.chars().count() > max {
        problems.add(Code::TooLong, at, format!("must not be longer than {max} characters"));
        None
    } else {
        Some(text)
    }
}

/// A contact address is only accepted with the shopper's consent.
fn address(channel: Channel, answer: RawAnswer, at: &str, problems: &mut Problems) -> Option<Value> {
    let place = format!("{at}.contact");
    let contact = answer.contact.and_then(|text| {
        let contact = contact::normalize(channel, &printable(&text));
        if contact.is_none() {
            let message = match channel {
                Channel::Email => "must be an e-mail address like a@b.example",
                Channel::Phone => "must be a phone number of 6 to 20 digits",
            };
            problems.add(Code::InvalidFormat, place.as_str(), message);
        }
        contact
    });
    if contact.is_none() {
        // If the address is present but invalid, it already has a problem, and this one is dropped.
        problems.add(Code::Missing, place, "is required for a contact question");
    }
    let place = format!("{at}.consent");
    match answer.consent {
        Some(true) => Some(Value::Contact { channel, contact: contact? }),
        Some(false) => {
            let message = "must be true; omit the answer if the shopper does not consent";
            problems.add(Code::OutOfRange, place, message);
            None
        }
        None => {
            problems.add(Code::Missing, place, "is required for a contact question");
            None
        }
    }
}

fn choose(
    known: &[Choice],
    multiple: bool,
    other_offered: bool,
    answer: RawAnswer,
    at: &str,
    problems: &mut Problems,
) -> Option<Value> {
    if answer.choices.is_none() && answer.other.is_none() {
        problems.add(Code::Missing, format!("{at}.choices"), "is required for a choice question");
        return None;
    }
    let before = problems.len();
    let mut chosen: Vec<Slug> = Vec::new();
    for (index, name) in answer.choices.iter().flatten().enumerate() {
        let place = format!("{at}.choices[{index}]");
        match known.iter().find(|choice| choice.id.as_str() == name) {
            None => problems.add(Code::UnknownChoice, place, "is not a choice of this question"),
            Some(choice) if chosen.contains(&choice.id) => {
                problems.add(Code::Duplicate, place, "must not repeat an earlier entry");
            }
            Some(choice) => chosen.push(choice.id.clone()),
        }
    }
    let other = if answer.other.is_some() && !other_offered {
        problems.add(Code::WrongKind, format!("{at}.other"), "is not offered by this question");
        None
    } else {
        text(answer.other, MAX_OTHER, &format!("{at}.other"), problems)
    };
    let count = chosen.len() + usize::from(other.is_some());
    if problems.len() > before {
        return None;
    }
    if count == 0 {
        problems.add(Code::Empty, format!("{at}.choices"), "must not be empty; omit the answer instead");
        return None;
    }
    if count > 1 && !multiple {
        problems.add(
            Code::TooMany,
            format!("{at}.choices"),
            "must contain exactly one choice; this question does not allow several",
        );
        return None;
    }
    // In the order of the question, so that equal answers are equal whatever the order of tapping.
    let choices = known.iter().filter(|choice| chosen.contains(&choice.id)).map(|choice| choice.id.clone()).collect();
    Some(Value::Choice { choices, other })
}
