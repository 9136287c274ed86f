//! What an owner notes beside answers, and what stands above them in a table.

use super::{Store, StoreError};
use crate::db::{Statement, rows_at};
use serde::Deserialize;

/// What an owner changes of a response; `None` = it stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// In their one spelling, sorted, each once.
    pub(crate) tags: Option<Vec<String>>,
    /// Why it is left out of every number, or that it counts.
    pub(crate) excluded: Option<Option<String>>,
}

/// A tag with the number of answers that have it.
#[derive(Debug, Deserialize)]
pub(crate) struct TagRow {
    pub(crate) tag: String,
    pub(crate) answers: u32,
}

/// A question that some version of a survey asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Column {
    pub(crate) question: String,
    /// 0 or 1: whether it may be answered in own words beside its choices.
    pub(crate) other: u8,
    /// 0 or 1: whether it is answered by a score.
    pub(crate) scored: u8,
}

/// May be done twice with the effect of once. Its triggers take the answer out of what is counted, or back in.
pub(super) const CHANGE: &str = "UPDATE responses SET tags = CASE WHEN ?3 = 1 THEN ?4 ELSE tags END, \
     excluded = CASE WHEN ?5 = 1 THEN ?6 ELSE excluded END WHERE shop = ?1 AND id = ?2 RETURNING id";

impl Store {
    /// Changes a response's notes; whether there is one.
    pub(crate) async fn change_response(&self, shop: &str, id: &str, change: &Change) -> Result<bool, StoreError> {
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
        let results = self.database.idempotent(vec![statement]).await?;
        let changed = rows_at::<Row>(&results, 0)?;
        Ok(!changed.is_empty())
    }

    /// A shop's tags in the order of the alphabet behind `after`, at most `limit`.
    pub(crate) async fn tags(&self, shop: &str, after: &str, limit: u32) -> Result<Vec<TagRow>, StoreError> {
        let sql = "SELECT tag, answers FROM tags WHERE shop = ?1 AND tag > ?2 ORDER BY tag LIMIT ?3";
        self.database.rows(sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// Every question that was ever published in a survey, or in all of a shop's, each id once: in the order in which the
    /// surveys were made and the questions stand in them.
    pub(crate) async fn columns(&self, shop: &str, survey: Option<&str>) -> Result<Vec<Column>, StoreError> {
        let sql = "SELECT json_extract(q.value, '$.id') AS question, \
                   max(json_type(q.value, '$.other') IS NOT NULL) AS other, \
                   max(json_extract(q.value, '$.kind') IN ('nps', 'ces', 'csat', 'agree')) AS scored \
                   FROM survey_versions AS v, json_each(v.definition, '$.questions') AS q \
                   WHERE v.shop = ?1 AND v.survey >= ?2 AND v.survey <= ?3 \
                   GROUP BY question ORDER BY min(v.published_at), min(q.key), question";
        // Ids are ASCII: none is behind that.
        let (first, last) = survey.map_or(("", "\u{7f}"), |survey| (survey, survey));
        self.database.rows(sql, &[shop.into(), first.into(), last.into()]).await
    }

    /// Whether a shop's rows are no longer kept up here: it lives in another database now, and what is left goes.
    pub(crate) async fn has_left(&self, shop: &str) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Row {}
        let sql = "SELECT 1 FROM moves WHERE shop = ?1 AND state = 'left'";
        Ok(self.database.row::<Row>(sql, &[shop.into()]).await?.is_some())
    }
}
