//! The invariants themselves.

use super::{DAYS, SHOPS, World};
use crate::{db::sqlite, platform::in_process::ready, store::tally::reconcile, time::clock::day_of};
use std::collections::BTreeMap;

/// The reasons and the bits of their flags, the strongest first.
const REASONS: [&str; 7] =
    ["excluded", "honeypot", "bad_token", "token_reused", "no_token", "impossible_timing", "too_fast"];
const BITS: [u8; 7] = [0, 4, 16, 64, 8, 2, 1];

/// The strongest reason why a response does not count.
fn reason(flags: u8, is_excluded: bool) -> Option<&'static str> {
    let mut reasons = REASONS.into_iter().zip(BITS);
    reasons.find(|(_, bit)| flags & bit != 0 || (is_excluded && *bit == 0)).map(|(reason, _)| reason)
}

/// Maps facet values, days and scores (or reasons) to their counts.
type Counted = BTreeMap<String, i64>;

impl World<'_> {
    /// The tallies that the responses amount to: those of form 0 by the old rule, the others by the new one.
    fn expected_tallies(&self) -> Counted {
        let mut expected = Counted::new();
        let rows = "SELECT json_array(shop, survey, touchpoint, ifnull(language, ''), ifnull(device, ''), flags, day, \
                    json(scores), json(iif(excluded IS NULL, 'false', 'true')), form) FROM responses";
        for line in self.strings(rows, &[]) {
            type Response = (String, String, String, String, String, u8, i64, Vec<(String, String, u8)>, bool, u32);
            let (shop, survey, touchpoint, language, device, flags, day, scores, is_excluded, form): Response =
                serde_json::from_str(&line).unwrap();
            let is_old = form == 0;
            let reason = reason(flags, is_excluded).filter(|_| !is_old);
            let last = match reason {
                _ if is_old => u8::from(flags > 0).to_string(),
                Some("excluded") if flags & 95 > 0 => "excluded_flagged".to_owned(),
                reason => reason.unwrap_or("0").to_owned(),
            };
            if is_old && is_excluded {
                continue;
            }
            let cell = format!("{survey}/{touchpoint}/{language}/{device}/{last}");
            for (question, metric, score) in scores {
                let mut count = |facet: &str, value: &str, what: &str| {
                    *expected.entry(format!("{shop} {metric} {facet} {value} {day} {what}")).or_default() += 1;
                };
                let question = format!("{survey}/{question}");
                let score = score.to_string();
                for (facet, value) in [
                    ("all", ""),
                    ("survey", &survey),
                    ("question", &question),
                    ("touchpoint", &touchpoint),
                    ("language", &language),
                ] {
                    count(facet, value, reason.unwrap_or(&score));
                }
                count("cell", &cell, &score);
                match reason {
                    None if is_old && flags > 0 => count("flagged", "", &score),
                    Some(reason) if reason != "excluded" => count("suspect", "", &score),
                    _ => {}
                }
            }
        }
        expected
    }

    fn check_tallies(&self) {
        let mut counted = Counted::new();
        let rows = "SELECT json_array(shop || ' ' || metric || ' ' || facet || ' ' || value || ' ' || day, \
                    json_array(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, x_bad_token, \
                    x_token_reused, x_no_token, x_impossible_timing, x_too_fast)) FROM tallies \
                    WHERE c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | x_excluded | x_honeypot | x_bad_token \
                    | x_token_reused | x_no_token | x_impossible_timing | x_too_fast";
        for line in self.strings(rows, &[]) {
            let (key, counts): (String, [i64; 18]) = serde_json::from_str(&line).unwrap();
            for (index, count) in counts.into_iter().enumerate().filter(|(_, count)| *count != 0) {
                let what = index.checked_sub(11).map_or_else(|| index.to_string(), |reason| REASONS[reason].to_owned());
                counted.insert(format!("{key} {what}"), count);
            }
        }
        assert_eq!(counted, self.expected_tallies(), "tallies");
    }

    /// Compares everything that triggers maintain with the responses, without the views that the triggers use.
    pub(super) fn check(&self) {
        self.check_tallies();
        for (what, maintained, counted) in [
            (
                "funnel",
                "SELECT shop || survey || day || ' ' || version || device || ' ' || partials || ' ' || completes \
                 FROM funnel WHERE partials <> 0 OR completes <> 0",
                "SELECT shop || survey || day || ' ' || version || ifnull(device, '') || ' ' || sum(scores <> '[]') \
                 || ' ' || sum(complete) FROM responses WHERE source IS NOT 'import' \
                 AND (form = 0 OR (flags & 95 = 0 AND excluded IS NULL)) GROUP BY shop, survey, day, version, ifnull(device, '') \
                 HAVING sum(scores <> '[]') > 0 OR sum(complete) > 0",
            ),
            (
                "what the funnel leaves out",
                "SELECT shop || survey || day || ' ' || version || device || ' ' || partials || ' ' || completes \
                 || is_excluded FROM funnel_left_out WHERE partials <> 0 OR completes <> 0",
                "SELECT shop || survey || day || ' ' || version || ifnull(device, '') || ' ' || sum(scores <> '[]') \
                 || ' ' || sum(complete) || (excluded IS NOT NULL) FROM responses WHERE source IS NOT 'import' \
                 AND form > 0 AND (flags & 95 <> 0 OR excluded IS NOT NULL) \
                 GROUP BY shop, survey, day, version, ifnull(device, ''), excluded IS NOT NULL \
                 HAVING sum(scores <> '[]') > 0 OR sum(complete) > 0",
            ),
            (
                "responses of surveys that count",
                "SELECT shop || survey || answers FROM survey_counts WHERE answers <> 0",
                "SELECT shop || survey || count(*) FROM responses WHERE source IS NOT 'import' \
                 AND (form = 0 OR (flags & 95 = 0 AND excluded IS NULL)) GROUP BY shop, survey",
            ),
            (
                "events: each response was created once more often than deleted, or as often",
                "SELECT shop || response FROM outbox GROUP BY shop, response \
                 HAVING sum(event = 'created') - sum(event = 'deleted') = 1",
                "SELECT shop || id FROM responses WHERE source IS NOT 'import'",
            ),
            (
                "tagged responses",
                "SELECT shop || tag || ' ' || at || response FROM response_tags",
                "SELECT shop || value || ' ' || received_at || responses.id FROM responses, json_each(tags)",
            ),
            (
                "responses of a tag",
                "SELECT shop || tag || answers FROM tags",
                "SELECT shop || value || count(*) FROM responses, json_each(tags) GROUP BY shop, value",
            ),
            (
                "responses received",
                "SELECT shop || sum(answers + small_answers) FROM usage GROUP BY shop",
                "SELECT shop || count(*) FROM outbox WHERE event = 'created' GROUP BY shop",
            ),
        ] {
            assert_eq!(self.lines(maintained), self.lines(counted), "{what}");
        }

        for (shop, id) in &self.erased {
            let found =
                self.strings("SELECT id FROM responses WHERE shop = ?1 AND id = ?2", &[(*shop).into(), (*id).into()]);
            assert!(found.is_empty(), "{shop} {id} came back");
        }
        for ((shop, customer), at) in &self.forgotten {
            let sql = "SELECT id FROM responses WHERE shop = ?1 AND customer = ?2 \
                       AND CASE WHEN source IS 'import' THEN received_at ELSE updated_at END <= ?3";
            let found = self.strings(sql, &[(*shop).into(), (*customer).into(), (*at).into()]);
            assert!(found.is_empty(), "{found:?} of {customer} came back");
        }
    }

    /// The differences that the service's own comparison finds.
    pub(super) fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        for day in day_of(self.now) - DAYS..=day_of(self.now) + 1 {
            let differences = ready(reconcile::compare(&self.database.store, day, SHOPS[0], SHOPS[1])).unwrap();
            found.extend(differences.into_iter().map(|found| format!("{} {} {}", found.shop, found.what, found.by)));
        }
        found
    }
}

#[test]
fn a_response_has_its_strongest_reason() {
    let connection = sqlite::schema();
    let insert = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, answers, \
         scores, traits, day, received_at, updated_at, flags, excluded) \
         VALUES ('s', ?1, 'v', 1, 1, '', 0, 't', '[]', '[]', '{}', 7, 0, 0, ?1, ?2)";
    for flags in 0..=u8::MAX {
        for excluded in [None, Some("a test")] {
            connection.execute("DELETE FROM responses", []).unwrap();
            connection.execute(insert, rusqlite::params![flags, excluded]).unwrap();
            let found: Option<String> =
                connection.query_row("SELECT left_out FROM responses", [], |row| row.get(0)).unwrap();
            assert_eq!(found.as_deref(), reason(flags, excluded.is_some()), "{flags} {excluded:?}");
        }
    }
    for (flags, expected) in
        [(0, None), (32, None), (128, None), (8 | 16, Some("bad_token")), (64 | 8, Some("token_reused"))]
    {
        assert_eq!(reason(flags, false), expected, "{flags}");
    }
}
