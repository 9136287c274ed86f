//! The secret with which a shop signs customers, orders and traits.

use super::super::{Shops, StoreError};
use crate::db::{Statement, row_at};
use serde::Deserialize;
use survey::webhook::ROTATION_MS;

/// What is known about a shop's identity secret, without the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct IdentityRow {
    /// In milliseconds since 1970; `None` = the shop has no secret.
    pub(crate) created_at: Option<i64>,
    /// Until when the secret before it is valid, in milliseconds since 1970.
    pub(crate) old_until: Option<i64>,
}

const SELECT: &str = "SELECT identity_at AS created_at, identity_old_until AS old_until FROM shops WHERE id = ?1";

/// Repeating it with the same secret changes nothing, so that a retry after a lost reply does not drop the old secret.
const ROTATE: &str = "UPDATE shops SET identity_old_secret = identity_secret, \
     identity_old_until = CASE WHEN identity_secret IS NULL THEN NULL ELSE ?4 END, identity_secret = ?2, identity_at = ?3 \
     WHERE id = ?1 AND identity_secret IS NOT ?2";

impl Shops<'_> {
    /// The state of a shop's identity secret. `None` if there is no such shop.
    pub(crate) async fn identity(&self, shop: &str) -> Result<Option<IdentityRow>, StoreError> {
        self.0.database.row(SELECT, &[shop.into()]).await
    }

    /// Replaces a shop's identity secret and publishes its config. The earlier secret stays valid for a day. `None` if there
    /// is no such shop.
    pub(crate) async fn rotate_identity(
        &self,
        shop: &str,
        secret: &str,
        now: i64,
    ) -> Result<Option<IdentityRow>, StoreError> {
        let rotate = Statement::new(ROTATE, [shop.into(), secret.into(), now.into(), (now + ROTATION_MS).into()]);
        let select = Statement::new(SELECT, [shop.into()]);
        let row = row_at(&self.0.database.idempotent([rotate, select]).await?, 1)?;
        self.0.config().publish(shop, now).await;
        Ok(row)
    }
}
