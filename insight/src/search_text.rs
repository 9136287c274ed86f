//! Words as they are searched for: without case and without marks, so that `zolty` finds `Żółty`.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// A text without case and marks: letters are taken apart (Unicode NFD), marks dropped, the rest lowered; letters that are
/// one piece, like `ł` and `ß`, become what people type instead.
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in DecomposingNormalizerBorrowed::new_nfd().normalize_iter(text.chars()) {
        if is_mark(letter) {
            continue;
        }
        for letter in letter.to_lowercase() {
            match plain(letter) {
                Some(instead) => folded.push_str(instead),
                None => folded.push(letter),
            }
        }
    }
    // Lowering may take apart once more (`İ`).
    folded.retain(|letter| !is_mark(letter));
    folded
}

/// The words of a search, folded, each once.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = folded(text).split_whitespace().map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

/// Combining marks of scripts in which a letter without them is still the letter that people search for. Signs of Indic and
/// other scripts are vowels, not decoration: they stay.
const fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5bd}'
            | '\u{64b}'..='\u{65f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

const fn plain(letter: char) -> Option<&'static str> {
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
    fn what_is_typed_plainly_is_found() {
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
            assert_eq!(folded(text), expected, "{text}");
            assert_eq!(folded(&folded(text)), folded(text), "{text} a second time");
        }
    }

    #[test]
    fn words_of_a_search() {
        assert_eq!(words("  Kurier\tŻółty kurier "), ["kurier", "zolty"]);
        assert_eq!(words(" \n"), [""; 0]);
    }
}
