//! The operator's request to create a shop.

use super::node::{Node, parse};
use crate::{
    language::Language,
    origin::Origin,
    problem::{Code, Problem, Problems},
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// Maximum length of a shop's name, in characters: it is inserted into questions.
const MAX_NAME: usize = 80;
/// Maximum origins: one domain per language, with and without `www`, and a test shop.
const MAX_ORIGINS: usize = 100;

/// A shop to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopRequest {
    /// The name that shoppers know; replaces `{shop}` in questions.
    pub name: String,
    /// Default language of its surveys.
    pub language: Language,
    /// IANA name like `Europe/Warsaw`.
    pub time_zone: String,
    /// Origins whose pages may send responses; empty = none.
    pub origins: Vec<Origin>,
    /// Maximum responses per day; none = the service's default.
    pub daily_answers: Option<u32>,
}

/// Highest daily quota: what one database can write, and far more than a shop receives.
const MAX_DAILY: u32 = 10_000_000;

/// Parses the operator's request. `is_zone` returns whether a time zone exists: this crate does not include the tables.
///
/// # Errors
/// All problems, each with its place.
pub fn read_shop(text: &str, is_zone: impl Fn(&str) -> bool) -> Result<ShopRequest, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    let name = name(body.member("name").string(&mut problems), &mut problems);
    let language = body.member("language").string(&mut problems).unwrap_or_else(|| "en".to_string());
    let language = Language::parse(&language)
        .map_err(|error| problems.add(Code::InvalidFormat, "language", error.to_string()))
        .ok();
    let time_zone = body.member("time_zone").string(&mut problems).unwrap_or_else(|| "UTC".to_string());
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
    let starts_with_letter = time_zone.starts_with(|character: char| character.is_ascii_alphabetic());
    if !starts_with_letter || time_zone.len() > 64 || !time_zone.bytes().all(is_allowed) {
        problems.add(Code::InvalidFormat, "time_zone", "must be an IANA name like Europe/Warsaw");
    } else if !is_zone(&time_zone) {
        let message = "unknown time zone; must be an IANA name like Europe/Warsaw";
        problems.add(Code::UnknownValue, "time_zone", message);
    }
    let origins = origins(&body.member("origins"), &mut problems);
    let daily_answers = daily_answers(&body, &mut problems);
    match (name, language) {
        (Some(name), Some(language)) => problems.or(ShopRequest { name, language, time_zone, origins, daily_answers }),
        _ => Err(problems.into_vec()),
    }
}

/// Parses a shop's daily quota: `{"daily_answers": 100000}`.
///
/// # Errors
/// All problems, each with its place.
pub fn read_quota(text: &str) -> Result<u32, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let Some(daily) = daily_answers(&Node::root(&value), &mut problems) else {
        problems.add(Code::Missing, "daily_answers", "is required");
        return Err(problems.into_vec());
    };
    problems.or(daily)
}

fn daily_answers(body: &Node<'_>, problems: &mut Problems) -> Option<u32> {
    let number = body.member("daily_answers").integer(problems)?;
    let daily = u32::try_from(number).ok().filter(|daily| *daily <= MAX_DAILY);
    if daily.is_none() {
        problems.add(Code::OutOfRange, "daily_answers", format!("must be between 0 and {MAX_DAILY}"));
    }
    daily
}

fn name(name: Option<String>, problems: &mut Problems) -> Option<String> {
    let Some(name) = name else {
        problems.add(Code::Missing, "name", "is required");
        return None;
    };
    let name = name.trim();
    if name.is_empty() {
        problems.add(Code::Empty, "name", "must not be empty");
        None
    } else if name.chars().count() > MAX_NAME {
        problems.add(Code::TooLong, "name", format!("must not be longer than {MAX_NAME} characters"));
        None
    } else {
        Some(name.to_string())
    }
}

fn origins(node: &Node<'_>, problems: &mut Problems) -> Vec<Origin> {
    let items = node.items(problems).unwrap_or_default();
    if items.len() > MAX_ORIGINS {
        problems.add(Code::TooMany, "origins", format!("must not have more than {MAX_ORIGINS} entries"));
    }
    let mut origins = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(text) = item.string(problems) else { continue };
        match Origin::parse(&text) {
            Ok(origin) => origins.push(origin),
            Err(error) => problems.add(Code::InvalidFormat, format!("origins[{index}]"), error.to_string()),
        }
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shop_requests_are_validated() {
        let known = |zone: &str| ["UTC", "Europe/Warsaw"].contains(&zone);
        let shop = read_shop(r#"{"name":" Zielona Półka ","origins":["https://Shop.example"]}"#, known).unwrap();
        assert_eq!(shop.name, "Zielona Półka");
        assert_eq!(shop.language.as_str(), "en");
        assert_eq!(shop.time_zone, "UTC");
        assert_eq!(shop.origins.first().map(Origin::as_str), Some("https://shop.example"));

        let wrong = r#"{"language":"polski","time_zone":"a b","origins":["https://a.example","*",7,null]}"#;
        let places: Vec<(String, &str)> = read_shop(wrong, known)
            .unwrap_err()
            .into_iter()
            .map(|problem| (problem.at, problem.code.as_str()))
            .collect();
        let expected = [
            ("name", "missing"),
            ("language", "invalid_format"),
            ("time_zone", "invalid_format"),
            ("origins[3]", "wrong_type"),
            ("origins[1]", "invalid_format"),
            ("origins[2]", "wrong_type"),
        ];
        assert_eq!(places, expected.map(|(at, code)| (at.to_string(), code)));
        for (text, daily) in
            [("{}", None), (r#","daily_answers":0"#, Some(0)), (r#","daily_answers":10000000"#, Some(10_000_000))]
        {
            let text = format!(r#"{{"name":"a"{}}}"#, text.trim_matches(['{', '}']));
            assert_eq!(read_shop(&text, known).unwrap().daily_answers, daily, "{text}");
        }
        for wrong in [r#"{"daily_answers":-1}"#, r#"{"daily_answers":10000001}"#, r#"{"daily_answers":"7"}"#, "{}", ""]
        {
            assert!(read_quota(wrong).is_err(), "{wrong}");
        }
        assert_eq!(read_quota(r#"{"daily_answers":7}"#), Ok(7));
        assert!(read_shop("[]", known).is_err());
        assert!(read_shop("", known).is_err());
        for (zone, expected) in [
            ("Europe/Warsaw", None),
            ("Europe/Warszawa", Some("unknown_value")),
            ("+01", Some("invalid_format")),
            ("", Some("invalid_format")),
        ] {
            let text = format!(r#"{{"name":"a","time_zone":"{zone}"}}"#);
            let found = read_shop(&text, known).err().map(|problems| problems[0].code.as_str());
            assert_eq!(found, expected, "{zone}");
        }
    }
}
