//! A row: what may be stored of it, or what is wrong with it.

use super::{ColumnRole, Columns, Fault, Form, MAX_RECORD, Options, Record, Seen, Timestamp, TimestampError, money};
use crate::{
    id::{ResponseId, Slug},
    metric::Metric,
    problem::{Code, Problems},
    submission::{
        Answer, ClaimedContext, ClaimedOrder, Context, Value, context, context::MAX_TRAIT, sanitize::strip_control,
    },
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// How far a clock may be ahead of ours, in milliseconds.
const AHEAD_MS: i64 = 5 * 60_000;
/// How far the noon of a day may be ahead of a moment in it, in the zone that is furthest ahead.
const DAY_AHEAD_MS: i64 = 26 * 3_600_000;

/// As much of a column's name stands beside a problem, in characters: there may be a thousand of them.
const MAX_NAME: usize = 200;

/// Where the answers of a file go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The scale of the scores.
    pub metric: Metric,
    /// The question that they answer.
    pub score: Slug,
    /// The question that comments answer, and how many characters it takes.
    pub comment: Option<(Slug, u16)>,
    /// The stage of the journey for rows that name none.
    pub touchpoint: Slug,
    /// When it is now, in milliseconds since 1970.
    pub now: i64,
    /// Since when the shop keeps answers, in milliseconds since 1970.
    pub since: i64,
}

/// An answer that may be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The line on which it stands.
    pub line: u64,
    /// The same whenever the same row comes again.
    pub id: ResponseId,
    /// When it was answered, in milliseconds since 1970.
    pub at_ms: i64,
    /// Stage of the journey.
    pub touchpoint: Slug,
    /// A score, and a comment if there is one.
    pub answers: Vec<Answer>,
    /// Language, order, customer and traits.
    pub context: Context,
}

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The column's name; empty for the whole row.
    pub column: String,
    /// Stable name of the kind of problem.
    pub code: Code,
    /// What is wrong and what would be right, in English.
    pub message: Cow<'static, str>,
}

/// Reads the rows of a file.
#[derive(Debug)]
pub struct Importer {
    options: Options,
    columns: Arc<Columns>,
    plan: Plan,
    seen: Seen,
    left_out: u64,
}

/// What is wrong with one row, while it is read.
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
    /// For the rows of one file.
    #[must_use]
    pub fn new(options: Options, columns: Columns, plan: Plan, seen: Seen) -> Self {
        Self { options, columns: Arc::new(columns), plan, seen, left_out: 0 }
    }

    /// What stands where.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Cells that were left out because no trait can be so long, in columns that nobody asked for.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Everything that is wrong with it, at most one problem a column.
    pub fn read(&mut self, record: &Record<'_>) -> Result<Imported, Vec<RowProblem>> {
        let columns = Arc::clone(&self.columns);
        let mut wrong = RowErrors { line: record.line, columns: &columns, found: Vec::new() };
        if !is_whole(record, columns.len(), &mut wrong) {
            return Err(wrong.found);
        }
        let cell = |role| columns.place(role).and_then(|at| record.text(at)).map(str::trim).unwrap_or_default();
        let score = self.score(cell(ColumnRole::Score), &mut wrong);
        let at_ms = self.moment(cell(ColumnRole::At), &mut wrong);
        let comment = self.comment(cell(ColumnRole::Comment), &mut wrong);
        self.same_metric(cell(ColumnRole::Metric), &mut wrong);
        let touchpoint = self.touchpoint(cell(ColumnRole::Touchpoint), &mut wrong);
        let context = self.context(record, &mut wrong);
        let id = match cell(ColumnRole::Id) {
            "" => Some(self.seen.by_content(record)),
            id => {
                let known = self.seen.by_id(id);
                if known.is_none() {
                    let message = "stands on an earlier line of this file: each answer has an id of its own";
                    wrong.add(columns.place(ColumnRole::Id), Code::Duplicate, message);
                }
                known
            }
        };
        match (score, at_ms, id) {
            (Some(score), Some(at_ms), Some(id)) if wrong.found.is_empty() => {
                let metric = self.plan.metric;
                let answer = Answer { question: self.plan.score.clone(), value: Value::Score { metric, score } };
                let answers = [answer].into_iter().chain(comment).collect();
                Ok(Imported { line: record.line, id, at_ms, touchpoint, answers, context })
            }
            // Each `None` has left its problem behind.
            _ => Err(wrong.found),
        }
    }

    fn score(&self, text: &str, wrong: &mut RowErrors<'_>) -> Option<u8> {
        let at = wrong.columns.place(ColumnRole::Score);
        let metric = self.plan.metric;
        if text.is_empty() {
            wrong.add(at, Code::Empty, "must be a score: a row without one is no answer");
            return None;
        }
        // A spreadsheet may have made 9.0 of 9.
        let whole = text.trim_end_matches('0').strip_suffix(['.', ',']).unwrap_or(text);
        let is_number = (1..=6).contains(&whole.len())
            && whole.strip_prefix('-').unwrap_or(whole).bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = whole.parse::<i32>().ok().filter(|_| is_number) else {
            let message = format!("must be a whole number from {} to {}", metric.min(), metric.max());
            wrong.add(at, Code::InvalidFormat, message);
            return None;
        };
        let score = u8::try_from(number).ok().filter(|score| metric.contains(*score));
        if score.is_none() {
            let message = format!(
                "must be from {} to {}, the scale of {}; say by 'metric' if it is another one",
                metric.min(),
                metric.max(),
                metric.as_str()
            );
            wrong.add(at, Code::OutOfRange, message);
        }
        score
    }

    fn moment(&self, text: &str, wrong: &mut RowErrors<'_>) -> Option<i64> {
        let at = wrong.columns.place(ColumnRole::At);
        if text.is_empty() {
            wrong.add(at, Code::Empty, "must be the time of the answer");
            return None;
        }
        let moment = match Timestamp::parse(text, self.options.form, self.options.offset_minutes) {
            Ok(moment) => moment,
            Err(TimestampError::Ambiguous) => {
                let message = "could be two days: say by date_format whether it is d/m/y or m/d/y";
                wrong.add(at, Code::InvalidFormat, message);
                return None;
            }
            Err(TimestampError::Unknown) => {
                let message = match self.options.form {
                    None => {
                        "is no time that is known here, like 2026-11-22 13:05:00, 22.11.2026 or 1795352700".to_owned()
                    }
                    Some(form) => {
                        let name = Form::ALL.iter().find(|(known, _)| *known == form).map_or("", |(_, name)| name);
                        format!("is no time of the form {name}, which date_format says")
                    }
                };
                wrong.add(at, Code::InvalidFormat, message);
                return None;
            }
        };
        let ahead = if moment.is_day { DAY_AHEAD_MS } else { AHEAD_MS };
        if moment.ms > self.plan.now.saturating_add(ahead) {
            let message = "is in the future; a time without a zone is taken for UTC unless time_zone says another one";
            wrong.add(at, Code::OutOfRange, message);
            return None;
        }
        if moment.ms < self.plan.since {
            let message =
                "is before the time for which this shop keeps answers: raise retention_days in its settings first";
            wrong.add(at, Code::Erased, message);
            return None;
        }
        Some(moment.ms)
    }

    fn comment(&self, text: &str, wrong: &mut RowErrors<'_>) -> Option<Answer> {
        let (question, most) = self.plan.comment.as_ref()?;
        let text = strip_control(text);
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > usize::from(*most) {
            let message = format!("must have at most {most} characters, which is what the survey's question takes");
            wrong.add(wrong.columns.place(ColumnRole::Comment), Code::TooLong, message);
            return None;
        }
        Some(Answer { question: question.clone(), value: Value::Text(text) })
    }

    /// A file of several surveys is taken in parts.
    fn same_metric(&self, text: &str, wrong: &mut RowErrors<'_>) {
        let metric = self.plan.metric;
        let name = text.to_ascii_lowercase();
        if text.is_empty() || name == metric.as_str() {
            return;
        }
        let at = wrong.columns.place(ColumnRole::Metric);
        if Metric::parse(&name).is_some() {
            let message = format!(
                "is not {}, which is imported now: its rows belong to another survey, so send the file once more with metric={name}",
                metric.as_str()
            );
            wrong.add(at, Code::WrongKind, message);
        } else {
            wrong.add(at, Code::UnknownValue, "is no metric that is known here: there are nps, csat, ces and agree");
        }
    }

    fn touchpoint(&self, text: &str, wrong: &mut RowErrors<'_>) -> Slug {
        let own = || self.plan.touchpoint.clone();
        if text.is_empty() {
            return own();
        }
        Slug::parse(text).unwrap_or_else(|error| {
            wrong.add(wrong.columns.place(ColumnRole::Touchpoint), Code::InvalidFormat, error.to_string());
            own()
        })
    }

    fn context(&mut self, record: &Record<'_>, wrong: &mut RowErrors<'_>) -> Context {
        let columns = wrong.columns;
        let cell = |role| {
            let text = columns.place(role).and_then(|at| record.text(at)).map(str::trim);
            text.filter(|text| !text.is_empty())
        };
        let currency = cell(ColumnRole::Currency).map(str::to_uppercase).or_else(|| self.options.currency.clone());
        let (order_id, order_value) = (cell(ColumnRole::OrderId), cell(ColumnRole::OrderValue));
        let value = order_value.zip(currency.as_deref()).and_then(|(text, currency)| {
            let value = money::minor_units(text, currency);
            value.map_err(|message| wrong.add(columns.place(ColumnRole::OrderValue), Code::InvalidFormat, message)).ok()
        });
        // A currency alone is no order.
        let is_order = order_id.is_some() || order_value.is_some();
        let order = is_order.then(|| ClaimedOrder {
            id: order_id.map(str::to_owned),
            value: value.or_else(|| order_value.map(|_| 0)),
            currency,
        });
        let mut traits = alloc::collections::BTreeMap::new();
        for column in &columns.traits {
            let text = record.text(column.at).map(strip_control).unwrap_or_default();
            if text.is_empty() {
                continue;
            }
            if text.chars().count() <= MAX_TRAIT {
                traits.insert(column.name.clone(), text);
            } else if column.is_asked {
                let message = format!("must have at most {MAX_TRAIT} characters, which is the longest trait");
                wrong.add(Some(column.at), Code::TooLong, message);
            } else {
                self.left_out += 1;
            }
        }
        let claimed = ClaimedContext {
            language: cell(ColumnRole::Language).map(|tag| tag.replace('_', "-")),
            order,
            customer: cell(ColumnRole::Customer).map(str::to_owned),
            traits,
            ..ClaimedContext::default()
        };
        let mut problems = Problems::new();
        let context = context::check(claimed, &mut problems);
        for problem in problems.into_vec() {
            let role = match problem.at.as_str() {
                "context.language" => Some(ColumnRole::Language),
                "context.customer" => Some(ColumnRole::Customer),
                "context.order.id" => Some(ColumnRole::OrderId),
                "context.order.value" => Some(ColumnRole::OrderValue),
                "context.order.currency" => Some(ColumnRole::Currency),
                _ => None,
            };
            wrong.add(role.and_then(|role| columns.place(role)), problem.code, problem.message);
        }
        context
    }
}

/// Whether a record is a row with a text in every cell.
fn is_whole(record: &Record<'_>, cells: usize, wrong: &mut RowErrors<'_>) -> bool {
    match record.fault {
        Some(Fault::Unclosed) => {
            let message = "has a quote that is never closed: all that follows it was taken for one cell";
            wrong.add(None, Code::InvalidCsv, message);
            return false;
        }
        Some(Fault::TooLong) => {
            let message = format!("must have at most {MAX_RECORD} bytes; perhaps a quote in it is not closed");
            wrong.add(None, Code::TooLarge, message);
            return false;
        }
        Some(Fault::TooManyCells) => {
            wrong.add(None, Code::TooMany, "has more cells than a file may have columns");
            return false;
        }
        None => {}
    }
    if record.len() != cells {
        let message =
            format!("has {} cells where the header has {cells}; perhaps a text in it needs quotes", record.len());
        wrong.add(None, Code::InvalidCsv, message);
        return false;
    }
    for at in 0..cells {
        match record.text(at) {
            None => wrong.add(Some(at), Code::InvalidCsv, "is no UTF-8: save the file as CSV in UTF-8"),
            Some(text) if text.contains('\0') => wrong.add(Some(at), Code::InvalidCsv, "must not hold NUL characters"),
            Some(_) => {}
        }
    }
    wrong.found.is_empty()
}
