//! The body of `POST /v1/exports`.

use super::{DEFAULT, MAX};
use crate::{api::person::Person, http::page::PageCursor, store::Cursor};
use serde_json::{Map, Value};
use survey::{Code, Problem, problem::Problems};

const MEMBERS: [&str; 4] = ["customer", "contact", "limit", "cursor"];

/// Whose data to export, and which page of it.
#[derive(Debug)]
pub(super) struct ExportRequest {
    pub(super) person: Person,
    pub(super) limit: u32,
    pub(super) after: Option<Cursor>,
}

impl ExportRequest {
    /// Parses a body.
    ///
    /// # Errors
    /// With all problems.
    pub(super) fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let body: Value = serde_json::from_str(text)
            .map_err(|error| vec![Problem::new(Code::InvalidJson, "", format!("is not JSON: {error}"))])?;
        let Value::Object(members) = body else {
            return Err(vec![Problem::new(Code::WrongType, "", "must be an object")]);
        };
        let mut problems = Problems::new();
        for name in members.keys().filter(|name| !MEMBERS.contains(&name.as_str())) {
            let message = format!("unknown field; expected one of: {}", MEMBERS.join(", "));
            problems.add(Code::UnknownValue, name.as_str(), message);
        }
        let person = person(&members, &mut problems);
        let limit = limit(&members, &mut problems);
        let after = text_of(&members, "cursor", &mut problems).and_then(|text| {
            let cursor = Cursor::decode(text);
            if cursor.is_none() {
                let message = "must be an unchanged next_cursor of an earlier reply";
                problems.add(Code::InvalidFormat, "cursor", message);
            }
            cursor
        });
        match person {
            Some(person) => problems.or(Self { person, limit, after }),
            // `None` has added a problem.
            None => Err(problems.into_vec()),
        }
    }
}

fn person(members: &Map<String, Value>, problems: &mut Problems) -> Option<Person> {
    let is_given = |name: &str| members.get(name).is_some_and(|value| !value.is_null());
    if is_given("customer") == is_given("contact") {
        problems.add(Code::Missing, "", "exactly one of customer and contact is required");
        return None;
    }
    if is_given("customer") {
        let text = text_of(members, "customer", problems)?;
        Person::customer(text, "customer", problems)
    } else {
        let text = text_of(members, "contact", problems)?;
        Person::contact(text, "contact", problems)
    }
}

fn limit(members: &Map<String, Value>, problems: &mut Problems) -> u32 {
    let Some(value) = members.get("limit").filter(|value| !value.is_null()) else { return DEFAULT };
    let limit = value.as_u64().and_then(|limit| u32::try_from(limit).ok()).filter(|limit| (1..=MAX).contains(limit));
    if limit.is_none() {
        problems.add(Code::OutOfRange, "limit", format!("must be an integer from 1 to {MAX}"));
    }
    limit.unwrap_or(DEFAULT)
}

/// A string; another type is a problem.
fn text_of<'a>(members: &'a Map<String, Value>, name: &str, problems: &mut Problems) -> Option<&'a str> {
    let value = members.get(name).filter(|value| !value.is_null())?;
    let text = value.as_str();
    if text.is_none() {
        problems.add(Code::WrongType, name, "must be a string");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_person() {
        for (body, expected, limit) in [
            (r#"{"customer":" c-7\u0007 "}"#, Person::Customer("c-7".into()), 100),
            (
                r#"{"contact":"JAN@example.com","customer":null,"limit":7}"#,
                Person::Contact("jan@example.com".into()),
                7,
            ),
        ] {
            let request = ExportRequest::read(body).unwrap();
            assert_eq!((request.person, request.limit, request.after), (expected, limit, None), "{body}");
        }
        let cursor = Cursor { received_at: 5, id: "r".to_owned() };
        let body = format!(r#"{{"customer":"c","cursor":"{}"}}"#, cursor.encode());
        assert_eq!(ExportRequest::read(&body).unwrap().after, Some(cursor));
        for (body, expected) in [
            ("{", &[("", Code::InvalidJson)][..]),
            ("[]", &[("", Code::WrongType)]),
            ("{}", &[("", Code::Missing)]),
            (r#"{"customer":"a","contact":"a@b.example"}"#, &[("", Code::Missing)]),
            (r#"{"customer":7}"#, &[("customer", Code::WrongType)]),
            (r#"{"customer":"\u200b"}"#, &[("customer", Code::Empty)]),
            (r#"{"contact":"jan"}"#, &[("contact", Code::InvalidFormat)]),
            (
                r#"{"customer":"a","all":true,"limit":201,"cursor":"x"}"#,
                &[("all", Code::UnknownValue), ("limit", Code::OutOfRange), ("cursor", Code::InvalidFormat)],
            ),
        ] {
            let found = ExportRequest::read(body).unwrap_err();
            let found: Vec<_> = found.iter().map(|problem| (problem.at.as_str(), problem.code)).collect();
            assert_eq!(found, expected, "{body}");
        }
    }
}
