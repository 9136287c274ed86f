//! Parses and writes JSON: version 1 of the wire contract.
//!
//! Wire types are separate from domain types, and only they derive `serde`. Parsing does not stop at the first problem:
//! a member of the wrong type is reported with its place and treated as missing.

mod contacts;
mod definition;
mod events;
mod node;
mod page;
mod place;
mod settings;
mod shop;
mod stored;
mod submission;
mod view;
mod webhook;

pub use contacts::contacts_of;
pub use definition::{Definition, read_definition, read_stored};
pub use events::read_events;
pub use page::{PageConfig, SurveySummary};
pub use settings::{Settings, read_settings, read_stored_settings};
pub use shop::{ShopRequest, read_quota, read_shop};
pub use stored::StoredAnswer;
pub use submission::read_submission;
pub use view::View;
pub use webhook::{WebhookRequest, read_webhook};

use crate::problem::Problem;
use alloc::string::String;
use serde::Serialize;

/// Maximum nesting of a request body. Real bodies need at most 6 levels, for the text of a choice.
pub const MAX_DEPTH: usize = 8;

/// A problem as JSON.
#[derive(Debug, Serialize)]
pub struct WireProblem {
    code: &'static str,
    at: String,
    message: String,
}

impl From<Problem> for WireProblem {
    fn from(problem: Problem) -> Self {
        Self { code: problem.code.as_str(), at: problem.at, message: problem.message.into_owned() }
    }
}
