//! What is said about an import.

#[cfg(test)]
use crate::openapi::{ColumnReason, ImportSource, MetricName, ProblemCode};

use crate::time::clock;
use serde::Serialize;
use std::collections::BTreeMap;
use survey::import::{Columns, RowProblem};

/// Problems that are named; of the others it is said how many there are.
const NAMED: usize = 1_000;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportReport))]
/// What became of a file, or would.
pub(super) struct Report {
    /// `null` for a dry run, of which nothing is kept.
    #[cfg_attr(test, schema(required))]
    pub(super) id: Option<String>,
    #[cfg_attr(test, schema(value_type = ImportSource))]
    pub(super) source: &'static str,
    /// The survey that the answers go to.
    pub(super) survey: String,
    #[cfg_attr(test, schema(value_type = MetricName))]
    pub(super) metric: &'static str,
    pub(super) dry_run: bool,
    /// The sum of the four that follow.
    pub(super) rows: u32,
    pub(super) imported: u32,
    /// There already, and said something else.
    pub(super) updated: u32,
    /// There already.
    pub(super) unchanged: u32,
    pub(super) refused: u32,
    /// At most 1,000, by line.
    problems: Vec<WireRowProblem>,
    /// How many more there are.
    problems_left_out: u64,
    /// Texts too long for a trait, in columns that nobody mapped: the rest of their rows was taken.
    pub(super) cells_left_out: u64,
    /// Pieces of texts that say who somebody is, and were masked.
    pub(super) masked: u32,
    /// The time of the earliest answer that could be read.
    #[cfg_attr(test, schema(required, format = DateTime))]
    from: Option<String>,
    /// The time of the latest.
    #[cfg_attr(test, schema(required, format = DateTime))]
    to: Option<String>,
    columns: WireColumns,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportProblem))]
/// What is wrong with a row.
struct WireRowProblem {
    /// Where the row begins, from 1.
    line: u64,
    /// `null` for the whole row.
    #[cfg_attr(test, schema(required))]
    column: Option<String>,
    #[cfg_attr(test, schema(value_type = ProblemCode))]
    code: &'static str,
    message: String,
}

#[derive(Default, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportColumns))]
/// What was made of the header.
struct WireColumns {
    /// What stands where: `score`, …, `trait.NAME`, with the names of the columns.
    recognised: BTreeMap<String, String>,
    ignored: Vec<WireIgnored>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = IgnoredColumn))]
/// A column that was not taken.
struct WireIgnored {
    column: String,
    #[cfg_attr(test, schema(value_type = ColumnReason))]
    reason: &'static str,
}

impl Report {
    pub(super) fn new(source: &'static str, survey: String, metric: &'static str, dry_run: bool) -> Self {
        Self {
            id: None,
            source,
            survey,
            metric,
            dry_run,
            rows: 0,
            imported: 0,
            updated: 0,
            unchanged: 0,
            refused: 0,
            problems: Vec::new(),
            problems_left_out: 0,
            cells_left_out: 0,
            masked: 0,
            from: None,
            to: None,
            columns: WireColumns::default(),
        }
    }

    /// Notes what is wrong with a row.
    pub(super) fn complain(&mut self, problems: impl IntoIterator<Item = RowProblem>) {
        for problem in problems {
            if self.problems.len() == NAMED {
                self.problems_left_out += 1;
                continue;
            }
            self.problems.push(WireRowProblem {
                line: problem.line,
                column: Some(problem.column).filter(|column| !column.is_empty()),
                code: problem.code.as_str(),
                message: problem.message.into_owned(),
            });
        }
    }

    pub(super) fn with_columns(mut self, columns: &Columns) -> Self {
        self.columns = WireColumns {
            recognised: columns.recognised().map(|(role, name)| (role, name.to_owned())).collect(),
            ignored: columns
                .ignored()
                .iter()
                .map(|ignored| WireIgnored { column: ignored.column.clone(), reason: ignored.reason.as_str() })
                .collect(),
        };
        self
    }

    pub(super) fn with_times(mut self, times: Option<(i64, i64)>) -> Self {
        self.from = times.map(|(first, _)| clock::rfc3339(first));
        self.to = times.map(|(_, last)| clock::rfc3339(last));
        // What was found while reading and what the store said of a portion comes in turns.
        self.problems.sort_by_key(|problem| problem.line);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use survey::Code;

    #[test]
    fn problems_are_named_and_then_counted() {
        let mut report = Report::new("generic", "srv_1".into(), "nps", true);
        let problem = |line| RowProblem { line, column: String::new(), code: Code::Empty, message: "x".into() };
        report.complain((0..1_200).rev().map(problem));
        let report = report.with_times(Some((0, 1)));
        assert_eq!((report.problems.len(), report.problems_left_out), (1_000, 200));
        assert!(report.problems.is_sorted_by_key(|problem| problem.line));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(
            (&json["problems"][0]["column"], &json["from"]),
            (&serde_json::Value::Null, &"1970-01-01T00:00:00.000Z".into())
        );
    }
}
