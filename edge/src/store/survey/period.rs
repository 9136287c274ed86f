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
