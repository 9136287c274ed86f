//! A survey's definition as the owner wrote it, before validation.

use crate::display::PropertyValue;
use alloc::{string::String, vec::Vec};

/// Translations as written: pairs of language tag and text.
pub type Texts = Vec<(String, String)>;

/// A definition as written: every member may be missing or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// See [`crate::Survey::name`].
    pub name: Option<String>,
    /// See [`crate::Survey::touchpoint`].
    pub touchpoint: Option<String>,
    /// See [`crate::Survey::language`].
    pub language: Option<String>,
    /// See [`crate::Display`]; missing = slides in on every page after loading.
    pub display: DraftDisplay,
    /// See [`crate::Audience`]; missing = all visitors.
    pub audience: DraftAudience,
    /// See [`crate::Survey::questions`].
    pub questions: Vec<DraftQuestion>,
    /// See [`crate::Survey::thanks`].
    pub thanks: Option<Texts>,
}

/// The display settings as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftDisplay {
    /// `slide_in` (default), `inline`, `modal` or `button`.
    pub mode: Option<String>,
    /// Required for `inline`.
    pub selector: Option<String>,
    /// For `inline`: reserved height in pixels; default 0.
    pub height: Option<i64>,
    /// For `button`: its label.
    pub label: Option<Texts>,
    /// `bottom_right` (default), `bottom_left`, `top_right` or `top_left`.
    pub corner: Option<String>,
    /// Distance from the left or right edge, in pixels; default 16.
    pub offset_x: Option<i64>,
    /// Distance from the top or bottom edge, in pixels; default 16.
    pub offset_y: Option<i64>,
    /// `z-index`; default 9000.
    pub z_index: Option<i64>,
    /// Colours and corners.
    pub theme: DraftTheme,
    /// Path patterns.
    pub pages: Vec<String>,
    /// Missing = after loading; for `modal` and `button`: none.
    pub triggers: Option<Vec<DraftTrigger>>,
    /// Short form of `triggers`: `load` or `exit`.
    pub trigger: Option<String>,
    /// Milliseconds; default 0.
    pub delay_ms: Option<i64>,
}

/// Colours and corners as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftTheme {
    /// `auto` (default), `light` or `dark`.
    pub scheme: Option<String>,
    /// The shop's colours.
    pub light: DraftPalette,
    /// Colours for dark pages.
    pub dark: DraftPalette,
    /// Radius in pixels.
    pub radius: Option<i64>,
}

/// Colours like `#rrggbb` as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftPalette {
    /// See [`crate::theme::Palette::accent`].
    pub accent: Option<String>,
    /// See [`crate::theme::Palette::background`].
    pub background: Option<String>,
    /// See [`crate::theme::Palette::text`].
    pub text: Option<String>,
}

/// A trigger as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftTrigger {
    /// The trigger's name.
    pub on: Option<String>,
    /// For `scroll`.
    pub percent: Option<i64>,
    /// For `click` and `visible`.
    pub selector: Option<String>,
    /// For `event`.
    pub name: Option<String>,
    /// For `event`: required properties.
    pub props: Vec<(String, PropertyValue)>,
    /// For `time`.
    pub seconds: Option<i64>,
    /// For `pages`.
    pub count: Option<i64>,
}

/// The audience as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftAudience {
    /// `mobile`, `tablet`, `desktop`.
    pub devices: Vec<String>,
    /// Language tags.
    pub languages: Vec<String>,
    /// `all` (default), `new` or `returning`.
    pub visitors: Option<String>,
    /// Percent; default 100.
    pub sample_percent: Option<i64>,
    /// A date like `2026-11-22`.
    pub from: Option<String>,
    /// A date like `2026-11-22`, inclusive.
    pub until: Option<String>,
    /// Number of responses.
    pub stop_after: Option<i64>,
    /// Default false.
    pub during_checkout: Option<bool>,
    /// Number of views per shopper.
    pub max_views: Option<i64>,
    /// When to ask the same shopper again.
    pub again: DraftAgain,
}

/// Days until the same shopper may be asked again, as written. See [`crate::audience::Again`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftAgain {
    /// Days.
    pub after_answer: Option<i64>,
    /// Days.
    pub after_dismissal: Option<i64>,
    /// Days.
    pub after_second_dismissal: Option<i64>,
    /// Days.
    pub after_view: Option<i64>,
}

/// A question as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftQuestion {
    /// See [`crate::Question::id`].
    pub id: Option<String>,
    /// One of [`Kind::NAMES`](crate::Kind::NAMES).
    pub kind: Option<String>,
    /// See [`crate::Question::text`].
    pub text: Option<Texts>,
    /// Scales: label of the lowest score; missing = the built-in text.
    pub low: Option<Texts>,
    /// Scales: label of the highest score; missing = the built-in text.
    pub high: Option<Texts>,
    /// CSAT: `numbers` (default), `stars` or `faces`.
    pub look: Option<String>,
    /// Text: placeholder of the empty field.
    pub placeholder: Option<Texts>,
    /// Text: maximum length.
    pub max_chars: Option<i64>,
    /// Choice: the choices.
    pub choices: Option<Vec<DraftChoice>>,
    /// Choice: whether several are allowed; default false.
    pub multiple: Option<bool>,
    /// Choice: the label of "something else"; missing = not offered.
    pub other: Option<Texts>,
    /// Choice: random order for each shopper; default false.
    pub shuffle: Option<bool>,
    /// Contact: `email` (default) or `phone`.
    pub channel: Option<String>,
    /// Contact: the consent text; missing = the built-in one.
    pub consent: Option<Texts>,
    /// Asked only after certain answers.
    pub ask_when: Option<AskWhen>,
}

/// A choice as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftChoice {
    /// See [`crate::question::Choice::id`].
    pub id: Option<String>,
    /// See [`crate::question::Choice::text`].
    pub text: Option<Texts>,
}

/// A condition as written; refers to the question by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskWhen {
    /// Id of an earlier score or choice question.
    pub question: Option<String>,
    /// Lowest score, inclusive; missing = the scale's lowest.
    pub from: Option<i64>,
    /// Highest score, inclusive; missing = the scale's highest.
    pub to: Option<i64>,
    /// Ids of choices, any of them; missing together with `other` = any choice.
    pub choices: Option<Vec<String>>,
    /// Whether "something else" meets the condition as well.
    pub other: Option<bool>,
}
