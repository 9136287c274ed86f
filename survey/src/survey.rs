//! A survey's definition: from a draft that may be wrong to one that is valid by construction.

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

/// The status of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not published yet.
    Draft,
    /// Shown on pages.
    Live,
    /// Published, but not shown at present.
    Paused,
    /// Not shown, and not listed by default; its responses are kept.
    Archived,
}

impl Status {
    /// All statuses.
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

/// A survey's definition. Only [`Survey::new`] and its variants create one, so every instance is valid.
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
    /// Maximum questions per survey. Completion falls with every question.
    pub const MAX_QUESTIONS: usize = 20;
    /// Maximum choices per question.
    pub const MAX_CHOICES: usize = 30;
    /// Maximum page patterns.
    pub const MAX_PAGES: usize = 50;
    /// Maximum length of a name or label, in characters.
    pub const MAX_NAME: usize = 120;
    /// Maximum length of a text that shoppers read, in characters.
    pub const MAX_TEXT: usize = 500;
    /// Maximum length of a page pattern or selector, in characters.
    pub const MAX_PATTERN: usize = 300;
    /// Maximum delay before showing: ten minutes.
    pub const MAX_DELAY_MS: u32 = 600_000;
    /// Default maximum length of a text answer, in characters.
    pub const DEFAULT_ANSWER: u16 = 2_000;
    /// Highest maximum length of a text answer, in characters. Two such answers, mostly Latin, fit the 16 KiB of a
    /// submission.
    pub const MAX_ANSWER: u16 = 5_000;
    /// Maximum length of all text answers of a survey together, in characters: fits the 16 KiB of a submission with a
    /// third of the characters outside ASCII.
    pub const MAX_ANSWERS: u32 = 10_000;

    /// Validates a draft.
    ///
    /// # Errors
    /// All problems, each with its place.
    pub fn new(draft: Draft) -> Result<Self, Vec<Problem>> {
        Self::check(draft, Problems::new())
    }

    /// Validates a draft. `found` are the problems from parsing it; they come first.
    ///
    /// # Errors
    /// All problems, each with its place.
    pub fn check(draft: Draft, found: Problems) -> Result<Self, Vec<Problem>> {
        check::survey(draft, found, check::Braces::Placeholders)
    }

    /// Validates a draft from the store. Definitions stored before braces had a meaning may contain any braces.
    ///
    /// # Errors
    /// All problems, each with its place.
    pub fn check_stored(draft: Draft, found: Problems) -> Result<Self, Vec<Problem>> {
        check::survey(draft, found, check::Braces::Literal)
    }

    /// The owner's name for the survey. Shoppers never see it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stage of the customer journey that the survey asks about.
    #[must_use]
    pub const fn touchpoint(&self) -> &Slug {
        &self.touchpoint
    }

    /// The default language, which every text has.
    #[must_use]
    pub const fn language(&self) -> &Language {
        &self.language
    }

    /// Where and when it is shown.
    #[must_use]
    pub const fn display(&self) -> &Display {
        &self.display
    }

    /// Who is asked, and how often.
    #[must_use]
    pub const fn audience(&self) -> &Audience {
        &self.audience
    }

    /// The questions in order, at least one.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The thank-you text; empty = the built-in one.
    #[must_use]
    pub const fn thanks(&self) -> &Localized {
        &self.thanks
    }

    /// The languages in which the survey can be shown: those of the first question.
    #[must_use]
    pub fn languages(&self) -> BTreeSet<&Language> {
        self.questions.iter().take(1).flat_map(|question| question.text.iter().map(|(language, _)| language)).collect()
    }

    /// The conditions of the questions by position, for [`crate::flow`].
    #[must_use]
    pub fn conditions(&self) -> Vec<Option<Condition>> {
        self.questions.iter().map(|question| question.when).collect()
    }
}
