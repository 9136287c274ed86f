//! A survey's definition as an owner may write it.
//!
//! Definitions are read member by member, so their shape is told here. That it is the right one is tried against the
//! running Worker, with the whole document.

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

/// What a survey asks, whom, where and when. A member that is absent or null is as usual.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "After purchase", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/thank-you"] },
    "questions": [
        { "id": "nps", "kind": "nps", "text": { "en": "How likely is it that you would recommend {shop} to a friend or colleague?" } },
        { "id": "why", "kind": "text", "text": { "en": "What is the main reason for your score?" } }
    ]
}))]
pub(crate) struct SurveyDraft {
    /// The owner's name for it. Shoppers never see it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The stage of the customer's journey that it asks about, like `purchase`.
    #[schema(value_type = Slug)]
    touchpoint: String,
    /// The language that every text has.
    #[schema(value_type = LanguageTag)]
    language: String,
    /// Where and when it is shown.
    display: Option<DisplayDraft>,
    /// Whom it asks, and how often.
    audience: Option<AudienceDraft>,
    /// In the order of asking.
    #[schema(min_items = 1, max_items = 20)]
    questions: Vec<QuestionDraft>,
    /// Words of thanks. Left out: the service's own.
    #[schema(value_type = Option<TextsDraft>)]
    thanks: Option<()>,
}

either! {
    /// A whole definition, or one that begins with a template.
    NewSurvey = SurveyDraft | SurveyFromTemplate;
}

/// A survey that begins with a template. A member that is given takes the place of the template's as a whole.
#[derive(ToSchema)]
#[schema(example = json!({
    "template": "post_purchase_nps", "language": "pl", "display": { "pages": ["/dziekujemy"] }
}))]
pub(crate) struct SurveyFromTemplate {
    /// An id of `GET /v1/templates`.
    #[schema(value_type = TemplateId)]
    template: String,
    /// The owner's name for it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// The stage of the customer's journey that it asks about.
    #[schema(value_type = Option<Slug>)]
    touchpoint: Option<String>,
    /// The language that every text has.
    #[schema(value_type = Option<LanguageTag>)]
    language: Option<String>,
    /// Where and when it is shown.
    #[schema(value_type = Option<DisplayDraft>)]
    display: Option<()>,
    /// Whom it asks, and how often.
    #[schema(value_type = Option<AudienceDraft>)]
    audience: Option<()>,
    /// Words of thanks.
    #[schema(value_type = Option<TextsDraft>)]
    thanks: Option<()>,
}

/// Where and when a survey is shown.
#[derive(ToSchema)]
pub(crate) struct DisplayDraft {
    /// How it stands on the page; `slide_in` if left out.
    #[schema(value_type = Option<DisplayMode>)]
    mode: Option<String>,
    /// For `inline`, where it is required: a CSS selector of the element that it stands in, of at most 300 characters.
    selector: Option<String>,
    /// For `inline`: pixels kept free for it from the start, so that nothing moves when it comes; 0 to 2000.
    height: Option<i64>,
    /// For `button`: what stands on it, by language.
    label: Option<BTreeMap<String, Option<String>>>,
    /// In which corner it floats; `bottom_right` if left out.
    #[schema(value_type = Option<DisplayCorner>)]
    corner: Option<String>,
    /// Pixels from the edges.
    offset: Option<OffsetDraft>,
    /// Its place among the layers of the page; 9000 if left out.
    #[schema(minimum = 1, maximum = 9999)]
    z_index: Option<i64>,
    /// How it looks.
    theme: Option<ThemeDraft>,
    /// Patterns of the paths on which it is shown: exact, with `*` for any run of characters, `~` before a regular
    /// expression, `!` before what must not fit. None = every page.
    #[schema(max_items = 50, value_type = Option<Vec<PagePattern>>)]
    pages: Option<Vec<String>>,
    /// What makes it appear, any of them.
    #[schema(max_items = 10)]
    triggers: Option<Vec<TriggerDraft>>,
    /// The short form of one trigger, instead of `triggers`: `load` or `exit`.
    #[schema(value_type = Option<ShortTrigger>)]
    trigger: Option<String>,
    /// Wait after the trigger, in milliseconds.
    #[schema(minimum = 0, maximum = 600000)]
    delay_ms: Option<i64>,
}

/// Pixels from the edges; 16 if left out.
#[derive(ToSchema)]
pub(crate) struct OffsetDraft {
    /// From the side.
    #[schema(minimum = 0, maximum = 200)]
    x: Option<i64>,
    /// From the top or bottom.
    #[schema(minimum = 0, maximum = 200)]
    y: Option<i64>,
}

/// Colours on light pages, and `dark` on dark ones; what is left out follows from the others.
#[derive(ToSchema)]
pub(crate) struct ThemeDraft {
    /// Whether it follows the shopper's device.
    #[schema(value_type = Option<ColorScheme>)]
    scheme: Option<String>,
    /// Buttons, and what is chosen.
    #[schema(value_type = Option<Color>)]
    accent: Option<String>,
    /// Behind everything.
    #[schema(value_type = Option<Color>)]
    background: Option<String>,
    /// The letters.
    #[schema(value_type = Option<Color>)]
    text: Option<String>,
    /// Roundness of the corners, in pixels.
    #[schema(minimum = 0, maximum = 32)]
    radius: Option<i64>,
    /// The colours on dark pages.
    dark: Option<PaletteDraft>,
}

/// Colours on dark pages.
#[derive(ToSchema)]
pub(crate) struct PaletteDraft {
    /// Buttons, and what is chosen.
    #[schema(value_type = Option<Color>)]
    accent: Option<String>,
    /// Behind everything.
    #[schema(value_type = Option<Color>)]
    background: Option<String>,
    /// The letters.
    #[schema(value_type = Option<Color>)]
    text: Option<String>,
}

either! {
    /// What makes a survey appear.
    TriggerDraft = PlainTriggerDraft | ScrollTriggerDraft | ElementTriggerDraft | EventTriggerDraft | TimeTriggerDraft | PagesTriggerDraft;
}

/// The page has loaded, or the shopper is about to leave.
#[derive(ToSchema)]
pub(crate) struct PlainTriggerDraft {
    #[schema(value_type = ShortTrigger)]
    on: String,
}

/// So much of the page was scrolled through.
#[derive(ToSchema)]
pub(crate) struct ScrollTriggerDraft {
    #[schema(value_type = OnScroll)]
    on: String,
    #[schema(minimum = 1, maximum = 100)]
    percent: i64,
}

/// A click on an element, or one that came into sight.
#[derive(ToSchema)]
pub(crate) struct ElementTriggerDraft {
    #[schema(value_type = OnElement)]
    on: String,
    /// A CSS selector.
    #[schema(min_length = 1, max_length = 300)]
    selector: String,
}

/// The page told an event.
#[derive(ToSchema)]
pub(crate) struct EventTriggerDraft {
    #[schema(value_type = OnEvent)]
    on: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Properties that it must have, all of them: at most 10.
    #[schema(rename = "where")]
    props: Option<BTreeMap<String, EventValue>>,
}

/// So long on the site, in this visit.
#[derive(ToSchema)]
pub(crate) struct TimeTriggerDraft {
    #[schema(value_type = OnTime)]
    on: String,
    #[schema(minimum = 1, maximum = 3600)]
    seconds: i64,
}

/// So many pages of this visit.
#[derive(ToSchema)]
pub(crate) struct PagesTriggerDraft {
    #[schema(value_type = OnPages)]
    on: String,
    #[schema(minimum = 1, maximum = 100)]
    count: i64,
}

/// Whom a survey asks, and how often.
#[derive(ToSchema)]
pub(crate) struct AudienceDraft {
    /// Only on these classes of devices; none = on all.
    #[schema(value_type = Option<Vec<DeviceClass>>, max_items = 3)]
    devices: Option<Vec<String>>,
    /// Only on pages in these languages; none = in all.
    #[schema(value_type = Option<Vec<LanguageTag>>, max_items = 30)]
    languages: Option<Vec<String>>,
    /// Only these visitors.
    #[schema(value_type = Option<VisitorKind>)]
    visitors: Option<String>,
    /// So many of a hundred visitors; a visitor stays in or out.
    #[schema(minimum = 1, maximum = 100)]
    sample_percent: Option<i64>,
    /// From this day on, in UTC.
    #[schema(format = Date)]
    from: Option<String>,
    /// Until the end of this day, in UTC.
    #[schema(format = Date)]
    until: Option<String>,
    /// It pauses itself when it has so many answers.
    #[schema(minimum = 1, maximum = 10000000)]
    stop_after: Option<i64>,
    /// Also in the checkout, where otherwise nobody is disturbed.
    during_checkout: Option<bool>,
    /// Shown to one shopper at most so often.
    #[schema(minimum = 1, maximum = 1000)]
    max_views: Option<i64>,
    /// When the same shopper is asked again.
    again: Option<AgainDraft>,
}

/// Days until the same shopper may be asked again.
#[derive(ToSchema)]
pub(crate) struct AgainDraft {
    /// After an answer; 180 if the survey begins with NPS, else 90.
    #[schema(minimum = 0, maximum = 3650)]
    after_answer_days: Option<i64>,
    /// After it was closed unanswered; else 30.
    #[schema(minimum = 0, maximum = 3650)]
    after_dismissal_days: Option<i64>,
    /// After it was closed unanswered twice; else 180.
    #[schema(minimum = 0, maximum = 3650)]
    after_second_dismissal_days: Option<i64>,
    /// After it was seen and left alone; else 7.
    #[schema(minimum = 0, maximum = 3650)]
    after_view_days: Option<i64>,
}
