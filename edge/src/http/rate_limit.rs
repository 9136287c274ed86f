//! A hint that a shop's pages send more than their share at this place. It is no quota, that one is in D1.
//!
//! The platform counts for a place, not for an instance, and asking it takes a good part of the time that an answer takes.
//! So every tenth request asks, for itself and nine others; and who was told that it is too much asks again a second later.

use crate::platform::Platform;
use std::{cell::RefCell, collections::HashMap};

/// Requests that one question stands for; `limit` in wrangler.toml counts questions.
const FOR_EACH: u32 = 10;
/// How long an answer of "too much" holds, in milliseconds.
const HOLDS_MS: i64 = 1_000;
/// Shops that are remembered.
const KEPT: usize = 10_000;

#[derive(Default)]
struct Seen {
    requests: u32,
    refused_until: i64,
}

impl Seen {
    /// Whether one more request is refused without asking, and whether it has to ask.
    const fn next(&mut self, now: i64) -> (bool, bool) {
        if now < self.refused_until {
            return (true, false);
        }
        let asks = self.requests.is_multiple_of(FOR_EACH);
        self.requests = self.requests.wrapping_add(1);
        (false, asks)
    }
}

thread_local! {
    static SEEN: RefCell<HashMap<String, Seen>> = RefCell::new(HashMap::new());
}

fn with_shop<T>(shop: &str, look: impl FnOnce(&mut Seen) -> T) -> T {
    SEEN.with_borrow_mut(|seen| {
        if seen.len() >= KEPT && !seen.contains_key(shop) {
            seen.clear();
        }
        look(seen.entry(shop.to_owned()).or_default())
    })
}

/// Whether a shop sends more than its share. Where nobody counts nobody is over. `now` in milliseconds since 1970.
pub(crate) async fn is_exceeded(platform: &Platform, shop: &str, now: i64) -> bool {
    let (refused, asks) = with_shop(shop, |seen| seen.next(now));
    if refused || !asks {
        return refused;
    }
    let too_much = platform.within_rate("INTAKE_RATE", shop).await == Some(false);
    if too_much {
        with_shop(shop, |seen| seen.refused_until = now + HOLDS_MS);
    }
    too_much
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tenth_asks_and_a_refusal_holds_for_a_second() {
        let mut seen = Seen::default();
        let asked: Vec<usize> = (0..25).filter(|_| seen.next(5) == (false, true)).collect();
        assert_eq!(asked, [0, 10, 20]);
        seen.refused_until = 5 + HOLDS_MS;
        assert_eq!(seen.next(6), (true, false));
        seen.requests = 30;
        assert_eq!(seen.next(5 + HOLDS_MS), (false, true), "then it asks again");
    }
}
