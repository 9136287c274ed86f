//! Validates texts with translations, and the placeholders in them.

use super::{Braces, Check, Survey};
use crate::{
    language::{Language, Localized},
    problem::Code,
    survey::Texts,
};
use alloc::{collections::BTreeMap, format, string::ToString};

impl Check {
    pub(super) fn optional_texts(&mut self, texts: Option<Texts>, at: &str) -> Localized {
        texts.map_or_else(Localized::default, |texts| self.texts(Some(texts), at))
    }

    /// Validates a text and all its translations; each problem has the place of its translation.
    pub(super) fn texts(&mut self, texts: Option<Texts>, at: &str) -> Localized {
        let Some(texts) = texts else {
            self.problem(Code::Missing, at, "is required, as an object that maps language tags to texts");
            return Localized::default();
        };
        let mut translations = BTreeMap::new();
        for (tag, text) in texts {
            let place = format!("{at}.{tag}");
            match Language::parse(&tag) {
                Err(error) => self.problem(Code::InvalidFormat, place, error.to_string()),
                Ok(language) => {
                    self.placeholders(&text, &place);
                    // A rejected text counts as present, so that it is not reported as missing as well.
                    let text = self.line(&text, &place, Survey::MAX_TEXT).unwrap_or_default();
                    translations.insert(language, text);
                }
            }
        }
        let texts = Localized::new(translations);
        if let Some(language) = self.language.clone()
            && !texts.has(&language)
        {
            let place = format!("{at}.{}", language.as_str());
            self.problem(
                Code::Missing,
                place,
                "is required; every text needs a translation in the survey's default language",
            );
        }
        texts
    }

    /// Checks that every placeholder refers to the shop or to an earlier question.
    fn placeholders(&mut self, text: &str, at: &str) {
        if self.braces == Braces::Literal {
            return;
        }
        let unknown =
            in_braces(text).find(|word| *word != "shop" && !self.earlier.iter().any(|earlier| earlier.has_id(word)));
        if let Some(word) = unknown {
            let message = format!("contains {{{word}}}, which is neither {{shop}} nor the id of an earlier question");
            self.problem(Code::InvalidReference, at, message);
        }
    }
}

/// The words in braces that consist of letters, digits, `_` and `-` only; other braces are plain text.
fn in_braces(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|part| {
        let (word, _) = part.split_once('}')?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        (!word.is_empty() && word.bytes().all(allowed)).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn only_words_in_braces_are_placeholders() {
        for (text, expected) in [
            ("", [].as_slice()),
            ("How likely?", &[]),
            ("{shop}", &["shop"]),
            ("You gave {shop} a {nps}: why?", &["shop", "nps"]),
            ("{{shop}}", &["shop"]),
            ("{Shop} {a b} {} {ż} {open", &["Shop"]),
            ("}{", &[]),
        ] {
            assert_eq!(in_braces(text).collect::<Vec<&str>>(), expected, "{text}");
        }
    }
}
