//! The service's own words: everything that a shopper reads and the owner did not write.
//!
//! They are sent with a survey in the one language in which it is shown, so the widget carries no words and a further
//! language costs no shopper a byte.

mod languages;

pub use languages::{
    ARABIC, CZECH, ENGLISH, FRENCH, GERMAN, HUNGARIAN, ITALIAN, POLISH, ROMANIAN, SLOVAK, SPANISH, UKRAINIAN,
};

use crate::{language::Language, metric::Metric};

/// Words of the widget in one language. `{n}`, `{max}` and `{shop}` are filled in when shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Language tag.
    pub language: &'static str,
    /// Button that sends an answer.
    pub send: &'static str,
    /// Button that leaves a question unanswered.
    pub skip: &'static str,
    /// Button that leads to the question before.
    pub back: &'static str,
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
    /// "Something else" was chosen and nothing was written.
    pub missing: &'static str,
    /// How many characters are left: `{n}`.
    pub left: &'static str,
    /// Accessible name of the whole survey; names `{shop}`.
    pub region: &'static str,
    /// Thanks after the last answer.
    pub thanks: &'static str,
    /// What 0 and 10 mean for NPS.
    pub nps: (&'static str, &'static str),
    /// What 1 and 7 mean where a shopper agrees or not, as in CES.
    pub agree: (&'static str, &'static str),
    /// What 1 and 5 mean for CSAT.
    pub csat: (&'static str, &'static str),
    /// Button that opens a survey.
    pub feedback: &'static str,
    /// Label of the field for an e-mail address.
    pub email: &'static str,
    /// Label of the field for a phone number.
    pub phone: &'static str,
    /// What was written is no e-mail address.
    pub invalid_email: &'static str,
    /// What was written is no phone number.
    pub invalid_phone: &'static str,
    /// What a shopper agrees to who leaves an address to `{shop}`.
    pub consent: &'static str,
    /// An address without consent.
    pub agree_missing: &'static str,
}

/// Every language that the service has words in.
pub const ALL: [&Words; 12] = [
    &ARABIC, &CZECH, &GERMAN, &ENGLISH, &SPANISH, &FRENCH, &HUNGARIAN, &ITALIAN, &POLISH, &ROMANIAN, &SLOVAK,
    &UKRAINIAN,
];

impl Words {
    /// The words for a reader, if the service knows the language.
    #[must_use]
    pub fn known(language: &Language) -> Option<&'static Self> {
        ALL.into_iter().find(|words| words.language == language.primary())
    }

    /// The words for a reader; English where the service does not know the language.
    #[must_use]
    pub fn of(language: &Language) -> &'static Self {
        Self::known(language).unwrap_or(&ENGLISH)
    }

    /// What the ends of a metric's scale mean: lowest, highest.
    #[must_use]
    pub const fn ends(&self, metric: Metric) -> (&'static str, &'static str) {
        match metric {
            Metric::Nps => self.nps,
            Metric::Ces | Metric::Agree => self.agree,
            Metric::Csat => self.csat,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word_and_its_blanks() {
        for words in ALL {
            for word in [
                words.send,
                words.skip,
                words.close,
                words.sending,
                words.saved,
                words.failed,
                words.other,
                words.missing,
                words.back,
                words.feedback,
                words.email,
                words.phone,
                words.invalid_email,
                words.invalid_phone,
                words.agree_missing,
            ] {
                assert!(!word.trim().is_empty() && !word.contains('{'), "{}: {word}", words.language);
            }
            assert!(words.of.contains("{n}") && words.of.contains("{max}"), "{}", words.of);
            assert!(words.left.contains("{n}"), "{}", words.left);
            for word in [words.region, words.consent] {
                assert_eq!(word.matches("{shop}").count(), 1, "{word}");
                assert_eq!(word.matches('{').count(), 1, "{word}");
            }
            assert!(words.invalid_phone.contains('6') && words.invalid_phone.contains("20"), "{}", words.invalid_phone);
            assert!(words.invalid_email.contains("@example.com"), "{}", words.invalid_email);
        }
    }

    #[test]
    fn words_follow_the_primary_language() {
        for (tag, expected) in
            [("pl", "pl"), ("pl-PL", "pl"), ("ro-MD", "ro"), ("en-GB", "en"), ("de-AT", "de"), ("sv", "en")]
        {
            assert_eq!(Words::of(&Language::parse(tag).unwrap()).language, expected);
        }
    }

    #[test]
    fn the_ends_of_a_scale_differ() {
        for words in ALL {
            for metric in Metric::ALL {
                let (low, high) = words.ends(metric);
                assert!(!low.is_empty() && !high.is_empty() && low != high, "{}", words.language);
            }
        }
    }

    #[test]
    fn every_language_has_one_table_and_a_tag_of_its_own() {
        for words in ALL {
            let tag = Language::parse(words.language).unwrap();
            assert_eq!(tag.primary(), words.language);
            assert_eq!(Words::known(&tag), Some(words));
        }
    }
}
