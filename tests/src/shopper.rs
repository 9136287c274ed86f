//! What a shopper's browser adds to its requests: the secret of a response and a network address.

use sha2::{Digest, Sha256};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::{AtomicU64, Ordering},
};

/// The alphabet of base64url.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The header in which the platform names the visitor's address.
pub const ADDRESS_HEADER: &str = "cf-connecting-ip";

/// The client secret of a response: 128 bits derived from its id, so that all revisions have the same one.
#[must_use]
pub fn client_secret(id: &str) -> String {
    let bits = u128::from(hash(("secret", 0, id))) << 64 | u128::from(hash(("secret", 1, id)));
    // 22 digits of six bits; the last four bits are zero.
    (0..22).map(|digit| char::from(ALPHABET[(bits.rotate_left(6 * (digit + 1)) & mask(digit)) as usize])).collect()
}

/// The hash of a response's client secret, as the service stores it.
#[must_use]
pub fn stored_secret(id: &str) -> String {
    Sha256::digest(client_secret(id)).iter().map(|byte| format!("{byte:02x}")).collect()
}

const fn mask(digit: u32) -> u128 {
    if digit == 21 { 0b11_0000 } else { 0b11_1111 }
}

/// A network address of its own for everything with the same name.
#[must_use]
pub fn address(name: &str) -> String {
    let [.., a, b, c] = hash(("address", 0, name)).to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

/// The network address of a visitor that no earlier request came from.
#[must_use]
pub fn new_address() -> String {
    static VISITORS: AtomicU64 = AtomicU64::new(0);
    address(&format!("visitor {}", VISITORS.fetch_add(1, Ordering::Relaxed)))
}

fn hash(value: (&str, u8, &str)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_same_for_every_revision_and_differs_between_responses() {
        let [first, second] = ["a", "b"].map(client_secret);
        assert_eq!(first, client_secret("a"));
        assert_ne!(first, second);
        for secret in [first, second] {
            assert!(secret.len() == 22 && secret.bytes().all(|byte| ALPHABET.contains(&byte)), "{secret}");
            assert!(secret.ends_with(['A', 'Q', 'g', 'w']), "the last digit has two bits: {secret}");
        }
    }

    #[test]
    fn addresses_differ_between_shoppers() {
        assert_eq!(address("a"), address("a"));
        assert_ne!(address("a"), address("b"));
    }
}
