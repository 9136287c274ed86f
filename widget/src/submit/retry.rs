//! How long to wait before the next try.

/// First step of the schedule.
const BASE_MS: u32 = 500;
/// Longest wait of our own; 0.5 s · 2⁷ is the first above it.
const CAP_MS: u32 = 60_000;
/// Longest wait that a service may ask for. A page is rarely open for longer, and the answer is only in its memory.
const LONGEST_MS: u32 = 3_600_000;

/// Milliseconds after the failure number `failures` (from 0): 0.5 s · 2ⁿ up to 60 s, of which a random part of one
/// half is taken off, so that pages which failed together do not come back together. `after` is what the service
/// asked for (`Retry-After`, in milliseconds, 0 = nothing): no try comes earlier.
#[must_use]
pub fn wait(failures: u32, after: u32, random: u32) -> u32 {
    let full = (BASE_MS << failures.min(7)).min(CAP_MS);
    let half = full / 2;
    (half + random % (half + 1)).max(after.min(LONGEST_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
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
    fn the_service_may_ask_for_more_time_but_not_for_less() {
        assert_eq!(wait(0, 5_000, 0), 5_000);
        assert_eq!(wait(0, 120_000, 0), 120_000);
        assert_eq!(wait(7, 1_000, 0), 30_000);
        assert_eq!(wait(0, u32::MAX, 0), 3_600_000);
    }
}
