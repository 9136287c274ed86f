//! The retry schedule of deliveries.

/// Waits before each attempt, in seconds, from Standard Webhooks 1.0.0 ("Deliverability and reliability"): immediately,
/// 5 seconds, 5 minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours.
pub const WAITS_S: [u32; 10] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Maximum attempts per delivery.
pub const ATTEMPTS: u32 = 10;

/// Maximum jitter as a divisor of the wait (a tenth), so that deliveries that failed together are not retried together.
const JITTER_DIVISOR: i64 = 10;

/// The wait after `attempts` failed attempts (from 1), in milliseconds; `None` after the last. `random` is any number,
/// for a jitter of up to a tenth.
#[must_use]
pub fn wait_ms(attempts: u32, random: u64) -> Option<i64> {
    let wait = WAITS_S.get(usize::try_from(attempts).ok()?)?;
    let wait = i64::from(*wait) * 1_000;
    let spread = wait / JITTER_DIVISOR;
    let jitter = i64::try_from(random % u64::try_from(spread + 1).ok()?).ok()?;
    Some(wait + jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_specification() {
        const HOUR: i64 = 3_600_000;
        let waits = [5_000, 300_000, HOUR / 2, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
        for (attempts, expected) in (1..).zip(waits) {
            assert_eq!(wait_ms(attempts, 0), Some(expected), "after {attempts}");
            for random in [1, 7, u64::MAX, 123_456_789_123] {
                let wait = wait_ms(attempts, random).unwrap();
                assert!((expected..=expected + expected / 10).contains(&wait), "after {attempts}: {wait}");
            }
        }
        assert_eq!(wait_ms(ATTEMPTS, 0), None);
        assert_eq!(wait_ms(u32::MAX, 9), None);
        assert_eq!(wait_ms(1, 500), Some(5_500), "the maximum jitter");
        assert_eq!(WAITS_S.len(), ATTEMPTS as usize);
    }
}
