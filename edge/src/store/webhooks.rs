//! Endpoints that a shop wants told.

use super::{Store, StoreError};
use crate::db::{Statement, row_at};
use serde::Deserialize;
use survey::webhook::{MAX_ENDPOINTS, ROTATION_MS};

/// An endpoint as stored.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WebhookRow {
    pub(crate) id: String,
    pub(crate) url: String,
    /// JSON list of types.
    pub(crate) events: String,
    pub(crate) template: String,
    pub(crate) recipient: Option<String>,
    pub(crate) description: String,
    pub(crate) status: String,
    /// Why it is disabled.
    pub(crate) reason: Option<String>,
    pub(crate) secret: String,
    pub(crate) old_secret: Option<String>,
    /// Until when the old one signs too, in milliseconds since 1970.
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

/// What an owner says of an endpoint.
pub(crate) struct WebhookForm<'a> {
    pub(crate) url: &'a str,
    /// JSON list of types.
    pub(crate) events: &'a str,
    pub(crate) template: &'a str,
    pub(crate) recipient: Option<&'a str>,
    pub(crate) description: &'a str,
    /// `None` = as it was.
    pub(crate) enabled: Option<bool>,
}

impl WebhookForm<'_> {
    fn status(&self) -> Option<&'static str> {
        self.enabled.map(|enabled| if enabled { "enabled" } else { "disabled" })
    }
}

/// Unless the shop has as many as it may.
const CREATE: &str = "INSERT INTO webhooks (shop, id, url, events, template, recipient, description, status, reason, \
     secret, created_at, updated_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, iif(?8 = 'disabled', 'owner', NULL), ?9, \
     ?10, ?10 WHERE (SELECT count(*) FROM webhooks WHERE shop = ?1) < ?11 \
     RETURNING id, url, events, template, recipient, description, status, reason, secret, old_secret, old_until, \
     failing_since, created_at, updated_at";

/// One that is enabled again begins with a clean record.
pub(super) const REPLACE: &str = "UPDATE webhooks SET url = ?3, events = ?4, template = ?5, recipient = ?6, \
     description = ?7, status = ifnull(?8, status), \
     reason = CASE ifnull(?8, status) WHEN 'disabled' THEN ifnull(reason, 'owner') END, \
     failing_since = iif(?8 = 'enabled' AND status = 'disabled', NULL, failing_since), updated_at = ?9 \
     WHERE shop = ?1 AND id = ?2 \
     RETURNING id, url, events, template, recipient, description, status, reason, secret, old_secret, old_until, \
     failing_since, created_at, updated_at";

const ENABLE: &str = "UPDATE webhooks SET status = 'enabled', reason = NULL, failing_since = NULL, updated_at = ?3 \
     WHERE shop = ?1 AND id = ?2 \
     RETURNING id, url, events, template, recipient, description, status, reason, secret, old_secret, old_until, \
     failing_since, created_at, updated_at";

const ROTATE: &str = "UPDATE webhooks SET old_secret = secret, old_until = ?4, secret = ?3, updated_at = ?5 \
     WHERE shop = ?1 AND id = ?2 \
     RETURNING id, url, events, template, recipient, description, status, reason, secret, old_secret, old_until, \
     failing_since, created_at, updated_at";

const DELETE: &str = "DELETE FROM webhooks WHERE shop = ?1 AND id = ?2 \
     RETURNING id, url, events, template, recipient, description, status, reason, secret, old_secret, old_until, \
     failing_since, created_at, updated_at";

/// An endpoint by its id.
pub(super) const READ: &str = "SELECT id, url, events, template, recipient, description, status, reason, secret, \
     old_secret, old_until, failing_since, created_at, updated_at FROM webhooks WHERE shop = ?1 AND id = ?2";

impl Store {
    /// The endpoints of a shop, oldest first.
    pub(crate) async fn webhooks(&self, shop: &str) -> Result<Vec<WebhookRow>, StoreError> {
        let sql = "SELECT id, url, events, template, recipient, description, status, reason, secret, old_secret, \
                   old_until, failing_since, created_at, updated_at FROM webhooks WHERE shop = ?1 \
                   ORDER BY created_at, id";
        self.database.rows(sql, &[shop.into()]).await
    }

    /// One of them.
    pub(crate) async fn webhook(&self, shop: &str, id: &str) -> Result<Option<WebhookRow>, StoreError> {
        self.database.row(READ, &[shop.into(), id.into()]).await
    }

    /// Makes one. `None` if the shop has as many as it may.
    pub(crate) async fn create_webhook(
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
        self.change_webhook(shop, Statement::new(CREATE, arguments), now).await
    }

    /// Puts another in the place of one. `None` if there is no such endpoint.
    pub(crate) async fn replace_webhook(
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
        self.change_webhook(shop, Statement::new(REPLACE, arguments), now).await
    }

    /// Enables one, whatever it was disabled for.
    pub(crate) async fn enable_webhook(
        &self,
        shop: &str,
        id: &str,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let write = Statement::new(ENABLE, [shop.into(), id.into(), now.into()]);
        self.change_webhook(shop, write, now).await
    }

    /// Gives it a new secret; the one before it goes on signing for a day.
    pub(crate) async fn rotate_webhook(
        &self,
        shop: &str,
        id: &str,
        secret: &str,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let arguments = [shop.into(), id.into(), secret.into(), (now + ROTATION_MS).into(), now.into()];
        self.database.row(ROTATE, &arguments).await
    }

    /// Forgets one. What was to be sent to it is not sent; its log goes when it is old.
    pub(crate) async fn delete_webhook(
        &self,
        shop: &str,
        id: &str,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        let write = Statement::new(DELETE, [shop.into(), id.into()]);
        self.change_webhook(shop, write, now).await
    }

    /// Changes an endpoint after everything that happened until then was laid out for the endpoints as they were.
    async fn change_webhook(&self, shop: &str, change: Statement, now: i64) -> Result<Option<WebhookRow>, StoreError> {
        while self.dispatch(now).await? {}
        let mut statements = self.dispatching(now)?;
        statements.push(change);
        let results = self.database.transaction(statements).await?;
        self.post_dispatched(&results, now).await;
        let changed = row_at::<WebhookRow>(&results, results.len().saturating_sub(1))?;
        if changed.is_some() {
            self.publish(shop, now).await;
        }
        Ok(changed)
    }
}
