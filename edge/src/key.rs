//! Keys and ids: how they look, how they are made, how they are compared.
//!
//! A key carries its shop's id, so the shop, and with it the shard, is known before anything is looked up:
//! `pk_` or `sk_`, 16 characters of shop (80 bits), then 16 (80 bits, public) or 32 (160 bits, secret) of its own.
//! So does a survey's id, because the address of its hosted page holds nothing else: `srv_`, 16 of shop, 10 of its own.

use crate::http::error::Error;
use data_encoding::{Encoding, HEXLOWER, Specification};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use subtle::ConstantTimeEq;

/// Crockford's base 32 in lower case: no letters that look like digits or make words with them.
static BASE32: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.encoding().ok()
});

/// Characters of a shop's own part in ids and keys: 10 bytes.
const SHOP: usize = 16;

/// Characters of a survey's own part: 50 bits. It only has to differ from the shop's other surveys, and it stands in the
/// loader of every page.
const SURVEY: usize = 10;

/// Whether a key may be shown on pages or opens an owner's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Stands in the tag on every page.
    Public,
    /// The owner's.
    Secret,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Public => "pk_",
            Self::Secret => "sk_",
        }
    }

    const fn own_bytes(self) -> usize {
        match self {
            Self::Public => 10,
            Self::Secret => 20,
        }
    }

    /// The word in the store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Secret => "secret",
        }
    }
}

/// The id of the shop that a key of this kind belongs to, if the key has the right form. Says nothing about whether
/// the key exists.
pub(crate) fn shop_of(kind: Kind, key: &str) -> Option<String> {
    shop_in(key.strip_prefix(kind.prefix())?, SHOP + kind.own_bytes() * 8 / 5)
}

/// The id of the shop that a survey's id names, if it names one: ids of before that were shorter. Says nothing about
/// whether the survey exists.
pub(crate) fn shop_of_survey(id: &str) -> Option<String> {
    shop_in(id.strip_prefix("srv_")?, SHOP + SURVEY)
}

fn shop_in(own: &str, length: usize) -> Option<String> {
    let well_formed = own.len() == length && own.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    own.get(..SHOP).filter(|_| well_formed).map(|shop| format!("shp_{shop}"))
}

fn random(bytes: usize) -> Result<String, Error> {
    let mut buffer = vec![0_u8; bytes];
    getrandom::fill(&mut buffer).map_err(|error| Error::internal(format!("no randomness: {error}")))?;
    let encoding = BASE32.as_ref().ok_or_else(|| Error::internal("the id alphabet is broken".to_owned()))?;
    Ok(encoding.encode(&buffer))
}

/// Bytes in the letters of keys and ids; empty only if the alphabet is broken, which a test would tell.
pub(crate) fn base32_encode(bytes: &[u8]) -> String {
    BASE32.as_ref().map_or_else(String::new, |encoding| encoding.encode(bytes))
}

/// The bytes that such letters stand for.
pub(crate) fn base32_decode(text: &str) -> Option<Vec<u8>> {
    BASE32.as_ref()?.decode(text.as_bytes()).ok()
}

/// Letters of a time: milliseconds since 1970 in base 36, good until the year 2059.
pub(crate) const TIME: usize = 8;

/// A time as letters, in the order of time.
pub(crate) fn timestamp_prefix(ms: i64) -> String {
    let mut rest = u64::try_from(ms).unwrap_or(0);
    let mut base32_encode = [b'0'; TIME];
    for letter in base32_encode.iter_mut().rev() {
        let digit = u8::try_from(rest % 36).unwrap_or(0);
        *letter = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        rest /= 36;
    }
    base32_encode.iter().copied().map(char::from).collect()
}

/// A name for something that happens once: the time and 80 random bits.
pub(crate) fn new_event(now: i64) -> Result<String, Error> {
    Ok(timestamp_prefix(now) + &random(10)?)
}

/// The sixteen bytes of a UUID in its usual form.
pub(crate) fn uuid_bytes(text: &str) -> Option<Vec<u8>> {
    let hyphens = [8, 13, 18, 23];
    let is_formed =
        text.len() == 36 && text.bytes().enumerate().all(|(at, byte)| hyphens.contains(&at) == (byte == b'-'));
    let digits: String = text.chars().filter(|letter| *letter != '-').collect();
    HEXLOWER.decode(digits.as_bytes()).ok().filter(|bytes| is_formed && bytes.len() == 16)
}

/// A UUID in its usual form from its sixteen bytes.
pub(crate) fn uuid_of(bytes: &[u8]) -> Option<String> {
    let digits = HEXLOWER.encode(bytes);
    let part = |from: usize, to: usize| digits.get(from..to);
    let whole = format!("{}-{}-{}-{}-{}", part(0, 8)?, part(8, 12)?, part(12, 16)?, part(16, 20)?, part(20, 32)?);
    (bytes.len() == 16).then_some(whole)
}

/// A new shop id.
pub(crate) fn new_shop() -> Result<String, Error> {
    Ok(format!("shp_{}", random(SHOP * 5 / 8)?))
}

/// A new id of a survey of a shop.
pub(crate) fn new_survey(shop: &str) -> Result<String, Error> {
    let shop = shop.strip_prefix("shp_").unwrap_or(shop);
    let mut own = random((SURVEY * 5).div_ceil(8))?;
    own.truncate(SURVEY);
    Ok(format!("srv_{shop}{own}"))
}

/// A new id of an endpoint that a shop wants told.
pub(crate) fn new_webhook() -> Result<String, Error> {
    Ok(format!("whk_{}", random(10)?))
}

/// The id of the survey of a shop that holds what imports of a kind bring: always the same.
pub(crate) fn survey_of_imports(shop: &str, kind: &str) -> String {
    let own: String = base32_encode(&Sha256::digest(kind.as_bytes())).chars().take(SURVEY).collect();
    format!("srv_{}{own}", shop.strip_prefix("shp_").unwrap_or(shop))
}

/// A new key of a shop.
pub(crate) fn new_key(kind: Kind, shop: &str) -> Result<String, Error> {
    let shop = shop.strip_prefix("shp_").unwrap_or(shop);
    Ok(format!("{}{shop}{}", kind.prefix(), random(kind.own_bytes())?))
}

/// SHA-256 in hex. Enough for a key: it has 160 random bits, so there is nothing to guess from a list.
pub(crate) fn hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one.as_bytes()).as_slice().ct_eq(Sha256::digest(other.as_bytes()).as_slice()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_shop() {
        let shop = format!("shp_{}", "0123456789abcdef");
        let public = format!("pk_0123456789abcdef{}", "z".repeat(16));
        let secret = format!("sk_0123456789abcdef{}", "z".repeat(32));
        assert_eq!(shop_of(Kind::Public, &public), Some(shop.clone()));
        assert_eq!(shop_of(Kind::Secret, &secret), Some(shop));
        assert_eq!(shop_of(Kind::Secret, &public), None);
        assert_eq!(shop_of(Kind::Public, &secret), None);
        for bad in
            ["", "pk_", "pk_0123456789abcdef", &public.to_uppercase(), &format!("{public}0"), "pk_ż123456789abcdef"]
        {
            assert_eq!(shop_of(Kind::Public, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_survey_names_its_shop() {
        let shop = "shp_0123456789abcdef";
        let id = new_survey(shop).unwrap();
        assert_eq!(id.len(), "srv_".len() + SHOP + SURVEY);
        assert_eq!(shop_of_survey(&id).as_deref(), Some(shop));
        assert_ne!(id, new_survey(shop).unwrap());
        let imports = survey_of_imports(shop, "delighted nps");
        assert_eq!(shop_of_survey(&imports).as_deref(), Some(shop));
        assert_eq!(imports, survey_of_imports(shop, "delighted nps"));
        assert_ne!(imports, survey_of_imports(shop, "delighted ces"));
        for bad in [
            "",
            "srv_0123456789abcdef",
            "srv_0123456789ABCDEF0123456789",
            &id.replace("srv_", "pk_"),
            &format!("{id}0"),
        ] {
            assert_eq!(shop_of_survey(bad), None, "{bad}");
        }
    }

    #[test]
    fn uuids_are_bytes() {
        let id = "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11";
        let bytes = uuid_bytes(id).unwrap();
        assert_eq!((bytes.len(), bytes[0], bytes[15]), (16, 0x01, 0x11));
        assert_eq!(uuid_of(&bytes).as_deref(), Some(id));
        assert_eq!(base32_decode(&base32_encode(&bytes)), Some(bytes.clone()));
        assert_eq!((uuid_of(&bytes[1..]), uuid_of(&[])), (None, None));
        for bad in ["", "0192f7c07c5e7b1a9d7e2f1c6c1f0a11", "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a1", &id.to_uppercase()] {
            assert_eq!(uuid_bytes(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_are_letters() {
        let times = [0, 35, 36, 1_795_305_600_123, 2_800_000_000_000].map(timestamp_prefix);
        assert_eq!(times[..3], ["00000000", "0000000z", "00000010"]);
        assert!(times.is_sorted() && times.iter().all(|time| time.len() == TIME));
        assert_eq!(i64::from_str_radix(&times[3], 36), Ok(1_795_305_600_123));
        assert!(new_event(7).unwrap() < new_event(8).unwrap());
    }

    #[test]
    fn secrets_compare() {
        assert!(same("a-token", "a-token"));
        assert!(!same("a-token", "a-tokem"));
        assert!(!same("a-token", ""));
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
