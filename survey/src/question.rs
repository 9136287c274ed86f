//! Questions of a validated survey.

use crate::{flow::Condition, id::Slug, language::Localized, metric::Metric};
use alloc::vec::Vec;

/// One question of a [`crate::Survey`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Unique within the survey.
    pub id: Slug,
    /// The question as shoppers read it; `{shop}` is replaced with the shop's name.
    pub text: Localized,
    /// How the question is answered.
    pub kind: Kind,
    /// Asked only after certain answers to an earlier question.
    pub when: Option<Condition>,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One score on a metric's scale.
    Scale {
        /// The metric of the score.
        metric: Metric,
        /// Label of the lowest score; empty = the built-in text.
        low: Localized,
        /// Label of the highest score; empty = the built-in text.
        high: Localized,
        /// How the scores are displayed.
        look: Look,
    },
    /// Free text.
    Text {
        /// Placeholder of the empty field; may be empty.
        placeholder: Localized,
        /// Maximum length, in characters.
        max_chars: u16,
    },
    /// One or several choices.
    Choice {
        /// The choices, in display order.
        choices: Vec<Choice>,
        /// Whether several choices are allowed.
        multiple: bool,
        /// The label of "something else", which opens a text field; `None` = not offered.
        other: Option<Localized>,
        /// Whether the order is random for each shopper; "something else" stays last.
        shuffle: bool,
    },
    /// A contact address, given voluntarily and with consent.
    Contact {
        /// The kind of address.
        channel: Channel,
        /// The consent text; empty = the built-in one.
        consent: Localized,
    },
}

/// How the scores of a scale are displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// Numbers in a row.
    #[default]
    Numbers,
    /// Stars; CSAT only.
    Stars,
    /// Five faces; CSAT only.
    Faces,
}

impl Look {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Numbers, Self::Stars, Self::Faces];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Stars => "stars",
            Self::Faces => "faces",
        }
    }

    /// The look with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.as_str() == name)
    }
}

/// A kind of contact address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// An e-mail address.
    #[default]
    Email,
    /// A phone number.
    Phone,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 2] = [Self::Email, Self::Phone];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// The channel with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == name)
    }
}

/// A choice of a choice question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Unique within the question; this id is stored and counted.
    pub id: Slug,
    /// The text that shoppers read.
    pub text: Localized,
}

impl Kind {
    /// The names on the wire: every metric, then the other kinds.
    pub const NAMES: [&str; 7] = ["nps", "ces", "csat", "agree", "text", "choice", "contact"];

    /// The metric of a scale; `None` for other kinds.
    #[must_use]
    pub const fn metric(&self) -> Option<Metric> {
        match self {
            Self::Scale { metric, .. } => Some(*metric),
            Self::Text { .. } | Self::Choice { .. } | Self::Contact { .. } => None,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Scale { metric, .. } => metric.as_str(),
            Self::Text { .. } => "text",
            Self::Choice { .. } => "choice",
            Self::Contact { .. } => "contact",
        }
    }
}
