//! What happened to a survey on a page before anything was answered.

use crate::{language::Language, submission::Device};
use alloc::string::String;

/// A step on the way from the page to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Put on the page.
    Impression,
    /// Half of it was on the screen for a second.
    View,
    /// The first answer.
    Start,
    /// Closed by the shopper before its end.
    Dismissed,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Impression, Self::View, Self::Start, Self::Dismissed];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::View => "view",
            Self::Start => "start",
            Self::Dismissed => "dismissed",
        }
    }

    /// The step with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }
}

/// A step that one survey took on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Id of the survey.
    pub survey: String,
    /// Its published version.
    pub version: u32,
    /// The step.
    pub step: Step,
    /// Class of device, if the page told it.
    pub device: Option<Device>,
    /// Language in which it was shown, if the page told it.
    pub language: Option<Language>,
}

/// Events of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The shop's public key.
    pub key: String,
    /// At least one.
    pub events: alloc::vec::Vec<Event>,
}

impl Batch {
    /// Most events in one request.
    pub const MAX: usize = 50;
}
