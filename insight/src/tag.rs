//! Tags: the owner's labels for a response, in canonical form.

use icu_normalizer::ComposingNormalizerBorrowed;
use survey::submission::printable;

/// Maximum length of a tag, in characters.
pub const MAX_CHARS: usize = 40;
/// Maximum tags per response.
pub const MAX_TAGS: usize = 20;

/// The canonical form of a tag: Unicode NFC, lower case, single spaces, trimmed.
///
/// # Errors
/// A message with the expected format.
pub fn normalize(text: &str) -> Result<String, &'static str> {
    const RULE: &str = "must be 1 to 40 characters long, without commas, '|' or control characters";
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&printable(text)).to_lowercase();
    let words: Vec<&str> = composed.split_whitespace().collect();
    let tag = words.join(" ");
    // Commas and bars separate tags in lists.
    let has_controls = text.contains(|character: char| character.is_control() && !character.is_whitespace());
    let is_valid = !has_controls && !tag.contains([',', '|']);
    if is_valid && (1..=MAX_CHARS).contains(&tag.chars().count()) { Ok(tag) } else { Err(RULE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_normalized_or_rejected() {
        for (text, expected) in [
            ("urgent", "urgent"),
            ("  Call   BACK\n", "call back"),
            ("DOSTAWA: Z\u{307}ÓŁTA", "dostawa: żółta"),
            ("=1+1", "=1+1"),
            ("ur\u{200b}gent\u{202e}", "urgent"),
            (&"ż".repeat(40), &"ż".repeat(40)),
        ] {
            let tag = normalize(text).unwrap();
            assert_eq!(tag, expected);
            assert_eq!(normalize(&tag).unwrap(), expected);
        }
        for bad in ["", "  ", "\u{200b}", "a,b", "a|b", "a\u{0}b", "a\u{7f}", &"a".repeat(41)] {
            assert!(normalize(bad).is_err(), "{bad:?}");
        }
    }
}
