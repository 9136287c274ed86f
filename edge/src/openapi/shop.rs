//! Shops, their settings, erasures and moves.

use super::{
    texts::LanguageTag,
    words::{ConsentMode, Health},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A shop to create.
#[derive(ToSchema)]
#[schema(example = json!({ "name": "Zielona Półka", "language": "pl", "origins": ["https://shop.example"] }))]
pub(crate) struct NewShop {
    /// The name that shoppers know; it replaces `{shop}` in questions.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// The default language of its surveys; `en` if omitted.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// IANA name like `Europe/Warsaw`; `UTC` if omitted.
    #[schema(pattern = "^[A-Za-z0-9/_+-]{1,64}$")]
    time_zone: Option<String>,
    /// The origins whose pages may submit responses, exactly as browsers send them.
    #[schema(max_items = 100)]
    origins: Option<Vec<String>>,
    /// The daily limit of responses, for days in its time zone; 100,000 if omitted.
    #[schema(minimum = 0, maximum = 10000000)]
    daily_answers: Option<i64>,
}

/// The daily limit of a shop's responses, for days in its time zone.
#[derive(ToSchema)]
#[schema(example = json!({ "daily_answers": 100000 }))]
pub(crate) struct Quota {
    #[schema(minimum = 0, maximum = 10000000)]
    daily_answers: i64,
}

/// Settings of a shop. An absent or null member gets its default.
#[derive(ToSchema)]
#[schema(example = json!({ "consent": "wait", "cooldown_days": 14, "retention_days": 365, "page_parameters": ["category"] }))]
pub(crate) struct SettingsDraft {
    /// `auto` if omitted.
    #[schema(value_type = Option<ConsentMode>)]
    consent: Option<String>,
    /// Days between two surveys for the same shopper; 7 if omitted.
    #[schema(minimum = 0, maximum = 365)]
    cooldown_days: Option<i64>,
    /// Days after which a response is deleted; 730 if omitted.
    #[schema(minimum = 30, maximum = 3650)]
    retention_days: Option<i64>,
    /// Names of parameters that are kept in the addresses of pages; none if omitted. The parameters of campaigns (`utm_*`) and
    /// those that a page pattern of a survey names are always kept, all others are removed. The name of a secret or of
    /// personal data, like `key`, `token` or `email`, is rejected.
    #[schema(max_items = 20)]
    page_parameters: Option<Vec<String>>,
}

/// Settings of a shop.
#[derive(ToSchema)]
pub(crate) struct Settings {
    #[schema(value_type = ConsentMode)]
    consent: String,
    /// Days between two surveys for the same shopper.
    #[schema(minimum = 0, maximum = 365)]
    cooldown_days: i64,
    /// Days after which a response is deleted.
    #[schema(minimum = 30, maximum = 3650)]
    retention_days: i64,
    /// Names of parameters that are kept in the addresses of pages, besides those of campaigns (`utm_*`).
    #[schema(max_items = 20)]
    page_parameters: Vec<String>,
}

/// What to erase: exactly one of the members.
#[derive(ToSchema)]
#[schema(example = json!({ "customer": "c-1001" }))]
pub(crate) struct ErasureRequest {
    /// All responses of a customer, by the shop's own id.
    #[schema(min_length = 1, max_length = 128)]
    customer: Option<String>,
    /// All responses in which this e-mail address or phone number was left.
    #[schema(min_length = 1, max_length = 400)]
    contact: Option<String>,
    /// One response, by its id.
    response: Option<String>,
    /// One response, by its shopper's receipt.
    receipt: Option<String>,
}

/// Whose data to export: `customer` or `contact`, and which page.
#[derive(ToSchema)]
#[schema(example = json!({ "customer": "c-1001" }))]
pub(crate) struct ExportRequest {
    /// All responses of a customer, by the shop's own id.
    #[schema(min_length = 1, max_length = 128)]
    customer: Option<String>,
    /// All responses in which this e-mail address or phone number was left.
    #[schema(min_length = 1, max_length = 400)]
    contact: Option<String>,
    /// Items per page; 100 if omitted.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the previous page, unchanged.
    cursor: Option<String>,
}

/// The target of a move.
#[derive(ToSchema)]
#[schema(example = json!({ "to": "DB_1", "grace_seconds": 600 }))]
pub(crate) struct MoveRequest {
    /// The binding of the target database.
    to: String,
    /// How long the data in the old database is kept.
    #[schema(minimum = 0, maximum = 86400, nullable = false)]
    grace_seconds: Option<i64>,
}

/// A dead letter that was enqueued again.
#[derive(ToSchema)]
pub(crate) struct Requeued {
    id: String,
    /// `queued`
    result: String,
}

/// The process is running.
#[derive(ToSchema)]
pub(crate) struct Alive {
    #[schema(value_type = Health)]
    status: String,
}

/// Whether the dependencies of the service work.
#[derive(ToSchema)]
pub(crate) struct Readiness {
    #[schema(value_type = Health)]
    status: String,
    /// The result by the name of the database or queue.
    #[schema(value_type = BTreeMap<String, Health>)]
    checks: BTreeMap<String, String>,
}
