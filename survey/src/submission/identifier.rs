//! The ids of a shop's customers and orders: one spelling for storing, searching, exporting and erasing.

use super::sanitize::{is_invisible, printable, to_nfc};
use alloc::string::{String, ToString};

/// Maximum length of an order or customer id, in characters.
pub const MAX_ID: usize = 128;

/// The canonical spelling of a customer's or order's id: in NFC, without control characters and invisible letters, trimmed.
/// Everything that stores or compares such an id uses this spelling. Idempotent. May be empty.
///
/// ```
/// assert_eq!(survey::submission::canonical_id(" Jose\u{301}\u{200b}\u{7} "), "José");
/// ```
#[must_use]
pub fn canonical_id(text: &str) -> String {
    let text = printable(text);
    to_nfc(text.chars().filter(|letter| !letter.is_control() && !is_invisible(*letter))).trim().to_string()
}

#[cfg(all(test, feature = "wire"))]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn every_spelling_of_an_id_is_the_same_id() {
        for (text, expected) in [
            ("c-7", "c-7"),
            (" c-7\u{a0}", "c-7"),
            ("c\u{7}-7", "c-7"),
            ("c-\n7\t", "c-7"),
            ("Jose\u{301}", "José"),
            ("José", "José"),
            ("\u{feff}c\u{200b}-\u{202e}7\u{2069}", "c-7"),
            ("c\u{ad}-7\u{fe0f}", "c-7"),
            // Removing a letter brings a base and its mark together.
            ("e\u{200b}\u{301}", "é"),
            ("Anna  Maria", "Anna  Maria"),
            ("C-7", "C-7"),
            ("\u{200b} \u{7}", ""),
            ("客戶 7", "客戶 7"),
        ] {
            assert_eq!(canonical_id(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_canonical_spelling_is_stable() {
        let parts =
            ["a", "e", "\u{301}", "\u{323}", "\u{200d}", " ", "\n", "\u{1160}", "\u{1100}", "\u{1161}", "\u{7}", "ż"];
        for one in parts {
            for two in parts {
                for three in parts {
                    let once = canonical_id(&format!("{one}{two}{three}"));
                    assert_eq!(canonical_id(&once), once, "{one:?} {two:?} {three:?}");
                }
            }
        }
    }
}
