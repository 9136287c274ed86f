//! When surveys begin and end. The cached config answers first; before anything is refused on its word, the database is
//! asked, because the owner may have resumed the survey a moment ago.

use super::super::{Shop, StoreError, Surveys};
use serde::Deserialize;
use survey::{
    closing::{Decision, Evidence, Period, State},
    day::Day,
};

/// When a survey was closed; `NULL` while it is a draft or live. A row that an earlier version of the Worker paused has no
/// `closed_at`.
pub(crate) const CLOSED_AT: &str =
    "CASE WHEN status IN ('paused', 'archived') THEN ifnull(closed_at, updated_at) END AS closed_at";

/// A published survey with its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublishedPeriod {
    pub(crate) id: String,
    /// The current version.
    pub(crate) version: u32,
    pub(crate) period: Period,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    version: u32,
    closed_at: Option<i64>,
    from: Option<String>,
    until: Option<String>,
}

impl From<Row> for PublishedPeriod {
    fn from(row: Row) -> Self {
        // The days were validated when they were written.
        let day = |text: Option<String>| text.and_then(|text| Day::parse(&text).ok());
        let period = Period::new(day(row.from), day(row.until), row.closed_at);
        Self { id: row.id, version: row.version, period }
    }
}

impl Surveys<'_> {
    /// The published surveys in `ids` that take submissions; unknown ids, drafts and surveys of imports are left out.
    pub(crate) async fn periods(&self, shop: &str, ids: &[&str]) -> Result<Vec<PublishedPeriod>, StoreError> {
        let ids = serde_json::to_string(ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = format!(
            "SELECT s.id, s.version, {CLOSED_AT}, json_extract(v.definition, '$.audience.from') AS \"from\", \
             json_extract(v.definition, '$.audience.until') AS until FROM surveys AS s \
             JOIN survey_versions AS v ON v.shop = s.shop AND v.survey = s.id AND v.version = s.version \
             WHERE s.shop = ?1 AND s.id IN (SELECT value FROM json_each(?2)) AND s.imports = 0"
        );
        let rows = self.0.database.rows::<Row>(&sql, &[shop.into(), (&ids).into()]).await?;
        Ok(rows.into_iter().map(PublishedPeriod::from).collect())
    }

    /// Whether pages show a survey at `now` (milliseconds since 1970). `None` if the shop has no such published survey.
    pub(crate) async fn state(&self, shop: &Shop, id: &str, now: i64) -> Result<Option<State>, StoreError> {
        let cached = shop.survey(id).map(|survey| survey.state_at(now));
        if cached == Some(State::Open) {
            return Ok(cached);
        }
        match self.periods(&shop.id, &[id]).await {
            Ok(found) => Ok(found.first().map(|survey| survey.period.state_at(now))),
            Err(StoreError::Unavailable(_)) if cached.is_some() => Ok(cached),
            Err(error) => Err(error),
        }
    }

    /// Whether a survey accepts a response. `None` if the shop has no such published survey. While the database is
    /// unavailable, a survey that the config knows accepts it: the refusal would be final.
    pub(crate) async fn decide(
        &self,
        shop: &Shop,
        id: &str,
        evidence: &Evidence,
    ) -> Result<Option<Decision>, StoreError> {
        let cached = shop.survey(id).map(|survey| survey.period().decide(evidence));
        if let Some(Decision::Accepted { .. }) = cached {
            return Ok(cached);
        }
        match self.periods(&shop.id, &[id]).await {
            Ok(found) => Ok(found.first().map(|survey| survey.period.decide(evidence))),
            Err(StoreError::Unavailable(_)) if cached.is_some() => Ok(Some(Decision::Accepted { small_budget: true })),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};
    use serde_json::{Value, json};
    use survey::trust::Budgets;

    /// Saves a response that arrived at `at`.
    fn save(fixture: &Fixture, id: &str, revision: u32, at: i64) {
        let row: Value = json!({
            "shop": "s", "id": id, "survey": "srv_1", "version": 1, "revision": revision, "fingerprint": "f",
            "complete": true, "touchpoint": "cart", "language": null, "device": null, "source": null, "url": null,
            "answers": "[]", "scores": "[]", "order_id": null, "order_value": null, "order_currency": null,
            "customer": null, "traits": "{}", "flags": 0, "day": 0, "received_at": at,
        });
        let row = serde_json::from_value(row).unwrap();
        ready(fixture.store.responses().save(&row, &Budgets::UNLIMITED)).unwrap();
    }

    #[test]
    fn the_response_that_reaches_the_limit_closes_the_survey() {
        for (arrivals, closed_at) in [
            // In order.
            (&[("a", 1, 100), ("b", 1, 200)][..], Some(200)),
            (&[("a", 1, 100)], None),
            // A revision and a repeated response do not count.
            (&[("a", 1, 100), ("a", 2, 150), ("a", 2, 160)], None),
            // The last one waited in the queue, but another response has arrived since.
            (&[("a", 1, 300), ("b", 1, 200)], Some(300)),
            // The survey was published after both arrived.
            (&[("a", 1, 10), ("b", 1, 20)], Some(50)),
            // Later responses do not move the end.
            (&[("a", 1, 100), ("b", 1, 200), ("c", 1, 300), ("a", 2, 400)], Some(200)),
        ] {
            let fixture = Fixture::new();
            let surveys = fixture.store.surveys();
            ready(surveys.create("s", "srv_1", r#"{"audience":{"stop_after":2}}"#, 1)).unwrap().unwrap();
            ready(surveys.publish("s", "srv_1", 50)).unwrap().unwrap();
            for (id, revision, at) in arrivals {
                save(&fixture, id, *revision, *at);
            }
            let row = ready(surveys.get("s", "srv_1")).unwrap().unwrap();
            assert_eq!(row.closed_at, closed_at, "{arrivals:?}");
            assert_eq!(row.status, if closed_at.is_some() { "paused" } else { "live" }, "{arrivals:?}");
            let periods = ready(surveys.periods("s", &["srv_1"])).unwrap();
            assert_eq!(periods[0].period.ends_ms, closed_at, "{arrivals:?}");
        }
    }

    #[test]
    fn a_period_is_that_of_the_published_version() {
        let fixture = Fixture::new();
        let surveys = fixture.store.surveys();
        let definition = |until: &str| format!(r#"{{"audience":{{"from":"1970-01-03","until":"{until}"}}}}"#);
        for id in ["srv_1", "srv_2", "srv_3", "srv_4"] {
            ready(surveys.create("s", id, &definition("1970-01-04"), 1)).unwrap().unwrap();
        }
        for id in ["srv_1", "srv_3", "srv_4"] {
            ready(surveys.publish("s", id, 5)).unwrap().unwrap();
        }
        ready(surveys.replace("s", "srv_1", &definition("1999-12-31"), 6)).unwrap().unwrap();
        let row = ready(surveys.get("s", "srv_3")).unwrap().unwrap();
        ready(surveys.set_status("s", &row, "paused", 7)).unwrap().unwrap();
        fixture.execute("UPDATE surveys SET imports = 1 WHERE id = 'srv_4'", []).unwrap();
        let day = 86_400_000;
        let period = |ends_ms| Period { begins_ms: Some(2 * day), ends_ms: Some(ends_ms) };
        let found = ready(surveys.periods("s", &["srv_1", "srv_2", "srv_3", "srv_4", "srv_5"])).unwrap();
        let expected = [("srv_1", period(4 * day)), ("srv_3", period(7))].map(|(id, period)| PublishedPeriod {
            id: id.to_owned(),
            version: 1,
            period,
        });
        assert_eq!(found, expected);
        fixture.execute("UPDATE surveys SET closed_at = NULL, updated_at = 9 WHERE id = 'srv_3'", []).unwrap();
        assert_eq!(
            ready(surveys.periods("s", &["srv_3"])).unwrap()[0].period,
            period(9),
            "paused by an earlier Worker"
        );
    }
}
