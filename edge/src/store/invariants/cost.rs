//! What counting costs: rows written per response, and rows read per metric.

use super::{Fixture, database, renewal::earlier};
use crate::{
    db::sqlite::query_plan,
    platform::in_process::ready,
    store::{CountResult, FlagFilter, MetricFilter, MetricQuery, ResponseFilter, tally::DAYS},
};

/// Rows that a statement writes, those of triggers included. D1 also counts an entry for each index.
fn written(database: &Fixture, sql: &str) -> i64 {
    let changes =
        || -> i64 { database.connection().query_row("SELECT total_changes()", [], |row| row.get(0)).unwrap() };
    let before = changes();
    database.execute(sql, []).unwrap();
    changes() - before
}

fn insert(id: &str, flags: u8, day: u16) -> String {
    format!(
        "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, answers, scores, \
         traits, day, received_at, updated_at, flags, form) VALUES ('s', '{id}', 'srv_1', 1, 1, '', 1, 't', '[]', \
         '[[\"q\",\"nps\",9]]', '{{}}', {day}, 0, 0, {flags}, 1)"
    )
}

/// Of the earlier schema and of this one. A shop with webhooks writes one row more for its outbox.
#[test]
fn rows_written_per_response() {
    let (before, now) = (earlier(), database());
    for (what, sql, expected) in [
        // The response, six tallies, the day's usage, the funnel and the survey's count.
        ("a response that counts", insert("a", 0, 7), [10, 10]),
        // One tally more; no survey's count now.
        ("a flagged response", insert("b", 8, 7), [11, 10]),
        // The response, and the day's usage, which counts revisions since migration 0011.
        ("a revision with the same scores", "UPDATE responses SET revision = 2 WHERE id = 'a'".to_owned(), [2, 2]),
        // Six tallies down and six up.
        (
            "a revision with another score",
            "UPDATE responses SET scores = '[[\"q\",\"nps\",1]]' WHERE id = 'a'".to_owned(),
            [13, 13],
        ),
        // What is left out is counted as well: six tallies up, two of the funnel, the survey's count.
        ("an exclusion", "UPDATE responses SET excluded = 'x' WHERE id = 'a'".to_owned(), [7, 16]),
        ("another reason for it", "UPDATE responses SET excluded = 'y' WHERE id = 'a'".to_owned(), [1, 1]),
        ("a deletion", "DELETE FROM responses WHERE id = 'a'".to_owned(), [3, 8]),
    ] {
        assert_eq!([written(&before, &sql), written(&now, &sql)], expected, "{what}");
    }
    let with_view = insert("c", 0, 7).replace(", form)", ", form, view)").replace(", 1)", ", 1, 'v')");
    assert_eq!(written(&now, &with_view), 11, "the uses of its view token");
}

#[test]
fn a_metric_reads_one_row_a_day_and_two_with_flagged_responses() {
    let database = database();
    for day in 0..30 {
        for (kind, flags) in [("counted", 0), ("flagged", 8), ("flagged too", 16)] {
            database.execute(&insert(&format!("{kind} {day}"), flags, 100 + day), []).unwrap();
        }
    }
    let plan = query_plan(&database.connection(), DAYS);
    let entered = "SEARCH tallies USING PRIMARY KEY (shop=? AND metric=? AND facet=? AND value=? AND day>? AND day<?)";
    assert_eq!(plan, [entered]);
    let rows = |facet: &str| {
        let sql =
            "SELECT day FROM tallies WHERE shop = 's' AND metric = 'nps' AND facet = ?1 AND day BETWEEN 100 AND 129";
        database.strings(sql, [facet]).len()
    };
    assert_eq!((rows("all"), rows("suspect")), (30, 30));
    for (flags, answers, left_out) in [(FlagFilter::None, 30, 60), (FlagFilter::All, 90, 0)] {
        let filter = MetricFilter::from(ResponseFilter { flags, ..ResponseFilter::default() });
        let query = MetricQuery { shop: "s", metric: "nps", days: (100, 129), filter: &filter, segment: None };
        let CountResult::Counts(counts) = ready(database.store.tallies().count(&query)).unwrap() else { panic!() };
        let found: i64 = counts.days.iter().flat_map(|day| day.counts).sum();
        assert_eq!((counts.days.len(), found, counts.left_out.total()), (30, answers, left_out), "{flags:?}");
    }
}
