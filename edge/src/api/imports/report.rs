//! The report of an import.

#[cfg(test)]
use crate::openapi::{ColumnReason, ImportSource, MetricName, ProblemCode};

use crate::time::clock;
use serde::Serialize;
use std::collections::BTreeMap;
use survey::import::{Columns, RowProblem};

/// Problems that are listed; the others are only counted.
const MAX_LISTED: usize = 1_000;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportReport))]
/// The report of an import or of a dry run.
pub(super) struct Report {
    /// The id of the import; `null` for a dry run.
    #[cfg_attr(test, schema(required))]
    pub(super) id: Option<String>,
    #[cfg_attr(test, schema(value_type = ImportSource))]
    pub(super) source: &'static str,
    /// The survey that receives the responses.
    pub(super) survey: String,
    #[cfg_attr(test, schema(value_type = MetricName))]
    pub(super) metric: &'static str,
    pub(super) dry_run: bool,
    /// The number of rows: the sum of the next four members.
    pub(super) rows: u32,
    pub(super) imported: u32,
    /// Rows that replaced a stored response.
    pub(super) updated: u32,
    /// Rows that are already stored.
    pub(super) unchanged: u32,
    pub(super) refused: u32,
    /// At most 1,000 problems, by line.
    problems: Vec<WireRowProblem>,
    /// The number of further problems.
    problems_left_out: u64,
    /// Cells of unmapped columns that are too long for a trait. Their rows are imported without them.
    pub(super) cells_left_out: u64,
    /// The number of masked pieces of personal data.
    pub(super) masked: u32,
    /// The time of the earliest valid response.
    #[cfg_attr(test, schema(required, format = DateTime))]
    from: Option<String>,
    /// The time of the latest valid response.
    #[cfg_attr(test, schema(required, format = DateTime))]
    to: Option<String>,
    columns: WireColumns,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportProblem))]
/// A problem of a row.
struct WireRowProblem {
    /// The line where the row begins, counted from 1.
    line: u64,
    /// The column; `null` for the whole row.
    #[cfg_attr(test, schema(required))]
    column: Option<String>,
    #[cfg_attr(test, schema(value_type = ProblemCode))]
    code: &'static str,
    message: String,
}

#[derive(Default, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ImportColumns))]
/// How the header was understood.
struct WireColumns {
    /// The recognised columns: `score`, …, `trait.NAME`, each with the name of its column.
    recognised: BTreeMap<String, String>,
    ignored: Vec<WireIgnored>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = IgnoredColumn))]
/// A column that was ignored.
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

    /// Adds problems of rows.
    pub(super) fn complain(&mut self, problems: impl IntoIterator<Item = RowProblem>) {
        for problem in problems {
            if self.problems.len() == MAX_LISTED {
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
        // Problems found while reading and those found by the store are interleaved.
        self.problems.sort_by_key(|problem| problem.line);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use survey::Code;

    #[test]
    fn problems_are_listed_up_to_a_limit_and_then_counted() {
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
