//! Questions of a checked survey.

use crate::{flow::Condition, id::Slug, language::Localized, metric::Metric};
use alloc::vec::Vec;

/// One question of a [`crate::Survey`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Unique within the survey.
    pub id: Slug,
    /// What is asked; may name the shop as `{shop}`.
    pub text: Localized,
    /// How it is answered.
    pub kind: Kind,
    /// Asked only if an earlier score lies in a range.
    pub when: Option<Condition>,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One score on a metric's scale.
    Scale {
        /// Which metric it feeds.
        metric: Metric,
        /// What the lowest score means, in the owner's words; empty = the service's.
        low: Localized,
        /// What the highest score means, in the owner's words; empty = the service's.
        high: Localized,
    },
    /// Own words.
    Text {
        /// A hint inside the empty field; may be empty.
        placeholder: Localized,
        /// Longest answer, in characters.
        max_chars: u16,
    },
    /// One or several of a list.
    Choice {
        /// What can be chosen, in the order of showing.
        choices: Vec<Choice>,
        /// Whether more than one may be chosen.
        multiple: bool,
        /// The label of "something else", which brings a text field with it; `None` = not offered.
        other: Option<Localized>,
    },
}

/// One entry of a choice question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Unique within the question; what is stored and counted.
    pub id: Slug,
    /// What the shopper reads.
    pub text: Localized,
}

impl Kind {
    /// The metric that it feeds, if it is a scale.
    #[must_use]
    pub const fn metric(&self) -> Option<Metric> {
        match self {
            Self::Scale { metric, .. } => Some(*metric),
            Self::Text { .. } | Self::Choice { .. } => None,
        }
    }

    /// The kind's name on the wire: `nps`, `ces`, `csat`, `text`, `choice`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Scale { metric, .. } => metric.as_str(),
            Self::Text { .. } => "text",
            Self::Choice { .. } => "choice",
        }
    }
}
