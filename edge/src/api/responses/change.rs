//! Changes to a response: its tags, and whether it is excluded.

use crate::store::Change;
use insight::tag;
use serde_json::Value;
use survey::{Code, Problem, problem::Problems, submission::printable};

/// The longest reason, in characters.
const MAX_REASON: usize = 200;

/// Parses a JSON merge patch (RFC 7396): an absent member is kept, null removes it.
pub(super) fn read(text: &str) -> Result<Change, Vec<Problem>> {
    let body: Value = serde_json::from_str(text)
        .map_err(|error| vec![Problem::new(Code::InvalidJson, "", format!("is not JSON: {error}"))])?;
    let Value::Object(members) = body else {
        return Err(vec![Problem::new(Code::WrongType, "", "must be an object")]);
    };
    let mut problems = Problems::new();
    let mut change = Change::default();
    for (name, value) in members {
        match name.as_str() {
            "tags" => change.tags = Some(tags(value, &mut problems)),
            "excluded" => change.excluded = Some(excluded(value, &mut problems)),
            _ => problems.add(Code::UnknownValue, name, "unknown field; expected one of: tags, excluded"),
        }
    }
    problems.or(change)
}

fn tags(value: Value, problems: &mut Problems) -> Vec<String> {
    let given = match value {
        Value::Null => Vec::new(),
        Value::Array(given) => given,
        _ => {
            problems.add(Code::WrongType, "tags", "must be a list of strings, or null");
            Vec::new()
        }
    };
    let mut tags = Vec::with_capacity(given.len().min(tag::MAX_TAGS));
    for (index, given) in given.iter().enumerate() {
        let at = format!("tags[{index}]");
        match given.as_str().map(tag::normalize) {
            None => problems.add(Code::WrongType, at, "must be a text"),
            Some(Err(rule)) => problems.add(Code::InvalidFormat, at, rule),
            Some(Ok(tag)) => tags.push(tag),
        }
    }
    // Tags that differ only in case or spaces are one tag.
    tags.sort();
    tags.dedup();
    if tags.len() > tag::MAX_TAGS {
        problems.add(Code::TooMany, "tags", format!("must have at most {} entries", tag::MAX_TAGS));
    }
    tags
}

fn excluded(value: Value, problems: &mut Problems) -> Option<String> {
    let mut members = match value {
        Value::Null => return None,
        Value::Object(members) => members,
        _ => {
            problems.add(Code::WrongType, "excluded", "must be an object with a reason, or null");
            return None;
        }
    };
    let reason = members.remove("reason");
    for name in members.keys() {
        problems.add(Code::UnknownValue, format!("excluded.{name}"), "unknown field; expected: reason");
    }
    match reason {
        Some(Value::String(reason)) => {
            let reason = printable(&reason);
            if reason.is_empty() {
                problems.add(Code::Empty, "excluded.reason", "must not be empty");
            } else if reason.chars().count() > MAX_REASON {
                let message = format!("must have at most {MAX_REASON} characters");
                problems.add(Code::TooLong, "excluded.reason", message);
            }
            Some(reason)
        }
        Some(_) => {
            problems.add(Code::WrongType, "excluded.reason", "must be a string");
            None
        }
        None => {
            problems.add(Code::Missing, "excluded.reason", "is required");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes() {
        let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        for (body, tags, excluded) in [
            ("{}", None, None),
            (r#"{"tags":[" VIP","vip","a"]}"#, words(&["a", "vip"]), None),
            (r#"{"tags":[]}"#, words(&[]), None),
            (r#"{"tags":null,"excluded":null}"#, words(&[]), Some(None)),
            (r#"{"excluded":{"reason":" a test\u0000 "}}"#, None, Some(Some("a test".to_owned()))),
        ] {
            assert_eq!(read(body), Ok(Change { tags, excluded }), "{body}");
        }
    }

    #[test]
    fn every_problem_is_reported() {
        let many: Vec<String> = (0..21).map(|number| format!("\"t{number}\"")).collect();
        let long = format!(r#"{{"excluded":{{"reason":"{}"}}}}"#, "ż".repeat(201));
        for (body, expected) in [
            ("", vec![("", Code::InvalidJson)]),
            ("[]", vec![("", Code::WrongType)]),
            (r#"{"score":9,"tags":7}"#, vec![("score", Code::UnknownValue), ("tags", Code::WrongType)]),
            (
                r#"{"tags":["a",7,"b,c",""]}"#,
                vec![("tags[1]", Code::WrongType), ("tags[2]", Code::InvalidFormat), ("tags[3]", Code::InvalidFormat)],
            ),
            (&format!("{{\"tags\":[{}]}}", many.join(",")), vec![("tags", Code::TooMany)]),
            (r#"{"excluded":true}"#, vec![("excluded", Code::WrongType)]),
            (r#"{"excluded":{}}"#, vec![("excluded.reason", Code::Missing)]),
            (
                r#"{"excluded":{"reason":" ","by":"me"}}"#,
                vec![("excluded.by", Code::UnknownValue), ("excluded.reason", Code::Empty)],
            ),
            (r#"{"excluded":{"reason":1}}"#, vec![("excluded.reason", Code::WrongType)]),
            (&long, vec![("excluded.reason", Code::TooLong)]),
        ] {
            let found = read(body).unwrap_err();
            let found: Vec<_> = found.iter().map(|problem| (problem.at.as_str(), problem.code)).collect();
            assert_eq!(found, expected, "{body}");
        }
    }
}
