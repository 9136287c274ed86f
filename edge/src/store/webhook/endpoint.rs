//! Webhook endpoints of a shop.

use super::{
    super::{StoreError, Webhooks},
    dispatch,
};
use crate::db::{Arg, Statement, row_at};
use serde::Deserialize;
use survey::webhook::{MAX_ENDPOINTS, ROTATION_MS};

/// An endpoint.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WebhookRow {
    pub(crate) id: String,
    pub(crate) url: String,
    /// JSON list of event types.
    pub(crate) events: String,
    pub(crate) template: String,
    pub(crate) recipient: Option<String>,
    pub(crate) description: String,
    pub(crate) status: String,
    /// Why the endpoint is disabled.
    pub(crate) reason: Option<String>,
    pub(crate) secret: String,
    pub(crate) old_secret: Option<String>,
    /// Until when deliveries are also signed with the old secret, in milliseconds since 1970.
    pub(crate) old_until: Option<i64>,
    pub(crate) failing_since: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl WebhookRow {
    pub(crate) fn is_enabled(&self) -> bool {
        self.status == "enabled"
    }
}

/// The members of an endpoint that its owner sets.
pub(crate) struct WebhookForm<'a> {
    pub(crate) url: &'a str,
    /// JSON list of event types.
    pub(crate) events: &'a str,
    pub(crate) template: &'a str,
    pub(crate) recipient: Option<&'a str>,
    pub(crate) description: &'a str,
    /// `None` leaves the status unchanged.
    pub(crate) enabled: Option<bool>,
}

impl WebhookForm<'_> {
    fn status(&self) -> Option<&'static str> {
        self.enabled.map(|enabled| if enabled { "enabled" } else { "disabled" })
    }
}

/// The columns of [`WebhookRow`].
const COLUMNS: &str = "id, url, events, template, recipient, description, status, reason, secret, old_secret, old_until, \
     failing_since, created_at, updated_at";

/// Inserts an endpoint unless the shop has reached the limit.
const CREATE: &str = "INSERT INTO webhooks (shop, id, url, events, template, recipient, description, status, reason, \
     secret, created_at, updated_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, iif(?8 = 'disabled', 'owner', NULL), ?9, \
     ?10, ?10 WHERE (SELECT count(*) FROM webhooks WHERE shop = ?1) < ?11";

/// Enabling a disabled endpoint clears `failing_since`.
const REPLACE: &str = "UPDATE webhooks SET url = ?3, events = ?4, template = ?5, recipient = ?6, \
     description = ?7, status = ifnull(?8, status), \
     reason = CASE ifnull(?8, status) WHEN 'disabled' THEN ifnull(reason, 'owner') END, \
     failing_since = iif(?8 = 'enabled' AND status = 'disabled', NULL, failing_since), updated_at = ?9 \
     WHERE shop = ?1 AND id = ?2";

const ENABLE: &str = "UPDATE webhooks SET status = 'enabled', reason = NULL, failing_since = NULL, updated_at = ?3 \
     WHERE shop = ?1 AND id = ?2";

const ROTATE: &str = "UPDATE webhooks SET old_secret = secret, old_until = ?4, secret = ?3, updated_at = ?5 \
     WHERE shop = ?1 AND id = ?2";

const DELETE: &str = "DELETE FROM webhooks WHERE shop = ?1 AND id = ?2";

/// Disables an endpoint that is gone or has been failing since before `?4`.
const DISABLE: &str = "UPDATE webhooks SET status = 'disabled', reason = ?5, updated_at = ?3 \
     WHERE shop = ?1 AND id = ?2 AND status = 'enabled' AND (?5 = 'gone' OR failing_since <= ?4) RETURNING reason";

const MARK_HEALTHY: &str =
    "UPDATE webhooks SET failing_since = NULL WHERE shop = ?1 AND id = ?2 AND failing_since IS NOT NULL";

const MARK_FAILING: &str =
    "UPDATE webhooks SET failing_since = ?3 WHERE shop = ?1 AND id = ?2 AND failing_since IS NULL";

/// Selects an endpoint.
pub(super) fn select(shop: &str, id: &str) -> Statement {
    Statement::new(format!("SELECT {COLUMNS} FROM webhooks WHERE shop = ?1 AND id = ?2"), [shop.into(), id.into()])
}

/// Records that a delivery succeeded.
pub(super) fn mark_healthy(shop: &str, id: &str) -> Statement {
    Statement::new(MARK_HEALTHY, [shop.into(), id.into()])
}

/// Records that a delivery failed, unless an earlier failure is recorded.
pub(super) fn mark_failing(shop: &str, id: &str, now: i64) -> Statement {
    Statement::new(MARK_FAILING, [shop.into(), id.into(), now.into()])
}

/// Disables an endpoint if the reason is `gone`, or if it has been failing since `failing_before` or earlier. Returns the
/// reason if it was disabled.
pub(super) fn disable(shop: &str, id: &str, reason: &str, now: i64, failing_before: i64) -> Statement {
    Statement::new(DISABLE, [shop.into(), id.into(), now.into(), failing_before.into(), reason.into()])
}

/// A change with its arguments, which returns the changed endpoint.
fn returning(change: &str, arguments: impl IntoIterator<Item = Arg>) -> Statement {
    Statement::new(format!("{change} RETURNING {COLUMNS}"), arguments)
}

impl Webhooks<'_> {
    /// The endpoints of a shop, oldest first.
    pub(crate) async fn list(&self, shop: &str) -> Result<Vec<WebhookRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE shop = ?1 ORDER BY created_at, id");
        self.0.database.rows(&sql, &[shop.into()]).await
    }

    /// One endpoint of a shop.
    pub(crate) async fn get(&self, shop: &str, id: &str) -> Result<Option<WebhookRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE shop = ?1 AND id = ?2");
        self.0.database.row(&sql, &[shop.into(), id.into()]).await
    }

    /// Creates an endpoint. `None` if the shop has reached the limit.
    pub(crate) async fn create(
        &self,
        shop: &str,
        (id, secret): (&str, &str),
        form: &WebhookForm<'_>,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let arguments = [
            shop.into(),
            id.into(),
            form.url.into(),
            form.events.into(),
            form.template.into(),
            form.recipient.into(),
            form.description.into(),
            form.status().unwrap_or("enabled").into(),
            secret.into(),
            now.into(),
            MAX_ENDPOINTS.into(),
        ];
        self.change(shop, returning(CREATE, arguments), now).await
    }

    /// Replaces an endpoint. `None` if there is no such endpoint.
    pub(crate) async fn replace(
        &self,
        shop: &str,
        id: &str,
        form: &WebhookForm<'_>,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let arguments = [
            shop.into(),
            id.into(),
            form.url.into(),
            form.events.into(),
            form.template.into(),
            form.recipient.into(),
            form.description.into(),
            form.status().into(),
            now.into(),
        ];
        self.change(shop, returning(REPLACE, arguments), now).await
    }

    /// Enables an endpoint, for whatever reason it was disabled.
    pub(crate) async fn enable(&self, shop: &str, id: &str, now: i64) -> Result<Option<WebhookRow>, StoreError> {
        self.change(shop, returning(ENABLE, [shop.into(), id.into(), now.into()]), now).await
    }

    /// Replaces an endpoint's secret. The old secret also signs deliveries for one more day.
    pub(crate) async fn rotate(
        &self,
        shop: &str,
        id: &str,
        secret: &str,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let arguments = [shop.into(), id.into(), secret.into(), (now + ROTATION_MS).into(), now.into()];
        self.0.database.row(&format!("{ROTATE} RETURNING {COLUMNS}"), &arguments).await
    }

    /// Deletes an endpoint. Its pending deliveries are not sent; its log expires.
    pub(crate) async fn delete(&self, shop: &str, id: &str, now: i64) -> Result<Option<WebhookRow>, StoreError> {
        self.change(shop, returning(DELETE, [shop.into(), id.into()]), now).await
    }

    /// Changes an endpoint and publishes the config. Earlier events are dispatched first, to the endpoints before the change.
    async fn change(&self, shop: &str, change: Statement, now: i64) -> Result<Option<WebhookRow>, StoreError> {
        let deliveries = self.0.deliveries();
        while deliveries.dispatch(now).await? {}
        let mut statements = dispatch::statements(now);
        statements.push(change);
        let results = self.0.database.transaction(statements).await?;
        deliveries.enqueue_dispatched(&results, now).await;
        let changed = row_at::<WebhookRow>(&results, results.len().saturating_sub(1))?;
        if changed.is_some() {
            self.0.config().publish(shop, now).await;
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn a_shop_has_a_limited_number_of_endpoints() {
        let store = Fixture::new().store;
        let webhooks = store.webhooks();
        let form = WebhookForm {
            url: "https://shop.example/",
            events: "[]",
            template: "standard",
            recipient: None,
            description: "",
            enabled: None,
        };
        for number in 0..MAX_ENDPOINTS {
            let id = format!("w{number}");
            let row = ready(webhooks.create("s", (&id, "old"), &form, number.into())).unwrap().unwrap();
            assert!(row.is_enabled());
        }
        assert!(ready(webhooks.create("s", ("more", "old"), &form, 1)).unwrap().is_none());
        let row = ready(webhooks.rotate("s", "w0", "new", 5)).unwrap().unwrap();
        assert_eq!((row.secret.as_str(), row.old_secret.as_deref()), ("new", Some("old")));
        assert_eq!(row.old_until, Some(5 + ROTATION_MS));
        let rows = ready(webhooks.list("s")).unwrap();
        assert_eq!((rows.len(), rows[0].id.as_str()), (usize::try_from(MAX_ENDPOINTS).unwrap(), "w0"));
    }
}
