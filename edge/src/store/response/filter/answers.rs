//! Conditions on the answers of a response: scores, choices and free text.

use super::{
    Clause, SqlBuilder,
    clause::{Candidate, Sql},
};
use crate::store::StoreError;
use insight::{Metric, search_text::normalize_for_search};
use std::ops::RangeInclusive;
use survey::wire::StoredAnswer;

/// Some answer has a score in this range: of one metric or any, to one question or any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScoreFilter {
    pub(crate) metric: Option<Metric>,
    pub(crate) question: Option<String>,
    pub(crate) range: RangeInclusive<u8>,
}

impl ScoreFilter {
    /// In SQL from the column `scores`, a JSON list of question, metric and score, which is smaller than `answers`.
    pub(super) fn clause(&self) -> Clause<'_> {
        let mut sql = SqlBuilder::new("EXISTS (SELECT 1 FROM json_each(r.scores) AS v WHERE ");
        sql.bind("json_extract(v.value, '$[2]') BETWEEN ?", u32::from(*self.range.start()));
        sql.bind(" AND ?", u32::from(*self.range.end()));
        sql.bind_some(" AND json_extract(v.value, '$[1]') = ?", self.metric.map(Metric::as_str));
        sql.bind_some(" AND json_extract(v.value, '$[0]') = ?", self.question.as_deref());
        sql.push(")");
        Clause::any_answer("score", sql, |answer| {
            answer.score.is_some_and(|score| self.range.contains(&score))
                && self.metric.is_none_or(|metric| metric.as_str() == answer.kind)
                && self.question.as_ref().is_none_or(|question| *question == answer.question)
        })
    }
}

/// A question was answered, perhaps with a certain choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChoiceFilter {
    pub(crate) question: String,
    /// The id of a choice, or [`ChoiceFilter::OTHER`].
    pub(crate) choice: Option<String>,
}

impl ChoiceFilter {
    /// "Something else", in the shopper's own words. No choice has such an id.
    pub(crate) const OTHER: &'static str = "~other";

    pub(super) fn clause(&self) -> Clause<'_> {
        let choice = self.choice.as_deref();
        let mut sql = SqlBuilder::with(
            "EXISTS (SELECT 1 FROM json_each(r.answers) AS v WHERE json_extract(v.value, '$.question') = ?",
            &self.question,
        );
        match choice {
            None => {}
            Some(Self::OTHER) => sql.push(" AND json_extract(v.value, '$.other') IS NOT NULL"),
            Some(choice) => {
                sql.bind(" AND EXISTS (SELECT 1 FROM json_each(v.value, '$.choices') AS c WHERE c.value = ?)", choice);
            }
        }
        sql.push(")");
        Clause::any_answer("choice", sql, move |answer| {
            answer.question == self.question
                && match choice {
                    None => true,
                    Some(Self::OTHER) => answer.other.is_some(),
                    Some(choice) => answer.choices.iter().flatten().any(|chosen| chosen == choice),
                }
        })
    }
}

/// Whether the shopper wrote free text.
pub(super) fn has_text_clause<'a>(wanted: bool) -> Clause<'a> {
    let mut sql = SqlBuilder::new(if wanted { "EXISTS" } else { "NOT EXISTS" });
    sql.push(
        " (SELECT 1 FROM json_each(r.answers) AS v \
         WHERE ifnull(json_extract(v.value, '$.text'), json_extract(v.value, '$.other')) IS NOT NULL)",
    );
    Clause::new("has_text", sql, move |row| Ok(wanted == free_text(row)?.next().is_some()))
}

/// Each of these folded words occurs somewhere in the free text.
pub(super) fn words_clause(wanted: &[String]) -> Option<Clause<'_>> {
    // SQLite knows no folding of case and accents beyond ASCII.
    let clause = Clause::new("words", Sql::NotExpressible, |row| {
        let texts: Vec<String> = free_text(row)?.map(normalize_for_search).collect();
        Ok(wanted.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str()))))
    });
    (!wanted.is_empty()).then_some(clause)
}

fn free_text<'a>(row: &'a Candidate<'_>) -> Result<impl Iterator<Item = &'a str>, StoreError> {
    let of = |answer: &'a StoredAnswer| [answer.text.as_deref(), answer.other.as_deref()].into_iter().flatten();
    Ok(row.answers()?.iter().flat_map(of))
}
