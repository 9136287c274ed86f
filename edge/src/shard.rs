//! Which database holds a shop.
//!
//! A shop lives wholly in one of 256 logical shards; a table says which physical database holds each. There is one
//! database today. Growing means: add a binding, point logical shards at it, move their shops. No id changes.

use sha2::{Digest, Sha256};

/// Logical shards. Far more than databases will ever be needed: 256 × 10 GB is five billion responses.
pub(crate) const LOGICAL: usize = 256;

/// Physical databases by binding name.
const DATABASES: [&str; 1] = ["DB_0"];

/// Every physical database.
pub(crate) const fn all() -> &'static [&'static str] {
    &DATABASES
}

/// The logical shard of a shop: the first byte of the SHA-256 of its id.
pub(crate) fn logical(shop: &str) -> u8 {
    Sha256::digest(shop.as_bytes()).first().copied().unwrap_or(0)
}

/// The binding of the database that holds a shop.
pub(crate) fn shard_for(shop: &str) -> &'static str {
    let per_database = LOGICAL.div_ceil(DATABASES.len());
    DATABASES.get(usize::from(logical(shop)) / per_database).copied().unwrap_or(DATABASES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shop_has_a_database_and_keeps_it() {
        for number in 0..1_000 {
            let shop = format!("shp_{number}");
            assert_eq!(shard_for(&shop), "DB_0");
            assert_eq!(logical(&shop), logical(&shop));
        }
    }

    #[test]
    fn shops_spread_over_the_logical_shards() {
        let mut counts = [0_u32; LOGICAL];
        for number in 0..25_600 {
            counts[usize::from(logical(&format!("shp_{number}")))] += 1;
        }
        // 100 expected in each; a Poisson count under 50 or over 160 has a chance below 1e-6.
        assert!(counts.iter().all(|count| (50..160).contains(count)), "{counts:?}");
    }

    #[test]
    fn the_shard_of_a_shop_never_changes() {
        assert_eq!(logical("shp_0123456789abcdef"), 0x64);
    }
}
