//! The survey model.
//!
//! Definitions that are valid by construction ([`Survey`], [`Question`]), the order in which questions are asked
//! ([`flow`]), and the validation of what a page sends ([`submission`]).
//!
//! Pure: no clock, no I/O, no platform API and no async, so that it runs unchanged in the Worker, in the widget and in
//! a plain `cargo test`. Without the `wire` feature it needs neither `std` nor `serde`.

#![no_std]

extern crate alloc;

pub mod audience;
pub mod closing;
pub mod contact;
pub mod day;
pub mod display;
pub mod flow;
pub mod funnel;
pub mod id;
#[cfg(feature = "wire")]
pub mod import;
pub mod language;
pub mod metric;
pub mod origin;
pub mod plausibility;
pub mod problem;
pub mod question;
pub mod revision;
pub mod settings;
pub mod submission;
mod survey;

#[cfg(feature = "wire")]
pub mod templates;
pub mod theme;
pub mod trust;
pub mod webhook;
#[cfg(feature = "wire")]
pub mod wire;
pub mod words;

pub use crate::survey::{
    AskWhen, Draft, DraftAgain, DraftAudience, DraftChoice, DraftDisplay, DraftPalette, DraftQuestion, DraftTheme,
    DraftTrigger, Status, Survey, Texts,
};
pub use audience::Audience;
pub use display::{Display, Mode, Trigger};
pub use id::{ClientSecret, InvalidId, ResponseId, Slug, SubmissionId};
pub use language::{Language, Localized};
pub use metric::Metric;
pub use origin::Origin;
pub use problem::{Code, Problem, Problems};
pub use question::{Kind, Question};
pub use settings::ShopSettings;
pub use submission::{Answer, Submission, Value};
pub use trust::Trust;
