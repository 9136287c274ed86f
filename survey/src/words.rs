//! Built-in texts: what shoppers read and the owner did not write.
//!
//! A survey is sent with the texts of the one language in which it is shown, so more languages do not make the widget
//! larger.

mod languages;

pub use languages::{
    ARABIC, CZECH, ENGLISH, FRENCH, GERMAN, HUNGARIAN, ITALIAN, POLISH, ROMANIAN, SLOVAK, SPANISH, UKRAINIAN,
};

use crate::{language::Language, metric::Metric};

/// The widget's texts in one language. `{n}`, `{max}` and `{shop}` are replaced when they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Language tag.
    pub language: &'static str,
    /// Button that sends an answer.
    pub send: &'static str,
    /// Button that leaves a question unanswered.
    pub skip: &'static str,
    /// Button that goes back to the previous question.
    pub back: &'static str,
    /// Accessible name of the close button.
    pub close: &'static str,
    /// Accessible name of a score: `{n}` of `{max}`.
    pub of: &'static str,
    /// Shown while an answer is being sent.
    pub sending: &'static str,
    /// Shown when an answer is stored on the page and will be sent later.
    pub saved: &'static str,
    /// Shown when an answer was rejected permanently.
    pub failed: &'static str,
    /// Label of the text field beside "something else".
    pub other: &'static str,
    /// Error: "something else" was chosen without a text.
    pub missing: &'static str,
    /// Remaining characters: `{n}`.
    pub left: &'static str,
    /// Accessible name of the survey; contains `{shop}`.
    pub region: &'static str,
    /// Thank-you text.
    pub thanks: &'static str,
    /// Labels of 0 and 10 for NPS.
    pub nps: (&'static str, &'static str),
    /// Labels of 1 and 7 for agreement, as in CES.
    pub agree: (&'static str, &'static str),
    /// Labels of 1 and 5 for CSAT.
    pub csat: (&'static str, &'static str),
    /// Label of the button that opens a survey.
    pub feedback: &'static str,
    /// Label of the field for an e-mail address.
    pub email: &'static str,
    /// Label of the field for a phone number.
    pub phone: &'static str,
    /// Error: not a valid e-mail address.
    pub invalid_email: &'static str,
    /// Error: not a valid phone number.
    pub invalid_phone: &'static str,
    /// Consent to being contacted by `{shop}`.
    pub consent: &'static str,
    /// Error: a contact address without consent.
    pub agree_missing: &'static str,
}

/// All languages with built-in texts.
pub const ALL: [&Words; 12] = [
    &ARABIC, &CZECH, &GERMAN, &ENGLISH, &SPANISH, &FRENCH, &HUNGARIAN, &ITALIAN, &POLISH, &ROMANIAN, &SLOVAK,
    &UKRAINIAN,
];

impl Words {
    /// The texts of a language, if there are any.
    #[must_use]
    pub fn known(language: &Language) -> Option<&'static Self> {
        ALL.into_iter().find(|words| words.language == language.primary())
    }

    /// The texts of a language; falls back to English.
    #[must_use]
    pub fn of(language: &Language) -> &'static Self {
        Self::known(language).unwrap_or(&ENGLISH)
    }

    /// Labels of a metric's lowest and highest score.
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
    fn every_text_exists_in_every_language_with_its_placeholders() {
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
    fn texts_are_chosen_by_primary_language() {
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
    fn every_language_has_a_unique_primary_tag() {
        for words in ALL {
            let tag = Language::parse(words.language).unwrap();
            assert_eq!(tag.primary(), words.language);
            assert_eq!(Words::known(&tag), Some(words));
        }
    }
}
