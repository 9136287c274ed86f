//! What was found, and a text with it masked.

use super::{Counts, Redacted};

/// What kind of thing identifies a person.
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

/// Where something stands: bytes of the text, always between characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// The text with a placeholder for each span. Spans are in order and apart.
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

/// The character that begins at a place.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at a place.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// Lower case without the marks of Polish and Romanian letters, as people type in a hurry.
pub(super) fn folded(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).map(unmarked).collect()
}

const fn unmarked(letter: char) -> char {
    match letter {
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
