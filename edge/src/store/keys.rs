//! Keys of shops.

use super::{Store, StoreError};
use crate::key::Kind;
use serde::Deserialize;

impl Store {
    /// Whether a shop has this key and has not revoked it. A secret key is looked for by its hash.
    pub(crate) async fn has_key(&self, shop: &str, kind: Kind, key: &str) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Row {}
        let sql = "SELECT 1 FROM keys WHERE shop = ?1 AND kind = ?2 AND key = ?3 AND revoked_at IS NULL";
        let row = self.database.row::<Row>(sql, &[shop.into(), kind.as_str().into(), key.into()]).await?;
        Ok(row.is_some())
    }
}
