//! Wrong keys: ten tries in a quarter of an hour, then word to wait.
//!
//! Counted by the shop that a key names, never by who sends it, and nothing of it is stored: each instance counts for itself
//! over the quarter of an hour, and the platform for all instances of a place over a minute, which is the longest that it
//! can. A right key comes by here never, so nobody can lock an owner out.

use crate::platform::Platform;
use std::{cell::RefCell, collections::HashMap};

/// What somebody is told.
pub(crate) const TOO_MANY: &str = "too many wrong keys for this shop; a right key works all the same";

/// Wrong keys that are answered in a period.
const TRIES: u32 = 10;
/// The period, in milliseconds.
const PERIOD_MS: i64 = 15 * 60 * 1_000;
/// The platform's period, in seconds; as in wrangler.toml.
const PLATFORM_PERIOD_S: u32 = 60;
/// Shops that are remembered.
const KEPT: usize = 10_000;

/// The tries of a period that began with the first of them.
#[derive(Default)]
struct Tries {
    since: i64,
    count: u32,
}

impl Tries {
    /// Counts one more; if it is one too many, the seconds until the period is over.
    fn next(&mut self, now: i64) -> Option<u32> {
        if now.saturating_sub(self.since) >= PERIOD_MS {
            *self = Self { since: now, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        let left = (self.since + PERIOD_MS - now + 999) / 1_000;
        (self.count > TRIES).then(|| u32::try_from(left).unwrap_or(PLATFORM_PERIOD_S))
    }
}

thread_local! {
    static SEEN: RefCell<HashMap<String, Tries>> = RefCell::new(HashMap::new());
}

/// Counts a wrong key; the seconds to wait if there were too many. Where nobody counts nobody is over. `now` in
/// milliseconds since 1970.
pub(crate) async fn too_many(platform: &Platform, whose: &str, now: i64) -> Option<u32> {
    let here = SEEN.with_borrow_mut(|seen| {
        if seen.len() >= KEPT && !seen.contains_key(whose) {
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
    fn ten_tries_in_a_quarter_of_an_hour() {
        let begin = 1_795_305_600_000;
        let mut tries = Tries::default();
        assert!((0..10).all(|after| tries.next(begin + after * 1_000).is_none()));
        assert_eq!(tries.next(begin + 10_000), Some(890));
        assert_eq!(tries.next(begin + PERIOD_MS - 1), Some(1));
        // The next period begins with the next try.
        assert_eq!(tries.next(begin + PERIOD_MS), None);
        assert!((1..10).all(|_| tries.next(begin + PERIOD_MS).is_none()));
        assert_eq!(tries.next(begin + PERIOD_MS), Some(900));
    }
}
