//! Compares `docs/errors.md` with the code: every error code has a section, and its example is what the service replies.

use super::*;
use crate::http::{auth_throttle, body};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// The sections of the file: the name and the example of each.
fn sections() -> Vec<(String, Value)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    let text = fs::read_to_string(file).unwrap();
    let section = |section: &str| {
        let (name, rest) = section.split_once('\n').unwrap();
        let example = rest.split_once("```json\n").unwrap().1.split_once("\n```").unwrap().0;
        (name.to_owned(), serde_json::from_str(example).unwrap())
    };
    text.split("\n## ").skip(1).map(section).collect()
}

fn code(name: &str) -> Code {
    Code::ALL
        .iter()
        .copied()
        .find(|code| code.as_str() == name)
        .unwrap_or_else(|| panic!("{name} is not an error code"))
}

/// The failure that an example shows.
fn failure(name: &str, example: &Value) -> Error {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problem = |problem: &Value| {
        Problem::new(code(problem["code"].as_str().unwrap()), text(&problem["at"]), text(&problem["message"]))
    };
    let problems: Vec<Problem> = example["problems"].as_array().unwrap().iter().map(problem).collect();
    match name {
        "not_found" => Error::not_found("id", "survey"),
        "origin_not_allowed" => Error::OriginNotAllowed("https://www.shop.example".to_owned()),
        "unauthorized" => Error::Unauthorized,
        "forbidden" => Error::Forbidden(crate::http::auth::ONLY_READS),
        "conflict" | "wrong_secret" | "revisions_closed" => Error::Conflict(problems[0].clone()),
        "survey_closed" => Error::SurveyClosed,
        "too_large" => Error::TooLarge(body::SUBMISSION),
        "unsupported_media_type" => Error::UnsupportedMediaType("application/json"),
        "method_not_allowed" => Error::MethodNotAllowed,
        "too_many_requests" => Error::TooMany { what: auth_throttle::TOO_MANY, retry_after: 900 },
        "unavailable" => Error::Unavailable(String::new()),
        "internal" => Error::internal(String::new()),
        _ => Error::Invalid(problems),
    }
}

#[test]
fn every_code_has_a_page_with_a_current_example() {
    let sections = sections();
    let mut expected = vec![SEVERAL];
    expected.extend(Code::ALL.iter().map(|code| code.as_str()));
    let names: Vec<&str> = sections.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, expected, "docs/errors.md has a section for each code, in the order of survey/src/problem.rs");
    for (name, example) in &sections {
        let reply = serde_json::to_value(Document::of(failure(name, example))).unwrap();
        assert_eq!(&reply, example, "{name}");
        assert_eq!(reply["type"], format!("{PAGES}{name}"));
    }
    let statuses: BTreeSet<u64> = sections.iter().filter_map(|(_, example)| example["status"].as_u64()).collect();
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [400, 401, 403, 404, 405, 409, 410, 413, 415, 429, 500, 503]);
}

#[test]
fn problems_with_one_code_have_its_page() {
    let refused = |codes: &[Code]| {
        let problems = codes.iter().map(|code| Problem::new(*code, "a", "b")).collect();
        Document::of(Error::Invalid(problems)).r#type
    };
    assert_eq!(refused(&[Code::Missing, Code::Missing]), "/docs/errors/missing");
    assert_eq!(refused(&[Code::Missing, Code::Empty]), "/docs/errors/several");
}
