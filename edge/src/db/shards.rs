//! The databases of the deployment, and the one in which a new shop is created.
//!
//! All rows of a shop are in one database. Which one is recorded in the database itself (`store/shop/directory.rs`) and not
//! computed, so adding a database moves no shop. A new shop is created in its home database, found by rendezvous hashing:
//! an additional database becomes the home of its share of the shops, and all others keep theirs. So nearly every shop is
//! found by the first lookup.

use crate::platform::Platform;
use sha2::{Digest, Sha256};

/// Far more than there will ever be: 256 × 10 GB is five billion responses.
const MOST: usize = 256;

/// The databases of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shards {
    /// `DB_0` to `DB_n`.
    count: usize,
    /// Those that take no new shops, by their numbers.
    full: Vec<usize>,
}

impl Shards {
    /// As the deployment says: `SHARDS` is how many there are, `SHARDS_FULL` the numbers of those that take no new shops.
    pub(crate) fn of(platform: &Platform) -> Self {
        let word = |name| platform.var(name).unwrap_or_default();
        Self::read(&word("SHARDS"), &word("SHARDS_FULL"))
    }

    fn read(count: &str, full: &str) -> Self {
        let count = count.trim().parse().unwrap_or(1).clamp(1, MOST);
        let full: Vec<usize> = full.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        // If none takes new shops, all do: refusing them would be worse.
        let full = if (0..count).all(|number| full.contains(&number)) { Vec::new() } else { full };
        Self { count, full }
    }

    /// The binding of the first database, which also holds what belongs to no shop.
    pub(crate) fn first() -> String {
        binding(0)
    }

    /// The database of a shop where there is no choice: there is but one, or what is asked for belongs to no shop.
    pub(crate) fn only_place(&self, shop: &str) -> Option<String> {
        (self.count == 1 || shop.is_empty()).then(Self::first)
    }

    /// The bindings of all databases.
    pub(crate) fn all(&self) -> Vec<String> {
        (0..self.count).map(binding).collect()
    }

    /// Whether there is a database of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        (0..self.count).any(|number| binding(number) == name)
    }

    /// The binding of the database in which a new shop begins.
    pub(crate) fn home(&self, shop: &str) -> String {
        let hash = hash(shop);
        let open = (0..self.count).filter(|number| !self.full.contains(number));
        binding(open.max_by_key(|number| weight(hash, *number)).unwrap_or(0))
    }
}

fn binding(number: usize) -> String {
    format!("DB_{number}")
}

/// The first eight bytes of the SHA-256 of a shop's id.
fn hash(shop: &str) -> u64 {
    Sha256::digest(shop.as_bytes()).iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// How much a shop wants to be in a database: the finaliser of `SplitMix64` over both.
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
    fn what_the_deployment_says() {
        for (count, full, all) in
            [("", "", 1), ("1", "", 1), ("2", "0", 2), (" 3 ", "", 3), ("0", "", 1), ("x", "", 1), ("999", "", MOST)]
        {
            let shards = Shards::read(count, full);
            assert_eq!(shards.all().len(), all, "{count}");
            assert_eq!(shards.only_place("shp_1").as_deref(), (all == 1).then_some("DB_0"));
            assert_eq!(shards.only_place("").as_deref(), Some("DB_0"));
        }
        assert_eq!(Shards::read("2", "").all(), ["DB_0", "DB_1"]);
        assert!(Shards::read("2", "").has("DB_1"));
        for stranger in ["DB_2", "DB_01", "", "CONFIG"] {
            assert!(!Shards::read("2", "").has(stranger), "{stranger}");
        }
    }

    #[test]
    fn a_full_database_takes_no_new_shop() {
        let shards = Shards::read("3", "0, 2");
        assert!((0..500).all(|number| shards.home(&shop(number)) == "DB_1"));
        let none = Shards::read("2", "0,1");
        assert!((0..500).any(|number| none.home(&shop(number)) == "DB_0"), "all full is none full");
    }

    #[test]
    fn a_further_database_takes_its_share_and_nothing_else_changes() {
        let mut before = Shards::read("1", "");
        for count in 2..=16 {
            let after = Shards::read(&count.to_string(), "");
            let newest = binding(count - 1);
            let mut taken = 0;
            for number in 0..5_000 {
                let shop = shop(number);
                let (was, is) = (before.home(&shop), after.home(&shop));
                assert!(was == is || is == newest, "{shop} went from {was} to {is}, not to {newest}");
                taken += usize::from(is == newest);
            }
            // Of 5,000 shops 312 or more are expected; half or twice as many would be ten standard deviations away.
            let share = 5_000 / count;
            assert!((share / 2..share * 2).contains(&taken), "{taken} of 5,000 in database {count}");
            before = after;
        }
    }

    #[test]
    fn the_home_of_a_shop_never_changes() {
        assert_eq!(hash("shp_0123456789abcdef"), 0x6400_b6cc_75ef_dcc5);
        assert_eq!(Shards::read("8", "").home("shp_0123456789abcdef"), "DB_3");
    }
}
