//! Classifies failures of D1 and decides whether and when to retry.
//!
//! The messages are D1's own (Cloudflare's documentation, "D1: Debug"). An unknown message counts as a temporary failure.

use super::error::StoreError;
use crate::{
    platform,
    telemetry::counters::{self, Counter},
    time::clock,
};
use std::time::Duration;

/// Retries after the first attempt.
const MAX_RETRIES: u32 = 2;
/// Longest time that one request spends on all attempts together, in milliseconds.
const TOTAL_BUDGET_MS: i64 = 3_000;
/// Shortest and longest delay before a retry, in milliseconds.
const DELAY_MS: (u64, u64) = (50, 2_000);

/// Messages after which a retry may succeed: a connection or an instance was lost, the database itself is healthy.
const TRANSIENT: [&str; 5] = [
    "Network connection lost",
    "storage caused object to be reset",
    "reset because its code was updated",
    "Internal error while starting up D1 DB storage",
    "Cannot resolve D1 DB due to transient issue",
];

/// SQLite's messages for a statement that will always fail.
const PERMANENT: [&str; 4] = ["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "constraint failed"];

/// The message of the triggers that reject writes to a shop in a database that it has left: see
/// `migrations/0004_moves.sql`.
const SHOP_MOVED: &str = "glas: shop is moving";

/// Why no further attempt is made.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The shop is in another database, or about to be.
    ShopMoved(String),
    /// Anything else.
    Final(StoreError),
}

/// The store's error for a message of the database.
pub(super) fn classify(cause: String) -> StoreError {
    if PERMANENT.iter().any(|words| cause.contains(words)) && !cause.contains(SHOP_MOVED) {
        StoreError::Corrupt(cause)
    } else {
        StoreError::Unavailable(cause)
    }
}

fn failure(cause: String) -> Failure {
    if cause.contains(SHOP_MOVED) { Failure::ShopMoved(cause) } else { Failure::Final(classify(cause)) }
}

/// Whether a retry may help. An overloaded database is not retried, because more load is what it suffers from.
fn is_transient(cause: &str) -> bool {
    TRANSIENT.iter().any(|words| cause.contains(words)) && !cause.contains("overloaded")
}

/// Delay before retry number `attempt` (from 1), from a random number. Full jitter, so that requests that failed together do
/// not return together.
const fn delay_ms(attempt: u32, random: u64) -> u64 {
    let (shortest, longest) = DELAY_MS;
    let ceiling = shortest << (3 * attempt);
    let ceiling = if ceiling > longest { longest } else { ceiling };
    shortest + random % (ceiling - shortest + 1)
}

/// The retries that one call has left.
pub(crate) struct RetryPolicy {
    left: u32,
    deadline: i64,
}

impl RetryPolicy {
    /// For idempotent calls.
    pub(super) fn standard() -> Self {
        Self { left: MAX_RETRIES, deadline: clock::now_ms() + TOTAL_BUDGET_MS }
    }

    /// For calls that must not be repeated.
    pub(super) const fn never() -> Self {
        Self { left: 0, deadline: 0 }
    }

    /// Waits until the next attempt.
    ///
    /// # Errors
    /// If there is no further attempt.
    pub(super) async fn backoff(&mut self, cause: String) -> Result<(), Failure> {
        if self.left == 0 || !is_transient(&cause) {
            return Err(failure(cause));
        }
        let delay = delay_ms(MAX_RETRIES + 1 - self.left, random());
        if clock::now_ms().saturating_add_unsigned(delay) > self.deadline {
            return Err(failure(cause));
        }
        self.left -= 1;
        counters::count(Counter::Retried, 1);
        platform::sleep(Duration::from_millis(delay)).await;
        Ok(())
    }
}

/// Without randomness there is no jitter, but still a delay.
fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_or(0, |()| u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_transient_permanent_or_neither() {
        for (cause, transient, permanent) in [
            ("D1_ERROR: Network connection lost.", true, false),
            ("D1_ERROR: Internal error in D1 DB storage caused object to be reset.", true, false),
            ("D1 DB reset because its code was updated.", true, false),
            ("Internal error while starting up D1 DB storage caused object to be reset.", true, false),
            ("Cannot resolve D1 DB due to transient issue on remote node.", true, false),
            ("D1 DB is overloaded. Requests queued for too long.", false, false),
            ("D1 DB is overloaded. Network connection lost.", false, false),
            ("D1 DB exceeded its CPU time limit and was reset.", false, false),
            ("D1_ERROR: no such table: responses: SQLITE_ERROR", false, false),
            ("D1_ERROR: UNIQUE constraint failed: processed_messages.message: SQLITE_CONSTRAINT", false, true),
            ("D1_ERROR: string or blob too big: SQLITE_TOOBIG", false, true),
            ("D1_ERROR: glas: shop is moving: SQLITE_CONSTRAINT", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_transient(cause), transient, "{cause}");
            assert_eq!(matches!(classify(cause.to_owned()), StoreError::Corrupt(_)), permanent, "{cause}");
        }
        assert!(matches!(failure("glas: shop is moving: SQLITE_CONSTRAINT".to_owned()), Failure::ShopMoved(_)));
    }

    #[test]
    fn delays_are_short_and_spread() {
        for (attempt, longest) in [(1, 400), (2, 2_000)] {
            let delays: Vec<u64> = (0..5_000).map(|random| delay_ms(attempt, random)).collect();
            assert_eq!((delays.iter().min(), delays.iter().max()), (Some(&50), Some(&longest)), "attempt {attempt}");
        }
        const { assert!(400 + 2_000 < TOTAL_BUDGET_MS) };
    }
}
