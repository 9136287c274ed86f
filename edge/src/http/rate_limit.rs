//! The rate limits of a shop's submissions and events. It protects one location for seconds; the daily quota is in D1.
//!
//! The platform's rate limiter counts per location, not per isolate, and a call to it takes a large part of the time of a
//! request. So only every tenth request calls it, and a refusal is cached for a second.

use crate::{cache::IsolateCache, platform::Platform};

/// Requests per call of the rate limiter; `limit` in wrangler.toml counts calls.
const REQUESTS_PER_CHECK: u32 = 10;
/// How long a refusal is cached, in milliseconds.
const REFUSAL_MS: i64 = 1_000;
/// Shops and lanes in the cache.
const CACHE_CAPACITY: usize = 10_000;

/// The requests of a shop in one lane. A flood in one lane does not close the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Submissions and events that a view token vouches for.
    Vouched,
    /// The shop's own server.
    Server,
    /// Everything else.
    Unvouched,
}

impl Lane {
    /// The shop's key at the rate limiter.
    fn key(self, shop: &str) -> String {
        let lane = match self {
            Self::Vouched => "view",
            Self::Server => "server",
            Self::Unvouched => "other",
        };
        format!("{shop}/{lane}")
    }
}

/// The requests of a shop and lane in this isolate.
#[derive(Default)]
struct Usage {
    requests: u32,
    refused_until: i64,
}

#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Allow,
    Refuse,
    /// The rate limiter decides.
    Check,
}

impl Usage {
    const fn next(&mut self, now: i64) -> Decision {
        if now < self.refused_until {
            return Decision::Refuse;
        }
        let check = self.requests.is_multiple_of(REQUESTS_PER_CHECK);
        self.requests = self.requests.wrapping_add(1);
        if check { Decision::Check } else { Decision::Allow }
    }
}

thread_local! {
    static USAGE: IsolateCache<String, Usage> = IsolateCache::new(CACHE_CAPACITY);
}

fn with_usage<T>(key: &str, use_value: impl FnOnce(&mut Usage) -> T) -> T {
    USAGE.with(|usage| usage.with(key, Usage::default, use_value))
}

/// Whether a shop gets too many requests in this lane. If the rate limiter is unavailable, the request is allowed. `now` in
/// milliseconds since 1970.
pub(crate) async fn is_exceeded(platform: &Platform, shop: &str, lane: Lane, now: i64) -> bool {
    let key = lane.key(shop);
    match with_usage(&key, |usage| usage.next(now)) {
        Decision::Allow => false,
        Decision::Refuse => true,
        Decision::Check => {
            let refused = platform.within_rate("INTAKE_RATE", &key).await == Some(false);
            if refused {
                with_usage(&key, |usage| usage.refused_until = now + REFUSAL_MS);
            }
            refused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenth_request_is_checked_and_a_refusal_lasts_a_second() {
        let mut usage = Usage::default();
        let checked: Vec<usize> = (0..25).filter(|_| usage.next(5) == Decision::Check).collect();
        assert_eq!(checked, [0, 10, 20]);
        usage.refused_until = 5 + REFUSAL_MS;
        assert_eq!(usage.next(6), Decision::Refuse);
        usage.requests = 30;
        assert_eq!(usage.next(5 + REFUSAL_MS), Decision::Check);
    }
}
