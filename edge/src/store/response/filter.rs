//! The conditions on a response, each in two forms: as SQL for what is counted, and as a decision on a row that was read
//! for lists. A new filter is a field of [`ResponseFilter`] and a clause in [`ResponseFilter::clauses`];
//! `store/invariants/filters.rs` holds the two forms of every clause against each other.

mod answers;
mod clause;
mod columns;
mod sql_builder;
#[cfg(test)]
pub(in crate::store) mod tests;

pub(crate) use answers::{ChoiceFilter, ScoreFilter};
pub(crate) use columns::{FlagFilter, OrderFilter, PathFilter};
pub(in crate::store) use {
    clause::{Candidate, Clause},
    columns::PATH_SQL,
    sql_builder::SqlBuilder,
};

use super::{StoreError, stored::ResponseRow};
use answers::{has_text_clause, words_clause};
use clause::Sql;
use columns::{complete_clause, excluded_clause, tag_clause, traits_clause};

/// A response passes if it meets every condition that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResponseFilter {
    pub(crate) received: TimeRange,
    pub(crate) survey: Option<String>,
    pub(crate) touchpoint: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) device: Option<&'static str>,
    pub(crate) customer: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) order: Option<OrderFilter>,
    pub(crate) complete: Option<bool>,
    /// Whether the owner excluded it from every number.
    pub(crate) excluded: Option<bool>,
    pub(crate) flags: FlagFilter,
    pub(crate) page: Option<PathFilter>,
    /// Names and values; all of them must match.
    pub(crate) traits: Vec<(String, String)>,
    pub(crate) tag: Option<String>,
    pub(crate) score: Option<ScoreFilter>,
    pub(crate) choice: Option<ChoiceFilter>,
    /// Whether the shopper wrote free text.
    pub(crate) has_text: Option<bool>,
    /// Folded words; each occurs somewhere in the free text.
    pub(crate) words: Vec<String>,
}

/// When a response was received, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeRange {
    /// Inclusive.
    pub(crate) from: i64,
    /// Exclusive.
    pub(crate) to: i64,
}

impl TimeRange {
    /// Later than any timestamp: 2^53 − 1, the largest integer that D1 stores exactly.
    pub(crate) const FOREVER: i64 = (1 << 53) - 1;

    const ALL: Self = Self { from: 0, to: Self::FOREVER };

    fn clause<'a>(self) -> Option<Clause<'a>> {
        let mut sql = SqlBuilder::with("r.received_at >= ?", self.from);
        sql.bind(" AND r.received_at < ?", self.to);
        let clause = Clause::on_row("received", sql, move |row| (self.from..self.to).contains(&row.received_at));
        (self != Self::ALL).then_some(clause)
    }
}

impl Default for TimeRange {
    fn default() -> Self {
        Self::ALL
    }
}

/// The name of a condition that SQL cannot express.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotExpressible(pub(crate) &'static str);

impl ResponseFilter {
    /// Every condition that is set, the cheap ones first: a row's JSON is parsed only if its columns match.
    pub(in crate::store) fn clauses(&self) -> Vec<Clause<'_>> {
        // Without `..`: a field without a clause does not compile.
        let Self {
            received,
            survey,
            touchpoint,
            language,
            device,
            customer,
            order_id,
            order,
            complete,
            excluded,
            flags,
            page,
            traits,
            tag,
            score,
            choice,
            has_text,
            words,
        } = self;
        let clauses = [
            received.clause(),
            Clause::equals("survey", "r.survey = ?", survey.as_deref(), |row| Some(&row.survey)),
            Clause::equals("touchpoint", "r.touchpoint = ?", touchpoint.as_deref(), |row| Some(&row.touchpoint)),
            Clause::equals("language", "r.language = ?", language.as_deref(), |row| row.language.as_deref()),
            Clause::equals("device", "r.device = ?", *device, |row| row.device.as_deref()),
            Clause::equals("customer", "r.customer = ?", customer.as_deref(), |row| row.customer.as_deref()),
            Clause::equals("order_id", "r.order_id = ?", order_id.as_deref(), |row| row.order_id.as_deref()),
            order.as_ref().map(OrderFilter::clause),
            complete.map(complete_clause),
            excluded.map(excluded_clause),
            flags.clause(),
            page.as_ref().map(PathFilter::clause),
            traits_clause(traits),
            tag.as_ref().map(tag_clause),
            score.as_ref().map(ScoreFilter::clause),
            choice.as_ref().map(ChoiceFilter::clause),
            has_text.map(has_text_clause),
            words_clause(words),
        ];
        clauses.into_iter().flatten().collect()
    }

    /// Appends ` AND …` for every condition, on the row `r` of the table `responses`.
    ///
    /// # Errors
    /// If SQL cannot express a condition.
    pub(in crate::store) fn to_sql(&self, sql: &mut SqlBuilder) -> Result<(), NotExpressible> {
        for clause in self.clauses() {
            match clause.sql {
                Sql::Condition(condition) => {
                    sql.push(" AND ");
                    sql.append(condition);
                }
                Sql::NotExpressible => return Err(NotExpressible(clause.name)),
            }
        }
        Ok(())
    }

    /// The same conditions for rows that were read, prepared once for all of them.
    pub(in crate::store) fn matcher(&self) -> Matcher<'_> {
        Matcher { clauses: self.clauses() }
    }
}

/// Decides which rows pass a filter.
pub(in crate::store) struct Matcher<'a> {
    clauses: Vec<Clause<'a>>,
}

impl Matcher<'_> {
    /// # Errors
    /// If the row holds JSON that cannot be parsed and a condition depends on it.
    pub(in crate::store) fn matches(&self, row: &ResponseRow) -> Result<bool, StoreError> {
        let row = Candidate::from(row);
        for clause in &self.clauses {
            if !clause.matches(&row)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
