//! A survey as it is written back: with everything that was left out filled in.

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

/// A survey: its state, then its definition.
#[derive(ToSchema)]
pub(crate) struct Survey {
    id: String,
    #[schema(value_type = SurveyStatus)]
    status: String,
    /// The version that was published last, counted from 1; 0 = never published.
    version: u32,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    /// The owner's name for it. Shoppers never see it.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The stage of the customer's journey that it asks about.
    #[schema(value_type = Slug)]
    touchpoint: String,
    /// The language that every text has.
    #[schema(value_type = LanguageTag)]
    language: String,
    display: Display,
    audience: Audience,
    #[schema(min_items = 1, max_items = 20)]
    questions: Vec<Question>,
    /// Words of thanks. Left out: the service's own.
    #[schema(value_type = Option<Texts>, nullable = false)]
    thanks: Option<()>,
}

with! {
    /// A survey to begin with: its id, and a definition.
    Template = SurveyDraft, TemplateIdentity;
}

/// Which template it is.
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
    /// With `inline`: a CSS selector of the element that it stands in.
    #[schema(nullable = false)]
    selector: Option<String>,
    /// With `inline`: pixels kept free for it from the start.
    #[schema(minimum = 0, maximum = 2000, nullable = false)]
    height: Option<i64>,
    /// With `button`: what stands on it. Left out: the service's own word.
    #[schema(value_type = Option<Texts>, nullable = false)]
    label: Option<()>,
    #[schema(value_type = DisplayCorner)]
    corner: String,
    offset: Offset,
    /// Its place among the layers of the page.
    #[schema(minimum = 1, maximum = 9999)]
    z_index: i64,
    theme: Theme,
    /// Patterns of the paths on which it is shown; none = every page.
    #[schema(value_type = Vec<PagePattern>, max_items = 50)]
    pages: Vec<String>,
    /// What makes it appear, any of them; none = a call of the page or a tap on the button.
    #[schema(max_items = 10)]
    triggers: Vec<Trigger>,
    /// Wait after the trigger, in milliseconds.
    #[schema(minimum = 0, maximum = 600000)]
    delay_ms: i64,
}

/// Pixels from the edges.
#[derive(ToSchema)]
pub(crate) struct Offset {
    /// From the side.
    #[schema(minimum = 0, maximum = 200)]
    x: i64,
    /// From the top or bottom.
    #[schema(minimum = 0, maximum = 200)]
    y: i64,
}

/// Colours on light pages, and `dark` on dark ones; what is left out follows from the others.
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
    /// Roundness of the corners, in pixels.
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

/// What makes a survey appear, with the members that its kind needs.
#[derive(ToSchema)]
pub(crate) struct Trigger {
    #[schema(value_type = TriggerName)]
    on: String,
    /// `scroll`: so much of the page.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    percent: Option<i64>,
    /// `click`, `visible`: a CSS selector.
    #[schema(nullable = false)]
    selector: Option<String>,
    /// `event`: its name.
    #[schema(nullable = false)]
    name: Option<String>,
    /// `event`: properties that it must have, all of them.
    #[schema(rename = "where", nullable = false)]
    props: Option<BTreeMap<String, EventValue>>,
    /// `time`: seconds on the site, in this visit.
    #[schema(minimum = 1, maximum = 3600, nullable = false)]
    seconds: Option<i64>,
    /// `pages`: pages of this visit.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    count: Option<i64>,
}

/// Whom a survey asks, and how often.
#[derive(ToSchema)]
pub(crate) struct Audience {
    /// Only on these classes of devices; none = on all.
    #[schema(value_type = Vec<DeviceClass>, max_items = 3)]
    devices: Vec<String>,
    /// Only on pages in these languages; none = in all.
    #[schema(value_type = Vec<LanguageTag>, max_items = 30)]
    languages: Vec<String>,
    #[schema(value_type = VisitorKind)]
    visitors: String,
    /// So many of a hundred visitors; a visitor stays in or out.
    #[schema(minimum = 1, maximum = 100)]
    sample_percent: i64,
    /// From this day on, in UTC.
    #[schema(format = Date, nullable = false)]
    from: Option<String>,
    /// Until the end of this day, in UTC.
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
    /// It pauses itself when it has so many answers.
    #[schema(minimum = 1, maximum = 10000000, nullable = false)]
    stop_after: Option<i64>,
    /// Also in the checkout, where otherwise nobody is disturbed.
    during_checkout: bool,
    /// Shown to one shopper at most so often.
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    max_views: Option<i64>,
    again: Again,
}

/// Days until the same shopper may be asked again.
#[derive(ToSchema)]
pub(crate) struct Again {
    /// After an answer.
    #[schema(minimum = 0, maximum = 3650)]
    after_answer_days: i64,
    /// After it was closed unanswered.
    #[schema(minimum = 0, maximum = 3650)]
    after_dismissal_days: i64,
    /// After it was closed unanswered twice.
    #[schema(minimum = 0, maximum = 3650)]
    after_second_dismissal_days: i64,
    /// After it was seen and left alone.
    #[schema(minimum = 0, maximum = 3650)]
    after_view_days: i64,
}

either! {
    /// A question of one kind.
    Question = ScaleQuestion | TextQuestion | ChoiceQuestion | ContactQuestion;

    /// After which answers to an earlier question this one is asked: a score between two, or one of some choices.
    AskWhen = AskWhenScored | AskWhenChosen;
}

/// A question that is answered with a score.
#[derive(ToSchema)]
pub(crate) struct ScaleQuestion {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = MetricName)]
    kind: String,
    #[schema(value_type = Texts)]
    text: (),
    /// What stands at the low end.
    #[schema(value_type = Option<Texts>, nullable = false)]
    low: Option<()>,
    /// What stands at the high end.
    #[schema(value_type = Option<Texts>, nullable = false)]
    high: Option<()>,
    /// Unless it is drawn as numbers.
    #[schema(value_type = Option<ScaleLook>, nullable = false)]
    look: Option<String>,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// A question that is answered in own words.
#[derive(ToSchema)]
pub(crate) struct TextQuestion {
    #[schema(value_type = Slug)]
    id: String,
    #[schema(value_type = TextKind)]
    kind: String,
    #[schema(value_type = Texts)]
    text: (),
    /// What stands in the empty field.
    #[schema(value_type = Option<Texts>, nullable = false)]
    placeholder: Option<()>,
    /// Longest answer, in characters.
    #[schema(minimum = 1, maximum = 5000)]
    max_chars: i64,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// A question that is answered by choosing.
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
    /// What stands at "something else", if it is offered.
    #[schema(value_type = Option<Texts>, nullable = false)]
    other: Option<()>,
    /// In another order for each shopper.
    shuffle: bool,
    #[schema(nullable = false)]
    ask_when: Option<AskWhen>,
}

/// A question for an address at which the shopper wants to be reached.
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
    /// What the shopper agrees to. Left out: the service's own words.
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

/// After a score between two.
#[derive(ToSchema)]
pub(crate) struct AskWhenScored {
    #[schema(value_type = Slug)]
    question: String,
    #[schema(minimum = 0, maximum = 10)]
    from: i64,
    #[schema(minimum = 0, maximum = 10)]
    to: i64,
}

/// After one of some choices.
#[derive(ToSchema)]
pub(crate) struct AskWhenChosen {
    #[schema(value_type = Slug)]
    question: String,
    #[schema(value_type = Vec<Slug>)]
    choices: Vec<String>,
    /// Also after "something else".
    other: bool,
}
