//! Surveys and their versions.

pub(super) mod period;

use super::{StoreError, Surveys};
use crate::db::{Statement, row_at};
use period::CLOSED_AT;
use serde::Deserialize;

/// The number of responses to a survey that count, and the number at which it stops.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Counts {
    pub(crate) answers: u32,
    /// The limit in the published version.
    pub(crate) stop_after: Option<u32>,
}

/// A survey as its owner may read it.
#[derive(Debug, Deserialize)]
pub(crate) struct SurveyRow {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) version: u32,
    /// JSON.
    pub(crate) definition: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// When it was paused or archived; `None` while it is a draft or live.
    pub(crate) closed_at: Option<i64>,
    /// 0 or 1: whether it was created for imported responses, so that no page shows it.
    pub(crate) imports: u8,
}

/// The columns of [`SurveyRow`].
fn columns() -> String {
    format!("id, status, version, definition, created_at, updated_at, {CLOSED_AT}, imports")
}

impl Surveys<'_> {
    /// A shop's surveys ordered by id, after `after`, at most `limit`: those with one status, or all but the archived.
    pub(crate) async fn list(
        &self,
        shop: &str,
        status: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<SurveyRow>, StoreError> {
        // A shop has tens of surveys, so filtering by status needs no index.
        let sql = format!(
            "SELECT {} FROM surveys WHERE shop = ?1 AND id > ?2 \
             AND status IN (SELECT value FROM json_each(?3)) ORDER BY id LIMIT ?4",
            columns()
        );
        let statuses =
            status.map_or_else(|| r#"["draft","live","paused"]"#.to_owned(), |status| format!(r#"["{status}"]"#));
        self.0.database.rows(&sql, &[shop.into(), after.into(), statuses.into(), limit.into()]).await
    }

    /// One survey of a shop.
    pub(crate) async fn get(&self, shop: &str, id: &str) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!("SELECT {} FROM surveys WHERE shop = ?1 AND id = ?2", columns());
        self.0.database.row(&sql, &[shop.into(), id.into()]).await
    }

    /// The number of responses to a survey that count: neither flagged nor excluded, without imports. `None` if it was never
    /// published and has none.
    pub(crate) async fn counts(&self, shop: &str, id: &str) -> Result<Option<Counts>, StoreError> {
        let sql = "SELECT answers, stop_after FROM survey_counts WHERE shop = ?1 AND survey = ?2";
        self.0.database.row(sql, &[shop.into(), id.into()]).await
    }

    /// Changes a survey's status and publishes the config. `None` if the status has changed since `row` was read.
    pub(crate) async fn set_status(
        &self,
        shop: &str,
        row: &SurveyRow,
        to: &str,
        now: i64,
    ) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!(
            "UPDATE surveys SET status = ?4, updated_at = ?5, closed_at = CASE \
             WHEN ?4 IN ('draft', 'live') THEN NULL \
             WHEN status IN ('paused', 'archived') THEN ifnull(closed_at, updated_at) ELSE ?5 END \
             WHERE shop = ?1 AND id = ?2 AND status = ?3 RETURNING {}",
            columns()
        );
        let arguments = [shop.into(), (&row.id).into(), (&row.status).into(), to.into(), now.into()];
        let updated = self.0.database.row(&sql, &arguments).await?;
        if updated.is_some() {
            self.0.config().publish(shop, now).await;
        }
        Ok(updated)
    }

    /// Creates a draft. `None` if nothing was inserted.
    pub(crate) async fn create(
        &self,
        shop: &str,
        id: &str,
        definition: &str,
        now: i64,
    ) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!(
            "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) \
             VALUES (?1, ?2, 'draft', 0, ?3, ?4, ?4) RETURNING {}",
            columns()
        );
        self.0.database.row(&sql, &[shop.into(), id.into(), definition.into(), now.into()]).await
    }

    /// Replaces a survey's draft; pages keep the published version. `None` if there is no such survey.
    pub(crate) async fn replace(
        &self,
        shop: &str,
        id: &str,
        definition: &str,
        now: i64,
    ) -> Result<Option<SurveyRow>, StoreError> {
        let sql = format!(
            "UPDATE surveys SET definition = ?3, updated_at = ?4 WHERE shop = ?1 AND id = ?2 RETURNING {}",
            columns()
        );
        self.0.database.row(&sql, &[shop.into(), id.into(), definition.into(), now.into()]).await
    }

    /// Publishes the draft as a new version. `None` if there is no such survey.
    pub(crate) async fn publish(&self, shop: &str, id: &str, now: i64) -> Result<Option<SurveyRow>, StoreError> {
        let statements = vec![
            Statement::new(
                format!(
                    "UPDATE surveys SET version = version + 1, status = 'live', updated_at = ?3, closed_at = NULL \
                     WHERE shop = ?1 AND id = ?2 RETURNING {}",
                    columns()
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
        let results = self.0.database.transaction(statements).await?;
        let row = row_at::<SurveyRow>(&results, 0)?;
        if row.is_some() {
            self.0.config().publish(shop, now).await;
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn a_draft_becomes_a_version_when_it_is_published() {
        let store = Fixture::new().store;
        let surveys = store.surveys();
        let definition = r#"{"audience":{"stop_after":5}}"#;
        ready(surveys.create("s", "srv_1", "{}", 1)).unwrap().unwrap();
        assert!(ready(surveys.counts("s", "srv_1")).unwrap().is_none());
        let row = ready(surveys.replace("s", "srv_1", definition, 2)).unwrap().unwrap();
        assert_eq!((row.status.as_str(), row.version, row.updated_at), ("draft", 0, 2));
        let row = ready(surveys.publish("s", "srv_1", 3)).unwrap().unwrap();
        assert_eq!((row.status.as_str(), row.version, row.definition.as_str()), ("live", 1, definition));
        let counts = ready(surveys.counts("s", "srv_1")).unwrap().unwrap();
        assert_eq!((counts.answers, counts.stop_after), (0, Some(5)));
        let periods = ready(surveys.periods("s", &["srv_1", "srv_2"])).unwrap();
        assert_eq!(
            periods.iter().map(|survey| (survey.id.as_str(), survey.version)).collect::<Vec<_>>(),
            [("srv_1", 1)]
        );
        assert!(ready(surveys.replace("s", "srv_2", "{}", 4)).unwrap().is_none());
        assert!(ready(surveys.publish("s", "srv_2", 4)).unwrap().is_none());
    }

    #[test]
    fn a_status_is_changed_only_if_it_is_still_the_one_that_was_read() {
        let store = Fixture::new().store;
        let surveys = store.surveys();
        for id in ["srv_1", "srv_2"] {
            ready(surveys.create("s", id, "{}", 1)).unwrap().unwrap();
        }
        let row = ready(surveys.get("s", "srv_1")).unwrap().unwrap();
        assert!(ready(surveys.set_status("s", &row, "archived", 2)).unwrap().is_some());
        assert!(ready(surveys.set_status("s", &row, "live", 3)).unwrap().is_none());
        let list = |status, after| -> Vec<String> {
            let rows = ready(surveys.list("s", status, after, 9)).unwrap();
            rows.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(list(None, ""), ["srv_2"]);
        assert_eq!(list(Some("archived"), ""), ["srv_1"]);
        assert_eq!(list(Some("archived"), "srv_1"), [""; 0]);
    }
}
