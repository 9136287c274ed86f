//! The decisions behind webhooks, by Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>): event types, allowed
//! URLs, the retry schedule and the meaning of a receiver's reply.

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
pub use url::{InvalidUrl, normalize_url};

/// Maximum endpoints per shop.
pub const MAX_ENDPOINTS: u32 = 10;

/// How long the old secret also signs after a rotation, in milliseconds.
pub const ROTATION_MS: i64 = 86_400_000;

/// An endpoint whose deliveries have all failed for this long is disabled, in milliseconds.
pub const FAILING_MS: i64 = 5 * 86_400_000;

/// Maximum length of an endpoint's description, in characters.
pub const MAX_DESCRIPTION: usize = 200;
