//! Sanitizes texts: a single Unicode form, and no characters that are never drawn.

#[cfg(feature = "wire")]
use alloc::borrow::Cow;
use alloc::string::{String, ToString};

/// A text as people see it: without control characters except line breaks and tabs, without invisible characters, in
/// Unicode NFC and trimmed. Idempotent.
///
/// Every text, name and id that is taken in goes through this function, before it is measured, masked or compared.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // A line break of old files and of Windows.
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    kept.push('\n');
                }
            }
            '\n' | '\t' => kept.push(character),
            // The blank of Braille, which is a picture of nothing.
            '\u{2800}' => kept.push(' '),
            _ if character.is_control() => {}
            JOINER | NON_JOINER => {
                let next = characters.clone().find(|next| !is_invisible(*next));
                if joins(character, kept.chars().next_back(), next) {
                    kept.push(character);
                }
            }
            TEXT_STYLE | EMOJI_STYLE => {
                let is_key = characters.peek() == Some(&KEYCAP);
                if kept.chars().next_back().is_some_and(|symbol| has_styles(symbol, is_key)) {
                    kept.push(character);
                }
            }
            _ if is_invisible(character) => {}
            _ => kept.push(character),
        }
    }
    to_nfc(kept.chars()).trim().to_string()
}

/// U+200D, which makes one emoji of several and selects forms of letters.
const JOINER: char = '\u{200d}';
/// U+200C, which separates letters that would be joined.
const NON_JOINER: char = '\u{200c}';
/// U+FE0E, after a symbol that is not to be drawn as an emoji.
const TEXT_STYLE: char = '\u{fe0e}';
/// U+FE0F, after a symbol that is to be drawn as an emoji.
const EMOJI_STYLE: char = '\u{fe0f}';

/// U+20E3, which draws a key around a digit and a style.
const KEYCAP: char = '\u{20e3}';

/// Whether a character is never drawn: format characters, marks of direction and what Unicode calls default-ignorable.
/// Arabic signs that are drawn around numbers are not among them.
#[must_use]
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{13440}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a joiner or non-joiner between these characters changes how they are drawn.
fn joins(joiner: char, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    let is_letter = |character: char| {
        matches!(character,
            '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1a00}'..='\u{1cff}'
            | '\u{a840}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{11000}'..='\u{11fff}')
    };
    (is_letter(before) && is_letter(after))
        || (joiner == JOINER && (is_emoji(before) || before == EMOJI_STYLE) && is_emoji(after))
}

/// The blocks of emoji and of the symbols that are drawn as such.
const fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a character has a form as text and one as an emoji. Digits have them on keys only.
const fn has_styles(character: char, is_key: bool) -> bool {
    is_emoji(character)
        || (is_key && matches!(character, '#' | '*' | '0'..='9'))
        || matches!(character, '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{218f}')
        || matches!(character, '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}')
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

#[cfg(all(test, feature = "wire"))]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_what_is_never_drawn() {
        for (text, expected) in [
            (" Zażółć\u{0} gęślą\njaźń\t ", "Zażółć gęślą\njaźń"),
            ("z\u{307}o\u{301}ł", "żół"),
            ("jan\u{200b}@gmail.com", "jan@gmail.com"),
            ("ja\u{ad}n\u{2060}@gm\u{feff}ail\u{34f}.com", "jan@gmail.com"),
            ("\u{202a}+48 601 123 456\u{202c}", "+48 601 123 456"),
            ("\u{202e}gnp.exe\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}", "gnp.exea"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("a\u{e0061}\u{e007f}b\u{fe00}c\u{180e}d\u{3164}e\u{115f}", "abcde"),
            // Only of invisible characters.
            ("\u{200b}\u{2060}", ""),
            ("\u{2800}\u{2800}", ""),
            ("\u{fe0f}\u{200d} \u{200c}\u{feff}", ""),
            // Joiners where they are drawn: Persian, Hindi, Sinhala, emoji.
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("क्\u{200d}ष", "क्\u{200d}ष"),
            ("ශ්\u{200d}රී", "ශ්\u{200d}රී"),
            (
                "👩\u{200d}🚀 👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 🏳\u{fe0f}\u{200d}🌈",
                "👩\u{200d}🚀 👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 🏳\u{fe0f}\u{200d}🌈",
            ),
            ("❤\u{fe0f} ☎\u{fe0e} 1\u{fe0f}\u{20e3} 👍🏽 🇵🇱", "❤\u{fe0f} ☎\u{fe0e} 1\u{fe0f}\u{20e3} 👍🏽 🇵🇱"),
            // And where they are not.
            ("ja\u{200d}n\u{200c}@gmail.com", "jan@gmail.com"),
            ("601\u{fe0f}123\u{200d}456", "601123456"),
            ("می\u{200c}", "می"),
            ("👩\u{200d}", "👩"),
            ("👩\u{200d}\u{200b}\u{200d}🚀", "👩\u{200d}🚀"),
            ("a\u{200d}👩", "a👩"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
            assert_eq!(printable(expected), expected, "{text:?}");
        }
    }
}
