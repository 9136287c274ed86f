//! A value in a JSON document with its path. Reads typed values and reports wrong types.

use crate::problem::{Code, Problem, Problems};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde_json::{Map, Value};

use super::{MAX_DEPTH, place};

/// Parses a body, which must be an object, and limits its nesting.
pub(super) fn parse(text: &str) -> Result<Value, Vec<Problem>> {
    let reject = |code, message: String| alloc::vec![Problem::new(code, "", message)];
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        // `serde_json` mentions hex escapes only for a lone surrogate.
        let hint = if reason.contains("hex escape") { "; a surrogate must be part of a pair" } else { "" };
        alloc::vec![Problem::new(
            Code::InvalidJson,
            place::of(text, &error),
            format!("is not valid JSON: {reason}{hint}")
        )]
    })?;
    if depth(&value) > MAX_DEPTH {
        return Err(reject(Code::TooDeep, format!("must not be nested deeper than {MAX_DEPTH} levels")));
    }
    if !value.is_object() {
        return Err(reject(Code::WrongType, "must be a JSON object".to_string()));
    }
    Ok(value)
}

/// The nesting of a value. The recursion is bounded by the parser's own limit of 128.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A value and its path. `null` counts as missing.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: Option<&'a Value>,
    at: String,
}

impl<'a> Node<'a> {
    pub(super) const fn root(value: &'a Value) -> Self {
        Self { value: Some(value), at: String::new() }
    }

    fn present(&self) -> Option<&'a Value> {
        self.value.filter(|value| !value.is_null())
    }

    /// The member with that name; missing if the value is not an object.
    pub(super) fn member(&self, name: &str) -> Self {
        let at = if self.at.is_empty() { name.to_string() } else { format!("{}.{name}", self.at) };
        Self { value: self.value.and_then(|value| value.get(name)), at }
    }

    /// The value; `None` if it is missing.
    pub(super) fn value(&self) -> Option<&'a Value> {
        self.present()
    }

    pub(super) fn wrong_type(&self, expected: &str, problems: &mut Problems) {
        problems.add(Code::WrongType, self.at.clone(), format!("must be {expected}"));
    }

    pub(super) fn string(&self, problems: &mut Problems) -> Option<String> {
        let value = self.present()?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type("a string", problems);
        }
        text.map(ToString::to_string)
    }

    /// An integer; `9.0` is one, `9.5` and `"9"` are not.
    pub(super) fn integer(&self, problems: &mut Problems) -> Option<i64> {
        let value = self.present()?;
        let number = value.as_i64().or_else(|| value.as_f64().and_then(whole));
        if number.is_none() {
            self.wrong_type("an integer", problems);
        }
        number
    }

    pub(super) fn boolean(&self, problems: &mut Problems) -> Option<bool> {
        let value = self.present()?;
        let boolean = value.as_bool();
        if boolean.is_none() {
            self.wrong_type("a boolean", problems);
        }
        boolean
    }

    /// The entries of an array. A null entry is an error, not a missing one.
    pub(super) fn items(&self, problems: &mut Problems) -> Option<Vec<Self>> {
        let value = self.present()?;
        let Some(items) = value.as_array() else {
            self.wrong_type("an array", problems);
            return None;
        };
        let node =
            |(index, value): (usize, &'a Value)| Self { value: Some(value), at: format!("{}[{index}]", self.at) };
        let nodes: Vec<Self> = items.iter().enumerate().map(node).collect();
        for null in nodes.iter().filter(|node| node.present().is_none()) {
            problems.add(Code::WrongType, null.at.clone(), "must not be null");
        }
        Some(nodes)
    }

    pub(super) fn members(&self, problems: &mut Problems) -> Option<&'a Map<String, Value>> {
        let value = self.present()?;
        let members = value.as_object();
        if members.is_none() {
            self.wrong_type("an object", problems);
        }
        members
    }
}

/// An integer written as a float. Beyond 2^53 floats cannot represent every integer, so larger ones are rejected.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    #[allow(clippy::cast_possible_truncation, reason = "bounded by EXACT and checked to have no fraction")]
    let integer = number as i64;
    #[allow(clippy::cast_precision_loss, reason = "bounded by EXACT")]
    let same = integer as f64 == number;
    (number.abs() <= EXACT && same).then_some(integer)
}
