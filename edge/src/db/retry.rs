//! What a failure of D1 means, and how often to try again.
//!
//! The messages are D1's own (Cloudflare's documentation, "D1: Debug"); everything else it may say counts as "not now".

use super::error::StoreError;
use crate::{
    store::shop_directory,
    telemetry::counters::{self, Counter},
    time::clock,
};
use std::time::Duration;
use worker::Delay;

/// Tries after the first one.
const AGAIN: u32 = 2;
/// A request waits no longer than this for all its tries together.
const IN_ALL_MS: i64 = 3_000;
/// Shortest and longest wait before a try.
const WAIT_MS: (u64, u64) = (50, 2_000);

/// What D1 says when the next try may well succeed: a connection or an instance was lost, the database itself is fine.
const PASSING: [&str; 5] = [
    "Network connection lost",
    "storage caused object to be reset",
    "reset because its code was updated",
    "Internal error while starting up D1 DB storage",
    "Cannot resolve D1 DB due to transient issue",
];

/// What SQLite says when the statement is at fault, today and tomorrow.
const FINAL: [&str; 4] = ["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "constraint failed"];

/// What a trigger says when a shop is not to be written where it was looked for: see `migrations/0004_moves.sql`.
const MOVING: &str = "glas: shop is moving";

/// What a failure is for whoever asked the store.
pub(crate) fn failed(cause: String) -> StoreError {
    if cause.contains(MOVING) {
        // The next one asks anew where the shop is.
        shop_directory::invalidate();
        return StoreError::Unavailable(cause);
    }
    if FINAL.iter().any(|words| cause.contains(words)) {
        StoreError::Corrupt(cause)
    } else {
        StoreError::Unavailable(cause)
    }
}

/// Whether another try may help. An overloaded database is left alone: more of the same is what it suffers from.
fn may_pass(cause: &str) -> bool {
    PASSING.iter().any(|words| cause.contains(words)) && !cause.contains("overloaded")
}

/// How long to wait before try number `tries` (from 1), from a random number: full jitter, so that those who failed
/// together do not come back together.
const fn wait_ms(tries: u32, random: u64) -> u64 {
    let (shortest, longest) = WAIT_MS;
    let ceiling = shortest << (3 * tries);
    let ceiling = if ceiling > longest { longest } else { ceiling };
    shortest + random % (ceiling - shortest + 1)
}

/// How often a request tries again.
pub(crate) struct RetryPolicy {
    left: u32,
    until: i64,
}

impl RetryPolicy {
    /// Of what may be done twice.
    pub(crate) fn begin() -> Self {
        Self { left: AGAIN, until: clock::now_ms() + IN_ALL_MS }
    }

    /// Of what may not.
    pub(crate) const fn none() -> Self {
        Self { left: 0, until: 0 }
    }

    /// Waits for the next try, or says that there is none.
    pub(crate) async fn after(&mut self, cause: String) -> Result<(), StoreError> {
        if self.left == 0 || !may_pass(&cause) {
            return Err(failed(cause));
        }
        let wait = wait_ms(AGAIN + 1 - self.left, random());
        if clock::now_ms().saturating_add_unsigned(wait) > self.until {
            return Err(failed(cause));
        }
        self.left -= 1;
        counters::count(Counter::Retried, 1);
        Delay::from(Duration::from_millis(wait)).await;
        Ok(())
    }
}

/// No randomness, no jitter: a wait all the same.
fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_or(0, |()| u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass() {
        for (cause, passes, is_final) in [
            ("D1_ERROR: Network connection lost.", true, false),
            ("D1_ERROR: Internal error in D1 DB storage caused object to be reset.", true, false),
            ("D1 DB reset because its code was updated.", true, false),
            ("Internal error while starting up D1 DB storage caused object to be reset.", true, false),
            ("Cannot resolve D1 DB due to transient issue on remote node.", true, false),
            ("D1 DB is overloaded. Requests queued for too long.", false, false),
            ("D1 DB is overloaded. Network connection lost.", false, false),
            ("D1 DB exceeded its CPU time limit and was reset.", false, false),
            ("D1_ERROR: no such table: responses: SQLITE_ERROR", false, false),
            ("D1_ERROR: UNIQUE constraint failed: effects.message: SQLITE_CONSTRAINT", false, true),
            ("D1_ERROR: string or blob too big: SQLITE_TOOBIG", false, true),
            ("D1_ERROR: glas: shop is moving: SQLITE_CONSTRAINT", false, false),
            ("", false, false),
        ] {
            assert_eq!(may_pass(cause), passes, "{cause}");
            assert_eq!(matches!(failed(cause.to_owned()), StoreError::Corrupt(_)), is_final, "{cause}");
        }
    }

    #[test]
    fn waits_are_short_and_spread() {
        for (tries, longest) in [(1, 400), (2, 2_000)] {
            let waits: Vec<u64> = (0..5_000).map(|random| wait_ms(tries, random)).collect();
            assert_eq!((waits.iter().min(), waits.iter().max()), (Some(&50), Some(&longest)), "try {tries}");
        }
        const { assert!(400 + 2_000 < IN_ALL_MS) };
    }
}
