//! SQL text with typed arguments.

use std::borrow::Cow;

/// An argument of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arg {
    /// SQL `NULL`.
    Null,
    /// A whole number up to 2^53: D1 binds every number as a float, and STRICT tables convert whole floats back.
    Integer(i64),
    /// Text.
    Text(String),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<bool> for Arg {
    fn from(flag: bool) -> Self {
        Self::Integer(flag.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Arg {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement with its arguments. It may be executed more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(super) sql: Cow<'static, str>,
    pub(super) args: Vec<Arg>,
}

impl Statement {
    /// Pairs SQL with the values of its parameters `?1`, `?2`, ….
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, args: impl IntoIterator<Item = Arg>) -> Self {
        Self { sql: sql.into(), args: args.into_iter().collect() }
    }
}
