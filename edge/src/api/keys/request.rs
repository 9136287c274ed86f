//! The bodies of requests about keys.

use crate::{key::Kind, store::Scope, time::clock};
use serde_json::{Map, Value};
use survey::{Code, Problem, problem::Problems};

/// The longest label, in characters.
const MAX_LABEL: usize = 80;
/// How long the old key stays valid, in hours: by default, and at most. A month suffices for clients deployed rarely.
const OVERLAP: u64 = 24;
const MAX_OVERLAP: u64 = 31 * 24;
const HOUR_MS: i64 = 3_600_000;

/// A key to create.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CreateKey {
    pub(super) label: String,
    pub(super) kind: Kind,
    /// The widest scope requested.
    pub(super) scope: Scope,
    /// Milliseconds since 1970.
    pub(super) expires_at: Option<i64>,
}

/// The replacement of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RotateKey {
    /// How long the old key stays valid, in milliseconds.
    pub(super) overlap: i64,
    /// When the new key expires, in milliseconds since 1970.
    pub(super) expires_at: Option<i64>,
}

/// The members of a body, and the problems found so far.
struct Body {
    members: Map<String, Value>,
    problems: Problems,
}

impl Body {
    fn read(text: &str, known: &[&str]) -> Result<Self, Vec<Problem>> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| vec![Problem::new(Code::InvalidJson, "", format!("is not valid JSON: {error}"))])?;
        let Value::Object(members) = value else {
            return Err(vec![Problem::new(Code::WrongType, "", "must be a JSON object")]);
        };
        let mut problems = Problems::new();
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let message = format!("unknown field; expected one of: {}", known.join(", "));
            problems.add(Code::UnknownValue, name.as_str(), message);
        }
        Ok(Self { members, problems })
    }

    /// A member that is present and not null.
    fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn add(&mut self, code: Code, at: &str, message: impl Into<String>) {
        self.problems.add(code, at, message.into());
    }

    fn label(&mut self) -> String {
        let label = match self.get("label") {
            None => {
                self.add(Code::Missing, "label", "is required");
                return String::new();
            }
            Some(Value::String(label)) => label.trim().to_owned(),
            Some(_) => {
                self.add(Code::WrongType, "label", "must be a string");
                return String::new();
            }
        };
        if label.is_empty() {
            self.add(Code::Empty, "label", "must not be empty");
        } else if label.chars().count() > MAX_LABEL {
            self.add(Code::TooLong, "label", format!("must have at most {MAX_LABEL} characters"));
        } else if label.chars().any(char::is_control) {
            self.add(Code::InvalidFormat, "label", "must not hold control characters");
        }
        label
    }

    fn kind(&mut self) -> Kind {
        match self.get("kind").map(Value::as_str) {
            None | Some(Some("secret")) => Kind::Secret,
            Some(Some("public")) => Kind::Public,
            Some(Some(_)) => {
                self.add(Code::UnknownValue, "kind", "must be secret or public");
                Kind::Secret
            }
            Some(None) => {
                self.add(Code::WrongType, "kind", "must be a string");
                Kind::Secret
            }
        }
    }

    /// The scope that covers all requested ones. A missing scope is never granted.
    fn scope(&mut self, kind: Kind) -> Scope {
        let given = match self.get("scopes").cloned() {
            None if kind == Kind::Secret => {
                self.add(Code::Missing, "scopes", "is required: [\"read\"], [\"submit\"] or [\"write\"]");
                return Scope::Read;
            }
            None => return Scope::Write,
            Some(Value::Array(given)) => given,
            Some(_) => {
                self.add(Code::WrongType, "scopes", "must be a list");
                return Scope::Read;
            }
        };
        if kind == Kind::Public && !given.is_empty() {
            self.add(Code::WrongKind, "scopes", "must be empty for a public key, which can only submit responses");
        } else if kind == Kind::Secret && given.is_empty() {
            self.add(Code::Empty, "scopes", "must not be empty");
        }
        let mut named = Vec::new();
        for (index, scope) in given.iter().enumerate() {
            match scope.as_str().map(Scope::parse) {
                Some(Some(scope)) => named.push(scope),
                Some(None) => {
                    self.add(Code::UnknownValue, &format!("scopes[{index}]"), "must be read, submit or write");
                }
                None => self.add(Code::WrongType, &format!("scopes[{index}]"), "must be a string"),
            }
        }
        let covers = |scope: &Scope| named.iter().all(|named| scope.permits(*named));
        match named.iter().copied().find(covers) {
            Some(scope) => scope,
            None if named.is_empty() => Scope::Read,
            None => {
                self.add(Code::WrongKind, "scopes", "must not combine read and submit; create a key for each");
                Scope::Read
            }
        }
    }

    fn expires_at(&mut self, now: i64) -> Option<i64> {
        let given = self.get("expires_at")?.as_str().map(clock::parse_moment);
        match given {
            Some(Some(moment)) if moment > now => return Some(moment),
            Some(Some(_)) => self.add(Code::OutOfRange, "expires_at", "must be in the future"),
            Some(None) => {
                self.add(Code::InvalidFormat, "expires_at", "must be a moment like 2027-11-22T13:00:00Z");
            }
            None => self.add(Code::WrongType, "expires_at", "must be a string"),
        }
        None
    }

    fn overlap(&mut self) -> i64 {
        let given = match self.get("overlap_hours") {
            None => return i64::try_from(OVERLAP).unwrap_or(0) * HOUR_MS,
            Some(Value::Number(hours)) => hours.as_u64().filter(|hours| *hours <= MAX_OVERLAP),
            Some(_) => {
                self.add(Code::WrongType, "overlap_hours", "must be a whole number");
                return 0;
            }
        };
        if given.is_none() {
            self.add(Code::OutOfRange, "overlap_hours", format!("must be a whole number from 0 to {MAX_OVERLAP}"));
        }
        i64::try_from(given.unwrap_or(0)).unwrap_or(0) * HOUR_MS
    }
}

/// Parses a request to create a key. `now` in milliseconds since 1970.
pub(super) fn create(text: &str, now: i64) -> Result<CreateKey, Vec<Problem>> {
    let mut body = Body::read(text, &["label", "kind", "scopes", "expires_at"])?;
    let (label, kind) = (body.label(), body.kind());
    let (scope, expires_at) = (body.scope(kind), body.expires_at(now));
    body.problems.or(CreateKey { label, kind, scope, expires_at })
}

/// Parses a key's new label.
pub(super) fn label(text: &str) -> Result<String, Vec<Problem>> {
    let mut body = Body::read(text, &["label"])?;
    let label = body.label();
    body.problems.or(label)
}

/// Parses a rotation; an empty text means the defaults. `now` in milliseconds since 1970.
pub(super) fn rotation(text: &str, now: i64) -> Result<RotateKey, Vec<Problem>> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let mut body = Body::read(text, &["overlap_hours", "expires_at"])?;
    let (overlap, expires_at) = (body.overlap(), body.expires_at(now));
    body.problems.or(RotateKey { overlap, expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_305_600_000;

    fn named<T: std::fmt::Debug>(found: Result<T, Vec<Problem>>) -> String {
        let found = found.unwrap_err();
        let named = found.iter().map(|problem| format!("{} {}", problem.at, problem.code.as_str()));
        named.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn requests_to_create_a_key() {
        let wanted =
            |label: &str, kind, scope, expires_at| CreateKey { label: label.to_owned(), kind, scope, expires_at };
        for (text, expected) in [
            (r#"{"label":" Till ","scopes":["read"]}"#, wanted("Till", Kind::Secret, Scope::Read, None)),
            (r#"{"label":"x","kind":"secret","scopes":["write"]}"#, wanted("x", Kind::Secret, Scope::Write, None)),
            (r#"{"label":"x","scopes":["write","read"]}"#, wanted("x", Kind::Secret, Scope::Write, None)),
            (r#"{"label":"x","scopes":["read","submit","write"]}"#, wanted("x", Kind::Secret, Scope::Write, None)),
            (r#"{"label":"x","scopes":["submit"]}"#, wanted("x", Kind::Secret, Scope::Submit, None)),
            (r#"{"label":"x","kind":"public","scopes":null}"#, wanted("x", Kind::Public, Scope::Write, None)),
            (r#"{"label":"x","kind":"public","scopes":[]}"#, wanted("x", Kind::Public, Scope::Read, None)),
            (
                r#"{"label":"x","scopes":["read"],"expires_at":"2026-11-22T00:00:00.001Z"}"#,
                wanted("x", Kind::Secret, Scope::Read, Some(NOW - NOW % 86_400_000 + 1)),
            ),
        ] {
            assert_eq!(create(text, NOW - NOW % 86_400_000), Ok(expected), "{text}");
        }
        for (text, expected) in [
            ("", " invalid_json"),
            ("[]", " wrong_type"),
            ("{}", "label missing, scopes missing"),
            (
                r#"{"label":7,"kind":7,"scopes":7,"expires_at":7}"#,
                "label wrong_type, kind wrong_type, scopes wrong_type, expires_at wrong_type",
            ),
            (
                r#"{"label":" ","kind":"x","scopes":[],"expires_at":"x"}"#,
                "label empty, kind unknown_value, scopes empty, expires_at invalid_format",
            ),
            (
                r#"{"label":"a\nb","scopes":["read","all",1]}"#,
                "label invalid_format, scopes[1] unknown_value, scopes[2] wrong_type",
            ),
            (r#"{"label":"x","kind":"public","scopes":["read"]}"#, "scopes wrong_kind"),
            (r#"{"label":"x","scopes":["read","submit"]}"#, "scopes wrong_kind"),
            (r#"{"label":"x","scopes":["read"],"expires_at":"2020-01-01T00:00:00Z"}"#, "expires_at out_of_range"),
            (r#"{"label":"x","scope":"read","scopes":["read"]}"#, "scope unknown_value"),
        ] {
            assert_eq!(named(create(text, NOW)), expected, "{text}");
        }
        assert_eq!(named(label(&format!(r#"{{"label":"{}"}}"#, "ż".repeat(81)))), "label too_long");
        assert_eq!(label(&format!(r#"{{"label":"{}"}}"#, "ż".repeat(80))), Ok("ż".repeat(80)));
        assert_eq!(named(label(r#"{"label":"x","scopes":["write"]}"#)), "scopes unknown_value");
    }

    #[test]
    fn rotations() {
        for (text, hours) in
            [("", 24), (" ", 24), ("{}", 24), (r#"{"overlap_hours":0}"#, 0), (r#"{"overlap_hours":744}"#, 744)]
        {
            let expected = RotateKey { overlap: hours * HOUR_MS, expires_at: None };
            assert_eq!(rotation(text, NOW), Ok(expected), "{text}");
        }
        for (text, expected) in [
            (r#"{"overlap_hours":-1}"#, "overlap_hours out_of_range"),
            (r#"{"overlap_hours":1.5}"#, "overlap_hours out_of_range"),
            (r#"{"overlap_hours":745}"#, "overlap_hours out_of_range"),
            (r#"{"overlap_hours":"1","label":"x"}"#, "label unknown_value, overlap_hours wrong_type"),
            ("{", " invalid_json"),
        ] {
            assert_eq!(named(rotation(text, NOW)), expected, "{text}");
        }
    }
}
