//! Filters of responses, and what an owner changes of a response.

use super::{
    texts::{DayOrMoment, LanguageTag, PagePath, Slug},
    words::{ClassName, DeviceClass, FlagFilter, MetricName, ResponseForm},
};
use utoipa::{IntoParams, ToSchema};

/// Filters of responses. All that are given must match.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnswerFilters {
    /// Only responses to this survey.
    survey: Option<String>,
    /// Only responses with a score of this metric.
    #[param(value_type = Option<MetricName>)]
    metric: Option<String>,
    /// Only responses with a score of this class. `neutral` requires `metric`.
    #[param(value_type = Option<ClassName>)]
    class: Option<String>,
    /// Only responses with this score or higher. Requires `metric`, `class` or `question`.
    #[param(minimum = 0, maximum = 10)]
    score_min: Option<i64>,
    /// Only responses with this score or lower. Requires `metric`, `class` or `question`.
    #[param(minimum = 0, maximum = 10)]
    score_max: Option<i64>,
    /// Only responses that answer this question. Score filters then apply to its score.
    #[param(value_type = Option<Slug>)]
    question: Option<String>,
    /// Only responses with this choice, or `~other` for the shopper's own words. Requires `question`.
    #[param(pattern = "^(~other|[a-z0-9_-]{1,40})$")]
    choice: Option<String>,
    /// Only responses at this touchpoint.
    #[param(value_type = Option<Slug>)]
    touchpoint: Option<String>,
    /// Only responses in exactly this language.
    #[param(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// Only responses from this class of device.
    #[param(value_type = Option<DeviceClass>)]
    device: Option<String>,
    /// Whether the survey was answered to its end.
    complete: Option<bool>,
    /// Whether the response contains free text.
    has_text: Option<bool>,
    /// Only responses whose texts contain each of these words, ignoring case and accents. At most ten words.
    #[param(max_length = 200)]
    words: Option<String>,
    /// Only responses with this tag.
    #[param(max_length = 40)]
    tag: Option<String>,
    /// Only responses of this customer, by the shop's own id.
    #[param(max_length = 128)]
    customer: Option<String>,
    /// Only responses to this order, by the shop's own number.
    #[param(max_length = 128)]
    order_id: Option<String>,
    /// Only orders of at least this value, in minor units. Requires `currency`.
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    order_min: Option<i64>,
    /// Only orders of at most this value, in minor units. Requires `currency`.
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    order_max: Option<i64>,
    /// Only orders in this currency (ISO 4217).
    #[param(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// Only responses with this value of the trait NAME. Any name may follow the dot, and several traits can be combined.
    #[param(rename = "trait.NAME")]
    traits: Option<String>,
    /// Only responses from the page with this path; `/help/*` matches every path that begins with `/help/`.
    #[param(value_type = Option<PagePath>)]
    page: Option<String>,
    /// Whether the response is excluded from all metrics. Both if omitted.
    excluded: Option<bool>,
    /// Responses without flags (`none`), with or without (`any`, the default), with at least one (`flagged`), or with this one.
    #[param(value_type = Option<FlagFilter>)]
    flag: Option<String>,
    /// Received at this moment or later. A day means its start in the shop's time zone.
    #[param(value_type = Option<DayOrMoment>)]
    from: Option<String>,
    /// Received before this moment. A day means its end in the shop's time zone.
    #[param(value_type = Option<DayOrMoment>)]
    to: Option<String>,
    /// How much of each response is returned; `usual` if omitted.
    #[param(value_type = Option<ResponseForm>)]
    form: Option<String>,
    /// Comma-separated names of the members to return; all if omitted.
    #[param(example = "id,received_at,answers")]
    fields: Option<String>,
}

/// Changes to a response. An omitted member is kept; null removes it.
#[derive(ToSchema)]
#[schema(example = json!({ "tags": ["vip"], "excluded": { "reason": "our own test order" } }))]
pub(crate) struct ResponseChange {
    /// The owner's tags: at most 20, each of 1 to 40 characters.
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    /// Excludes the response from all metrics; null includes it again.
    excluded: Option<NewExclusion>,
}

/// Why a response is excluded from all metrics.
#[derive(ToSchema)]
pub(crate) struct NewExclusion {
    /// The reason, for later reference.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}
