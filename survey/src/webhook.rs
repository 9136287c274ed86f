//! Webhooks by Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>), as far as they are decisions: what there is to
//! be told of, where it may be sent, when it is tried again, and what a receiver's reply means.

mod event;
mod name;
mod reply;
mod schedule;
mod template;
mod url;

pub use event::EventType;
pub use reply::{Failure, Next, Outcome, next};
pub use schedule::{ATTEMPTS, WAITS_S, wait_ms};
pub use template::{Template, html, mrkdwn};
pub use url::{Refused, address};

/// Most endpoints of a shop.
pub const MAX_ENDPOINTS: u32 = 10;

/// How long an old secret signs beside the new one, in milliseconds.
pub const ROTATION_MS: i64 = 86_400_000;

/// An endpoint that nothing has reached for this long, in milliseconds, is disabled.
pub const FAILING_MS: i64 = 5 * 86_400_000;

/// Longest description of an endpoint, in characters.
pub const MAX_DESCRIPTION: usize = 200;
