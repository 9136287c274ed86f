//! Sanitizes texts: a single Unicode form, and no invisible control characters.

#[cfg(feature = "wire")]
use alloc::borrow::Cow;
use alloc::string::{String, ToString};

/// Removes control characters except line breaks and tabs, normalizes to NFC and trims.
pub(crate) fn strip_control(text: &str) -> String {
    to_nfc(text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')))
        .trim()
        .to_string()
}

/// Normalizes to Unicode NFC, in which every letter has one spelling: some keyboards send `ż` as `z` and a combining
/// dot.
#[cfg(feature = "wire")]
pub(crate) fn to_nfc(characters: impl Iterator<Item = char>) -> String {
    let text: String = characters.collect();
    match icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(&text) {
        Cow::Owned(normalized) => normalized,
        // Already in NFC.
        Cow::Borrowed(_) => text,
    }
}

/// The widget does not validate incoming texts, and does not include the Unicode tables.
#[cfg(not(feature = "wire"))]
pub(crate) fn to_nfc(characters: impl Iterator<Item = char>) -> String {
    characters.collect()
}
