//! JSON in and out, version 1 of the wire contract.
//!
//! Wire types are apart from domain types, and only they derive `serde`. Reading never stops at the first problem: a
//! member of the wrong type is noted with its place and read as absent, so that one reply names everything.

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

pub use definition::{Definition, read_definition, read_stored};
pub use events::read_events;
pub use page::{PageConfig, SurveySummary};
pub use settings::{Settings, read_settings};
pub use shop::{ShopRequest, read_quota, read_shop};
pub use stored::StoredAnswer;
pub use submission::read_submission;
pub use view::View;
pub use webhook::{WebhookRequest, read_webhook};

use crate::problem::Problem;
use alloc::string::String;
use serde::Serialize;

/// Deepest nesting that any request body needs is 6, for the text of a choice; more is noise or malice.
pub const MAX_DEPTH: usize = 8;

/// A problem as it is sent.
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
