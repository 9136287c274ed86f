//! Languages, and texts with translations.

use crate::id::InvalidId;
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
};

/// A language tag: a primary language with an optional region or script (`pl`, `pt-BR`, `zh-Hant`), in canonical case
/// (BCP 47, section 2.1.1): language lower, script title, region upper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// Parses a tag and puts it into canonical case.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(tag: &str) -> Result<Self, InvalidId> {
        const INVALID: InvalidId = InvalidId::language();
        let mut canonical = String::with_capacity(tag.len());
        for (position, part) in tag.split('-').enumerate() {
            let alphabetic = part.bytes().all(|byte| byte.is_ascii_alphabetic());
            match (position, part.len(), alphabetic) {
                (0, 2 | 3, true) => canonical.push_str(&part.to_ascii_lowercase()),
                (1, 4, true) => {
                    canonical.push('-');
                    for (at, character) in part.chars().enumerate() {
                        canonical.push(if at == 0 {
                            character.to_ascii_uppercase()
                        } else {
                            character.to_ascii_lowercase()
                        });
                    }
                }
                (1 | 2, 2, true) => {
                    canonical.push('-');
                    canonical.push_str(&part.to_ascii_uppercase());
                }
                _ => return Err(INVALID),
            }
        }
        Ok(Self(canonical))
    }

    /// The tag, like `pl` or `pt-BR`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary language: `pt` of `pt-BR`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Writing direction for the HTML `dir` attribute: `rtl` for the right-to-left scripts in common use, else `ltr`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        match self.primary() {
            "ar" | "he" | "fa" | "ur" | "ps" | "yi" | "ckb" => "rtl",
            _ => "ltr",
        }
    }
}

/// A text in one or more languages. It always contains the survey's default language, so a missing translation falls
/// back and never hides a question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Localized(BTreeMap<Language, String>);

impl Localized {
    /// Creates a text from its translations.
    #[must_use]
    pub const fn new(translations: BTreeMap<Language, String>) -> Self {
        Self(translations)
    }

    /// Whether there is no translation at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is a translation in exactly this language.
    #[must_use]
    pub fn has(&self, language: &Language) -> bool {
        self.0.contains_key(language)
    }

    /// The translations, by language.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.0.iter().map(|(language, text)| (language, text.as_str()))
    }

    /// The text for a language: in exactly this one, else in its primary language, else in any of its regions.
    #[must_use]
    pub fn in_language(&self, language: &Language) -> Option<&str> {
        let exact = || self.0.get(language);
        let primary = || self.0.iter().find(|(other, _)| other.as_str() == language.primary());
        let sibling = || self.0.iter().find(|(other, _)| other.primary() == language.primary());
        exact()
            .or_else(|| primary().map(|(_, text)| text))
            .or_else(|| sibling().map(|(_, text)| text))
            .map(String::as_str)
    }

    /// The best text for a language: in that language, else in the fallback, else in any; empty if there is none.
    #[must_use]
    pub fn pick(&self, language: &Language, fallback: &Language) -> &str {
        self.in_language(language)
            .or_else(|| self.0.get(fallback).or_else(|| self.0.values().next()).map(String::as_str))
            .unwrap_or("")
    }
}

impl<const N: usize> From<[(Language, &str); N]> for Localized {
    fn from(pairs: [(Language, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(language, text)| (language, text.to_string())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> Language {
        Language::parse(tag).unwrap()
    }

    #[test]
    fn tags_are_canonicalized_or_rejected() {
        for (input, canonical) in
            [("pl", "pl"), ("PL", "pl"), ("pt-br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("fil", "fil")]
        {
            assert_eq!(language(input).as_str(), canonical);
        }
        for bad in ["", "p", "polish", "pl_PL", "pl-", "-pl", "pl-PL-PL-x", "12", "p l", "pl-419x"] {
            assert!(Language::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn right_to_left_languages_are_known() {
        assert_eq!(language("ar-EG").direction(), "rtl");
        assert_eq!(language("he").direction(), "rtl");
        assert_eq!(language("pl").direction(), "ltr");
    }

    #[test]
    fn a_missing_translation_falls_back() {
        let text =
            Localized::from([(language("en"), "English"), (language("pt-BR"), "Brasil"), (language("pl"), "Polski")]);
        for (language_tag, expected) in [
            ("pl", "Polski"),
            ("pl-PL", "Polski"),
            ("pt-BR", "Brasil"),
            ("pt", "Brasil"),
            ("pt-PT", "Brasil"),
            ("ro", "English"),
        ] {
            assert_eq!(text.pick(&language(language_tag), &language("en")), expected, "{language_tag}");
        }
        assert_eq!(text.pick(&language("ro"), &language("de")), "English");
        assert_eq!(Localized::default().pick(&language("ro"), &language("en")), "");
    }
}
