//! Tags and exclusions that the shop owner sets on responses, and the questions that become columns of an export.

use super::{Responses, StoreError};
use crate::db::{Statement, rows_at};
use insight::Metric;
use serde::Deserialize;

/// A change to a response; `None` leaves a field unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Normalised, sorted, without duplicates.
    pub(crate) tags: Option<Vec<String>>,
    /// The reason for excluding the response from every number; `Some(None)` includes it again.
    pub(crate) excluded: Option<Option<String>>,
}

/// A tag with the number of responses that have it.
#[derive(Debug, Deserialize)]
pub(crate) struct TagRow {
    pub(crate) tag: String,
    pub(crate) answers: u32,
}

/// A question of any version of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct PublishedQuestion {
    pub(crate) question: String,
    /// 0 or 1: whether it offers free text beside its choices.
    pub(crate) other: u8,
    /// 0 or 1: whether its answer is a score.
    pub(crate) scored: u8,
}

/// Idempotent. Triggers adjust every count that the response is in.
const CHANGE: &str = "UPDATE responses SET tags = CASE WHEN ?3 = 1 THEN ?4 ELSE tags END, \
     excluded = CASE WHEN ?5 = 1 THEN ?6 ELSE excluded END WHERE shop = ?1 AND id = ?2 RETURNING id";

/// The questions of a range of surveys. The scored kinds are the metrics.
fn questions_sql() -> String {
    let scored = Metric::ALL.map(|metric| format!("'{}'", metric.as_str())).join(", ");
    format!(
        "SELECT json_extract(q.value, '$.id') AS question, \
         max(json_type(q.value, '$.other') IS NOT NULL) AS other, \
         max(json_extract(q.value, '$.kind') IN ({scored})) AS scored \
         FROM survey_versions AS v, json_each(v.definition, '$.questions') AS q \
         WHERE v.shop = ?1 AND v.survey >= ?2 AND v.survey <= ?3 \
         GROUP BY question ORDER BY min(v.published_at), min(q.key), question"
    )
}

impl Responses<'_> {
    /// Changes a response. Returns whether it exists.
    pub(crate) async fn change(&self, shop: &str, id: &str, change: &Change) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Row {}
        let tags = change.tags.as_ref().filter(|tags| !tags.is_empty()).map(serde_json::to_string).transpose();
        let tags = tags.map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let arguments = [
            shop.into(),
            id.into(),
            change.tags.is_some().into(),
            tags.as_deref().into(),
            change.excluded.is_some().into(),
            change.excluded.as_ref().and_then(Option::as_deref).into(),
        ];
        let statement = Statement::new(CHANGE, arguments);
        let results = self.0.database.idempotent(vec![statement]).await?;
        let changed = rows_at::<Row>(&results, 0)?;
        Ok(!changed.is_empty())
    }

    /// A shop's tags in alphabetical order after `after`, at most `limit`.
    pub(crate) async fn tags(&self, shop: &str, after: &str, limit: u32) -> Result<Vec<TagRow>, StoreError> {
        let sql = "SELECT tag, answers FROM tags WHERE shop = ?1 AND tag > ?2 ORDER BY tag LIMIT ?3";
        self.0.database.rows(sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// Every question that was ever published in a survey, or in all surveys of a shop, each id once. In the order in which
    /// the surveys were created, and of the questions within a survey.
    pub(crate) async fn questions(
        &self,
        shop: &str,
        survey: Option<&str>,
    ) -> Result<Vec<PublishedQuestion>, StoreError> {
        // Ids are printable ASCII, so every one is below U+007F.
        let (first, last) = survey.map_or(("", "\u{7f}"), |survey| (survey, survey));
        self.0.database.rows(&questions_sql(), &[shop.into(), first.into(), last.into()]).await
    }

    /// Whether the shop has moved to another database, so that its rows here are stale.
    pub(crate) async fn has_left(&self, shop: &str) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Row {}
        let sql = "SELECT 1 FROM moves WHERE shop = ?1 AND state = 'left'";
        Ok(self.0.database.row::<Row>(sql, &[shop.into()]).await?.is_some())
    }
}
