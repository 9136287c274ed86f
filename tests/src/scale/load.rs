//! The distribution of the load over shops, databases and hours.

use super::{ANSWERS_A_SECOND, SHARDS, SHOPS};
use crate::random::Random;

/// The daily load curve of shops in one time zone, relative to the mean: low at night, with a peak between eight and
/// ten in the evening.
const HOURS: [f64; 24] = [
    0.45, 0.25, 0.15, 0.10, 0.10, 0.15, 0.30, 0.55, 0.85, 1.10, 1.25, 1.30, 1.30, 1.25, 1.25, 1.25, 1.25, 1.30, 1.45,
    1.65, 1.85, 1.80, 1.40, 0.85,
];

/// The peak hour relative to the mean of the day.
pub(super) const PEAK: f64 = peak();

const fn peak() -> f64 {
    let (mut sum, mut most, mut hour) = (0.0, 0.0, 0);
    while hour < HOURS.len() {
        sum += HOURS[hour];
        if HOURS[hour] > most {
            most = HOURS[hour];
        }
        hour += 1;
    }
    most * 24.0 / sum
}

/// Responses a second, averaged over the day.
pub(super) struct Load {
    /// By database, in ascending order.
    shards: Vec<f64>,
    largest: f64,
}

impl Load {
    /// Shops with Zipf-distributed sizes (the n-th largest has 1/n of the largest), each assigned to its database.
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::seeded(seed);
        let sum: f64 = (1..=SHOPS).map(|rank| 1.0 / rank as f64).sum();
        let mut shards = vec![0.0; SHARDS];
        for rank in 1..=SHOPS {
            shards[shard(random.next())] += ANSWERS_A_SECOND / rank as f64 / sum;
        }
        shards.sort_by(f64::total_cmp);
        Self { shards, largest: ANSWERS_A_SECOND / sum }
    }

    /// The median, the 99th percentile and the maximum over the databases, scaled by a factor.
    pub(super) fn shards_at(&self, factor: f64) -> [f64; 3] {
        let at = |share: f64| self.shards[((self.shards.len() - 1) as f64 * share).round() as usize] * factor;
        [at(0.5), at(0.99), at(1.0)]
    }

    /// The largest shop.
    pub(super) const fn largest(&self) -> f64 {
        self.largest
    }
}

/// The database of a shop by the hash of its id: the same rule as in `edge/src/shard.rs`.
fn shard(hash: u64) -> usize {
    let weight = |database: usize| {
        let mut z = hash.wrapping_add((database as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    (0..SHARDS).max_by_key(|database| weight(*database)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_of_all_databases_adds_up() {
        let load = Load::new(1);
        let sum: f64 = load.shards.iter().sum();
        assert!((sum - ANSWERS_A_SECOND).abs() < 1e-6, "{sum}");
        let [median, high, most] = load.shards_at(1.0);
        assert!(median < high && high <= most && load.largest() < most, "{median} {high} {most}");
        assert!((PEAK - 1.85 * 24.0 / HOURS.iter().sum::<f64>()).abs() < 1e-12);
    }
}
