//! A batch of rows as the JSON list from which one statement writes them.

use super::super::StoreError;
use crate::key;
use serde::Serialize;
use std::collections::BTreeMap;
use survey::{Language, Value, import::Imported, wire::StoredAnswer};

/// Rows of a batch: few statements for many rows, and a short transaction.
const MAX_ROWS: usize = 1_000;
/// Bytes of the JSON list: half of what a value in D1 may have.
const MAX_BYTES: usize = 1_000_000;

/// A row, with its columns in the order in which the statements extract them.
#[derive(Serialize)]
struct Cells<'a>(
    &'a str,         // 0 id
    &'a str,         // 1 touchpoint
    Option<&'a str>, // 2 language
    &'a str,         // 3 answers, JSON
    &'a str,         // 4 scores, JSON
    Option<&'a str>, // 5 order id
    Option<i64>,     // 6 order value
    Option<&'a str>, // 7 order currency
    Option<&'a str>, // 8 customer
    Option<String>,  // 9 SHA-256 of the customer
    &'a str,         // 10 traits, JSON
    i64,             // 11 day
    i64,             // 12 received_at
    String,          // 13 fingerprint
);

/// The content of a row in a fixed order, for its fingerprint. The survey's version is left out: publishing a survey again
/// does not change its responses.
#[derive(Serialize)]
struct Content<'a> {
    survey: &'a str,
    at: i64,
    touchpoint: &'a str,
    answers: &'a [StoredAnswer],
    language: Option<&'a str>,
    order: Option<(Option<&'a str>, i64, &'a str)>,
    customer: Option<&'a str>,
    traits: &'a BTreeMap<String, String>,
}

/// Rows that are written in one transaction.
#[derive(Debug, Default)]
pub(crate) struct ImportBatch {
    rows: String,
    lines: Vec<(String, u64)>,
    has_customers: bool,
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

impl ImportBatch {
    /// Adds a row whose texts are masked already. `day` is in the shop's time zone, in days since 1970.
    ///
    /// # Errors
    /// If the row cannot be serialised as JSON, which does not happen for a valid row.
    pub(crate) fn add(&mut self, row: &Imported, survey: &str, day: i64) -> Result<(), StoreError> {
        let context = &row.context;
        let answers: Vec<StoredAnswer> = row.answers.iter().map(StoredAnswer::from).collect();
        let scores: Vec<(&str, &str, u8)> = row
            .answers
            .iter()
            .filter_map(|answer| match answer.value {
                Value::Score { metric, score } => Some((answer.question.as_str(), metric.as_str(), score)),
                Value::Text(_) | Value::Choice { .. } | Value::Contact { .. } => None,
            })
            .collect();
        let order = context.order.as_ref().map(|order| (order.id.as_deref(), order.value, order.currency.as_str()));
        let language = context.language.as_ref().map(Language::as_str);
        let content = Content {
            survey,
            at: row.at_ms,
            touchpoint: row.touchpoint.as_str(),
            answers: &answers,
            language,
            order,
            customer: context.customer.as_deref(),
            traits: &context.traits,
        };
        let cells = Cells(
            row.id.as_str(),
            row.touchpoint.as_str(),
            language,
            &json(&answers)?,
            &json(&scores)?,
            order.and_then(|(id, ..)| id),
            order.map(|(_, value, _)| value),
            order.map(|(.., currency)| currency),
            context.customer.as_deref(),
            context.customer.as_deref().map(key::hash),
            &json(&context.traits)?,
            day,
            row.at_ms,
            key::hash(&json(&content)?),
        );
        if !self.rows.is_empty() {
            self.rows.push(',');
        }
        self.rows.push_str(&json(&cells)?);
        self.has_customers |= context.customer.is_some();
        self.lines.push((row.id.as_str().to_owned(), row.line));
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether the batch has to be written before the next row is added.
    pub(crate) fn is_full(&self) -> bool {
        self.lines.len() >= MAX_ROWS || self.rows.len() >= MAX_BYTES
    }

    /// The line of a row in the imported file.
    pub(crate) fn line(&self, id: &str) -> u64 {
        self.lines.iter().find(|(known, _)| known == id).map_or(0, |(_, line)| *line)
    }

    pub(super) const fn has_customers(&self) -> bool {
        self.has_customers
    }

    pub(super) fn json(&self) -> String {
        format!("[{}]", self.rows)
    }
}
