//! Texts in several languages, and what stands in braces in them.

use super::{Braces, Check, Survey};
use crate::{
    language::{Language, Localized},
    problem::Code,
    survey::Texts,
};
use alloc::{collections::BTreeMap, format, string::ToString};

impl Check {
    pub(super) fn optional_texts(&mut self, given: Option<Texts>, at: &str) -> Localized {
        given.map_or_else(Localized::default, |texts| self.texts(Some(texts), at))
    }

    /// A text with all its translations; every broken one is noted at its own place.
    pub(super) fn texts(&mut self, given: Option<Texts>, at: &str) -> Localized {
        let Some(given) = given else {
            self.wrong(Code::Missing, at, "is required: an object of language and text");
            return Localized::default();
        };
        let mut translations = BTreeMap::new();
        for (tag, text) in given {
            let place = format!("{at}.{tag}");
            match Language::parse(&tag) {
                Err(error) => self.wrong(Code::InvalidFormat, place, error.to_string()),
                Ok(language) => {
                    self.references(&text, &place);
                    // Even a text that is refused counts as there, so that it is not reported as missing too.
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
            self.wrong(Code::Missing, place, "is required: the survey's default language");
        }
        texts
    }

    /// A word in braces is filled in, so it must say what with.
    fn references(&mut self, text: &str, at: &str) {
        if self.braces == Braces::MayStand {
            return;
        }
        let unknown = in_braces(text).find(|word| *word != "shop" && !self.asked.iter().any(|asked| asked.is(word)));
        if let Some(word) = unknown {
            let message = format!("has {{{word}}}, which is neither {{shop}} nor the id of an earlier question");
            self.wrong(Code::InvalidReference, at, message);
        }
    }
}

/// The words in braces, of letters, digits, `_` and `-` alone: other braces are what somebody wrote.
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
    fn words_in_braces() {
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
