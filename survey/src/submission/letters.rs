//! Texts in one form: what looks the same is the same, and nothing is in them that nobody typed.

use alloc::string::{String, ToString};

/// Text as people typed it: composed, no control characters but line breaks and tabs, no space around.
pub(super) fn printable(text: &str) -> String {
    composed(text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))).trim().to_string()
}

/// Letters in the form in which each has one spelling (Unicode NFC): some keyboards send `ż` as `z` and a dot.
#[cfg(feature = "wire")]
pub(super) fn composed(letters: impl Iterator<Item = char>) -> String {
    unicode_normalization::UnicodeNormalization::nfc(letters).collect()
}

/// The widget checks nothing that arrives, and does not carry the tables.
#[cfg(not(feature = "wire"))]
pub(super) fn composed(letters: impl Iterator<Item = char>) -> String {
    letters.collect()
}
