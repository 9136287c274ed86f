//! Recomputes from the responses everything that triggers maintain.

use super::Row;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Metric, facet, value, day.
type TallyKey = (String, String, String, i64);

/// The expected counts.
#[derive(Debug, Default)]
pub(super) struct Recount {
    tallies: BTreeMap<TallyKey, [i64; 11]>,
    /// Survey, day, version, device → with a score, complete.
    funnel: BTreeMap<(String, i64, i64, String), (i64, i64)>,
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
            let mut facets = vec![
                ("all", String::new()),
                ("survey", row.survey.clone()),
                ("question", format!("{}/{question}", row.survey)),
                ("touchpoint", row.touchpoint.clone()),
                ("language", row.language.clone()),
                ("cell", row.cell()),
            ];
            if row.flags != 0 {
                facets.push(("flagged", String::new()));
            }
            for (facet, value) in facets {
                let key = (metric.to_owned(), facet.to_owned(), value, row.day);
                self.tallies.entry(key).or_default()[score] += 1;
            }
        }
        // Imported responses are not funnel steps and do not count against the quota.
        if row.imported {
            return;
        }
        let funnel = self.funnel.entry((row.survey.clone(), row.day, row.version, row.device.clone())).or_default();
        funnel.0 += scored;
        funnel.1 += i64::from(row.complete);
        *self.surveys.entry(row.survey.clone()).or_default() += 1;
        *self.days.entry(row.day).or_default() += 1;
    }

    /// Compares the expected counts with the stored ones; returns the number of tallies.
    #[track_caller]
    pub(super) fn check(&self, connection: &Connection, shop: &str) -> usize {
        assert_eq!(self.tallies, tallies(connection, shop), "tallies");
        assert_eq!(self.funnel(), funnel(connection, shop), "funnel");
        let surveys =
            pairs(connection, "SELECT survey, answers FROM survey_counts WHERE shop = ?1 AND answers > 0", shop);
        assert_eq!(self.surveys, surveys, "responses per survey");
        let usage: BTreeMap<i64, i64> = pairs(connection, "SELECT day, answers FROM usage WHERE shop = ?1", shop);
        for (day, answers) in &self.days {
            // Erased responses still count against the quota.
            assert!(usage.get(day) >= Some(answers), "usage of day {day}: {usage:?}, {answers} rows");
        }
        self.tallies.len()
    }

    /// The stored funnel may also have rows of versions that only had views.
    fn funnel(&self) -> BTreeMap<(String, i64, i64, String), (i64, i64)> {
        self.funnel.clone().into_iter().filter(|(_, counts)| *counts != (0, 0)).collect()
    }
}

fn tallies(connection: &Connection, shop: &str) -> BTreeMap<TallyKey, [i64; 11]> {
    let sql = "SELECT metric, facet, value, day, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10 FROM tallies \
               WHERE shop = ?1";
    let mut statement = connection.prepare(sql).expect("the current schema");
    let rows = statement.query_map([shop], |row| {
        let mut counts = [0; 11];
        for (at, count) in counts.iter_mut().enumerate() {
            *count = row.get(at + 4)?;
        }
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), counts))
    });
    // A day whose responses were all changed or deleted keeps a row of zeros.
    rows.expect("tallies").map(|row| row.expect("a tally")).filter(|(_, counts)| *counts != [0; 11]).collect()
}

fn funnel(connection: &Connection, shop: &str) -> BTreeMap<(String, i64, i64, String), (i64, i64)> {
    let sql = "SELECT survey, day, version, device, partials, completes FROM funnel \
               WHERE shop = ?1 AND (partials <> 0 OR completes <> 0)";
    let mut statement = connection.prepare(sql).expect("the current schema");
    let rows = statement.query_map(params![shop], |row| {
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), (row.get(4)?, row.get(5)?)))
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
