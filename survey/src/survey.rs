//! A survey: from a draft that may be wrong in many ways to a definition that is right.

mod check;
mod draft;

pub use draft::{
    AskWhen, Draft, DraftAgain, DraftAudience, DraftChoice, DraftDisplay, DraftPalette, DraftQuestion, DraftTheme,
    DraftTrigger, Texts,
};

use crate::{
    audience::Audience,
    display::Display,
    flow::Condition,
    id::Slug,
    language::{Language, Localized},
    problem::{Problem, Problems},
    question::Question,
};
use alloc::{collections::BTreeSet, string::String, vec::Vec};

/// Where a survey stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Never published.
    Draft,
    /// Shown on pages.
    Live,
    /// Published, not shown at present.
    Paused,
    /// Not shown and not listed by default; its answers stay.
    Archived,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Live, Self::Paused, Self::Archived];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Archived => "archived",
        }
    }

    /// The status with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A survey's definition. Only [`Survey::new`] makes one, so whoever holds one holds a right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    name: String,
    touchpoint: Slug,
    language: Language,
    display: Display,
    audience: Audience,
    questions: Vec<Question>,
    thanks: Localized,
}

impl Survey {
    /// Most questions in a survey. Completion falls with every one; nobody answers twenty.
    pub const MAX_QUESTIONS: usize = 20;
    /// Most choices in a question.
    pub const MAX_CHOICES: usize = 30;
    /// Most page patterns.
    pub const MAX_PAGES: usize = 50;
    /// Longest name or label, in characters.
    pub const MAX_NAME: usize = 120;
    /// Longest text that a shopper reads, in characters.
    pub const MAX_TEXT: usize = 500;
    /// Longest page pattern or selector, in characters.
    pub const MAX_PATTERN: usize = 300;
    /// Longest wait before showing: ten minutes.
    pub const MAX_DELAY_MS: u32 = 600_000;
    /// Longest answer in own words when the owner says nothing, in characters.
    pub const DEFAULT_ANSWER: u16 = 2_000;
    /// Longest answer in own words that an owner may allow, in characters. Two of them in UTF-8 still fit the 16 KiB
    /// of a submission when they are mostly Latin.
    pub const MAX_ANSWER: u16 = 5_000;
    /// Longest answers in own words of a whole survey together, in characters: what fits 16 KiB beside the rest, in
    /// UTF-8 with a third of the letters outside ASCII.
    pub const MAX_ANSWERS: u32 = 10_000;

    /// Checks a draft.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn new(draft: Draft) -> Result<Self, Vec<Problem>> {
        Self::check(draft, Problems::new())
    }

    /// Checks a draft that was read with problems already: `found` comes first in what is reported.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn check(draft: Draft, found: Problems) -> Result<Self, Vec<Problem>> {
        check::survey(draft, found, check::Braces::MustRefer)
    }

    /// Checks a draft that was right when it was stored. Braces meant nothing then, so that a text may hold some.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn check_stored(draft: Draft, found: Problems) -> Result<Self, Vec<Problem>> {
        check::survey(draft, found, check::Braces::MayStand)
    }

    /// The owner's name for it. Shoppers never see it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stage of the customer's journey that it asks about.
    #[must_use]
    pub const fn touchpoint(&self) -> &Slug {
        &self.touchpoint
    }

    /// The language that every text has.
    #[must_use]
    pub const fn language(&self) -> &Language {
        &self.language
    }

    /// Where and when it is shown.
    #[must_use]
    pub const fn display(&self) -> &Display {
        &self.display
    }

    /// Whom it asks, and how often.
    #[must_use]
    pub const fn audience(&self) -> &Audience {
        &self.audience
    }

    /// Its questions, at least one, in the order of asking.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The owner's words of thanks; empty = the service's own.
    #[must_use]
    pub const fn thanks(&self) -> &Localized {
        &self.thanks
    }

    /// The languages that a shopper can be asked in: those that the first question has.
    #[must_use]
    pub fn languages(&self) -> BTreeSet<&Language> {
        self.questions.iter().take(1).flat_map(|question| question.text.iter().map(|(language, _)| language)).collect()
    }

    /// The conditions of its questions by position, as [`crate::flow`] takes them.
    #[must_use]
    pub fn conditions(&self) -> Vec<Option<Condition>> {
        self.questions.iter().map(|question| question.when).collect()
    }
}
