//! Surveys and their versions.

use super::{Store, StoreError, sql::rows_of};
use serde::Deserialize;

/// A survey as its owner sees it.
#[derive(Debug, Deserialize)]
pub(crate) struct SurveyRow {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) version: u32,
    /// JSON.
    pub(crate) definition: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

const COLUMNS: &str = "id, status, version, definition, created_at, updated_at";

impl Store {
    /// A shop's surveys by id after `after`, at most `limit`.
    pub(crate) async fn surveys(&self, shop: &str, after: &str, limit: u32) -> Result<Vec<SurveyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM surveys WHERE shop = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
        self.database.rows(&sql, &[shop.into(), after.into(), limit.into()]).await
    }

    /// One survey of a shop.
    pub(crate) async fn survey(&self, shop: &str, id: &str) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM surveys WHERE shop = ?1 AND id = ?2");
        self.database.row(&sql, &[shop.into(), id.into()]).await
    }

    /// Makes a draft.
    pub(crate) async fn create_survey(
        &self,
        shop: &str,
        id: &str,
        definition: &str,
        now: i64,
    ) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!(
            "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) \
             VALUES (?1, ?2, 'draft', 0, ?3, ?4, ?4) RETURNING {COLUMNS}"
        );
        self.database.row(&sql, &[shop.into(), id.into(), definition.into(), now.into()]).await
    }

    /// Replaces a survey's draft; what pages show stays until the next publishing. `None` if there is no such survey.
    pub(crate) async fn replace_survey(
        &self,
        shop: &str,
        id: &str,
        definition: &str,
        now: i64,
    ) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!(
            "UPDATE surveys SET definition = ?3, updated_at = ?4 WHERE shop = ?1 AND id = ?2 RETURNING {COLUMNS}"
        );
        self.database.row(&sql, &[shop.into(), id.into(), definition.into(), now.into()]).await
    }

    /// Makes the draft a new version and shows it on pages. `None` if there is no such survey.
    pub(crate) async fn publish_survey(&self, shop: &str, id: &str, now: i64) -> Result<Option<SurveyRow>, StoreError> {
        let statements = vec![
            self.database.statement(
                &format!(
                    "UPDATE surveys SET version = version + 1, status = 'live', updated_at = ?3 \
                     WHERE shop = ?1 AND id = ?2 RETURNING {COLUMNS}"
                ),
                &[shop.into(), id.into(), now.into()],
            )?,
            self.database.statement(
                "INSERT INTO survey_versions (shop, survey, version, definition, published_at) \
                 SELECT shop, id, version, definition, ?3 FROM surveys WHERE shop = ?1 AND id = ?2",
                &[shop.into(), id.into(), now.into()],
            )?,
        ];
        let results = self.database.transaction(statements).await?;
        let row = results.first().map(rows_of).transpose()?.and_then(|rows: Vec<SurveyRow>| rows.into_iter().next());
        if row.is_some() {
            self.publish(shop, now).await?;
        }
        Ok(row)
    }
}
