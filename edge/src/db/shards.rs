//! The databases of a deployment, and the home database of a new shop.
//!
//! All rows of a shop are in one database. The databases themselves record which one (`store/shop_directory.rs`), so adding
//! a database moves no shop. A new shop is created in its home, chosen by rendezvous hashing: an added database becomes the
//! home of its share of the shops, and the others keep theirs. So the first lookup finds nearly every shop.

use crate::platform::Platform;
use sha2::{Digest, Sha256};

/// 256 × 10 GB is enough for five billion responses.
const MAX_SHARDS: usize = 256;

/// The databases of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shards {
    /// `DB_0` to `DB_n`.
    count: usize,
    /// The numbers of the databases that accept no new shops.
    full: Vec<usize>,
}

impl Shards {
    /// Reads the deployment's variables: `SHARDS` is the number of databases, `SHARDS_FULL` lists those that accept no new
    /// shops.
    pub(crate) fn of(platform: &Platform) -> Self {
        let variable = |name| platform.var(name).unwrap_or_default();
        Self::parse(&variable("SHARDS"), &variable("SHARDS_FULL"))
    }

    fn parse(count: &str, full: &str) -> Self {
        let count = count.trim().parse().unwrap_or(1).clamp(1, MAX_SHARDS);
        let full: Vec<usize> = full.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        // If all are full, all accept new shops: refusing them would be worse.
        let full = if (0..count).all(|number| full.contains(&number)) { Vec::new() } else { full };
        Self { count, full }
    }

    /// The binding of the first database, which also holds the rows that belong to no shop.
    pub(crate) fn first() -> String {
        binding(0)
    }

    /// The database of a shop if it is known without a lookup: there is one database, or `shop` is empty.
    pub(crate) fn only_choice(&self, shop: &str) -> Option<String> {
        (self.count == 1 || shop.is_empty()).then(Self::first)
    }

    /// The bindings of all databases.
    pub(crate) fn all(&self) -> Vec<String> {
        (0..self.count).map(binding).collect()
    }

    /// Whether a database has this binding.
    pub(crate) fn has(&self, name: &str) -> bool {
        (0..self.count).any(|number| binding(number) == name)
    }

    /// The binding of the database in which a new shop is created.
    pub(crate) fn home(&self, shop: &str) -> String {
        let hash = hash(shop);
        let candidates = (0..self.count).filter(|number| !self.full.contains(number));
        binding(candidates.max_by_key(|number| weight(hash, *number)).unwrap_or(0))
    }
}

fn binding(number: usize) -> String {
    format!("DB_{number}")
}

/// The first eight bytes of the SHA-256 of a shop's id.
fn hash(shop: &str) -> u64 {
    Sha256::digest(shop.as_bytes()).iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// The weight of a database for a shop: the finaliser of `SplitMix64` over both.
const fn weight(shop: u64, database: usize) -> u64 {
    let mut z = shop.wrapping_add((database as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(number: usize) -> String {
        format!("shp_{number}")
    }

    #[test]
    fn variables_are_parsed() {
        for (count, full, all) in [
            ("", "", 1),
            ("1", "", 1),
            ("2", "0", 2),
            (" 3 ", "", 3),
            ("0", "", 1),
            ("x", "", 1),
            ("999", "", MAX_SHARDS),
        ] {
            let shards = Shards::parse(count, full);
            assert_eq!(shards.all().len(), all, "{count}");
            assert_eq!(shards.only_choice("shp_1").as_deref(), (all == 1).then_some("DB_0"));
            assert_eq!(shards.only_choice("").as_deref(), Some("DB_0"));
        }
        assert_eq!(Shards::parse("2", "").all(), ["DB_0", "DB_1"]);
        assert!(Shards::parse("2", "").has("DB_1"));
        for unknown in ["DB_2", "DB_01", "", "CONFIG"] {
            assert!(!Shards::parse("2", "").has(unknown), "{unknown}");
        }
    }

    #[test]
    fn a_full_database_receives_no_new_shops() {
        let shards = Shards::parse("3", "0, 2");
        assert!((0..500).all(|number| shards.home(&shop(number)) == "DB_1"));
        let all_full = Shards::parse("2", "0,1");
        assert!((0..500).any(|number| all_full.home(&shop(number)) == "DB_0"), "if all are full, all accept shops");
    }

    #[test]
    fn an_added_database_gets_its_share_and_other_shops_keep_their_home() {
        let mut before = Shards::parse("1", "");
        for count in 2..=16 {
            let after = Shards::parse(&count.to_string(), "");
            let newest = binding(count - 1);
            let mut moved = 0;
            for number in 0..5_000 {
                let shop = shop(number);
                let (old, new) = (before.home(&shop), after.home(&shop));
                assert!(old == new || new == newest, "{shop} moved from {old} to {new}, not to {newest}");
                moved += usize::from(new == newest);
            }
            // At least 312 of 5,000 shops are expected; half or twice as many would be ten standard deviations away.
            let share = 5_000 / count;
            assert!((share / 2..share * 2).contains(&moved), "{moved} of 5,000 in database {count}");
            before = after;
        }
    }

    #[test]
    fn the_home_of_a_shop_never_changes() {
        assert_eq!(hash("shp_0123456789abcdef"), 0x6400_b6cc_75ef_dcc5);
        assert_eq!(Shards::parse("8", "").home("shp_0123456789abcdef"), "DB_3");
    }
}
