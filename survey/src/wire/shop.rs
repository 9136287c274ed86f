//! A shop as the operator asks for it.

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

/// Longest name of a shop, in characters: it stands inside questions.
const MAX_NAME: usize = 80;
/// Most origins: every language's domain, with and without `www`, and a test shop.
const MAX_ORIGINS: usize = 100;

/// A shop to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopRequest {
    /// What shoppers know it as; fills `{shop}` in questions.
    pub name: String,
    /// Default language of its surveys.
    pub language: Language,
    /// IANA name like `Europe/Warsaw`; only its form is checked.
    pub time_zone: String,
    /// Pages of these origins may send answers; none = nobody may.
    pub origins: Vec<Origin>,
}

/// Reads what the operator wrote.
///
/// # Errors
/// Everything that is wrong, each with its place.
pub fn read_shop(text: &str) -> Result<ShopRequest, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    let name = name(body.member("name").string(&mut problems), &mut problems);
    let language = body.member("language").string(&mut problems).unwrap_or_else(|| "en".to_string());
    let language = Language::parse(&language)
        .map_err(|error| problems.add(Code::InvalidFormat, "language", error.to_string()))
        .ok();
    let time_zone = body.member("time_zone").string(&mut problems).unwrap_or_else(|| "UTC".to_string());
    let in_zone_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
    if time_zone.is_empty() || time_zone.len() > 64 || !time_zone.bytes().all(in_zone_name) {
        problems.add(Code::InvalidFormat, "time_zone", "must be an IANA name like Europe/Warsaw");
    }
    let origins = origins(&body.member("origins"), &mut problems);
    match (name, language) {
        (Some(name), Some(language)) => problems.or(ShopRequest { name, language, time_zone, origins }),
        _ => Err(problems.into_vec()),
    }
}

fn name(given: Option<String>, problems: &mut Problems) -> Option<String> {
    let Some(name) = given else {
        problems.add(Code::Missing, "name", "is required");
        return None;
    };
    let name = name.trim();
    if name.is_empty() {
        problems.add(Code::Empty, "name", "must not be empty");
        None
    } else if name.chars().count() > MAX_NAME {
        problems.add(Code::TooLong, "name", format!("must have at most {MAX_NAME} characters"));
        None
    } else {
        Some(name.to_string())
    }
}

fn origins(node: &Node<'_>, problems: &mut Problems) -> Vec<Origin> {
    let items = node.items(problems).unwrap_or_default();
    if items.len() > MAX_ORIGINS {
        problems.add(Code::TooMany, "origins", format!("must have at most {MAX_ORIGINS} entries"));
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
    fn a_shop_needs_a_name_and_right_origins() {
        let shop = read_shop(r#"{"name":" Zielona Półka ","origins":["https://Shop.example"]}"#).unwrap();
        assert_eq!(shop.name, "Zielona Półka");
        assert_eq!(shop.language.as_str(), "en");
        assert_eq!(shop.time_zone, "UTC");
        assert_eq!(shop.origins.first().map(Origin::as_str), Some("https://shop.example"));

        let wrong = r#"{"language":"polski","time_zone":"a b","origins":["https://a.example","*",7]}"#;
        let places: Vec<(String, &str)> =
            read_shop(wrong).unwrap_err().into_iter().map(|problem| (problem.at, problem.code.as_str())).collect();
        let expected = [
            ("name", "missing"),
            ("language", "invalid_format"),
            ("time_zone", "invalid_format"),
            ("origins[1]", "invalid_format"),
            ("origins[2]", "wrong_type"),
        ];
        assert_eq!(places, expected.map(|(at, code)| (at.to_string(), code)));
        assert!(read_shop("[]").is_err());
        assert!(read_shop("").is_err());
    }
}
