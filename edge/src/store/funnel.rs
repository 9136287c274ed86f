//! How far shoppers went: counted as events arrive, and beside the responses by triggers.

use super::{Store, StoreError};
use crate::db::Statement;
use serde::{Deserialize, Serialize};

/// What pages told of one version of one survey on one class of device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Seen<'a> {
    pub(crate) survey: &'a str,
    pub(crate) version: u32,
    /// Empty if the page did not tell it.
    pub(crate) device: &'static str,
    pub(crate) impressions: u32,
    pub(crate) views: u32,
    pub(crate) starts: u32,
    pub(crate) dismissals: u32,
}

/// How far shoppers went with one survey in a range of days.
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

/// All of a batch in one statement, so all of it or nothing is counted.
pub(super) const COUNT: &str = "INSERT INTO funnel \
     (shop, survey, day, version, device, impressions, views, starts, dismissals) \
     SELECT ?1, json_extract(value, '$.survey'), ?2, json_extract(value, '$.version'), json_extract(value, '$.device'), \
     json_extract(value, '$.impressions'), json_extract(value, '$.views'), json_extract(value, '$.starts'), \
     json_extract(value, '$.dismissals') FROM json_each(?3) \
     WHERE NOT EXISTS (SELECT 1 FROM effects WHERE message = ?4 AND step = 1) \
     ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET \
     impressions = impressions + excluded.impressions, views = views + excluded.views, \
     starts = starts + excluded.starts, dismissals = dismissals + excluded.dismissals";

/// The published surveys of a shop with what was counted. An archived one only if there is something to tell of it.
pub(super) const READ: &str = "SELECT s.id AS survey, ifnull(sum(f.impressions), 0) AS impressions, \
     ifnull(sum(f.views), 0) AS views, ifnull(sum(f.starts), 0) AS starts, ifnull(sum(f.partials), 0) AS partials, \
     ifnull(sum(f.completes), 0) AS completes, ifnull(sum(f.dismissals), 0) AS dismissals \
     FROM surveys AS s LEFT JOIN funnel AS f ON f.shop = s.shop AND f.survey = s.id AND f.day BETWEEN ?3 AND ?4 \
     WHERE s.shop = ?1 AND s.id BETWEEN ?2 AND ?5 AND s.version > 0 \
     GROUP BY s.id HAVING s.status <> 'archived' OR count(f.day) > 0 ORDER BY s.id";

/// That a message's step is done.
pub(super) const DONE: &str = "INSERT INTO effects (message, step, at) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING";

impl Store {
    /// Counts what a page told, `seen` being a JSON list of [`Seen`]. `day` in days since 1970. Doing it again with the same
    /// `id` counts nothing: the step and its effect are written in one transaction. `now` in milliseconds since 1970.
    pub(crate) async fn count_once(
        &self,
        id: &str,
        shop: &str,
        day: i64,
        seen: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let count = Statement::new(COUNT, [shop.into(), day.into(), seen.into(), id.into()]);
        let done = Statement::new(DONE, [id.into(), now.into()]);
        self.database.idempotent(vec![count, done]).await.map(|_| ())
    }

    /// How far shoppers went with each survey, or one of them, in a range of days (both ends in it). Reads a row a day,
    /// version and device.
    pub(crate) async fn funnel(
        &self,
        shop: &str,
        survey: Option<&str>,
        from: i64,
        to: i64,
    ) -> Result<Vec<FunnelRow>, StoreError> {
        // Without one: from before every id to behind them all.
        let (first, last) = survey.map_or(("", "srv_~"), |survey| (survey, survey));
        self.database.rows(READ, &[shop.into(), first.into(), from.into(), to.into(), last.into()]).await
    }
}
