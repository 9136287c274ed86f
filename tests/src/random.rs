//! Deterministic pseudo-random numbers.

use std::{
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

/// Ids have times within this many milliseconds before the start of the process.
const ID_TIMES_MS: u64 = 60 * 60 * 1_000;

/// `SplitMix64` (Steele, Lea and Flood 2014): small, seeded, good enough to shuffle with.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A sequence determined by its seed.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`. The bias is below 2^-50 for the small bounds used here.
    pub const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A random element of a list.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }

    /// A `UUIDv7` with a random time in the hour before the process started, so that the service accepts the time as
    /// plausible. The same seed returns the same ids within a process.
    ///
    /// # Panics
    /// If the clock is before 1970.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let ms = start_ms() - (high & 0xffff_ffff) % ID_TIMES_MS;
        format!(
            "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
            (ms >> 16) & 0xffff_ffff,
            ms & 0xffff,
            (high >> 32) & 0xfff,
            0x8000 | ((high >> 44) & 0x3fff),
            low & 0xffff_ffff_ffff,
        )
    }
}

/// When the process first asked for an id, in milliseconds since 1970.
fn start_ms() -> u64 {
    static START: OnceLock<u64> = OnceLock::new();
    *START.get_or_init(now_ms)
}

/// The current time, in milliseconds since 1970.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_millis()).expect("milliseconds")
}
