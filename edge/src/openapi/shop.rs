//! Shops, their settings, what is forgotten, and moves.

use super::{
    texts::LanguageTag,
    words::{ConsentMode, Health},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A shop to be made.
#[derive(ToSchema)]
#[schema(example = json!({ "name": "Zielona Półka", "language": "pl", "origins": ["https://shop.example"] }))]
pub(crate) struct NewShop {
    /// What shoppers know it as; fills `{shop}` in questions.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// Default language of its surveys; `en` if left out.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// IANA name like `Europe/Warsaw`; `UTC` if left out.
    #[schema(pattern = "^[A-Za-z0-9/_+-]{1,64}$")]
    time_zone: Option<String>,
    /// Origins whose pages may send answers, exactly as browsers write them.
    #[schema(max_items = 100)]
    origins: Option<Vec<String>>,
    /// Answers that it may take in a day of its time zone; 100,000 if left out.
    #[schema(minimum = 0, maximum = 10000000)]
    daily_answers: Option<i64>,
}

/// How many answers a shop may take in a day of its time zone.
#[derive(ToSchema)]
#[schema(example = json!({ "daily_answers": 100000 }))]
pub(crate) struct Quota {
    #[schema(minimum = 0, maximum = 10000000)]
    daily_answers: i64,
}

/// Settings of a shop. What is absent or null is as usual.
#[derive(ToSchema)]
#[schema(example = json!({ "consent": "wait", "cooldown_days": 14, "retention_days": 365, "challenge": false }))]
pub(crate) struct SettingsDraft {
    /// `auto` if left out.
    #[schema(value_type = Option<ConsentMode>)]
    consent: Option<String>,
    /// Days between two surveys for the same shopper; 7 if left out.
    #[schema(minimum = 0, maximum = 365)]
    cooldown_days: Option<i64>,
    /// Days after which an answer is deleted; 730 if left out.
    #[schema(minimum = 30, maximum = 3650)]
    retention_days: Option<i64>,
    /// Whether an answer without a passed challenge (Turnstile) is flagged.
    challenge: Option<bool>,
}

/// Settings of a shop.
#[derive(ToSchema)]
pub(crate) struct Settings {
    #[schema(value_type = ConsentMode)]
    consent: String,
    /// Days between two surveys for the same shopper.
    #[schema(minimum = 0, maximum = 365)]
    cooldown_days: i64,
    /// Days after which an answer is deleted.
    #[schema(minimum = 30, maximum = 3650)]
    retention_days: i64,
    /// Whether an answer without a passed challenge (Turnstile) is flagged.
    challenge: bool,
}

/// Who or what is to be forgotten: exactly one of them.
#[derive(ToSchema)]
#[schema(example = json!({ "customer": "c-1001" }))]
pub(crate) struct ErasureRequest {
    /// Everything of a customer, by the shop's own id.
    #[schema(min_length = 1, max_length = 128)]
    customer: Option<String>,
    /// One response, by its id.
    response: Option<String>,
    /// One response, by the receipt that its shopper was given.
    receipt: Option<String>,
}

/// Where a shop is to live.
#[derive(ToSchema)]
#[schema(example = json!({ "to": "DB_1", "grace_seconds": 600 }))]
pub(crate) struct MoveRequest {
    /// A database's binding.
    to: String,
    /// How long what is left behind is kept.
    #[schema(minimum = 0, maximum = 86400, nullable = false)]
    grace_seconds: Option<i64>,
}

/// A dead letter is on its way again.
#[derive(ToSchema)]
pub(crate) struct Requeued {
    id: String,
    /// `queued`
    result: String,
}

/// The process runs.
#[derive(ToSchema)]
pub(crate) struct Alive {
    #[schema(value_type = Health)]
    status: String,
}

/// Whether what it needs works.
#[derive(ToSchema)]
pub(crate) struct Readiness {
    #[schema(value_type = Health)]
    status: String,
    /// By name of the database or queue.
    #[schema(value_type = BTreeMap<String, Health>)]
    checks: BTreeMap<String, String>,
}
