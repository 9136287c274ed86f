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
    /// Asked only after certain answers to an earlier question.
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
        /// How its scores are drawn.
        look: Look,
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
        /// Whether every shopper sees them in another order; "something else" stays last.
        shuffle: bool,
    },
    /// How to reach the shopper, given freely and with consent.
    Contact {
        /// Which address.
        channel: Channel,
        /// What the shopper agrees to, in the owner's words; empty = the service's.
        consent: Localized,
    },
}

/// How the scores of a scale are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// A row of numbers.
    #[default]
    Numbers,
    /// Stars, for CSAT.
    Stars,
    /// Five faces, for CSAT.
    Faces,
}

impl Look {
    /// All of them.
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

/// A way to reach a shopper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// An e-mail address.
    #[default]
    Email,
    /// A phone number.
    Phone,
}

impl Channel {
    /// All of them.
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
            Self::Text { .. } | Self::Choice { .. } | Self::Contact { .. } => None,
        }
    }

    /// The kind's name on the wire: `nps`, `ces`, `csat`, `agree`, `text`, `choice`, `contact`.
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
