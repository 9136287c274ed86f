//! Statements with typed arguments over D1's untyped ones.

use super::StoreError;
use serde::de::DeserializeOwned;
use worker::{D1Database, D1PreparedStatement, D1Result, wasm_bindgen::JsValue};

/// An argument of a statement.
pub(super) enum Arg<'a> {
    Null,
    /// D1 binds every number as a float; the STRICT tables turn whole ones into integers again. Exact to 2^53.
    Integer(i64),
    Text(&'a str),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<bool> for Arg<'_> {
    fn from(flag: bool) -> Self {
        Self::Integer(flag.into())
    }
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Arg<'_> {
    fn to_js(&self) -> JsValue {
        match self {
            Self::Null => JsValue::NULL,
            #[allow(clippy::cast_precision_loss, reason = "every number here is bounded by 2^53 on its way in")]
            Self::Integer(number) => JsValue::from_f64(*number as f64),
            Self::Text(text) => JsValue::from_str(text),
        }
    }
}

/// A statement with its arguments, ready to run.
pub(super) struct Statement(D1PreparedStatement);

/// One physical database.
pub(super) struct Database(pub(super) D1Database);

impl Database {
    pub(super) fn statement(&self, sql: &str, arguments: &[Arg<'_>]) -> Result<Statement, StoreError> {
        let values: Vec<JsValue> = arguments.iter().map(Arg::to_js).collect();
        self.0.prepare(sql).bind(&values).map(Statement).map_err(|error| away(&error))
    }

    /// The rows of a query.
    pub(super) async fn rows<T: DeserializeOwned>(
        &self,
        sql: &str,
        arguments: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let Statement(statement) = self.statement(sql, arguments)?;
        rows_of(&statement.all().await.map_err(|error| away(&error))?)
    }

    /// The first row of a query, if there is one.
    pub(super) async fn row<T: DeserializeOwned>(
        &self,
        sql: &str,
        arguments: &[Arg<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(sql, arguments).await?.into_iter().next())
    }

    /// All statements in one transaction: all of them or none.
    pub(super) async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<D1Result>, StoreError> {
        let statements = statements.into_iter().map(|Statement(statement)| statement).collect();
        self.0.batch(statements).await.map_err(|error| away(&error))
    }
}

/// The rows of one statement's result.
pub(super) fn rows_of<T: DeserializeOwned>(result: &D1Result) -> Result<Vec<T>, StoreError> {
    if !result.success() {
        return Err(StoreError::Away(result.error().unwrap_or_else(|| "D1 reports no success".to_owned())));
    }
    result.results().map_err(|error| StoreError::Broken(format!("a row has another shape: {error}")))
}

fn away(error: &worker::Error) -> StoreError {
    StoreError::Away(match error {
        worker::Error::D1(error) => error.cause(),
        other => other.to_string(),
    })
}
