//! Names and ids.

use alloc::string::String;
use core::fmt;

/// Why a string is not a valid id, name or date: a message with the expected format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId(&'static str);

impl InvalidId {
    pub(crate) const fn origin() -> Self {
        Self(
            "must be an origin like https://shop.example: scheme, host and an optional port, without a path or wildcard",
        )
    }

    pub(crate) const fn day() -> Self {
        Self("must be a date like 2026-11-22, not before 1970")
    }

    pub(crate) const fn language() -> Self {
        Self("must be a language tag like pl, ro, en or pt-BR")
    }
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl core::error::Error for InvalidId {}

/// A short name chosen by the shop owner: of a question, a choice or a touchpoint. 1–40 characters of `a–z`, `0–9`, `_`
/// and `-`, so that it needs no escaping in a URL, a column header or a form field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Maximum length, in characters.
    pub const MAX: usize = 40;

    /// Parses a name.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
        if text.is_empty() || text.len() > Self::MAX || !text.bytes().all(allowed) {
            return Err(InvalidId("must be 1 to 40 characters of a-z, 0-9, '_' and '-'"));
        }
        Ok(Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of a submission: a `UUIDv7` in canonical form. The page creates it before the first attempt to send, so that
/// a retry is recognised as the same response (RFC 9562, section 5.7).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(String);

impl SubmissionId {
    /// Parses an id. Upper-case hex digits are accepted and lower-cased, so that an id has one spelling.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        if is_uuid(text, b"7") {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidId("must be a UUIDv7 like 0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11"))
        }
    }

    /// When the page created it, by the page's clock, in milliseconds since 1970.
    #[must_use]
    pub fn time_ms(&self) -> i64 {
        let digits = self.0.bytes().filter_map(|byte| char::from(byte).to_digit(16));
        // 48 bits: never negative.
        digits.take(12).fold(0, |time, digit| time << 4 | i64::from(digit))
    }

    /// The id as text, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The secret of a submission: 128 random bits that the page makes with the id and sends with every revision. Ids are in
/// every export; only the sender has the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Length in characters: 16 bytes in base64url without padding.
    pub const LEN: usize = 22;

    /// Parses a secret.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.len() == Self::LEN && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidId("must be 22 characters of base64url: 16 random bytes without padding"))
        }
    }

    /// The secret as text. Never store or log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hides the secret.
impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// The id of a stored response: a page's [`SubmissionId`], or the `UUIDv8` that an import derives from a row. The
/// versions differ, so a page cannot overwrite an imported response, and an import cannot overwrite a submission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseId(String);

impl ResponseId {
    /// Parses an id and lower-cases it.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        if is_uuid(text, b"78") {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidId("must be a response id like 0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11"))
        }
    }

    /// The id of an imported row: 16 bytes, with six bits replaced by version and variant (RFC 9562, section 5.8).
    #[must_use]
    pub fn of_import(bytes: [u8; 16]) -> Self {
        let mut text = String::with_capacity(36);
        for (at, byte) in bytes.into_iter().enumerate() {
            let byte = match at {
                6 => byte & 0x0f | 0x80,
                8 => byte & 0x3f | 0x80,
                _ => byte,
            };
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            for half in [byte >> 4, byte & 0x0f] {
                text.extend(char::from_digit(half.into(), 16));
            }
        }
        Self(text)
    }

    /// The id as text, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the text is a UUID of one of these versions in its usual form.
fn is_uuid(text: &str, versions: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(position, byte)| match position {
            8 | 13 | 18 | 23 => *byte == b'-',
            14 => versions.contains(byte),
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn slugs_are_validated() {
        for good in ["a", "q1", "delivery_cost", "x-y", &"z".repeat(40)] {
            assert_eq!(Slug::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "A", "ż", "a b", "a.b", "a/b", "~other", &"z".repeat(41)] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn client_secrets_are_validated_and_not_printed() {
        let secret = ClientSecret::parse("AZaz09-_AZaz09-_AZaz09").unwrap();
        assert_eq!(secret.as_str().len(), ClientSecret::LEN);
        assert_eq!(alloc::format!("{secret:?}"), "ClientSecret");
        for bad in
            ["", "AZaz09-_AZaz09-_AZaz0", "AZaz09-_AZaz09-_AZaz090", "AZaz09-_AZaz09-_AZaz0=", "AZaz09+/AZaz09-_AZaz09"]
        {
            assert!(ClientSecret::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn response_ids_are_uuids_of_version_7_or_8() {
        let page = "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11";
        assert_eq!(ResponseId::parse(&page.to_uppercase()).unwrap().as_str(), page);
        for byte in [0x00, 0xff, 0x5a] {
            let own = ResponseId::of_import([byte; 16]);
            assert_eq!(ResponseId::parse(own.as_str()), Ok(own.clone()));
            assert!(SubmissionId::parse(own.as_str()).is_err(), "not a valid submission id");
        }
        let bytes: [u8; 16] = core::array::from_fn(|at| u8::try_from(at).unwrap() * 0x11);
        assert_eq!(ResponseId::of_import(bytes).as_str(), "00112233-4455-8677-8899-aabbccddeeff");
        for bad in ["", "0192f7c0-7c5e-4b1a-9d7e-2f1c6c1f0a11", "00112233-4455-8677-1899-aabbccddeeff"] {
            assert!(ResponseId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn submission_ids_are_uuids_of_version_7() {
        let id = "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11";
        assert_eq!(SubmissionId::parse(id).unwrap().as_str(), id);
        assert_eq!(SubmissionId::parse(&id.to_uppercase()).unwrap().as_str(), id);
        assert_eq!(SubmissionId::parse(id).unwrap().time_ms(), 0x0192_f7c0_7c5e);
        let latest = SubmissionId::parse("ffffffff-ffff-7fff-bfff-ffffffffffff").unwrap();
        assert_eq!(latest.time_ms(), (1 << 48) - 1);
        assert_eq!(SubmissionId::parse("00000000-0001-7000-8000-000000000000").unwrap().time_ms(), 1);
        for bad in [
            "",
            "0192f7c0-7c5e-4b1a-9d7e-2f1c6c1f0a11", // version 4
            "0192f7c0-7c5e-7b1a-1d7e-2f1c6c1f0a11", // variant
            "0192f7c07c5e7b1a9d7e2f1c6c1f0a11",     // no dashes
            "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a1",  // short
            "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a1g", // not hex
            "{192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a1}",
        ] {
            assert!(SubmissionId::parse(bad).is_err(), "{bad}");
        }
        assert!(SubmissionId::parse("x").unwrap_err().to_string().contains("UUIDv7"));
    }
}
