//! The check of one answer against its question's kind.

use super::{ClaimedAnswer, Value, sanitize::strip_control};
use crate::{
    contact,
    id::Slug,
    metric::Metric,
    problem::{Code, Problems},
    question::{Channel, Choice, Kind},
};
use alloc::{format, string::String, vec::Vec};

/// Longest text beside "something else", in characters.
const MAX_OTHER: usize = 500;

pub(super) fn check(kind: &Kind, given: ClaimedAnswer, at: &str, problems: &mut Problems) -> Option<Value> {
    let mut foreign = |present: bool, member: &str| {
        if present {
            let message = format!("does not belong to a {} question", kind.as_str());
            problems.add(Code::WrongKind, format!("{at}.{member}"), message);
        }
    };
    let scale = matches!(kind, Kind::Scale { .. });
    let choice = matches!(kind, Kind::Choice { .. });
    foreign(given.score.is_some() && !scale, "score");
    foreign(given.text.is_some() && !matches!(kind, Kind::Text { .. }), "text");
    foreign(given.choices.is_some() && !choice, "choices");
    foreign(given.other.is_some() && !choice, "other");
    let contact = matches!(kind, Kind::Contact { .. });
    foreign(given.contact.is_some() && !contact, "contact");
    foreign(given.consent.is_some() && !contact, "consent");

    match kind {
        Kind::Scale { metric, .. } => score(*metric, given.score, at, problems),
        Kind::Text { max_chars, .. } => {
            let place = format!("{at}.text");
            if given.text.is_none() {
                problems.add(Code::Missing, place, "is required for a text question");
                return None;
            }
            words(given.text, (*max_chars).into(), &place, problems).map(Value::Text)
        }
        Kind::Choice { choices, multiple, other, .. } => {
            choose(choices, *multiple, other.is_some(), given, at, problems)
        }
        Kind::Contact { channel, .. } => address(*channel, given, at, problems),
    }
}

fn score(metric: Metric, given: Option<i64>, at: &str, problems: &mut Problems) -> Option<Value> {
    let place = format!("{at}.score");
    let Some(given) = given else {
        problems.add(Code::Missing, place, format!("is required for a {} question", metric.as_str()));
        return None;
    };
    let score = u8::try_from(given).ok().filter(|score| metric.contains(*score));
    if score.is_none() {
        problems.add(
            Code::OutOfRange,
            place,
            format!("must be a whole number from {} to {}", metric.min(), metric.max()),
        );
    }
    score.map(|score| Value::Score { metric, score })
}

/// Own words without control characters; `None` with its problem if nothing is left or too much.
fn words(given: Option<String>, max: usize, at: &str, problems: &mut Problems) -> Option<String> {
    let text = strip_control(&given?);
    if text.is_empty() {
        problems.add(Code::Empty, at, "must not be empty: leave the answer out instead");
        None
    } else if text.chars().count() > max {
        problems.add(Code::TooLong, at, format!("must have at most {max} characters"));
        None
    } else {
        Some(text)
    }
}

/// An address is taken only with its owner's consent.
fn address(channel: Channel, given: ClaimedAnswer, at: &str, problems: &mut Problems) -> Option<Value> {
    let place = format!("{at}.contact");
    let contact = given.contact.and_then(|text| {
        let contact = contact::read(channel, &text);
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
        // Where it is there and wrong, that was said already.
        problems.add(Code::Missing, place, "is required for a contact question");
    }
    let place = format!("{at}.consent");
    match given.consent {
        Some(true) => Some(Value::Contact { channel, contact: contact? }),
        Some(false) => {
            let message = "must be true: without consent the answer has to be left out";
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
    given: ClaimedAnswer,
    at: &str,
    problems: &mut Problems,
) -> Option<Value> {
    if given.choices.is_none() && given.other.is_none() {
        problems.add(Code::Missing, format!("{at}.choices"), "is required for a choice question");
        return None;
    }
    let before = problems.len();
    let mut chosen: Vec<Slug> = Vec::new();
    for (index, name) in given.choices.iter().flatten().enumerate() {
        let place = format!("{at}.choices[{index}]");
        match known.iter().find(|choice| choice.id.as_str() == name) {
            None => problems.add(Code::UnknownChoice, place, "is not a choice of this question"),
            Some(choice) if chosen.contains(&choice.id) => {
                problems.add(Code::Duplicate, place, "is chosen by an earlier entry");
            }
            Some(choice) => chosen.push(choice.id.clone()),
        }
    }
    let other = if given.other.is_some() && !other_offered {
        problems.add(Code::WrongKind, format!("{at}.other"), "is not offered by this question");
        None
    } else {
        words(given.other, MAX_OTHER, &format!("{at}.other"), problems)
    };
    let count = chosen.len() + usize::from(other.is_some());
    if problems.len() > before {
        return None;
    }
    if count == 0 {
        problems.add(Code::Empty, format!("{at}.choices"), "must not be empty: leave the answer out instead");
        return None;
    }
    if count > 1 && !multiple {
        problems.add(Code::TooMany, format!("{at}.choices"), "must hold one choice: the question allows no more");
        return None;
    }
    // One answer has one form, whatever the order of tapping.
    let choices = known.iter().filter(|choice| chosen.contains(&choice.id)).map(|choice| choice.id.clone()).collect();
    Some(Value::Choice { choices, other })
}
