//! Rate limiter of a shop's pages, per Cloudflare location. The daily quota is separate and is enforced in D1.
//!
//! A call to the platform's rate limiter takes a large part of the time of a request. So one request in ten makes the call
//! and counts for all ten, and a shop over its limit stays over it for a second without further calls.

use crate::platform::Platform;
use std::{cell::RefCell, collections::HashMap};

/// Requests per call of the rate limiter; `limit` in wrangler.toml counts calls.
const REQUESTS_PER_CALL: u32 = 10;
/// How long a shop over its limit is rejected without another call, in milliseconds.
const REJECT_MS: i64 = 1_000;
/// Shops in the cache; it is cleared when full.
const CACHE_CAPACITY: usize = 10_000;

#[derive(Default)]
struct Seen {
    requests: u32,
    rejected_until: i64,
}

impl Seen {
    /// Counts a request: whether it is rejected without a call, and whether it has to make one.
    const fn next(&mut self, now: i64) -> (bool, bool) {
        if now < self.rejected_until {
            return (true, false);
        }
        let calls = self.requests.is_multiple_of(REQUESTS_PER_CALL);
        self.requests = self.requests.wrapping_add(1);
        (false, calls)
    }
}

thread_local! {
    static SEEN: RefCell<HashMap<String, Seen>> = RefCell::new(HashMap::new());
}

fn with_shop<T>(shop: &str, look: impl FnOnce(&mut Seen) -> T) -> T {
    SEEN.with_borrow_mut(|seen| {
        if seen.len() >= CACHE_CAPACITY && !seen.contains_key(shop) {
            seen.clear();
        }
        look(seen.entry(shop.to_owned()).or_default())
    })
}

/// Whether a shop exceeds its rate limit. If the rate limiter is unavailable, the request is allowed. `now` in milliseconds
/// since 1970.
pub(crate) async fn is_exceeded(platform: &Platform, shop: &str, now: i64) -> bool {
    let (rejected, calls) = with_shop(shop, |seen| seen.next(now));
    if rejected || !calls {
        return rejected;
    }
    let exceeded = platform.within_rate("INTAKE_RATE", shop).await == Some(false);
    if exceeded {
        with_shop(shop, |seen| seen.rejected_until = now + REJECT_MS);
    }
    exceeded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenth_request_makes_a_call_and_a_rejection_holds_for_a_second() {
        let mut seen = Seen::default();
        let calls: Vec<usize> = (0..25).filter(|_| seen.next(5) == (false, true)).collect();
        assert_eq!(calls, [0, 10, 20]);
        seen.rejected_until = 5 + REJECT_MS;
        assert_eq!(seen.next(6), (true, false));
        seen.requests = 30;
        assert_eq!(seen.next(5 + REJECT_MS), (false, true), "then it calls again");
    }
}
