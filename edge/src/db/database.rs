//! Statements with typed arguments over D1's untyped ones.

use super::{
    error::StoreError,
    retry::{self, RetryPolicy},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use worker::{D1Database, D1PreparedStatement, D1Result, Env, wasm_bindgen::JsValue};

/// An argument of a statement.
pub(crate) enum Arg<'a> {
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

/// A statement with its arguments. It can be run more than once.
#[derive(Clone)]
pub(crate) struct Statement {
    sql: String,
    values: Vec<JsValue>,
}

/// One physical database, or word of why nobody knows which.
#[derive(Clone)]
pub(crate) struct Database(Result<Arc<D1Database>, Arc<str>>);

impl Database {
    /// Opens a database by its binding's name.
    ///
    /// # Errors
    /// If the deployment lacks it.
    pub(crate) fn open(env: &Env, binding: &str) -> Result<Self, StoreError> {
        let database = env.d1(binding).map_err(|error| StoreError::Misconfigured(format!("D1 {binding}: {error}")))?;
        Ok(Self(Ok(Arc::new(database))))
    }

    /// A database that is away, whatever it is asked.
    pub(crate) fn nowhere(cause: String) -> Self {
        Self(Err(cause.into()))
    }

    fn here(&self) -> Result<&D1Database, StoreError> {
        self.0.as_deref().map_err(|cause| StoreError::Unavailable(cause.to_string()))
    }

    #[allow(clippy::unused_self, reason = "a statement belongs to the database that it is run on")]
    pub(crate) fn statement(&self, sql: &str, arguments: &[Arg<'_>]) -> Result<Statement, StoreError> {
        Ok(Statement { sql: sql.to_owned(), values: arguments.iter().map(Arg::to_js).collect() })
    }

    fn prepared(&self, statement: &Statement) -> Result<D1PreparedStatement, StoreError> {
        self.here()?.prepare(&statement.sql).bind(&statement.values).map_err(|error| retry::failed(cause(&error)))
    }

    /// The rows of a query, or of a statement that returns what it wrote. What only reads is tried again where that may
    /// help; D1 itself never does that for what writes, and neither does this.
    pub(crate) async fn rows<T: DeserializeOwned>(
        &self,
        sql: &str,
        arguments: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let statement = self.statement(sql, arguments)?;
        let mut patience = if sql.starts_with("SELECT") { RetryPolicy::begin() } else { RetryPolicy::none() };
        loop {
            match self.prepared(&statement)?.all().await {
                Ok(result) => return rows_of(&result),
                Err(error) => patience.after(cause(&error)).await?,
            }
        }
    }

    /// The first row of a query, if there is one.
    pub(crate) async fn row<T: DeserializeOwned>(
        &self,
        sql: &str,
        arguments: &[Arg<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(sql, arguments).await?.into_iter().next())
    }

    /// All statements in one transaction: all of them or none. Tried once: after a failure nobody knows whether it was
    /// done.
    pub(crate) async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<D1Result>, StoreError> {
        self.batch(&statements, RetryPolicy::none()).await
    }

    /// A transaction that may be done twice with the effect of once: it is tried again where that may help.
    pub(crate) async fn repeatable(&self, statements: Vec<Statement>) -> Result<Vec<D1Result>, StoreError> {
        self.batch(&statements, RetryPolicy::begin()).await
    }

    async fn batch(&self, statements: &[Statement], mut patience: RetryPolicy) -> Result<Vec<D1Result>, StoreError> {
        loop {
            let prepared = statements.iter().map(|statement| self.prepared(statement)).collect::<Result<_, _>>()?;
            match self.here()?.batch(prepared).await {
                Ok(results) => return Ok(results),
                Err(error) => patience.after(cause(&error)).await?,
            }
        }
    }
}

/// The rows of one statement's result.
pub(crate) fn rows_of<T: DeserializeOwned>(result: &D1Result) -> Result<Vec<T>, StoreError> {
    if !result.success() {
        return Err(retry::failed(result.error().unwrap_or_else(|| "D1 reports no success".to_owned())));
    }
    result.results().map_err(|error| StoreError::Corrupt(format!("a row has another shape: {error}")))
}

/// What D1 said, whichever way the binding passes it on: in the error's cause, or, when the connection itself failed, in the
/// error alone.
fn cause(error: &worker::Error) -> String {
    match error {
        worker::Error::D1(error) => {
            let own: &worker::js_sys::Error = error.as_ref();
            let (own, cause) = (String::from(own.message()), error.cause());
            if own.is_empty() { cause } else { own }
        }
        other => other.to_string(),
    }
}
