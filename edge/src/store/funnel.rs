//! The funnel: impressions, views, starts and dismissals are counted as page events arrive; triggers count partial and
//! complete responses. Events without a valid view token, and responses that do not count, have a table of their own.

use super::{Funnel, StoreError};
use crate::db::Statement;
use serde::{Deserialize, Serialize};

/// Events of one survey version on one class of device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FunnelCounts<'a> {
    pub(crate) survey: &'a str,
    pub(crate) version: u32,
    /// Empty if the page did not report it.
    pub(crate) device: &'static str,
    /// Whether the events were sent with a valid view token. Counts in messages from before this member are vouched for.
    pub(crate) vouched: bool,
    pub(crate) impressions: u32,
    pub(crate) views: u32,
    pub(crate) starts: u32,
    pub(crate) dismissals: u32,
}

/// The funnel of one survey over a range of days, and what it leaves out.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FunnelRow {
    pub(crate) survey: String,
    pub(crate) impressions: i64,
    pub(crate) views: i64,
    pub(crate) starts: i64,
    pub(crate) partials: i64,
    pub(crate) completes: i64,
    pub(crate) dismissals: i64,
    pub(crate) left_impressions: i64,
    pub(crate) left_views: i64,
    pub(crate) left_starts: i64,
    pub(crate) left_partials: i64,
    pub(crate) left_completes: i64,
    pub(crate) left_dismissals: i64,
}

/// Adds the vouched counts of a message, unless it was processed before. One statement, so all or none are added.
const INSERT_COUNTS: &str = "INSERT INTO funnel \
     (shop, survey, day, version, device, impressions, views, starts, dismissals) \
     SELECT ?1, json_extract(value, '$.survey'), ?2, json_extract(value, '$.version'), json_extract(value, '$.device'), \
     json_extract(value, '$.impressions'), json_extract(value, '$.views'), json_extract(value, '$.starts'), \
     json_extract(value, '$.dismissals') FROM json_each(?3) \
     WHERE ifnull(json_extract(value, '$.vouched'), 1) = 1 \
     AND NOT EXISTS (SELECT 1 FROM processed_messages WHERE message = ?4 AND step = 1) \
     ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET \
     impressions = impressions + excluded.impressions, views = views + excluded.views, \
     starts = starts + excluded.starts, dismissals = dismissals + excluded.dismissals";

/// Adds the other counts of a message to what the funnel leaves out.
const INSERT_LEFT_OUT: &str = "INSERT INTO funnel_left_out \
     (shop, survey, day, version, device, is_excluded, impressions, views, starts, dismissals) \
     SELECT ?1, json_extract(value, '$.survey'), ?2, json_extract(value, '$.version'), json_extract(value, '$.device'), \
     0, json_extract(value, '$.impressions'), json_extract(value, '$.views'), json_extract(value, '$.starts'), \
     json_extract(value, '$.dismissals') FROM json_each(?3) \
     WHERE json_extract(value, '$.vouched') = 0 \
     AND NOT EXISTS (SELECT 1 FROM processed_messages WHERE message = ?4 AND step = 1) \
     ON CONFLICT (shop, survey, day, version, device, is_excluded) DO UPDATE SET \
     impressions = impressions + excluded.impressions, views = views + excluded.views, \
     starts = starts + excluded.starts, dismissals = dismissals + excluded.dismissals";

/// The columns of the funnel.
const COLUMNS: [&str; 6] = ["impressions", "views", "starts", "partials", "completes", "dismissals"];

/// A shop's published surveys with their counts; archived surveys only if they have any. If `?6` is 1, rows of flagged
/// responses and unvouched events count, and only those of excluded responses are left out. Every row of both tables is
/// joined once: the funnel with table 0, what it leaves out with table 1.
fn select_counts() -> String {
    let columns = COLUMNS.map(|column| {
        format!(
            ", ifnull(sum(f.{column}), 0) + ifnull(sum(iif(l.is_excluded < ?6, l.{column}, 0)), 0) AS {column}, \
             ifnull(sum(iif(l.is_excluded < ?6, 0, l.{column})), 0) AS left_{column}"
        )
    });
    format!(
        "SELECT s.id AS survey{} FROM surveys AS s CROSS JOIN json_each('[0,1]') AS k \
         LEFT JOIN funnel AS f ON k.value = 0 AND f.shop = s.shop AND f.survey = s.id AND f.day BETWEEN ?3 AND ?4 \
         LEFT JOIN funnel_left_out AS l ON k.value = 1 AND l.shop = s.shop AND l.survey = s.id \
         AND l.day BETWEEN ?3 AND ?4 \
         WHERE s.shop = ?1 AND s.id BETWEEN ?2 AND ?5 AND s.version > 0 \
         GROUP BY s.id HAVING s.status <> 'archived' OR count(f.day) + count(l.day) > 0 ORDER BY s.id",
        columns.concat()
    )
}

/// Records that a message was processed.
const MARK_PROCESSED: &str =
    "INSERT INTO processed_messages (message, step, at) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING";

impl Funnel<'_> {
    /// Adds a JSON list of [`FunnelCounts`] to a day's counts, or to what the funnel leaves out. `day` in days since 1970, `now` in milliseconds since 1970.
    /// Idempotent by `id`: the counts and the record of the message are written in one transaction.
    pub(crate) async fn add_once(
        &self,
        id: &str,
        shop: &str,
        day: i64,
        counts: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let add = |sql| Statement::new(sql, [shop.into(), day.into(), counts.into(), id.into()]);
        let mark = Statement::new(MARK_PROCESSED, [id.into(), now.into()]);
        self.0.database.idempotent([add(INSERT_COUNTS), add(INSERT_LEFT_OUT), mark]).await.map(|_| ())
    }

    /// The funnel of each survey, or of one, over a range of days, both ends included. `with_flagged` adds flagged responses
    /// and unvouched events. Reads one row for each day, version and device, and at most two more of what is left out.
    pub(crate) async fn list(
        &self,
        shop: &str,
        survey: Option<&str>,
        from: i64,
        to: i64,
        with_flagged: bool,
    ) -> Result<Vec<FunnelRow>, StoreError> {
        // The range of all survey ids if none is given.
        let (first, last) = survey.map_or(("", "srv_~"), |survey| (survey, survey));
        let arguments = [shop.into(), first.into(), from.into(), to.into(), last.into(), with_flagged.into()];
        self.0.database.rows(&select_counts(), &arguments).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    /// A shop with a live, an archived and another live survey.
    fn shop() -> Fixture {
        let fixture = Fixture::new();
        let insert = "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) VALUES ('s', ?1, ?2, 1, '{}', 0, 0)";
        for (id, status) in [("srv_1", "live"), ("srv_2", "archived"), ("srv_3", "live")] {
            fixture.execute(insert, [id, status]).unwrap();
        }
        fixture
    }

    fn counts(survey: &str, vouched: bool) -> FunnelCounts<'_> {
        FunnelCounts {
            survey,
            version: 1,
            device: "mobile",
            vouched,
            impressions: 5,
            views: 4,
            starts: 3,
            dismissals: 1,
        }
    }

    #[test]
    fn the_counts_of_a_message_are_added_once() {
        let fixture = shop();
        let funnel = fixture.store.funnel();
        for id in ["m1", "m1", "m2"] {
            let counts = serde_json::to_string(&[counts("srv_1", true)]).unwrap();
            ready(funnel.add_once(id, "s", 7, &counts, 0)).unwrap();
        }
        let list = |survey, from, to| -> Vec<(String, i64)> {
            let rows = ready(funnel.list("s", survey, from, to, false)).unwrap();
            rows.into_iter().map(|row| (row.survey, row.impressions)).collect()
        };
        assert_eq!(list(None, 7, 7), [("srv_1".to_owned(), 10), ("srv_3".to_owned(), 0)]);
        assert_eq!(list(Some("srv_3"), 0, 9), [("srv_3".to_owned(), 0)]);
        assert_eq!(list(Some("srv_1"), 8, 9), [("srv_1".to_owned(), 0)]);
    }

    #[test]
    fn events_without_a_token_are_left_out() {
        let fixture = shop();
        let funnel = fixture.store.funnel();
        let mut earlier = serde_json::to_value(counts("srv_1", true)).unwrap();
        earlier.as_object_mut().unwrap().remove("vouched");
        let both = serde_json::json!([counts("srv_1", true), counts("srv_1", false), counts("srv_2", false), earlier]);
        for id in ["m1", "m1"] {
            ready(funnel.add_once(id, "s", 7, &both.to_string(), 0)).unwrap();
        }
        for (with_flagged, expected) in [
            (false, ["srv_1 10 8 6 2, left out 5 4 3 1", "srv_2 0 0 0 0, left out 5 4 3 1"]),
            (true, ["srv_1 15 12 9 3, left out 0 0 0 0", "srv_2 5 4 3 1, left out 0 0 0 0"]),
        ] {
            let rows = ready(funnel.list("s", None, 7, 7, with_flagged)).unwrap();
            let lines: Vec<String> = rows
                .iter()
                .take(2)
                .map(|row| {
                    format!(
                        "{} {} {} {} {}, left out {} {} {} {}",
                        row.survey,
                        row.impressions,
                        row.views,
                        row.starts,
                        row.dismissals,
                        row.left_impressions,
                        row.left_views,
                        row.left_starts,
                        row.left_dismissals
                    )
                })
                .collect();
            assert_eq!(lines, expected, "an archived survey is listed if anything is left out");
        }
    }

    #[test]
    fn responses_that_do_not_count_are_left_out_by_kind() {
        let fixture = shop();
        let insert = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, device, \
             answers, scores, traits, day, received_at, updated_at, flags, excluded, form) \
             VALUES ('s', ?1, 'srv_1', 1, 1, '', ?2, 't', 'mobile', '[]', '[[\"q\",\"nps\",9]]', '{}', 7, 0, 0, ?3, ?4, 1)";
        for (id, complete, flags, excluded) in [
            ("counts", 1, 0, None),
            ("flagged", 1, 8, None),
            ("excluded", 0, 0, Some("a test")),
            ("both", 1, 8, Some("a test")),
        ] {
            fixture.execute(insert, rusqlite::params![id, complete, flags, excluded]).unwrap();
        }
        for (with_flagged, expected) in [(false, [1, 1, 3, 2]), (true, [2, 2, 2, 1])] {
            let rows = ready(fixture.store.funnel().list("s", Some("srv_1"), 7, 7, with_flagged)).unwrap();
            let found = [rows[0].partials, rows[0].completes, rows[0].left_partials, rows[0].left_completes];
            assert_eq!(found, expected, "with flagged: {with_flagged}");
        }
    }
}
