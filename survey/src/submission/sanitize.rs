//! Texts in one form: what looks the same is the same, and nothing is in them that nobody typed.

#[cfg(feature = "wire")]
use alloc::borrow::Cow;
use alloc::string::{String, ToString};

/// Text as people typed it: composed, no control characters but line breaks and tabs, no space around.
pub(crate) fn strip_control(text: &str) -> String {
    to_nfc(text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))).trim().to_string()
}

/// Letters in the form in which each has one spelling (Unicode NFC): some keyboards send `ż` as `z` and a dot.
#[cfg(feature = "wire")]
pub(crate) fn to_nfc(sanitize: impl Iterator<Item = char>) -> String {
    let text: String = sanitize.collect();
    match icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(&text) {
        Cow::Owned(to_nfc) => to_nfc,
        // It was so already.
        Cow::Borrowed(_) => text,
    }
}

/// The widget checks nothing that arrives, and does not carry the tables.
#[cfg(not(feature = "wire"))]
pub(crate) fn to_nfc(sanitize: impl Iterator<Item = char>) -> String {
    sanitize.collect()
}
