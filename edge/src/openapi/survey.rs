//! Surveys in replies, where every omitted member of the draft has its default.

use super::{
    composed::{either, with},
    definition::SurveyDraft,
    texts::{ChoiceKind, Color, ContactKind, EventValue, LanguageTag, PagePattern, Slug, TemplateId, TextKind, Texts},
    words::{
        ColorScheme, ContactChannel, DeviceClass, DisplayCorner, DisplayMode, MetricName, ScaleLook, SurveyStatus,
        TriggerName, VisitorKind,
    },
};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A survey: its status and its definition.
#[derive(ToSchema)]
pub(crate) struct Survey {
    id: String,
    #[schema(value_type = SurveyStatus)]
    status: String,
    /// The last published version, counted from 1; 0 if the survey was never published.
    version: u32,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    /// When the survey was paused or archived; `null` while it is a draft or live. After the last day in `audience.until` a
    /// live survey is closed as well.
    #[schema(required, format = DateTime)]
    closed_at: Option<String>,
    /// The owner's name for the survey. Shoppers never see it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The stage of the customer journey that the survey is about.
    #[schema(value_type = Slug)]
    touchpoint: String,
    /// The default language; every text has it.
    #[schema(value_type = LanguageTag)]
    language: String,
    display: Display,
    audience: Audience,
    #[schema(min_items = 1, max_items = 20)]
    questions: Vec<Question>,
    /// The text after the last question; the service's default text if omitted.
    #[schema(value_type = Option<Texts>, nullable = false)]
    thanks: Option<()>,
}

with! {
    /// A survey template: its id and a definition.
    Template = SurveyDraft, TemplateIdentity;
}

/// The identity of a template.
#[derive(ToSchema)]
pub(crate) struct TemplateIdentity {
    #[schema(value_type = TemplateId)]
    id: String,
}

/// Where and when a survey is shown.
#[derive(ToSchema)]
pub(crate) struct Display {
    #[schema(value_type = DisplayMode)]
    mode: String,
    /// With `inline`: a CSS selector of the element that contains it.
    #[schema(nullable = false)]
    selector: Option<String>,
    /// With `inline`: the height reserved for it from the start, in pixels.
    #[schema(minimum = 0, maximum = 2000, nullable = false)]
    height: Option<i64>,
    /// With `button`: its label; the service's default label if omitted.
    #[schema(value_type = Option<Texts>, nullable = false)]
    label: Option<()>,
    #[schema(value_type = DisplayCorner)]
    corner: String,
    offset: Offset,
    /// The CSS `z-index`.
    #[schema(minimum = 1, maximum = 9999)]
    z_index: i64,
    theme: Theme,
    /// Patterns of the paths on which it is shown. An empty list means every page.
    #[schema(value_type = Vec<PagePattern>, max_items = 50)]
    pages: Vec<String>,
    /// The triggers, any of which shows the survey. An empty list means a call of the page or a click on the button.
    #[schema(max_items = 10)]
    triggers: Vec<Trigger>,
    /// The delay after the trigger, in milliseconds.
    #[schema(minimum = 0, maximum = 600000)]
    delay_ms: i64,
}

/// The distance from the edges, in pixels.
#[derive(ToSchema)]
pub(crate) struct Offset {
    /// The distance from the side.
    #[schema(minimum = 0, maximum = 200)]
    x: i64,
    /// The distance from the top or bottom.
    #[schema(minimum = 0, maximum = 200)]
    y: i64,
}

/// Colours on light pages, and `dark` for dark ones. Omitted colours are derived from the others.
#[derive(ToSchema)]
pub(crate) struct Theme {
    #[schema(value_type = ColorScheme)]
    scheme: String,
    #[schema(value_type = Option<Color>, nullable = false)]
    accent: Option<String>,
    #[schema(value_type = Option<Color>, nullable = false)]
    background: Option<String>,
    #[schema(value_type = Option<Color>, nullable = false)]
    text: Option<String>,
    /// The radius of the corners, in pixels.
    #[schema(minimum = 0, maximum = 32, nullable = false)]
    radius: Option<i64>,
    #[schema(nullable = false)]
    dark: Option<Palette>,
}

/// Colours on dark pages.
#[derive(ToSchema)]
pub(crate) struct Palette {
    #[schema(value_type = Option<Color>, nullable = false)]
    accent: Option<String>,
    #[schema(value_type = Option<Color>, nullable = false)]
    background: Option<String>,
    #[schema(value_type = Option<Color>, nullable = false)]
    text: Option<String>,
}

/// What triggers a survey, with the members of its kind.
#[derive(ToSchema)]
pub(crate) struct Trigger {
    #[schema(value_type = TriggerName)]
    on: String,
    /// `scroll`: the percentage of the page scrolled.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    percent: Option<i64>,
    /// `click`, `visible`: a CSS selector.
    #[schema(nullable = false)]
    selector: Option<String>,
    /// `event`: the name of the event.
    #[schema(nullable = false)]
    name: Option<String>,
    /// `event`: the properties that the event must have, all of them.
    #[schema(rename = "where", nullable = false)]
    props: Option<BTreeMap<String, EventValue>>,
    /// `time`: the seconds on the site during this visit.
    #[schema(minimum = 1, maximum = 3600, nullable = false)]
    seconds: Option<i64>,
    /// `pages`: the number of pages of this visit.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    count: Option<i64>,
}

/// Who sees a survey, and how often.
#[derive(ToSchema)]
pub(crate) struct Audience {
    /// Only on these classes of device. An empty list means all.
    #[schema(value_type = Vec<DeviceClass>, max_items = 3)]
    devices: Vec<String>,
    /// Only on pages in these languages. An empty list means all.
    #[schema(value_type = Vec<LanguageTag>, max_items = 30)]
    languages: Vec<String>,
    #[schema(value_type = VisitorKind)]
    visitors: String,
    /// The percentage of visitors in the sample. A visitor is always in it or never.
    #[schema(minimum = 1, maximum = 100)]
    sample_percent: i64,
    /// The first day, in UTC.
    #[schema(format = Date, nullable = false)]
    from: Option<String>,
    /// The last day, in UTC.
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
    /// The survey is paused when it has this many responses that count: neither flagged nor excluded, and not imported.
    #[schema(minimum = 1, maximum = 10000000, nullable = false)]
    stop_after: Option<i64>,
    /// Whether it is also shown in the checkout. By default no survey interrupts the checkout.
    during_checkout: bool,
    /// How often one shopper sees the survey at most.
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    max_views: Option<i64>,
    again: Again,
}

/// Days until the same shopper may be asked again.
#[derive(ToSchema)]
pub(crate) struct Again {
    /// After a submission.
    #[schema(minimum = 0, maximum = 3650)]
    after_answer_days: i64,
    /// After the shopper dismissed it.
    #[schema(minimum = 0, maximum = 3650)]
    after_dismissal_days: i64,
    /// After the shopper dismissed it twice.
    #[schema(minimum = 0, maximum = 3650)]
    after_second_dismissal_days: i64,
    /// After the shopper saw it and did nothing.
    #[schema(minimum = 0, maximum = 3650)]
    after_view_days: i64,
}

either! {
    /// A question of one kind.
    Question = ScaleQuestion | TextQuestion | ChoiceQuestion | ContactQuestion;

    /// The answers to an earlier question after which this one is asked: a range of scores, or any of some choices.
    AskWhen = AskWhenScored | AskWhenChosen;
}

/// A question answered with a score.
#[derive(ToSchema)]
pub(crate) struct ScaleQuestion {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = MetricName)]
    kind: String,
    #[schema(value_type = Texts)]
    text: (),
    /// The label of the low end.
    #[schema(value_type = Option<Texts>, nullable = false)]
    low: Option<()>,
    /// The label of the high end.
    #[schema(value_type = Option<Texts>, nullable = false)]
    high: Option<()>,
    /// Absent if the scale is displayed as numbers.
    #[schema(value_type = Option<ScaleLook>, nullable = false)]
    look: Option<String>,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// A question answered with free text.
#[derive(ToSchema)]
pub(crate) struct TextQuestion {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = TextKind)]
    kind: String,
    #[schema(value_type = Texts)]
    text: (),
    /// The placeholder of the empty field.
    #[schema(value_type = Option<Texts>, nullable = false)]
    placeholder: Option<()>,
    /// The maximum length of the answer, in characters.
    #[schema(minimum = 1, maximum = 5000)]
    max_chars: i64,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// A question answered by choosing.
#[derive(ToSchema)]
pub(crate) struct ChoiceQuestion {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = ChoiceKind)]
    kind: String,
    #[schema(value_type = Texts)]
    text: (),
    #[schema(min_items = 2, max_items = 30)]
    choices: Vec<Choice>,
    /// Whether more than one may be chosen.
    multiple: bool,
    /// The label of "something else", if it is offered.
    #[schema(value_type = Option<Texts>, nullable = false)]
    other: Option<()>,
    /// Whether the choices are shown in random order.
    shuffle: bool,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// A question for the shopper's contact address.
#[derive(ToSchema)]
pub(crate) struct ContactQuestion {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = ContactKind)]
    kind: String,
    #[schema(value_type = Texts)]
    text: (),
    #[schema(value_type = ContactChannel)]
    channel: String,
    /// The text that the shopper agrees to; the service's default text if omitted.
    #[schema(value_type = Option<Texts>, nullable = false)]
    consent: Option<()>,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// One choice.
#[derive(ToSchema)]
pub(crate) struct Choice {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = Texts)]
    text: (),
}

/// After a score in a range.
#[derive(ToSchema)]
pub(crate) struct AskWhenScored {
    #[schema(value_type = Slug)]
    question: String,
    #[schema(minimum = 0, maximum = 10)]
    from: i64,
    #[schema(minimum = 0, maximum = 10)]
    to: i64,
}

/// After any of some choices.
#[derive(ToSchema)]
pub(crate) struct AskWhenChosen {
    #[schema(value_type = Slug)]
    question: String,
    #[schema(value_type = Vec<Slug>)]
    choices: Vec<String>,
    /// Whether "something else" counts too.
    other: bool,
}
