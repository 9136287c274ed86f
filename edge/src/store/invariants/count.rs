//! The invariants themselves.

use super::{DAYS, SHOPS, World};
use crate::{platform::in_process::ready, store::tally::reconcile, time::clock::day_of};
use std::collections::BTreeMap;

impl World<'_> {
    /// Compares everything that triggers maintain with the responses, without the views that the triggers use.
    pub(super) fn check(&self) {
        let mut expected: BTreeMap<String, i64> = BTreeMap::new();
        let rows = "SELECT json_array(shop, survey, touchpoint, ifnull(language, ''), ifnull(device, ''), flags, day, \
                    json(scores)) FROM responses WHERE excluded IS NULL";
        for line in self.strings(rows, &[]) {
            type Response = (String, String, String, String, String, u8, i64, Vec<(String, String, u8)>);
            let (shop, survey, touchpoint, language, device, flags, day, scores): Response =
                serde_json::from_str(&line).unwrap();
            let cell = format!("{survey}/{touchpoint}/{language}/{device}/{}", u8::from(flags > 0));
            for (question, metric, score) in scores {
                let question = format!("{survey}/{question}");
                let facets = [
                    ("all", ""),
                    ("survey", &survey),
                    ("question", &question),
                    ("touchpoint", &touchpoint),
                    ("language", &language),
                    ("cell", &cell),
                ];
                for (facet, value) in facets.into_iter().chain((flags > 0).then_some(("flagged", ""))) {
                    *expected.entry(format!("{shop} {metric} {facet} {value} {day} {score}")).or_default() += 1;
                }
            }
        }
        let mut expected: Vec<String> = expected.iter().map(|(key, count)| format!("{key} {count}")).collect();
        expected.sort();
        let rows = "SELECT json_array(shop || ' ' || metric || ' ' || facet || ' ' || value || ' ' || day, \
                    json_array(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)) FROM tallies";
        let mut counted = Vec::new();
        for line in self.strings(rows, &[]) {
            let (key, counts): (String, [i64; 11]) = serde_json::from_str(&line).unwrap();
            let given = counts.iter().enumerate().filter(|(_, count)| **count != 0);
            counted.extend(given.map(|(score, count)| format!("{key} {score} {count}")));
        }
        counted.sort();
        assert_eq!(counted, expected, "tallies");

        for (what, maintained, counted) in [
            (
                "funnel",
                "SELECT shop || survey || day || ' ' || version || device || ' ' || partials || ' ' || completes \
                 FROM funnel WHERE partials <> 0 OR completes <> 0",
                "SELECT shop || survey || day || ' ' || version || ifnull(device, '') || ' ' || sum(scores <> '[]') \
                 || ' ' || sum(complete) FROM responses WHERE source IS NOT 'import' GROUP BY shop, survey, day, version, ifnull(device, '') \
                 HAVING sum(scores <> '[]') > 0 OR sum(complete) > 0",
            ),
            (
                "responses of surveys",
                "SELECT shop || survey || answers FROM survey_counts WHERE answers <> 0",
                "SELECT shop || survey || count(*) FROM responses WHERE source IS NOT 'import' GROUP BY shop, survey",
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
