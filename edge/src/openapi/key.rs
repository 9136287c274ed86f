//! Keys, as an owner asks for them.

use super::words::{KeyKind, KeyScope};
use utoipa::ToSchema;

/// A key to be made.
#[derive(ToSchema)]
#[schema(example = json!({ "label": "Warehouse", "scopes": ["read"] }))]
pub(crate) struct KeyRequest {
    /// What its owner will know it by.
    #[schema(min_length = 1, max_length = 80)]
    label: String,
    /// `secret` if left out.
    #[schema(value_type = Option<KeyKind>)]
    kind: Option<String>,
    /// What it may do; of a secret key at least one. A public key has none: pages send answers with it.
    #[schema(value_type = Option<Vec<KeyScope>>)]
    scopes: Option<Vec<String>>,
    /// When it ends; never if left out.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// Another label for a key.
#[derive(ToSchema)]
#[schema(example = json!({ "label": "Warehouse in Gdynia" }))]
pub(crate) struct KeyLabel {
    #[schema(min_length = 1, max_length = 80)]
    label: String,
}

/// How a key is rotated.
#[derive(ToSchema)]
#[schema(example = json!({ "overlap_hours": 24 }))]
pub(crate) struct KeyRotation {
    /// How long the old key works on; 24 if left out, 0 ends it at once.
    #[schema(minimum = 0, maximum = 744)]
    overlap_hours: Option<u32>,
    /// When the new key ends; never if left out.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}
