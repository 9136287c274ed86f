//! What an owner wrote, before anybody checked it.

use crate::display::Wanted;
use alloc::{string::String, vec::Vec};

/// Translations as they were written: language tag and text.
pub type Texts = Vec<(String, String)>;

/// A survey as written: every member may be absent or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// See [`crate::Survey::name`].
    pub name: Option<String>,
    /// See [`crate::Survey::touchpoint`].
    pub touchpoint: Option<String>,
    /// See [`crate::Survey::language`].
    pub language: Option<String>,
    /// See [`crate::Display`]; absent = slides in on every page at once.
    pub display: DraftDisplay,
    /// See [`crate::Audience`]; absent = everybody.
    pub audience: DraftAudience,
    /// See [`crate::Survey::questions`].
    pub questions: Vec<DraftQuestion>,
    /// See [`crate::Survey::thanks`].
    pub thanks: Option<Texts>,
}

/// Where and when, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftDisplay {
    /// `slide_in` (default), `inline`, `modal` or `button`.
    pub mode: Option<String>,
    /// Needed for `inline`.
    pub selector: Option<String>,
    /// For `inline`: pixels kept free; default 0.
    pub height: Option<i64>,
    /// For `button`: what stands on it.
    pub label: Option<Texts>,
    /// `bottom_right` (default), `bottom_left`, `top_right` or `top_left`.
    pub corner: Option<String>,
    /// Pixels from the side; default 16.
    pub offset_x: Option<i64>,
    /// Pixels from the top or bottom; default 16.
    pub offset_y: Option<i64>,
    /// Default 9000.
    pub z_index: Option<i64>,
    /// Colours and corners.
    pub theme: DraftTheme,
    /// Path patterns.
    pub pages: Vec<String>,
    /// Absent = once the page has loaded, or never by itself for `modal` and `button`.
    pub triggers: Option<Vec<DraftTrigger>>,
    /// Short form of `triggers`: `load` or `exit`.
    pub trigger: Option<String>,
    /// Default 0.
    pub delay_ms: Option<i64>,
}

/// Colours and corners, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftTheme {
    /// `auto` (default), `light` or `dark`.
    pub scheme: Option<String>,
    /// The shop's colours.
    pub light: DraftPalette,
    /// Its colours in the dark.
    pub dark: DraftPalette,
    /// Pixels.
    pub radius: Option<i64>,
}

/// Colours like `#rrggbb`, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftPalette {
    /// See [`crate::theme::Palette::accent`].
    pub accent: Option<String>,
    /// See [`crate::theme::Palette::background`].
    pub background: Option<String>,
    /// See [`crate::theme::Palette::text`].
    pub text: Option<String>,
}

/// What makes a survey appear, as written.
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
    /// For `event`: properties that it must have.
    pub props: Vec<(String, Wanted)>,
    /// For `time`.
    pub seconds: Option<i64>,
    /// For `pages`.
    pub count: Option<i64>,
}

/// Whom to ask, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftAudience {
    /// `mobile`, `tablet`, `desktop`.
    pub devices: Vec<String>,
    /// Language tags.
    pub languages: Vec<String>,
    /// `all` (default), `new` or `returning`.
    pub visitors: Option<String>,
    /// Default 100.
    pub sample_percent: Option<i64>,
    /// A day like `2026-11-22`.
    pub from: Option<String>,
    /// A day like `2026-11-22`, the last one.
    pub until: Option<String>,
    /// Answers.
    pub stop_after: Option<i64>,
    /// Default no.
    pub during_checkout: Option<bool>,
    /// Views of one shopper.
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
    /// `nps`, `ces`, `csat`, `agree`, `text`, `choice` or `contact`.
    pub kind: Option<String>,
    /// See [`crate::Question::text`].
    pub text: Option<Texts>,
    /// Scales: what the lowest score means; the service has words of its own.
    pub low: Option<Texts>,
    /// Scales: what the highest score means; the service has words of its own.
    pub high: Option<Texts>,
    /// CSAT: `numbers` (default), `stars` or `faces`.
    pub look: Option<String>,
    /// Text: the hint in the empty field.
    pub placeholder: Option<Texts>,
    /// Text: longest answer.
    pub max_chars: Option<i64>,
    /// Choice: the list.
    pub choices: Option<Vec<DraftChoice>>,
    /// Choice: more than one allowed; default no.
    pub multiple: Option<bool>,
    /// Choice: the label of "something else"; absent = not offered.
    pub other: Option<Texts>,
    /// Choice: in another order for every shopper; default no.
    pub shuffle: Option<bool>,
    /// Contact: `email` (default) or `phone`.
    pub channel: Option<String>,
    /// Contact: what the shopper agrees to; the service has a sentence of its own.
    pub consent: Option<Texts>,
    /// Asked only after certain answers.
    pub ask_when: Option<AskWhen>,
}

/// An entry of a choice question as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftChoice {
    /// See [`crate::question::Choice::id`].
    pub id: Option<String>,
    /// See [`crate::question::Choice::text`].
    pub text: Option<Texts>,
}

/// A condition as written, by the question's id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskWhen {
    /// Id of an earlier question that is scored or a choice.
    pub question: Option<String>,
    /// Lowest score, inclusive; absent = the scale's lowest.
    pub from: Option<i64>,
    /// Highest score, inclusive; absent = the scale's highest.
    pub to: Option<i64>,
    /// Ids of choices, any of them; absent with `other` = every choice.
    pub choices: Option<Vec<String>>,
    /// Whether "something else" leads on too.
    pub other: Option<bool>,
}
