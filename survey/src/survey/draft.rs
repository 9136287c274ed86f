//! What an owner wrote, before anybody checked it.

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
    /// See [`crate::Survey::questions`].
    pub questions: Vec<DraftQuestion>,
    /// See [`crate::Survey::thanks`].
    pub thanks: Option<Texts>,
}

/// Where and when, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftDisplay {
    /// `slide_in` (default) or `inline`.
    pub mode: Option<String>,
    /// Needed for `inline`.
    pub selector: Option<String>,
    /// Path patterns.
    pub pages: Vec<String>,
    /// `load` (default) or `exit`.
    pub trigger: Option<String>,
    /// Default 0.
    pub delay_ms: Option<i64>,
}

/// A question as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftQuestion {
    /// See [`crate::Question::id`].
    pub id: Option<String>,
    /// `nps`, `ces`, `csat`, `text` or `choice`.
    pub kind: Option<String>,
    /// See [`crate::Question::text`].
    pub text: Option<Texts>,
    /// Scales: what the lowest score means; the service has words of its own.
    pub low: Option<Texts>,
    /// Scales: what the highest score means; the service has words of its own.
    pub high: Option<Texts>,
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
    /// Asked only after certain scores.
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
    /// Id of an earlier scored question.
    pub question: Option<String>,
    /// Lowest score, inclusive; absent = the scale's lowest.
    pub from: Option<i64>,
    /// Highest score, inclusive; absent = the scale's highest.
    pub to: Option<i64>,
}
