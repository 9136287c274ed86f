//! Validates a row and converts it into a response.

use super::{
    ColumnRole, Columns, DateFormat, Fault, MAX_COLUMNS, MAX_RECORD, Options, Record, RowIds, Timestamp,
    TimestampError, money,
};
use crate::{
    id::{ResponseId, Slug},
    metric::Metric,
    problem::{Code, Problems},
    submission::{
        Answer, Context, PageParameters, RawContext, RawOrder, Value, context, context::MAX_TRAIT, sanitize::printable,
    },
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// Tolerance for times in the future, for clocks that are fast, in milliseconds.
const CLOCK_TOLERANCE_MS: i64 = 5 * 60_000;
/// How far noon of a day can be ahead of any time of that day, in the zone that is furthest ahead, in milliseconds.
const DAY_TOLERANCE_MS: i64 = 26 * 3_600_000;

/// Maximum length of a column name in a problem, in characters: a report may contain a thousand of them.
const MAX_NAME: usize = 200;

/// Where the rows of a file are imported to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPlan {
    /// The metric of the scores.
    pub metric: Metric,
    /// Id of the question for the scores.
    pub score: Slug,
    /// Id of the question for comments, and its maximum length in characters.
    pub comment: Option<(Slug, u16)>,
    /// The touchpoint of rows without one.
    pub touchpoint: Slug,
    /// The current time, in milliseconds since 1970.
    pub now: i64,
    /// Start of the shop's retention period, in milliseconds since 1970.
    pub retained_since: i64,
}

/// A valid row, converted to a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The line on which the row starts, from 1.
    pub line: u64,
    /// Stable: importing the same row again gives the same id.
    pub id: ResponseId,
    /// When it was answered, in milliseconds since 1970.
    pub at_ms: i64,
    /// The touchpoint.
    pub touchpoint: Slug,
    /// The score, and the comment if there is one.
    pub answers: Vec<Answer>,
    /// Language, order, customer id and traits.
    pub context: Context,
}

/// A problem with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The line on which the row starts, from 1.
    pub line: u64,
    /// The column's name; empty if the whole row is invalid.
    pub column: String,
    /// Stable name of the kind of problem.
    pub code: Code,
    /// What is wrong and how to fix it, in English.
    pub message: Cow<'static, str>,
}

/// Converts the rows of a file.
#[derive(Debug)]
pub struct Importer {
    options: Options,
    columns: Arc<Columns>,
    plan: ImportPlan,
    ids: RowIds,
    dropped_cells: u64,
}

/// Collects the problems of one row.
struct RowErrors<'a> {
    line: u64,
    columns: &'a Columns,
    found: Vec<RowProblem>,
}

impl RowErrors<'_> {
    fn add(&mut self, at: Option<usize>, code: Code, message: impl Into<Cow<'static, str>>) {
        let column: String = at.map_or("", |at| self.columns.name(at)).chars().take(MAX_NAME).collect();
        if !self.found.iter().any(|known| known.column == column) {
            self.found.push(RowProblem { line: self.line, column, code, message: message.into() });
        }
    }
}

impl Importer {
    /// Creates an importer for one file.
    #[must_use]
    pub fn new(options: Options, columns: Columns, plan: ImportPlan, ids: RowIds) -> Self {
        Self { options, columns: Arc::new(columns), plan, ids, dropped_cells: 0 }
    }

    /// The columns of the file.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The number of cells dropped so far because they are too long for a trait, in columns that are not mapped.
    #[must_use]
    pub const fn dropped_cells(&self) -> u64 {
        self.dropped_cells
    }

    /// Converts a row.
    ///
    /// # Errors
    /// All problems of the row, at most one per column.
    pub fn read(&mut self, record: &Record<'_>) -> Result<Imported, Vec<RowProblem>> {
        let columns = Arc::clone(&self.columns);
        let mut errors = RowErrors { line: record.line, columns: &columns, found: Vec::new() };
        if !is_well_formed(record, columns.len(), &mut errors) {
            return Err(errors.found);
        }
        let cell = |role| columns.position(role).and_then(|at| record.text(at)).map(str::trim).unwrap_or_default();
        let score = self.score(cell(ColumnRole::Score), &mut errors);
        let at_ms = self.timestamp(cell(ColumnRole::At), &mut errors);
        let comment = self.comment(cell(ColumnRole::Comment), &mut errors);
        self.check_metric(cell(ColumnRole::Metric), &mut errors);
        let touchpoint = self.touchpoint(cell(ColumnRole::Touchpoint), &mut errors);
        let context = self.context(record, &mut errors);
        let id = match cell(ColumnRole::Id) {
            "" => Some(self.ids.by_content(record)),
            id => {
                let id = self.ids.by_id(id);
                if id.is_none() {
                    let message = "must be unique; an earlier row of this file has the same id";
                    errors.add(columns.position(ColumnRole::Id), Code::Duplicate, message);
                }
                id
            }
        };
        match (score, at_ms, id) {
            (Some(score), Some(at_ms), Some(id)) if errors.found.is_empty() => {
                let metric = self.plan.metric;
                let answer = Answer { question: self.plan.score.clone(), value: Value::Score { metric, score } };
                let answers = [answer].into_iter().chain(comment).collect();
                Ok(Imported { line: record.line, id, at_ms, touchpoint, answers, context })
            }
            // Each `None` has added a problem.
            _ => Err(errors.found),
        }
    }

    fn score(&self, text: &str, errors: &mut RowErrors<'_>) -> Option<u8> {
        let at = errors.columns.position(ColumnRole::Score);
        let metric = self.plan.metric;
        if text.is_empty() {
            errors.add(at, Code::Empty, "must not be empty; every row needs a score");
            return None;
        }
        // Spreadsheets may turn 9 into 9.0.
        let integer = text.trim_end_matches('0').strip_suffix(['.', ',']).unwrap_or(text);
        let is_number = (1..=6).contains(&integer.len())
            && integer.strip_prefix('-').unwrap_or(integer).bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = integer.parse::<i32>().ok().filter(|_| is_number) else {
            let message = format!("must be an integer between {} and {}", metric.min(), metric.max());
            errors.add(at, Code::InvalidFormat, message);
            return None;
        };
        let score = u8::try_from(number).ok().filter(|score| metric.contains(*score));
        if score.is_none() {
            let message = format!(
                "must be between {} and {}, the scale of {}; set 'metric' if the file uses another one",
                metric.min(),
                metric.max(),
                metric.as_str()
            );
            errors.add(at, Code::OutOfRange, message);
        }
        score
    }

    fn timestamp(&self, text: &str, errors: &mut RowErrors<'_>) -> Option<i64> {
        let at = errors.columns.position(ColumnRole::At);
        if text.is_empty() {
            errors.add(at, Code::Empty, "must not be empty; every row needs the time of the answer");
            return None;
        }
        let timestamp = match Timestamp::parse(text, self.options.date_format, self.options.offset_minutes) {
            Ok(timestamp) => timestamp,
            Err(TimestampError::Ambiguous) => {
                let message = "is ambiguous; set date_format to d/m/y or m/d/y";
                errors.add(at, Code::InvalidFormat, message);
                return None;
            }
            Err(TimestampError::Unknown) => {
                let message = match self.options.date_format {
                    None => "must be a time in a supported format, like 2026-11-22 13:05:00, 22.11.2026 or 1795352700"
                        .to_owned(),
                    Some(format) => {
                        let name =
                            DateFormat::ALL.iter().find(|(known, _)| *known == format).map_or("", |(_, name)| name);
                        format!("must be a time in the format {name}, as set by date_format")
                    }
                };
                errors.add(at, Code::InvalidFormat, message);
                return None;
            }
        };
        let tolerance = if timestamp.is_day { DAY_TOLERANCE_MS } else { CLOCK_TOLERANCE_MS };
        if timestamp.ms > self.plan.now.saturating_add(tolerance) {
            let message = "must not be in the future; times without a zone are read as UTC unless time_zone is set";
            errors.add(at, Code::OutOfRange, message);
            return None;
        }
        if timestamp.ms < self.plan.retained_since {
            let message =
                "must not be older than the shop's retention period; raise retention_days in its settings first";
            errors.add(at, Code::Erased, message);
            return None;
        }
        Some(timestamp.ms)
    }

    fn comment(&self, text: &str, errors: &mut RowErrors<'_>) -> Option<Answer> {
        let (question, max_chars) = self.plan.comment.as_ref()?;
        let text = printable(text);
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > usize::from(*max_chars) {
            let message = format!("must not be longer than {max_chars} characters, the limit of the survey's question");
            errors.add(errors.columns.position(ColumnRole::Comment), Code::TooLong, message);
            return None;
        }
        Some(Answer { question: question.clone(), value: Value::Text(text) })
    }

    /// An import covers one metric; a file with several is imported once per metric.
    fn check_metric(&self, text: &str, errors: &mut RowErrors<'_>) {
        let metric = self.plan.metric;
        let name = text.to_ascii_lowercase();
        if text.is_empty() || name == metric.as_str() {
            return;
        }
        let at = errors.columns.position(ColumnRole::Metric);
        if Metric::parse(&name).is_some() {
            let message = format!(
                "must be {}, the metric of this import; import the {name} rows separately with metric={name}",
                metric.as_str()
            );
            errors.add(at, Code::WrongKind, message);
        } else {
            errors.add(at, Code::UnknownValue, "must be one of: nps, csat, ces, agree");
        }
    }

    fn touchpoint(&self, text: &str, errors: &mut RowErrors<'_>) -> Slug {
        let default = || self.plan.touchpoint.clone();
        if text.is_empty() {
            return default();
        }
        Slug::parse(text).unwrap_or_else(|error| {
            errors.add(errors.columns.position(ColumnRole::Touchpoint), Code::InvalidFormat, error.to_string());
            default()
        })
    }

    fn context(&mut self, record: &Record<'_>, errors: &mut RowErrors<'_>) -> Context {
        let columns = errors.columns;
        let cell = |role| {
            let text = columns.position(role).and_then(|at| record.text(at)).map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        let currency = cell(ColumnRole::Currency).map(str::to_uppercase).or_else(|| self.options.currency.clone());
        let (order_id, order_value) = (cell(ColumnRole::OrderId), cell(ColumnRole::OrderValue));
        let value = order_value.zip(currency.as_deref()).and_then(|(text, currency)| {
            let value = money::minor_units(text, currency);
            value
                .map_err(|message| errors.add(columns.position(ColumnRole::OrderValue), Code::InvalidFormat, message))
                .ok()
        });
        // A currency alone does not make an order.
        let is_order = order_id.is_some() || order_value.is_some();
        let order = is_order.then(|| RawOrder {
            id: order_id.map(str::to_owned),
            value: value.or_else(|| order_value.map(|_| 0)),
            currency,
        });
        let mut traits = alloc::collections::BTreeMap::new();
        for column in &columns.traits {
            let text = record.text(column.at).map(printable).unwrap_or_default();
            if text.is_empty() {
                continue;
            }
            if text.chars().count() <= MAX_TRAIT {
                traits.insert(column.name.clone(), text);
            } else if column.is_mapped {
                let message = format!("must not be longer than {MAX_TRAIT} characters");
                errors.add(Some(column.at), Code::TooLong, message);
            } else {
                self.dropped_cells += 1;
            }
        }
        let raw = RawContext {
            language: cell(ColumnRole::Language).map(|tag| tag.replace('_', "-")),
            order,
            customer: cell(ColumnRole::Customer).map(str::to_owned),
            traits,
            ..RawContext::default()
        };
        let mut problems = Problems::new();
        let context = context::check(raw, &PageParameters::default(), &mut problems);
        for problem in problems.into_vec() {
            let role = match problem.at.as_str() {
                "context.language" => Some(ColumnRole::Language),
                "context.customer" => Some(ColumnRole::Customer),
                "context.order.id" => Some(ColumnRole::OrderId),
                "context.order.value" => Some(ColumnRole::OrderValue),
                "context.order.currency" => Some(ColumnRole::Currency),
                _ => None,
            };
            errors.add(role.and_then(|role| columns.position(role)), problem.code, problem.message);
        }
        context
    }
}

/// Whether a record has one valid cell per column.
fn is_well_formed(record: &Record<'_>, cells: usize, errors: &mut RowErrors<'_>) -> bool {
    match record.fault {
        Some(Fault::Unclosed) => {
            let message = "has an unclosed quote; everything after it was read as one cell";
            errors.add(None, Code::InvalidCsv, message);
            return false;
        }
        Some(Fault::TooLong) => {
            let message = format!("must not be larger than {MAX_RECORD} bytes; a quote may be unclosed");
            errors.add(None, Code::TooLarge, message);
            return false;
        }
        Some(Fault::TooManyCells) => {
            errors.add(None, Code::TooMany, format!("must not have more than {MAX_COLUMNS} cells"));
            return false;
        }
        None => {}
    }
    if record.len() != cells {
        let message =
            format!("must have {cells} cells like the header, but has {}; a text may need quotes", record.len());
        errors.add(None, Code::InvalidCsv, message);
        return false;
    }
    for at in 0..cells {
        match record.text(at) {
            None => errors.add(Some(at), Code::InvalidCsv, "must be valid UTF-8; save the file as CSV in UTF-8"),
            Some(text) if text.contains('\0') => {
                errors.add(Some(at), Code::InvalidCsv, "must not contain NUL characters");
            }
            Some(_) => {}
        }
    }
    errors.found.is_empty()
}
