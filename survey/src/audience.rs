//! The audience of a survey, and how often it is asked.

use crate::{day::Day, language::Language, submission::Device};
use alloc::vec::Vec;

/// Which visitors are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visitors {
    /// All visitors.
    #[default]
    All,
    /// Visitors on their first visit.
    New,
    /// Visitors who have been to the shop before.
    Returning,
}

impl Visitors {
    /// All values.
    pub const ALL: [Self; 3] = [Self::All, Self::New, Self::Returning];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::Returning => "returning",
        }
    }

    /// The value with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visitors| visitors.as_str() == name)
    }
}

/// Days until the same shopper may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// After the shopper answered.
    pub after_answer: u16,
    /// After the shopper dismissed the survey without answering.
    pub after_dismissal: u16,
    /// After a second dismissal.
    pub after_second_dismissal: u16,
    /// After the survey was viewed and ignored.
    pub after_view: u16,
}

impl Again {
    /// Longest interval: ten years.
    pub const MAX: u16 = 3_650;

    /// The defaults. A survey that starts with NPS asks about the relationship, which changes slowly, so it pauses for
    /// half a year.
    #[must_use]
    pub const fn default_for(starts_with_nps: bool) -> Self {
        Self {
            after_answer: if starts_with_nps { 180 } else { 90 },
            after_dismissal: 30,
            after_second_dismissal: 180,
            after_view: 7,
        }
    }
}

/// The audience of a survey, and how often it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Devices to show the survey on, in the order of [`Device::ALL`]; empty = all.
    pub devices: Vec<Device>,
    /// Page languages to show the survey in; empty = all.
    pub languages: Vec<Language>,
    /// Which visitors are asked.
    pub visitors: Visitors,
    /// Percentage of visitors in the sample. A visitor stays in or out of it.
    pub sample_percent: u8,
    /// First day, in UTC.
    pub from: Option<Day>,
    /// Last day (inclusive), in UTC.
    pub until: Option<Day>,
    /// Stop after this many responses that count.
    pub stop_after: Option<u32>,
    /// Whether the survey is also shown in the checkout, where surveys are hidden by default.
    pub during_checkout: bool,
    /// Maximum views per shopper.
    pub max_views: Option<u16>,
    /// When to ask the same shopper again.
    pub again: Again,
}

impl Audience {
    /// Maximum number of page languages.
    pub const MAX_LANGUAGES: usize = 30;
    /// Highest value of `stop_after`.
    pub const MAX_STOP_AFTER: u32 = 10_000_000;
    /// Highest value of `max_views`.
    pub const MAX_VIEWS: u16 = 1_000;
}
