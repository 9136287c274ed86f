//! Survey definitions in requests.
//!
//! Definitions are parsed member by member, so these types only describe their shape. A test compares the whole document
//! with a running Worker.

use super::{
    composed::either,
    question::QuestionDraft,
    texts::{
        Color, EventValue, LanguageTag, OnElement, OnEvent, OnPages, OnScroll, OnTime, PagePattern, ShortTrigger, Slug,
        TemplateId, TextsDraft,
    },
    words::{ColorScheme, DeviceClass, DisplayCorner, DisplayMode, VisitorKind},
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The definition of a survey. An absent or null member gets its default.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "After purchase", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/thank-you"] },
    "questions": [
        { "id": "nps", "kind": "nps", "text": { "en": "How likely is it that you would recommend {shop} to a friend or colleague?" } },
        { "id": "why", "kind": "text", "text": { "en": "What is the main reason for your score?" } }
    ]
}))]
pub(crate) struct SurveyDraft {
    /// The owner's name for the survey. Shoppers never see it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The stage of the customer journey that the survey is about, like `purchase`.
    #[schema(value_type = Slug)]
    touchpoint: String,
    /// The default language; every text must have it.
    #[schema(value_type = LanguageTag)]
    language: String,
    /// Where and when the survey is shown.
    display: Option<DisplayDraft>,
    /// Who sees the survey, and how often.
    audience: Option<AudienceDraft>,
    /// The questions, in order.
    #[schema(min_items = 1, max_items = 20)]
    questions: Vec<QuestionDraft>,
    /// The text after the last question; the service's default text if omitted.
    #[schema(value_type = Option<TextsDraft>)]
    thanks: Option<()>,
}

either! {
    /// A complete definition, or a template with changes.
    NewSurvey = SurveyDraft | SurveyFromTemplate;
}

/// A survey made from a template. Each given member replaces the template's member as a whole.
#[derive(ToSchema)]
#[schema(example = json!({
    "template": "post_purchase_nps", "language": "pl", "display": { "pages": ["/dziekujemy"] }
}))]
pub(crate) struct SurveyFromTemplate {
    /// An id of `GET /v1/templates`.
    #[schema(value_type = TemplateId)]
    template: String,
    /// The owner's name for the survey.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// The stage of the customer journey that the survey is about.
    #[schema(value_type = Option<Slug>)]
    touchpoint: Option<String>,
    /// The default language; every text must have it.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// Where and when the survey is shown.
    #[schema(value_type = Option<DisplayDraft>)]
    display: Option<()>,
    /// Who sees the survey, and how often.
    #[schema(value_type = Option<AudienceDraft>)]
    audience: Option<()>,
    /// The text after the last question.
    #[schema(value_type = Option<TextsDraft>)]
    thanks: Option<()>,
}

/// Where and when a survey is shown.
#[derive(ToSchema)]
pub(crate) struct DisplayDraft {
    /// How it is placed on the page; `slide_in` if omitted.
    #[schema(value_type = Option<DisplayMode>)]
    mode: Option<String>,
    /// Required for `inline`: a CSS selector of the element that contains it, of at most 300 characters.
    selector: Option<String>,
    /// For `inline`: the height reserved for it, in pixels, so that the page does not shift when it appears; 0 to 2000.
    height: Option<i64>,
    /// For `button`: its label, by language.
    label: Option<BTreeMap<String, Option<String>>>,
    /// The corner of a floating survey; `bottom_right` if omitted.
    #[schema(value_type = Option<DisplayCorner>)]
    corner: Option<String>,
    /// The distance from the edges, in pixels.
    offset: Option<OffsetDraft>,
    /// The CSS `z-index`; 9000 if omitted.
    #[schema(minimum = 1, maximum = 9999)]
    z_index: Option<i64>,
    /// Colours and corners.
    theme: Option<ThemeDraft>,
    /// Patterns of the paths on which it is shown: exact paths, `*` for any characters, `~` before a regular expression,
    /// `!` before a pattern that must not match. An empty list means every page.
    #[schema(max_items = 50, value_type = Option<Vec<PagePattern>>)]
    pages: Option<Vec<String>>,
    /// The triggers, any of which shows the survey.
    #[schema(max_items = 10)]
    triggers: Option<Vec<TriggerDraft>>,
    /// The short form of one trigger, instead of `triggers`: `load` or `exit`.
    #[schema(value_type = Option<ShortTrigger>)]
    trigger: Option<String>,
    /// The delay after the trigger, in milliseconds.
    #[schema(minimum = 0, maximum = 600000)]
    delay_ms: Option<i64>,
}

/// The distance from the edges, in pixels; 16 if omitted.
#[derive(ToSchema)]
pub(crate) struct OffsetDraft {
    /// The distance from the side.
    #[schema(minimum = 0, maximum = 200)]
    x: Option<i64>,
    /// The distance from the top or bottom.
    #[schema(minimum = 0, maximum = 200)]
    y: Option<i64>,
}

/// Colours on light pages, and `dark` for dark ones. Omitted colours are derived from the others.
#[derive(ToSchema)]
pub(crate) struct ThemeDraft {
    /// Whether the colours follow the shopper's device.
    #[schema(value_type = Option<ColorScheme>)]
    scheme: Option<String>,
    /// The colour of buttons and of selected choices.
    #[schema(value_type = Option<Color>)]
    accent: Option<String>,
    /// The background colour.
    #[schema(value_type = Option<Color>)]
    background: Option<String>,
    /// The text colour.
    #[schema(value_type = Option<Color>)]
    text: Option<String>,
    /// The radius of the corners, in pixels.
    #[schema(minimum = 0, maximum = 32)]
    radius: Option<i64>,
    /// The colours on dark pages.
    dark: Option<PaletteDraft>,
}

/// Colours on dark pages.
#[derive(ToSchema)]
pub(crate) struct PaletteDraft {
    /// The colour of buttons and of selected choices.
    #[schema(value_type = Option<Color>)]
    accent: Option<String>,
    /// The background colour.
    #[schema(value_type = Option<Color>)]
    background: Option<String>,
    /// The text colour.
    #[schema(value_type = Option<Color>)]
    text: Option<String>,
}

either! {
    /// What triggers a survey.
    TriggerDraft = PlainTriggerDraft | ScrollTriggerDraft | ElementTriggerDraft | EventTriggerDraft | TimeTriggerDraft | PagesTriggerDraft;
}

/// The page has loaded, or the shopper is about to leave.
#[derive(ToSchema)]
pub(crate) struct PlainTriggerDraft {
    #[schema(value_type = ShortTrigger)]
    on: String,
}

/// A percentage of the page was scrolled.
#[derive(ToSchema)]
pub(crate) struct ScrollTriggerDraft {
    #[schema(value_type = OnScroll)]
    on: String,
    #[schema(minimum = 1, maximum = 100)]
    percent: i64,
}

/// An element was clicked, or became visible.
#[derive(ToSchema)]
pub(crate) struct ElementTriggerDraft {
    #[schema(value_type = OnElement)]
    on: String,
    /// A CSS selector.
    #[schema(min_length = 1, max_length = 300)]
    selector: String,
}

/// The page reported an event.
#[derive(ToSchema)]
pub(crate) struct EventTriggerDraft {
    #[schema(value_type = OnEvent)]
    on: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The properties that the event must have, all of them. At most 10.
    #[schema(rename = "where")]
    props: Option<BTreeMap<String, EventValue>>,
}

/// Time spent on the site during this visit.
#[derive(ToSchema)]
pub(crate) struct TimeTriggerDraft {
    #[schema(value_type = OnTime)]
    on: String,
    #[schema(minimum = 1, maximum = 3600)]
    seconds: i64,
}

/// The number of pages of this visit.
#[derive(ToSchema)]
pub(crate) struct PagesTriggerDraft {
    #[schema(value_type = OnPages)]
    on: String,
    #[schema(minimum = 1, maximum = 100)]
    count: i64,
}

/// Who sees a survey, and how often.
#[derive(ToSchema)]
pub(crate) struct AudienceDraft {
    /// Only on these classes of device. An empty list means all.
    #[schema(value_type = Option<Vec<DeviceClass>>, max_items = 3)]
    devices: Option<Vec<String>>,
    /// Only on pages in these languages. An empty list means all.
    #[schema(value_type = Option<Vec<LanguageTag>>, max_items = 30)]
    languages: Option<Vec<String>>,
    /// Which visitors see the survey.
    #[schema(value_type = Option<VisitorKind>)]
    visitors: Option<String>,
    /// The percentage of visitors in the sample. A visitor is always in it or never.
    #[schema(minimum = 1, maximum = 100)]
    sample_percent: Option<i64>,
    /// The first day, in UTC.
    #[schema(format = Date)]
    from: Option<String>,
    /// The last day, in UTC.
    #[schema(format = Date)]
    until: Option<String>,
    /// The survey is paused when it has this many responses that count: neither flagged nor excluded, and not imported.
    #[schema(minimum = 1, maximum = 10000000)]
    stop_after: Option<i64>,
    /// Whether it is also shown in the checkout. By default no survey interrupts the checkout.
    during_checkout: Option<bool>,
    /// How often one shopper sees the survey at most.
    #[schema(minimum = 1, maximum = 1000)]
    max_views: Option<i64>,
    /// When the same shopper may be asked again.
    again: Option<AgainDraft>,
}

/// Days until the same shopper may be asked again.
#[derive(ToSchema)]
pub(crate) struct AgainDraft {
    /// After a submission; by default 180 if the survey begins with NPS, otherwise 90.
    #[schema(minimum = 0, maximum = 3650)]
    after_answer_days: Option<i64>,
    /// After the shopper dismissed it; 30 by default.
    #[schema(minimum = 0, maximum = 3650)]
    after_dismissal_days: Option<i64>,
    /// After the shopper dismissed it twice; 180 by default.
    #[schema(minimum = 0, maximum = 3650)]
    after_second_dismissal_days: Option<i64>,
    /// After the shopper saw it and did nothing; 7 by default.
    #[schema(minimum = 0, maximum = 3650)]
    after_view_days: Option<i64>,
}
