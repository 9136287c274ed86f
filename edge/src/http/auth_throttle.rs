//! Throttles key guessing: ten wrong keys in 15 minutes, then `429`.
//!
//! Attempts are counted per shop that the key names, never per client, and nothing is stored. Each isolate counts over 15
//! minutes; the platform's rate limiter counts all isolates of a location over a minute, its longest period. A correct key
//! never gets here, so an owner cannot be locked out.

use crate::platform::Platform;
use std::{cell::RefCell, collections::HashMap};

/// The message of a throttled request.
pub(crate) const TOO_MANY: &str = "too many requests with a wrong key for this shop; a correct key still works";

/// Wrong keys per period before requests are throttled.
const MAX_ATTEMPTS: u32 = 10;
/// The period, in milliseconds.
const PERIOD_MS: i64 = 15 * 60 * 1_000;
/// The period of the platform's rate limiter, in seconds; the same as in wrangler.toml.
const PLATFORM_PERIOD_S: u32 = 60;
/// Shops in the cache; it is cleared when full.
const CACHE_CAPACITY: usize = 10_000;

/// The wrong keys of a period, which begins with the first of them.
#[derive(Default)]
struct Attempts {
    since: i64,
    count: u32,
}

impl Attempts {
    /// Counts an attempt. Above the limit, returns the seconds until the period ends.
    fn next(&mut self, now: i64) -> Option<u32> {
        if now.saturating_sub(self.since) >= PERIOD_MS {
            *self = Self { since: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        let left = (self.since + PERIOD_MS - now + 999) / 1_000;
        (self.count > MAX_ATTEMPTS).then(|| u32::try_from(left).unwrap_or(PLATFORM_PERIOD_S))
    }
}

thread_local! {
    static SEEN: RefCell<HashMap<String, Attempts>> = RefCell::new(HashMap::new());
}

/// Counts a wrong key and returns the seconds to wait if there were too many. If the rate limiter is unavailable, only this
/// isolate counts. `now` in milliseconds since 1970.
pub(crate) async fn too_many(platform: &Platform, whose: &str, now: i64) -> Option<u32> {
    let here = SEEN.with_borrow_mut(|seen| {
        if seen.len() >= CACHE_CAPACITY && !seen.contains_key(whose) {
            seen.clear();
        }
        seen.entry(whose.to_owned()).or_default().next(now)
    });
    if here.is_some() {
        return here;
    }
    let refused = platform.within_rate("KEY_RATE", whose).await == Some(false);
    refused.then_some(PLATFORM_PERIOD_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_in_fifteen_minutes() {
        let begin = 1_795_305_600_000;
        let mut attempts = Attempts::default();
        assert!((0..10).all(|after| attempts.next(begin + after * 1_000).is_none()));
        assert_eq!(attempts.next(begin + 10_000), Some(890));
        assert_eq!(attempts.next(begin + PERIOD_MS - 1), Some(1));
        // The next period begins with the next attempt.
        assert_eq!(attempts.next(begin + PERIOD_MS), None);
        assert!((1..10).all(|_| attempts.next(begin + PERIOD_MS).is_none()));
        assert_eq!(attempts.next(begin + PERIOD_MS), Some(900));
    }
}
