//! The funnel: impressions, views, starts and dismissals are counted as page events arrive; triggers count partial and
//! complete responses. Events without a valid view token, and responses that do not count, have a table of their own.

use super::{Funnel, StoreError};
use crate::db::{Arg, Statement};
use serde::{Deserialize, Serialize};
use survey::trust::{Budgets, MAX_EVENTS_PER_VIEW};

/// Events of one survey version on one class of device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FunnelCounts<'a> {
    pub(crate) survey: &'a str,
    pub(crate) version: u32,
    /// Empty if the page did not report it.
    pub(crate) device: &'static str,
    /// Id of the view token that vouches for the events; `None` if none does. Counts in messages of an earlier version lack
    /// this member and are vouched for.
    pub(crate) view: Option<&'a str>,
    pub(crate) impressions: u32,
    pub(crate) views: u32,
    pub(crate) starts: u32,
    pub(crate) dismissals: u32,
}

/// The funnel of one survey over a range of days, and what it leaves out.
#[derive(Debug, Default)]
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

/// A message with a JSON list of [`FunnelCounts`].
pub(crate) struct AddedCounts<'a> {
    /// Makes adding it idempotent.
    pub(crate) id: &'a str,
    pub(crate) shop: &'a str,
    /// Days since 1970.
    pub(crate) day: i64,
    pub(crate) counts: &'a str,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// Whether a row of the message counts: a view token vouches for it that has not vouched for too many events (`?5`), and the
/// ordinary budget (`?6`) of the day is not used up.
const COUNTS: &str = "CASE WHEN json_type(value, '$.view') IS NULL THEN 1 \
     WHEN json_extract(value, '$.view') IS NULL THEN 0 \
     ELSE NOT EXISTS (SELECT 1 FROM views WHERE view = json_extract(value, '$.view') AND shop = ?1 AND events >= ?5) END \
     AND NOT EXISTS (SELECT 1 FROM usage WHERE shop = ?1 AND day = ?2 AND events >= ?6)";

/// Whether there is a small budget (`?7`) left for the other rows. Beyond it they are dropped.
const HAS_SMALL_BUDGET: &str = "NOT EXISTS (SELECT 1 FROM usage WHERE shop = ?1 AND day = ?2 AND small_events >= ?7)";

/// Whether the message is new.
const IS_NEW: &str = "NOT EXISTS (SELECT 1 FROM processed_messages WHERE message = ?4 AND step = 1)";

/// The events of a row of the message.
const EVENTS: &str = "json_extract(value, '$.impressions') + json_extract(value, '$.views') + \
     json_extract(value, '$.starts') + json_extract(value, '$.dismissals')";

/// How far beyond the small budget dropped events are still counted, in events: more than a message can have. Beyond that,
/// a message without a valid token writes nothing at all.
const MARGIN: u32 = 1_000;

/// The statements that add a message, in their order: what counts, what is left out, what the day has taken, how many events
/// each view has vouched for, and the record of the message.
fn add_statements() -> [String; 5] {
    let columns = "impressions, views, starts, dismissals";
    let key =
        "?1, json_extract(value, '$.survey'), ?2, json_extract(value, '$.version'), json_extract(value, '$.device')";
    let values = "json_extract(value, '$.impressions'), json_extract(value, '$.views'), json_extract(value, '$.starts'), \
         json_extract(value, '$.dismissals')";
    let add = "impressions = impressions + excluded.impressions, views = views + excluded.views, \
         starts = starts + excluded.starts, dismissals = dismissals + excluded.dismissals";
    [
        format!(
            "INSERT INTO funnel (shop, survey, day, version, device, {columns}) SELECT {key}, {values} FROM json_each(?3) \
             WHERE {COUNTS} AND {IS_NEW} ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET {add}"
        ),
        format!(
            "INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded, {columns}) \
             SELECT {key}, 0, {values} FROM json_each(?3) WHERE NOT ({COUNTS}) AND {HAS_SMALL_BUDGET} AND {IS_NEW} \
             ON CONFLICT (shop, survey, day, version, device, is_excluded) DO UPDATE SET {add}"
        ),
        format!(
            "INSERT INTO usage (shop, day, answers, events, small_events) SELECT ?1, ?2, 0, \
             sum(({EVENTS}) * ({COUNTS})), sum(({EVENTS}) * (NOT ({COUNTS}))) FROM json_each(?3) WHERE {IS_NEW} \
             AND ({COUNTS} OR NOT EXISTS (SELECT 1 FROM usage WHERE shop = ?1 AND day = ?2 AND small_events >= ?7 + {MARGIN})) \
             GROUP BY 1 ON CONFLICT (shop, day) DO UPDATE SET \
             events = events + excluded.events, small_events = small_events + excluded.small_events"
        ),
        format!(
            "INSERT INTO views (view, shop, events) SELECT json_extract(value, '$.view'), ?1, {EVENTS} FROM json_each(?3) \
             WHERE json_extract(value, '$.view') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM views \
             WHERE view = json_extract(value, '$.view') AND shop = ?1 AND events >= ?5) AND {IS_NEW} \
             ON CONFLICT (view, shop) DO UPDATE SET events = events + excluded.events"
        ),
        format!(
            "INSERT INTO processed_messages (message, step, at) SELECT ?4, 1, ?8 \
             WHERE EXISTS (SELECT 1 FROM json_each(?3) WHERE ifnull(json_type(value, '$.view'), '') <> 'null') OR NOT EXISTS \
             (SELECT 1 FROM usage WHERE shop = ?1 AND day = ?2 AND small_events >= ?7 + {MARGIN}) ON CONFLICT DO NOTHING"
        ),
    ]
}

/// The sums of one survey in one of the two tables.
#[derive(Deserialize)]
struct Sums {
    survey: String,
    /// 0 or 1.
    is_archived: u8,
    /// 0 or 1; 0 in the funnel itself.
    is_excluded: u8,
    /// The number of rows.
    days: u32,
    impressions: i64,
    views: i64,
    starts: i64,
    partials: i64,
    completes: i64,
    dismissals: i64,
}

/// The sums of a shop's published surveys. Reads each row of the range once.
const SELECT_COUNTS: &str = "SELECT s.id AS survey, s.status = 'archived' AS is_archived, 0 AS is_excluded, \
     count(f.day) AS days, ifnull(sum(f.impressions), 0) AS impressions, ifnull(sum(f.views), 0) AS views, \
     ifnull(sum(f.starts), 0) AS starts, ifnull(sum(f.partials), 0) AS partials, \
     ifnull(sum(f.completes), 0) AS completes, ifnull(sum(f.dismissals), 0) AS dismissals \
     FROM surveys AS s LEFT JOIN funnel AS f ON f.shop = s.shop AND f.survey = s.id AND f.day BETWEEN ?3 AND ?4 \
     WHERE s.shop = ?1 AND s.id BETWEEN ?2 AND ?5 AND s.version > 0 GROUP BY s.id ORDER BY s.id";

/// The same of what the funnel leaves out, by kind.
const SELECT_LEFT_OUT: &str = "SELECT s.id AS survey, s.status = 'archived' AS is_archived, l.is_excluded, \
     count(*) AS days, sum(l.impressions) AS impressions, sum(l.views) AS views, sum(l.starts) AS starts, \
     sum(l.partials) AS partials, sum(l.completes) AS completes, sum(l.dismissals) AS dismissals \
     FROM surveys AS s CROSS JOIN funnel_left_out AS l ON l.shop = s.shop AND l.survey = s.id AND l.day BETWEEN ?3 AND ?4 \
     WHERE s.shop = ?1 AND s.id BETWEEN ?2 AND ?5 AND s.version > 0 GROUP BY s.id, l.is_excluded ORDER BY s.id";

impl FunnelRow {
    fn add(&mut self, sums: &Sums) {
        self.impressions += sums.impressions;
        self.views += sums.views;
        self.starts += sums.starts;
        self.partials += sums.partials;
        self.completes += sums.completes;
        self.dismissals += sums.dismissals;
    }

    fn leave_out(&mut self, sums: &Sums) {
        self.left_impressions += sums.impressions;
        self.left_views += sums.views;
        self.left_starts += sums.starts;
        self.left_partials += sums.partials;
        self.left_completes += sums.completes;
        self.left_dismissals += sums.dismissals;
    }
}

impl Funnel<'_> {
    /// Adds a message to a day's counts, or to what the funnel leaves out, within the budgets of its day. Idempotent: the
    /// counts and the record of the message are written in one transaction.
    pub(crate) async fn add_once(&self, added: &AddedCounts<'_>, budgets: &Budgets) -> Result<(), StoreError> {
        let AddedCounts { id, shop, day, counts, now } = *added;
        let arguments = || -> [Arg; 8] {
            [
                shop.into(),
                day.into(),
                counts.into(),
                id.into(),
                MAX_EVENTS_PER_VIEW.into(),
                budgets.ordinary.events.into(),
                budgets.small.events.into(),
                now.into(),
            ]
        };
        // Each statement has the parameters up to the last that it names.
        let counts = [6, 7, 7, 5, 8];
        let statements = add_statements().into_iter().zip(counts);
        let statements = statements.map(|(sql, count)| Statement::new(sql, arguments().into_iter().take(count)));
        self.0.database.idempotent(statements.collect::<Vec<_>>()).await.map(|_| ())
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
        let arguments = [shop.into(), first.into(), from.into(), to.into(), last.into()];
        let counts = self.0.database.rows::<Sums>(SELECT_COUNTS, &arguments).await?;
        let left_out = self.0.database.rows::<Sums>(SELECT_LEFT_OUT, &arguments).await?;
        let mut rows = Vec::new();
        for sums in counts {
            let own: Vec<&Sums> = left_out.iter().filter(|left| left.survey == sums.survey).collect();
            // An archived survey is listed only if it has any counts.
            if sums.is_archived == 1 && sums.days == 0 && own.is_empty() {
                continue;
            }
            let mut row = FunnelRow { survey: sums.survey.clone(), ..FunnelRow::default() };
            row.add(&sums);
            for left in own {
                if with_flagged && left.is_excluded == 0 { row.add(left) } else { row.leave_out(left) }
            }
            rows.push(row);
        }
        Ok(rows)
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

    fn counts<'a>(survey: &'a str, view: Option<&'a str>) -> FunnelCounts<'a> {
        FunnelCounts { survey, version: 1, device: "mobile", view, impressions: 5, views: 4, starts: 3, dismissals: 1 }
    }

    fn message<'a>(id: &'a str, counts: &'a str) -> AddedCounts<'a> {
        AddedCounts { id, shop: "s", day: 7, counts, now: 0 }
    }

    #[test]
    fn events_spend_budgets_and_a_view_vouches_for_a_limited_number() {
        let fixture = shop();
        let funnel = fixture.store.funnel();
        let mut budgets = Budgets::of(100);
        let add = |id: &str, view: Option<&str>, budgets: &Budgets| {
            let counts = serde_json::to_string(&[counts("srv_1", view)]).unwrap();
            ready(funnel.add_once(&message(id, &counts), budgets)).unwrap();
            let sums = "SELECT (SELECT ifnull(sum(impressions), 0) FROM funnel), (SELECT ifnull(sum(impressions), 0) \
                        FROM funnel_left_out), (SELECT count(*) FROM processed_messages)";
            fixture.strings(sums, []).remove(0)
        };
        // Each message has 13 events, and a view vouches for 24 before the last message that it vouches for.
        assert_eq!(add("m1", Some("v1"), &budgets), "5 0 1");
        assert_eq!(add("m2", Some("v1"), &budgets), "10 0 2");
        assert_eq!(add("m3", Some("v1"), &budgets), "10 5 3");
        assert_eq!(add("m4", Some("v2"), &budgets), "15 5 4");
        let usage = "SELECT events, small_events FROM usage";
        assert_eq!(fixture.strings(usage, []), ["39 13"]);
        // Beyond the small budget events are dropped, and a little later not even the record of the message is written.
        budgets.small.events = 14;
        assert_eq!(add("m5", None, &budgets), "15 10 5");
        assert_eq!(add("m6", None, &budgets), "15 10 6");
        fixture.execute("UPDATE usage SET small_events = 14 + ?1", [MARGIN]).unwrap();
        assert_eq!(add("m7", None, &budgets), "15 10 6");
        assert_eq!(add("m8", Some("v3"), &budgets), "20 10 7");
        assert_eq!(fixture.strings(usage, []), ["52 1014"]);
        // Beyond the ordinary budget events are left out, as far as the small one goes.
        (budgets.ordinary.events, budgets.small.events) = (52, 1_020);
        assert_eq!(add("m9", Some("v4"), &budgets), "20 15 8");
        assert_eq!(add("m10", Some("v5"), &budgets), "20 15 9");
    }

    #[test]
    fn the_counts_of_a_message_are_added_once() {
        let fixture = shop();
        let funnel = fixture.store.funnel();
        for id in ["m1", "m1", "m2"] {
            let counts = serde_json::to_string(&[counts("srv_1", Some("v1"))]).unwrap();
            ready(funnel.add_once(&message(id, &counts), &Budgets::UNLIMITED)).unwrap();
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
        let mut earlier = serde_json::to_value(counts("srv_1", Some("v1"))).unwrap();
        earlier.as_object_mut().unwrap().remove("view");
        let both =
            serde_json::json!([counts("srv_1", Some("v1")), counts("srv_1", None), counts("srv_2", None), earlier]);
        for id in ["m1", "m1"] {
            ready(funnel.add_once(&message(id, &both.to_string()), &Budgets::UNLIMITED)).unwrap();
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
