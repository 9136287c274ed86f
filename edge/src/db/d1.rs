//! The D1 binding: the only file that converts arguments to JavaScript values.

use super::{
    database::StatementResult,
    error::StoreError,
    retry,
    statement::{Arg, Statement},
};
use serde::de::DeserializeOwned;
use worker::{D1Database, D1PreparedStatement, D1Result, wasm_bindgen::JsValue};

impl From<&Arg> for JsValue {
    fn from(arg: &Arg) -> Self {
        match arg {
            Arg::Null => Self::NULL,
            #[allow(clippy::cast_precision_loss, reason = "every number is checked against 2^53 on its way in")]
            Arg::Integer(number) => Self::from_f64(*number as f64),
            Arg::Text(text) => Self::from_str(text),
        }
    }
}

fn prepare(database: &D1Database, sql: &str, args: &[Arg]) -> Result<D1PreparedStatement, String> {
    let values: Vec<JsValue> = args.iter().map(JsValue::from).collect();
    database.prepare(sql).bind(&values).map_err(|error| cause(&error))
}

/// Executes one statement; on failure, D1's message.
pub(super) async fn all(database: &D1Database, sql: &str, args: &[Arg]) -> Result<D1Result, String> {
    prepare(database, sql, args)?.all().await.map_err(|error| cause(&error))
}

/// Executes all statements in one transaction; on failure, D1's message.
pub(super) async fn batch(database: &D1Database, statements: &[Statement]) -> Result<Vec<StatementResult>, String> {
    let prepared: Result<_, _> =
        statements.iter().map(|statement| prepare(database, &statement.sql, &statement.args)).collect();
    let results = database.batch(prepared?).await.map_err(|error| cause(&error))?;
    Ok(results.into_iter().map(StatementResult::D1).collect())
}

/// The rows of one statement's result.
pub(super) fn rows<T: DeserializeOwned>(result: &D1Result) -> Result<Vec<T>, StoreError> {
    if !result.success() {
        let cause = result.error().unwrap_or_else(|| "D1 reports failure without a message".to_owned());
        return Err(retry::classify(cause));
    }
    result.results().map_err(|error| StoreError::Corrupt(format!("a row has an unexpected shape: {error}")))
}

/// D1's message. The binding puts it into the error's cause, or, when the connection itself failed, into the error.
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
