//! The service's own words: everything that a shopper reads and the owner did not write.
//!
//! They are sent with a survey in the one language in which it is shown, so the widget carries no words and a further
//! language costs no shopper a byte.

mod languages;

pub use languages::{ENGLISH, POLISH, ROMANIAN};

use crate::{
    language::{Language, Localized},
    metric::Metric,
};
use alloc::collections::BTreeMap;

/// Words of the widget in one language. `{n}`, `{max}` and `{shop}` are filled in when shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Language tag.
    pub language: &'static str,
    /// Button that sends an answer.
    pub send: &'static str,
    /// Button that leaves a question unanswered.
    pub skip: &'static str,
    /// Accessible name of the closing button.
    pub close: &'static str,
    /// Accessible name of a score: `{n}` of `{max}`.
    pub of: &'static str,
    /// While an answer is on its way.
    pub sending: &'static str,
    /// The answer is kept and will be sent again.
    pub saved: &'static str,
    /// The answer was refused for good.
    pub failed: &'static str,
    /// Label of the text field beside "something else".
    pub other: &'static str,
    /// How many characters are left: `{n}`.
    pub left: &'static str,
    /// Accessible name of the whole survey; names `{shop}`.
    pub region: &'static str,
    /// Thanks after the last answer.
    pub thanks: &'static str,
    /// What 0 and 10 mean for NPS.
    pub nps: (&'static str, &'static str),
    /// What 1 and 7 mean for CES.
    pub ces: (&'static str, &'static str),
    /// What 1 and 5 mean for CSAT.
    pub csat: (&'static str, &'static str),
}

/// Every language that the service has words in.
pub const ALL: [&Words; 3] = [&ENGLISH, &POLISH, &ROMANIAN];

impl Words {
    /// The words for a reader; English where the service does not know the language.
    #[must_use]
    pub fn of(language: &Language) -> &'static Self {
        ALL.into_iter().find(|words| words.language == language.primary()).unwrap_or(&ENGLISH)
    }
}

/// What the ends of a metric's scale mean, in every language that the service knows.
#[must_use]
pub fn scale_ends(metric: Metric) -> (Localized, Localized) {
    let mut low = BTreeMap::new();
    let mut high = BTreeMap::new();
    for words in ALL {
        let (lowest, highest) = match metric {
            Metric::Nps => words.nps,
            Metric::Ces => words.ces,
            Metric::Csat => words.csat,
        };
        if let Ok(language) = Language::parse(words.language) {
            low.insert(language.clone(), lowest.into());
            high.insert(language, highest.into());
        }
    }
    (Localized::new(low), Localized::new(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word_and_its_blanks() {
        for words in ALL {
            for word in [words.send, words.skip, words.close, words.sending, words.saved, words.failed, words.other] {
                assert!(!word.trim().is_empty() && !word.contains('{'), "{}: {word}", words.language);
            }
            assert!(words.of.contains("{n}") && words.of.contains("{max}"), "{}", words.of);
            assert!(words.left.contains("{n}"), "{}", words.left);
            assert!(words.region.contains("{shop}"), "{}", words.region);
        }
    }

    #[test]
    fn words_follow_the_primary_language() {
        for (tag, expected) in [("pl", "pl"), ("pl-PL", "pl"), ("ro-MD", "ro"), ("en-GB", "en"), ("de", "en")] {
            assert_eq!(Words::of(&Language::parse(tag).unwrap()).language, expected);
        }
    }

    #[test]
    fn scale_ends_in_every_language() {
        let english = Language::parse("en").unwrap();
        for metric in Metric::ALL {
            let (low, high) = scale_ends(metric);
            for words in ALL {
                let language = Language::parse(words.language).unwrap();
                assert!(low.has(&language) && high.has(&language));
                assert_ne!(low.pick(&language, &english), high.pick(&language, &english));
            }
        }
    }
}
