//! Keys and ids: format, creation and comparison.
//!
//! A key contains its shop's id, so the shop and its shard are known before any lookup: `pk_` or `sk_`, the shop's 16
//! characters (80 bits), then 16 (80 bits, public) or 32 (160 bits, secret) random characters. A survey's id also contains
//! the shop's, because the URL of its hosted page has nothing else: `srv_`, 16 characters of the shop, 10 random ones.

use crate::http::error::Error;
use data_encoding::{Encoding, HEXLOWER, Specification};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;
use subtle::ConstantTimeEq;

/// Crockford's base 32 in lower case, without letters that look like digits.
static BASE32: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.encoding().ok()
});

/// Characters of a shop's id after its prefix: 10 bytes.
const SHOP_LEN: usize = 16;

/// Characters of a survey's id after the shop's: 50 bits. Short, because every page's loader contains it; unique within the
/// shop is enough.
const SURVEY_LEN: usize = 10;

/// The kind of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Part of every page.
    Public,
    /// For the owner's servers only.
    Secret,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Public => "pk_",
            Self::Secret => "sk_",
        }
    }

    const fn random_bytes(self) -> usize {
        match self {
            Self::Public => 10,
            Self::Secret => 20,
        }
    }

    /// The value in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Secret => "secret",
        }
    }
}

/// The shop's id in a well-formed key of this kind. The key need not exist.
pub(crate) fn shop_of(kind: Kind, key: &str) -> Option<String> {
    parse_shop(key.strip_prefix(kind.prefix())?, SHOP_LEN + kind.random_bytes() * 8 / 5)
}

/// The shop's id in a survey's id; older, shorter ids contain none. The survey need not exist.
pub(crate) fn shop_of_survey(id: &str) -> Option<String> {
    parse_shop(id.strip_prefix("srv_")?, SHOP_LEN + SURVEY_LEN)
}

fn parse_shop(text: &str, length: usize) -> Option<String> {
    let well_formed =
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.get(..SHOP_LEN).filter(|_| well_formed).map(|shop| format!("shp_{shop}"))
}

fn random(bytes: usize) -> Result<String, Error> {
    let mut buffer = vec![0_u8; bytes];
    getrandom::fill(&mut buffer).map_err(|error| Error::internal(format!("no random bytes: {error}")))?;
    let encoding = BASE32.as_ref().ok_or_else(|| Error::internal("the base 32 alphabet is invalid".to_owned()))?;
    Ok(encoding.encode(&buffer))
}

/// Random text in the alphabet of keys and ids; each character has five bits.
pub(crate) fn random_text(length: usize) -> Result<String, Error> {
    let mut text = random((length * 5).div_ceil(8))?;
    text.truncate(length);
    Ok(text)
}

/// Encodes bytes in the alphabet of keys and ids. Empty only if the alphabet is invalid, which fails a test.
pub(crate) fn base32_encode(bytes: &[u8]) -> String {
    BASE32.as_ref().map_or_else(String::new, |encoding| encoding.encode(bytes))
}

/// Decodes text in the alphabet of keys and ids.
pub(crate) fn base32_decode(text: &str) -> Option<Vec<u8>> {
    BASE32.as_ref()?.decode(text.as_bytes()).ok()
}

/// Characters of a timestamp: milliseconds since 1970 in base 36, enough until the year 2059.
pub(crate) const TIMESTAMP_LEN: usize = 8;

/// A timestamp as text. The order of the texts is the order in time.
pub(crate) fn timestamp_prefix(ms: i64) -> String {
    let mut rest = u64::try_from(ms).unwrap_or(0);
    let mut digits = [b'0'; TIMESTAMP_LEN];
    for digit in digits.iter_mut().rev() {
        let value = u8::try_from(rest % 36).unwrap_or(0);
        *digit = if value < 10 { b'0' + value } else { b'a' + value - 10 };
        rest /= 36;
    }
    digits.iter().copied().map(char::from).collect()
}

/// A new id of an event: a timestamp and 80 random bits.
pub(crate) fn new_event(now: i64) -> Result<String, Error> {
    Ok(timestamp_prefix(now) + &random(10)?)
}

/// The sixteen bytes of a hyphenated UUID.
pub(crate) fn uuid_bytes(text: &str) -> Option<Vec<u8>> {
    let hyphens = [8, 13, 18, 23];
    let well_formed =
        text.len() == 36 && text.bytes().enumerate().all(|(at, byte)| hyphens.contains(&at) == (byte == b'-'));
    let digits: String = text.chars().filter(|letter| *letter != '-').collect();
    HEXLOWER.decode(digits.as_bytes()).ok().filter(|bytes| well_formed && bytes.len() == 16)
}

/// The hyphenated UUID of sixteen bytes.
pub(crate) fn uuid_of(bytes: &[u8]) -> Option<String> {
    let digits = HEXLOWER.encode(bytes);
    let part = |from: usize, to: usize| digits.get(from..to);
    let uuid = format!("{}-{}-{}-{}-{}", part(0, 8)?, part(8, 12)?, part(12, 16)?, part(16, 20)?, part(20, 32)?);
    (bytes.len() == 16).then_some(uuid)
}

/// A new shop id.
pub(crate) fn new_shop() -> Result<String, Error> {
    Ok(format!("shp_{}", random(SHOP_LEN * 5 / 8)?))
}

/// A new survey id of a shop.
pub(crate) fn new_survey(shop: &str) -> Result<String, Error> {
    let shop = shop.strip_prefix("shp_").unwrap_or(shop);
    Ok(format!("srv_{shop}{}", random_text(SURVEY_LEN)?))
}

/// A new webhook id.
pub(crate) fn new_webhook() -> Result<String, Error> {
    Ok(format!("whk_{}", random(10)?))
}

/// The id of the survey that receives a shop's imports of one kind. Derived from the kind, so every import finds it.
pub(crate) fn survey_of_imports(shop: &str, kind: &str) -> String {
    let suffix: String = base32_encode(&Sha256::digest(kind.as_bytes())).chars().take(SURVEY_LEN).collect();
    format!("srv_{}{suffix}", shop.strip_prefix("shp_").unwrap_or(shop))
}

/// A new key of a shop.
pub(crate) fn new_key(kind: Kind, shop: &str) -> Result<String, Error> {
    let shop = shop.strip_prefix("shp_").unwrap_or(shop);
    Ok(format!("{}{shop}{}", kind.prefix(), random(kind.random_bytes())?))
}

/// SHA-256 in hex. A key has 160 random bits, so its hash needs no salt and no slow function.
pub(crate) fn hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// Whether two secrets are equal, in constant time.
pub(crate) fn constant_time_eq(one: &str, other: &str) -> bool {
    Sha256::digest(one.as_bytes()).as_slice().ct_eq(Sha256::digest(other.as_bytes()).as_slice()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_contains_its_shop() {
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
    fn a_survey_id_contains_its_shop() {
        let shop = "shp_0123456789abcdef";
        let id = new_survey(shop).unwrap();
        assert_eq!(id.len(), "srv_".len() + SHOP_LEN + SURVEY_LEN);
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
    fn uuids_round_trip_through_bytes() {
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
    fn timestamps_sort_as_text() {
        let times = [0, 35, 36, 1_795_305_600_123, 2_800_000_000_000].map(timestamp_prefix);
        assert_eq!(times[..3], ["00000000", "0000000z", "00000010"]);
        assert!(times.is_sorted() && times.iter().all(|time| time.len() == TIMESTAMP_LEN));
        assert_eq!(i64::from_str_radix(&times[3], 36), Ok(1_795_305_600_123));
        assert!(new_event(7).unwrap() < new_event(8).unwrap());
    }

    #[test]
    fn secrets_are_compared_and_hashed() {
        assert!(constant_time_eq("a-token", "a-token"));
        assert!(!constant_time_eq("a-token", "a-tokem"));
        assert!(!constant_time_eq("a-token", ""));
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
