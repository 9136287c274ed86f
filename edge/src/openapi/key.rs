//! Requests about API keys.

use super::words::{KeyKind, KeyScope};
use utoipa::ToSchema;

/// A key to create.
#[derive(ToSchema)]
#[schema(example = json!({ "label": "Warehouse", "scopes": ["read"] }))]
pub(crate) struct KeyRequest {
    /// The owner's name for it.
    #[schema(min_length = 1, max_length = 80)]
    label: String,
    /// `secret` if omitted.
    #[schema(value_type = Option<KeyKind>)]
    kind: Option<String>,
    /// What the key permits. A secret key needs at least one scope; a public key has none, since pages only submit with it.
    #[schema(value_type = Option<Vec<KeyScope>>)]
    scopes: Option<Vec<String>>,
    /// When it expires; never if omitted.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// A key's new label.
#[derive(ToSchema)]
#[schema(example = json!({ "label": "Warehouse in Gdynia" }))]
pub(crate) struct KeyLabel {
    #[schema(min_length = 1, max_length = 80)]
    label: String,
}

/// Options of a rotation.
#[derive(ToSchema)]
#[schema(example = json!({ "overlap_hours": 24 }))]
pub(crate) struct KeyRotation {
    /// How many hours the old key stays valid; 24 if omitted, 0 ends it immediately.
    #[schema(minimum = 0, maximum = 744)]
    overlap_hours: Option<u32>,
    /// When the new key expires; never if omitted.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}
