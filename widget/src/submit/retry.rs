//! The backoff between retries.

/// The first wait.
const BASE_MS: u32 = 500;
/// The longest wait of our own schedule; 0.5 s · 2⁷ is the first value above it.
const CAP_MS: u32 = 60_000;
/// The longest `Retry-After` that is respected. A page is rarely open for longer, and the answer may exist only in its
/// memory.
const MAX_RETRY_AFTER_MS: u32 = 3_600_000;

/// The wait in milliseconds after failure number `failures`, counted from 0: 0.5 s · 2ⁿ up to 60 s, minus a random part
/// of up to one half, so that pages that failed together do not retry together. It is at least `after`, the service's
/// `Retry-After` in milliseconds, or 0.
#[must_use]
pub fn wait(failures: u32, after: u32, random: u32) -> u32 {
    let full = (BASE_MS << failures.min(7)).min(CAP_MS);
    let half = full / 2;
    (half + random % (half + 1)).max(after.min(MAX_RETRY_AFTER_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_one_minute() {
        for (failures, shortest, longest) in [
            (0, 250, 500),
            (1, 500, 1_000),
            (2, 1_000, 2_000),
            (3, 2_000, 4_000),
            (6, 16_000, 32_000),
            (7, 30_000, 60_000),
            (8, 30_000, 60_000),
            (u32::MAX, 30_000, 60_000),
        ] {
            assert_eq!(wait(failures, 0, 0), shortest);
            assert_eq!(wait(failures, 0, shortest), longest);
            for random in [1, 7, 1_000, 12_345_678, u32::MAX] {
                assert!((shortest..=longest).contains(&wait(failures, 0, random)));
            }
        }
    }

    #[test]
    fn retry_after_can_lengthen_a_wait_but_not_shorten_it() {
        assert_eq!(wait(0, 5_000, 0), 5_000);
        assert_eq!(wait(0, 120_000, 0), 120_000);
        assert_eq!(wait(7, 1_000, 0), 30_000);
        assert_eq!(wait(0, u32::MAX, 0), 3_600_000);
    }
}
