//! Tags: the owner's own words for an answer, in one spelling.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Longest tag, in characters.
pub const MAX_CHARS: usize = 40;
/// Most tags of one answer.
pub const MAX_TAGS: usize = 20;

/// A tag in its one spelling: composed (Unicode NFC), in lower case, single spaces within and none around.
///
/// # Errors
/// Says what a tag must look like.
pub fn normalised(text: &str) -> Result<String, &'static str> {
    const RULE: &str = "must have 1 to 40 characters, none of them a comma, '|' or a control character";
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text).to_lowercase();
    let words: Vec<&str> = composed.split_whitespace().collect();
    let tag = words.join(" ");
    // A comma and a bar stand between tags where several are written in a row.
    let is_fine = !tag.contains(|letter: char| letter.is_control() || matches!(letter, ',' | '|'));
    if is_fine && (1..=MAX_CHARS).contains(&tag.chars().count()) { Ok(tag) } else { Err(RULE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        for (text, expected) in [
            ("urgent", "urgent"),
            ("  Call   BACK\n", "call back"),
            ("DOSTAWA: Z\u{307}ÓŁTA", "dostawa: żółta"),
            ("=1+1", "=1+1"),
            (&"ż".repeat(40), &"ż".repeat(40)),
        ] {
            let tag = normalised(text).unwrap();
            assert_eq!(tag, expected);
            assert_eq!(normalised(&tag).unwrap(), expected);
        }
        for bad in ["", "  ", "a,b", "a|b", "a\u{0}b", "a\u{7f}", &"a".repeat(41)] {
            assert!(normalised(bad).is_err(), "{bad:?}");
        }
    }
}
