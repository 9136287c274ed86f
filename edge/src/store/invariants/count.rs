//! The invariants themselves.

use super::{DAYS, SHOPS, World};
use crate::{platform::in_process::ready, store::tally::reconcile, time::clock::day_of};
use std::collections::BTreeMap;

/// The strongest reason why a response does not count.
fn reason(flags: u8, is_excluded: bool) -> Option<&'static str> {
    let by_strength = [
        (4, "honeypot"),
        (16, "bad_token"),
        (64, "token_reused"),
        (8, "no_token"),
        (2, "impossible_timing"),
        (1, "too_fast"),
    ];
    let flagged = by_strength.into_iter().find(|(bit, _)| flags & bit != 0).map(|(_, name)| name);
    if is_excluded { Some("excluded") } else { flagged }
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
                    json_object('0', c0, '1', c1, '2', c2, '3', c3, '4', c4, '5', c5, '6', c6, '7', c7, '8', c8, \
                    '9', c9, '10', c10), json_object('excluded', x_excluded, 'honeypot', x_honeypot, 'bad_token', \
                    x_bad_token, 'token_reused', x_token_reused, 'no_token', x_no_token, 'impossible_timing', \
                    x_impossible_timing, 'too_fast', x_too_fast)) FROM tallies";
        for line in self.strings(rows, &[]) {
            let (key, scores, reasons): (String, Counted, Counted) = serde_json::from_str(&line).unwrap();
            let given = scores.into_iter().chain(reasons).filter(|(_, count)| *count != 0);
            counted.extend(given.map(|(what, count)| (format!("{key} {what}"), count)));
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
