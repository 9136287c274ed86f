//! One condition of a filter in its two forms.

use super::{super::stored::ResponseRow, SqlBuilder};
use crate::store::StoreError;
use std::{cell::OnceCell, ops::Deref};
use survey::wire::StoredAnswer;

/// One condition in its two forms, which must agree on every response.
pub(in crate::store) struct Clause<'a> {
    /// The field of the filter.
    pub(in crate::store) name: &'static str,
    pub(super) sql: Sql,
    matches: Predicate<'a>,
}

type Predicate<'a> = Box<dyn Fn(&Candidate<'_>) -> Result<bool, StoreError> + 'a>;

/// A condition on the row `r` of the table `responses`.
pub(super) enum Sql {
    Condition(SqlBuilder),
    /// SQLite cannot decide it: only rows that were read can be filtered by it.
    NotExpressible,
}

impl From<SqlBuilder> for Sql {
    fn from(condition: SqlBuilder) -> Self {
        Self::Condition(condition)
    }
}

impl<'a> Clause<'a> {
    /// A clause whose decision needs the row's JSON.
    pub(super) fn new(
        name: &'static str,
        sql: impl Into<Sql>,
        matches: impl Fn(&Candidate<'_>) -> Result<bool, StoreError> + 'a,
    ) -> Self {
        Self { name, sql: sql.into(), matches: Box::new(matches) }
    }

    /// A clause on plain columns.
    pub(super) fn on_row(name: &'static str, sql: impl Into<Sql>, matches: impl Fn(&ResponseRow) -> bool + 'a) -> Self {
        Self::new(name, sql, move |candidate| Ok(matches(candidate)))
    }

    /// A column has exactly this value, if one is wanted.
    pub(super) fn equals(
        name: &'static str,
        condition: &'static str,
        value: Option<&'a str>,
        column: impl Fn(&ResponseRow) -> Option<&str> + 'a,
    ) -> Option<Self> {
        let value = value?;
        Some(Self::on_row(name, SqlBuilder::with(condition, value), move |row| column(row) == Some(value)))
    }

    /// At least one answer of the response fits.
    pub(super) fn any_answer(
        name: &'static str,
        sql: impl Into<Sql>,
        fits: impl Fn(&StoredAnswer) -> bool + 'a,
    ) -> Self {
        Self::new(name, sql, move |candidate| Ok(candidate.answers()?.iter().any(&fits)))
    }

    pub(in crate::store) fn matches(&self, candidate: &Candidate<'_>) -> Result<bool, StoreError> {
        (self.matches)(candidate)
    }
}

/// A row that was read, with its answers parsed at most once.
pub(in crate::store) struct Candidate<'a> {
    row: &'a ResponseRow,
    answers: OnceCell<Vec<StoredAnswer>>,
}

impl<'a> From<&'a ResponseRow> for Candidate<'a> {
    fn from(row: &'a ResponseRow) -> Self {
        Self { row, answers: OnceCell::new() }
    }
}

impl Deref for Candidate<'_> {
    type Target = ResponseRow;

    fn deref(&self) -> &ResponseRow {
        self.row
    }
}

impl Candidate<'_> {
    pub(super) fn answers(&self) -> Result<&[StoredAnswer], StoreError> {
        if let Some(answers) = self.answers.get() {
            return Ok(answers);
        }
        let answers = self.parse(&self.row.answers)?;
        Ok(self.answers.get_or_init(|| answers))
    }

    /// Parses one of the row's JSON columns. Corrupt JSON is an error, not a mismatch.
    pub(super) fn parse<'j, T: serde::Deserialize<'j>>(&self, json: &'j str) -> Result<T, StoreError> {
        serde_json::from_str(json).map_err(|error| StoreError::Corrupt(format!("response {}: {error}", self.row.id)))
    }
}
