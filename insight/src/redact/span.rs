//! Matches, and how they are masked.

use super::{Counts, Redacted};

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Email,
    Phone,
    Iban,
    Card,
    Pesel,
    Cnp,
    Nip,
    Cui,
}

impl Kind {
    const fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Iban => "[iban]",
            Self::Card => "[card]",
            Self::Pesel => "[pesel]",
            Self::Cnp => "[cnp]",
            Self::Nip => "[nip]",
            Self::Cui => "[cui]",
        }
    }

    const fn count(self, counts: &mut Counts) {
        let count = match self {
            Self::Email => &mut counts.email,
            Self::Phone => &mut counts.phone,
            Self::Iban => &mut counts.iban,
            Self::Card => &mut counts.card,
            Self::Pesel => &mut counts.pesel,
            Self::Cnp => &mut counts.cnp,
            Self::Nip => &mut counts.nip,
            Self::Cui => &mut counts.cui,
        };
        *count = count.saturating_add(1);
    }
}

/// A match: byte offsets in the text, always at character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// The text with a placeholder for each span. Spans must be sorted and must not overlap.
pub(super) fn masked(text: &str, spans: &[Span]) -> Redacted {
    let mut redacted = Redacted { text: String::with_capacity(text.len()), counts: Counts::default() };
    let mut done = 0;
    for span in spans {
        redacted.text.push_str(text.get(done..span.start).unwrap_or_default());
        redacted.text.push_str(span.kind.placeholder());
        span.kind.count(&mut redacted.counts);
        done = span.end;
    }
    redacted.text.push_str(text.get(done..).unwrap_or_default());
    redacted
}

/// The character that starts at an offset.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at an offset.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// Lower-cases a word and removes Polish and Romanian diacritics, which people often omit.
pub(super) fn normalize(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).map(without_diacritics).collect()
}

const fn without_diacritics(character: char) -> char {
    match character {
        'ą' | 'ă' | 'â' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'î' => 'i',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' | 'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        'ź' | 'ż' => 'z',
        other => other,
    }
}
