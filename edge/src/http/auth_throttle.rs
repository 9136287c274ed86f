//! Throttling of wrong keys: after ten failures in a quarter of an hour, further ones are refused with 429.
//!
//! Failures count for the shop that the key names, not for the client, and none of it is stored. Each isolate counts over a
//! quarter of an hour; the platform's rate limiter counts all isolates of a location over a minute, its longest period. A
//! valid key is never throttled, so an attacker cannot lock the owner out.

use crate::{cache::IsolateCache, platform::Platform};

/// The message of a refusal.
pub(crate) const TOO_MANY: &str = "too many requests with wrong keys for this shop; valid keys still work";

/// Failures per period that are answered as usual.
const MAX_FAILURES: u32 = 10;
/// The period, in milliseconds.
const PERIOD_MS: i64 = 15 * 60 * 1_000;
/// The rate limiter's period, in seconds; the same as in wrangler.toml.
const LIMITER_PERIOD_S: u32 = 60;
/// Shops in the cache.
const CACHE_CAPACITY: usize = 10_000;

/// The failures of a period, which begins with the first of them.
#[derive(Default)]
struct Failures {
    since: i64,
    count: u32,
}

impl Failures {
    /// Counts a failure. If there are too many, the seconds until the period ends.
    fn record(&mut self, now: i64) -> Option<u32> {
        if now.saturating_sub(self.since) >= PERIOD_MS {
            *self = Self { since: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        let left = (self.since + PERIOD_MS - now + 999) / 1_000;
        (self.count > MAX_FAILURES).then(|| u32::try_from(left).unwrap_or(LIMITER_PERIOD_S))
    }
}

thread_local! {
    static FAILURES: IsolateCache<String, Failures> = IsolateCache::new(CACHE_CAPACITY);
}

/// Counts a wrong key for `target`, a shop's id or the operator. If there were too many, the seconds to wait. If the rate
/// limiter is unavailable, only this isolate counts. `now` in milliseconds since 1970.
pub(crate) async fn record_failure(platform: &Platform, target: &str, now: i64) -> Option<u32> {
    let wait = FAILURES.with(|failures| failures.with(target, Failures::default, |failures| failures.record(now)));
    if wait.is_some() {
        return wait;
    }
    let refused = platform.within_rate("KEY_RATE", target).await == Some(false);
    refused.then_some(LIMITER_PERIOD_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_in_a_quarter_of_an_hour() {
        let start = 1_795_305_600_000;
        let mut failures = Failures::default();
        assert!((0..10).all(|after| failures.record(start + after * 1_000).is_none()));
        assert_eq!(failures.record(start + 10_000), Some(890));
        assert_eq!(failures.record(start + PERIOD_MS - 1), Some(1));
        // The next failure starts a new period.
        assert_eq!(failures.record(start + PERIOD_MS), None);
        assert!((1..10).all(|_| failures.record(start + PERIOD_MS).is_none()));
        assert_eq!(failures.record(start + PERIOD_MS), Some(900));
    }
}
