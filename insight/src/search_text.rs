//! Normalizes text for search: without case and diacritics, so that `zolty` finds `Żółty`.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Removes case and diacritics: decomposes characters (Unicode NFD), drops combining marks, lower-cases the rest, and
/// replaces letters without a decomposition, like `ł` and `ß`, with what people type instead.
#[must_use]
pub fn normalize_for_search(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut normalized = String::with_capacity(text.len());
    for character in DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text.chars()) {
        if is_mark(character) {
            continue;
        }
        for lower in character.to_lowercase() {
            match replacement(lower) {
                Some(text) => normalized.push_str(text),
                None => normalized.push(lower),
            }
        }
    }
    // Lower-casing can produce combining marks again (`İ`).
    normalized.retain(|character| !is_mark(character));
    normalized
}

/// The words of a search query, normalized, sorted and without duplicates.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = normalize_for_search(text).split_whitespace().map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

/// Combining marks of scripts in which people search for letters without them. Signs of Indic and other scripts are
/// vowels and are kept.
const fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5bd}'
            | '\u{64b}'..='\u{65f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

const fn replacement(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ø' => "o",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_diacritics_are_removed() {
        for (text, expected) in [
            ("", ""),
            ("Price: 5 EUR", "price: 5 eur"),
            ("Zażółć GĘŚLĄ jaźń", "zazolc gesla jazn"),
            ("Ștefan, țară, ÎNCĂ, âge", "stefan, tara, inca, age"),
            ("Şişli İstanbul ılık", "sisli istanbul ilik"),
            ("Straße STRASSE", "strasse strasse"),
            ("z\u{307}", "z"),
            ("Ærø Þór Œuvre Đorđe", "aero thor oeuvre dorde"),
            ("ΜΆΪΟΣ σάς", "μαιοσ σασ"),
            ("Ёлка Йод", "елка иод"),
            ("配送 😞", "配送 😞"),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(normalize_for_search(text), expected, "{text}");
            let normalized = normalize_for_search(text);
            assert_eq!(normalize_for_search(&normalized), normalized, "{text} a second time");
        }
    }

    #[test]
    fn the_words_of_a_query_are_normalized_and_unique() {
        assert_eq!(words("  Kurier\tŻółty kurier "), ["kurier", "zolty"]);
        assert_eq!(words(" \n"), [""; 0]);
    }
}
