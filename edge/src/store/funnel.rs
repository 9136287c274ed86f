//! The funnel: impressions, views, starts and dismissals are counted as page events arrive; triggers count partial and
//! complete responses.

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
    pub(crate) impressions: u32,
    pub(crate) views: u32,
    pub(crate) starts: u32,
    pub(crate) dismissals: u32,
}

/// The funnel of one survey over a range of days.
#[derive(Debug, Deserialize)]
pub(crate) struct FunnelRow {
    pub(crate) survey: String,
    pub(crate) impressions: i64,
    pub(crate) views: i64,
    pub(crate) starts: i64,
    pub(crate) partials: i64,
    pub(crate) completes: i64,
    pub(crate) dismissals: i64,
}

/// Adds the counts of a message, unless it was processed before. One statement, so all or none are added.
const INSERT_COUNTS: &str = "INSERT INTO funnel \
     (shop, survey, day, version, device, impressions, views, starts, dismissals) \
     SELECT ?1, json_extract(value, '$.survey'), ?2, json_extract(value, '$.version'), json_extract(value, '$.device'), \
     json_extract(value, '$.impressions'), json_extract(value, '$.views'), json_extract(value, '$.starts'), \
     json_extract(value, '$.dismissals') FROM json_each(?3) \
     WHERE NOT EXISTS (SELECT 1 FROM processed_messages WHERE message = ?4 AND step = 1) \
     ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET \
     impressions = impressions + excluded.impressions, views = views + excluded.views, \
     starts = starts + excluded.starts, dismissals = dismissals + excluded.dismissals";

/// A shop's published surveys with their counts; archived surveys only if they have any.
const SELECT_COUNTS: &str = "SELECT s.id AS survey, ifnull(sum(f.impressions), 0) AS impressions, \
     ifnull(sum(f.views), 0) AS views, ifnull(sum(f.starts), 0) AS starts, ifnull(sum(f.partials), 0) AS partials, \
     ifnull(sum(f.completes), 0) AS completes, ifnull(sum(f.dismissals), 0) AS dismissals \
     FROM surveys AS s LEFT JOIN funnel AS f ON f.shop = s.shop AND f.survey = s.id AND f.day BETWEEN ?3 AND ?4 \
     WHERE s.shop = ?1 AND s.id BETWEEN ?2 AND ?5 AND s.version > 0 \
     GROUP BY s.id HAVING s.status <> 'archived' OR count(f.day) > 0 ORDER BY s.id";

/// Records that a message was processed.
const MARK_PROCESSED: &str =
    "INSERT INTO processed_messages (message, step, at) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING";

impl Funnel<'_> {
    /// Adds a JSON list of [`FunnelCounts`] to a day's counts. `day` in days since 1970, `now` in milliseconds since 1970.
    /// Idempotent by `id`: the counts and the record of the message are written in one transaction.
    pub(crate) async fn add_once(
        &self,
        id: &str,
        shop: &str,
        day: i64,
        counts: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let add = Statement::new(INSERT_COUNTS, [shop.into(), day.into(), counts.into(), id.into()]);
        let mark = Statement::new(MARK_PROCESSED, [id.into(), now.into()]);
        self.0.database.idempotent([add, mark]).await.map(|_| ())
    }

    /// The funnel of each survey, or of one, over a range of days, both ends included. Reads one row for each day, version
    /// and device.
    pub(crate) async fn list(
        &self,
        shop: &str,
        survey: Option<&str>,
        from: i64,
        to: i64,
    ) -> Result<Vec<FunnelRow>, StoreError> {
        // The range of all survey ids if none is given.
        let (first, last) = survey.map_or(("", "srv_~"), |survey| (survey, survey));
        self.0.database.rows(SELECT_COUNTS, &[shop.into(), first.into(), from.into(), to.into(), last.into()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn the_counts_of_a_message_are_added_once() {
        let fixture = Fixture::new();
        let insert = "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) VALUES ('s', ?1, ?2, 1, '{}', 0, 0)";
        for (id, status) in [("srv_1", "live"), ("srv_2", "archived"), ("srv_3", "live")] {
            fixture.execute(insert, [id, status]).unwrap();
        }
        let counts = |survey| FunnelCounts {
            survey,
            version: 1,
            device: "mobile",
            impressions: 5,
            views: 4,
            starts: 3,
            dismissals: 1,
        };
        let funnel = fixture.store.funnel();
        for id in ["m1", "m1", "m2"] {
            let counts = serde_json::to_string(&[counts("srv_1")]).unwrap();
            ready(funnel.add_once(id, "s", 7, &counts, 0)).unwrap();
        }
        let list = |survey, from, to| -> Vec<(String, i64)> {
            let rows = ready(funnel.list("s", survey, from, to)).unwrap();
            rows.into_iter().map(|row| (row.survey, row.impressions)).collect()
        };
        assert_eq!(list(None, 7, 7), [("srv_1".to_owned(), 10), ("srv_3".to_owned(), 0)]);
        assert_eq!(list(Some("srv_3"), 0, 9), [("srv_3".to_owned(), 0)]);
        assert_eq!(list(Some("srv_1"), 8, 9), [("srv_1".to_owned(), 0)]);
    }
}
