//! Surveys and their versions.

use super::{Store, StoreError};
use crate::db::{Statement, row_at};
use serde::Deserialize;
use std::collections::HashMap;

/// How many answers a survey has, and with how many it stops.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Counts {
    pub(crate) answers: u32,
    /// Of the published version.
    pub(crate) stop_after: Option<u32>,
}

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

pub(super) const COLUMNS: &str = "id, status, version, definition, created_at, updated_at";

impl Store {
    /// A shop's surveys by id after `after`, at most `limit`: those of one status, or all but the archived ones.
    pub(crate) async fn surveys(
        &self,
        shop: &str,
        status: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<SurveyRow>, StoreError> {
        // Shops have tens of surveys: leaving some out on the way is no work worth an index.
        let sql = format!(
            "SELECT {COLUMNS} FROM surveys WHERE shop = ?1 AND id > ?2 \
             AND status IN (SELECT value FROM json_each(?3)) ORDER BY id LIMIT ?4"
        );
        let wanted =
            status.map_or_else(|| r#"["draft","live","paused"]"#.to_owned(), |status| format!(r#"["{status}"]"#));
        self.database.rows(&sql, &[shop.into(), after.into(), (&wanted).into(), limit.into()]).await
    }

    /// One survey of a shop.
    pub(crate) async fn survey(&self, shop: &str, id: &str) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM surveys WHERE shop = ?1 AND id = ?2");
        self.database.row(&sql, &[shop.into(), id.into()]).await
    }

    /// How many answers a survey has.
    pub(crate) async fn counts(&self, shop: &str, id: &str) -> Result<Option<Counts>, StoreError> {
        let sql = "SELECT answers, stop_after FROM survey_counts WHERE shop = ?1 AND survey = ?2";
        self.database.row(sql, &[shop.into(), id.into()]).await
    }

    /// The published versions of those of a shop's surveys that are among `ids`.
    pub(crate) async fn versions(&self, shop: &str, ids: &[&str]) -> Result<HashMap<String, u32>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
            version: u32,
        }
        let ids = serde_json::to_string(ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = "SELECT id, version FROM surveys WHERE shop = ?1 AND id IN (SELECT value FROM json_each(?2))";
        let rows = self.database.rows::<Row>(sql, &[shop.into(), (&ids).into()]).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
    }

    /// Moves a survey from one status to another and tells the pages. `None` if it has another status by now.
    pub(crate) async fn move_survey(
        &self,
        shop: &str,
        row: &SurveyRow,
        to: &str,
        now: i64,
    ) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!(
            "UPDATE surveys SET status = ?4, updated_at = ?5 WHERE shop = ?1 AND id = ?2 AND status = ?3 \
             RETURNING {COLUMNS}"
        );
        let arguments = [shop.into(), (&row.id).into(), (&row.status).into(), to.into(), now.into()];
        let moved = self.database.row(&sql, &arguments).await?;
        if moved.is_some() {
            self.publish(shop, now).await;
        }
        Ok(moved)
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
            Statement::new(
                format!(
                    "UPDATE surveys SET version = version + 1, status = 'live', updated_at = ?3 \
                     WHERE shop = ?1 AND id = ?2 RETURNING {COLUMNS}"
                ),
                [shop.into(), id.into(), now.into()],
            ),
            Statement::new(
                "INSERT INTO survey_versions (shop, survey, version, definition, published_at) \
                 SELECT shop, id, version, definition, ?3 FROM surveys WHERE shop = ?1 AND id = ?2",
                [shop.into(), id.into(), now.into()],
            ),
            Statement::new(
                "INSERT INTO survey_counts (shop, survey, answers, stop_after) \
                 SELECT shop, id, 0, json_extract(definition, '$.audience.stop_after') FROM surveys \
                 WHERE shop = ?1 AND id = ?2 \
                 ON CONFLICT (shop, survey) DO UPDATE SET stop_after = excluded.stop_after",
                [shop.into(), id.into()],
            ),
        ];
        let results = self.database.transaction(statements).await?;
        let row = row_at::<SurveyRow>(&results, 0)?;
        if row.is_some() {
            self.publish(shop, now).await;
        }
        Ok(row)
    }
}
