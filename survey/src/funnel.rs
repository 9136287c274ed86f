//! Funnel events: what happened to a survey on a page.

use crate::{language::Language, submission::Device};
use alloc::string::String;

/// A step of the funnel, from the page to the first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The survey was put on the page.
    Impression,
    /// Half of it was visible for a second.
    View,
    /// The shopper gave the first answer.
    Start,
    /// The shopper closed it before the end.
    Dismissed,
}

impl Step {
    /// All steps.
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

/// One step of one survey on one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Id of the survey.
    pub survey: String,
    /// Its published version.
    pub version: u32,
    /// The step.
    pub step: Step,
    /// Device class, if the page sent it.
    pub device: Option<Device>,
    /// Language in which it was shown, if the page sent it.
    pub language: Option<Language>,
    /// View token of the survey, if the page sent it.
    pub token: Option<String>,
}

/// Events of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The shop's public key.
    pub key: String,
    /// The events; at least one.
    pub events: alloc::vec::Vec<Event>,
}

impl Batch {
    /// Maximum events per request.
    pub const MAX: usize = 50;
}
