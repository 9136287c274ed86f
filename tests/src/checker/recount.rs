//! Recomputes from the responses everything that triggers maintain.

use super::Row;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Metric, facet, value, day.
type TallyKey = (String, String, String, i64);

/// Counts per score, then of what is left out by reason.
type Counts = [i64; 11 + REASONS.len()];

/// Survey, day, version, device, kind → with a score, complete. The kind is 1 for excluded responses, else 0.
type Funnel = BTreeMap<(String, i64, i64, String, i64), (i64, i64)>;

/// The reasons for which responses are left out, in the order of the columns.
const REASONS: [&str; 7] =
    ["excluded", "honeypot", "bad_token", "token_reused", "no_token", "impossible_timing", "too_fast"];

/// The expected counts.
#[derive(Debug, Default)]
pub(super) struct Recount {
    tallies: BTreeMap<TallyKey, Counts>,
    /// Of responses that count.
    funnel: Funnel,
    /// Of the others.
    funnel_left_out: Funnel,
    surveys: BTreeMap<String, i64>,
    days: BTreeMap<i64, i64>,
}

impl Recount {
    pub(super) fn of(rows: &[Row]) -> Self {
        let mut recount = Self::default();
        for row in rows {
            recount.add(row);
        }
        recount
    }

    fn add(&mut self, row: &Row) {
        let mut scored = 0;
        for answer in row.answers.as_array().expect("a list") {
            let Some(score) = answer["score"].as_u64() else { continue };
            let score = usize::try_from(score).expect("a small score");
            scored = 1;
            let metric = answer["kind"].as_str().expect("a kind");
            let question = answer["question"].as_str().expect("a question");
            let reason = row.left_out().and_then(|reason| REASONS.iter().position(|known| *known == reason));
            let column = reason.map_or(score, |reason| 11 + reason);
            let mut facets = vec![
                ("all", String::new(), column),
                ("survey", row.survey.clone(), column),
                ("question", format!("{}/{question}", row.survey), column),
                ("touchpoint", row.touchpoint.clone(), column),
                ("language", row.language.clone(), column),
                ("cell", row.cell(), score),
            ];
            if reason.is_some() && !row.excluded {
                facets.push(("suspect", String::new(), score));
            }
            for (facet, value, column) in facets {
                let key = (metric.to_owned(), facet.to_owned(), value, row.day);
                self.tallies.entry(key).or_default()[column] += 1;
            }
        }
        // Imported responses are not funnel steps and do not count against the quota.
        if row.imported {
            return;
        }
        let counts = row.left_out().is_none();
        let funnel = if counts { &mut self.funnel } else { &mut self.funnel_left_out };
        let key = (row.survey.clone(), row.day, row.version, row.device.clone(), i64::from(row.excluded));
        let funnel = funnel.entry(key).or_default();
        funnel.0 += scored;
        funnel.1 += i64::from(row.complete);
        if counts {
            *self.surveys.entry(row.survey.clone()).or_default() += 1;
        }
        *self.days.entry(row.day).or_default() += 1;
    }

    /// Compares the expected counts with the stored ones; returns the number of tallies.
    #[track_caller]
    pub(super) fn check(&self, connection: &Connection, shop: &str) -> usize {
        assert_eq!(self.tallies, tallies(connection, shop), "tallies");
        assert_eq!(without_zeros(&self.funnel), funnel(connection, "funnel", "0", shop), "funnel");
        let left_out = funnel(connection, "funnel_left_out", "is_excluded", shop);
        assert_eq!(without_zeros(&self.funnel_left_out), left_out, "what the funnel leaves out");
        let surveys =
            pairs(connection, "SELECT survey, answers FROM survey_counts WHERE shop = ?1 AND answers > 0", shop);
        assert_eq!(self.surveys, surveys, "responses per survey that count");
        let usage: BTreeMap<i64, i64> =
            pairs(connection, "SELECT day, answers + small_answers FROM usage WHERE shop = ?1", shop);
        for (day, answers) in &self.days {
            // Erased responses still count against the quota.
            assert!(usage.get(day) >= Some(answers), "usage of day {day}: {usage:?}, {answers} rows");
        }
        self.tallies.len()
    }
}

/// The stored funnel may also have rows of versions that only had views.
fn without_zeros(funnel: &Funnel) -> Funnel {
    funnel.clone().into_iter().filter(|(_, counts)| *counts != (0, 0)).collect()
}

fn tallies(connection: &Connection, shop: &str) -> BTreeMap<TallyKey, Counts> {
    let sql = "SELECT metric, facet, value, day, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, \
               x_bad_token, x_token_reused, x_no_token, x_impossible_timing, x_too_fast FROM tallies WHERE shop = ?1";
    let mut statement = connection.prepare(sql).expect("the current schema");
    let rows = statement.query_map([shop], |row| {
        let mut counts: Counts = [0; 11 + REASONS.len()];
        for (at, count) in counts.iter_mut().enumerate() {
            *count = row.get(at + 4)?;
        }
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), counts))
    });
    // A day whose responses were all changed or deleted keeps a row of zeros.
    rows.expect("tallies")
        .map(|row| row.expect("a tally"))
        .filter(|(_, counts)| counts.iter().any(|count| *count != 0))
        .collect()
}

/// The rows of a table; `kind` is a column or a constant.
fn funnel(connection: &Connection, table: &str, kind: &str, shop: &str) -> Funnel {
    let sql = format!(
        "SELECT survey, day, version, device, partials, completes, {kind} FROM {table} \
         WHERE shop = ?1 AND (partials <> 0 OR completes <> 0)"
    );
    let mut statement = connection.prepare(&sql).expect("the current schema");
    let rows = statement.query_map(params![shop], |row| {
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(6)?), (row.get(4)?, row.get(5)?)))
    });
    rows.expect("the funnel").map(|row| row.expect("a row of the funnel")).collect()
}

fn pairs<K>(connection: &Connection, sql: &str, shop: &str) -> BTreeMap<K, i64>
where
    K: Ord + rusqlite::types::FromSql,
{
    let mut statement = connection.prepare(sql).expect("the current schema");
    let rows = statement.query_map([shop], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("counts").map(|row| row.expect("a count")).collect()
}
