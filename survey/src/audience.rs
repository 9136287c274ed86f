//! Whom a survey asks, and how often.

use crate::{day::Day, language::Language, submission::Device};
use alloc::vec::Vec;

/// Which visitors are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visitors {
    /// All.
    #[default]
    All,
    /// Those on their first visit.
    New,
    /// Those who were here before.
    Returning,
}

impl Visitors {
    /// All of them.
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

    /// The visitors with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visitors| visitors.as_str() == name)
    }
}

/// Days until the same shopper may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// After an answer.
    pub after_answer: u16,
    /// After the survey was closed unanswered.
    pub after_dismissal: u16,
    /// After it was closed unanswered twice.
    pub after_second_dismissal: u16,
    /// After it was seen and left alone.
    pub after_view: u16,
}

impl Again {
    /// Longest rest: ten years.
    pub const MAX: u16 = 3_650;

    /// What holds where the owner says nothing. A relation changes slowly, so a survey that begins with NPS rests half
    /// a year.
    #[must_use]
    pub const fn usual(begins_with_nps: bool) -> Self {
        Self {
            after_answer: if begins_with_nps { 180 } else { 90 },
            after_dismissal: 30,
            after_second_dismissal: 180,
            after_view: 7,
        }
    }
}

/// Whom a survey asks, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Only on these devices, in the order of [`Device::ALL`]; empty = on all.
    pub devices: Vec<Device>,
    /// Only on pages in these languages; empty = in all.
    pub languages: Vec<Language>,
    /// Only these visitors.
    pub visitors: Visitors,
    /// So many of a hundred visitors; a visitor stays in or out.
    pub sample_percent: u8,
    /// From this day on, in UTC.
    pub from: Option<Day>,
    /// Until the end of this day, in UTC.
    pub until: Option<Day>,
    /// Until it has so many answers.
    pub stop_after: Option<u32>,
    /// Also in the checkout, where by default nobody is disturbed.
    pub during_checkout: bool,
    /// Shown to one shopper at most so often.
    pub max_views: Option<u16>,
    /// When the same shopper is asked again.
    pub again: Again,
}

impl Audience {
    /// Most page languages.
    pub const MAX_LANGUAGES: usize = 30;
    /// Most answers after which to stop.
    pub const MAX_STOP_AFTER: u32 = 10_000_000;
    /// Most views of one shopper.
    pub const MAX_VIEWS: u16 = 1_000;
}
