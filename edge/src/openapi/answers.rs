//! What is asked of answers, and what an owner notes beside them.

use super::{
    texts::{DayOrMoment, LanguageTag, PagePath, Slug},
    words::{ClassName, DeviceClass, FlagFilter, MetricName, ResponseForm},
};
use utoipa::{IntoParams, ToSchema};

/// Which answers: those that fit all that is given.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnswerFilters {
    /// To this survey.
    survey: Option<String>,
    /// With a score of this metric.
    #[param(value_type = Option<MetricName>)]
    metric: Option<String>,
    /// With a score of this class. `neutral` needs `metric`.
    #[param(value_type = Option<ClassName>)]
    class: Option<String>,
    /// With this score or a higher one; needs `metric`, `class` or `question`.
    #[param(minimum = 0, maximum = 10)]
    score_min: Option<i64>,
    /// With this score or a lower one; needs `metric`, `class` or `question`.
    #[param(minimum = 0, maximum = 10)]
    score_max: Option<i64>,
    /// To this question; a score that is asked for as well is that question's.
    #[param(value_type = Option<Slug>)]
    question: Option<String>,
    /// With this choice, or `~other`; needs `question`.
    #[param(pattern = "^(~other|[a-z0-9_-]{1,40})$")]
    choice: Option<String>,
    /// At this touchpoint.
    #[param(value_type = Option<Slug>)]
    touchpoint: Option<String>,
    /// In exactly this language.
    #[param(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// On this class of device.
    #[param(value_type = Option<DeviceClass>)]
    device: Option<String>,
    /// To the end, or not.
    complete: Option<bool>,
    /// With own words, or without.
    has_text: Option<bool>,
    /// In whose texts each of these words stands, whatever its case and accents: at most ten.
    #[param(max_length = 200)]
    words: Option<String>,
    /// With this tag.
    #[param(max_length = 40)]
    tag: Option<String>,
    /// Of this customer, as the shop calls them.
    #[param(max_length = 128)]
    customer: Option<String>,
    /// To this order, as the shop calls it.
    #[param(max_length = 128)]
    order_id: Option<String>,
    /// To orders of this value or more, in minor units; needs `currency`.
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    order_min: Option<i64>,
    /// To orders of this value or less, in minor units; needs `currency`.
    #[param(minimum = 0, maximum = 9007199254740991i64)]
    order_max: Option<i64>,
    /// To orders in this currency: ISO 4217.
    #[param(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// With this value of the trait NAME: any name stands behind the dot, and several traits go together.
    #[param(rename = "trait.NAME")]
    traits: Option<String>,
    /// Given on the page of this path, or below it: `/help/*`.
    #[param(value_type = Option<PagePath>)]
    page: Option<String>,
    /// Left out of every number, or not; both if it is left out.
    excluded: Option<bool>,
    /// With this flag, with any, or with none.
    #[param(value_type = Option<FlagFilter>)]
    flag: Option<String>,
    /// Received at this moment or later; of a day, its begin in the shop's time zone.
    #[param(value_type = Option<DayOrMoment>)]
    from: Option<String>,
    /// Received before this moment; of a day, its end.
    #[param(value_type = Option<DayOrMoment>)]
    to: Option<String>,
    /// How much is told of each answer; `usual` if left out.
    #[param(value_type = Option<ResponseForm>)]
    form: Option<String>,
    /// Names of members with commas between: only these are told.
    #[param(example = "id,received_at,answers")]
    fields: Option<String>,
}

/// What is to change of an answer; a member that is left out stays, null takes away.
#[derive(ToSchema)]
#[schema(example = json!({ "tags": ["vip"], "excluded": { "reason": "our own test order" } }))]
pub(crate) struct ResponseChange {
    /// The owner's words for it: at most 20, each of 1 to 40 characters.
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    /// Takes it out of every number, or back in.
    excluded: Option<NewExclusion>,
}

/// That an answer does not count.
#[derive(ToSchema)]
pub(crate) struct NewExclusion {
    /// For whoever looks at it later.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}
