//! Words next to a number that indicate its kind.

use super::span::{before, normalize};

/// The kind of number that a word indicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// A phone number.
    Phone,
    /// An order, a parcel or an article: not personal data.
    Thing,
    /// A tax number of Poland.
    Nip,
    /// A tax number of Romania.
    Cui,
    /// Possibly a tax number of Romania: "cui" also means "nail" and "to whom".
    PerhapsCui,
}

/// Maximum words that are inspected before a number.
const MAX_WORDS: usize = 4;
/// Maximum length of an inspected word, in characters.
const MAX_WORD_LENGTH: usize = 24;
/// Maximum length of an abbreviation with a dot, in characters: "zam.", "art.".
const MAX_ABBREVIATION: usize = 4;
/// Maximum punctuation characters between two words.
const MAX_PUNCTUATION: usize = 4;

const PHONE: [&str; 17] = [
    "tel",
    "phone",
    "phones",
    "mobile",
    "mobil",
    "mobilul",
    "mob",
    "kom",
    "komorka",
    "komorke",
    "komorkowy",
    "cell",
    "fax",
    "faks",
    "whatsapp",
    "msisdn",
    "telephone",
];
const PHONE_STEMS: [&str; 1] = ["telefon"];

const THING: [&str; 36] = [
    "zam",
    "order",
    "orders",
    "ordernumber",
    "orderid",
    "id",
    "awb",
    "parcel",
    "package",
    "shipment",
    "tracking",
    "fv",
    "fvat",
    "invoice",
    "ean",
    "gtin",
    "isbn",
    "kod",
    "kodu",
    "kodem",
    "cod",
    "codul",
    "codu",
    "code",
    "sku",
    "ref",
    "imei",
    "bon",
    "bonul",
    "voucher",
    "ticket",
    "case",
    "serial",
    "sn",
    "transakcji",
    "lot",
];
const THING_STEMS: [&str; 20] = [
    "zamow", "comand", "comenz", "paczk", "przesyl", "przewoz", "colet", "expedier", "faktur", "factur", "produ",
    "artyk", "articol", "refer", "zglosz", "reklam", "zwrot", "retur", "kupon", "livrar",
];

/// Neutral words: the word before them decides.
const NEUTRAL: [&str; 28] = [
    "nr",
    "nrul",
    "no",
    "num",
    "numer",
    "numeru",
    "numerem",
    "numery",
    "number",
    "numar",
    "numarul",
    "numarului",
    "is",
    "to",
    "jest",
    "este",
    "e",
    "my",
    "moj",
    "mojego",
    "moje",
    "meu",
    "mea",
    "nasz",
    "kontaktowy",
    "kontakt",
    "contact",
    "prywatny",
];

/// Neutral words that introduce a person's number: "zamówienie na 601 123 456", "comanda de la 0721 234 567".
const PREPOSITIONS: [&str; 14] =
    ["na", "la", "pod", "do", "de", "o", "of", "at", "pe", "mnie", "the", "from", "z", "ul"];

fn hint(word: &str) -> Option<Hint> {
    let plain = normalize(word);
    let is = |words: &[&str]| words.contains(&plain.as_str());
    let starts_with = |stems: &[&str]| stems.iter().any(|stem| plain.starts_with(stem));
    // Abbreviations are written in capitals.
    let is_upper_case = word.chars().all(char::is_uppercase);
    match plain.as_str() {
        "nip" => Some(Hint::Nip),
        "cui" | "cif" if is_upper_case => Some(Hint::Cui),
        "cui" | "cif" | "fiscal" | "fiscala" | "inregistrare" => Some(Hint::PerhapsCui),
        _ if is(&PHONE) || starts_with(&PHONE_STEMS) => Some(Hint::Phone),
        _ if is(&THING) || starts_with(&THING_STEMS) => Some(Hint::Thing),
        _ => None,
    }
}

/// The hint of the nearest word before an offset, if only neutral words and punctuation lie between.
pub(super) fn hint_before(text: &str, at: usize) -> Option<Hint> {
    let mut at = at;
    // Whether the number can still belong to an order mentioned before it.
    let mut may_be_order = true;
    for _ in 0..MAX_WORDS {
        let end = punctuation_before(text, at)?;
        let start = word_before(text, end)?;
        let (word, punctuation) = (text.get(start..end)?, text.get(end..at)?);
        // "C.U.I." consists of three words of one letter each.
        if ends_with(text, end, "C.U.I") || ends_with(text, end, "C.I.F") {
            return Some(Hint::Cui);
        }
        if ends_with(text, end, "N.I.P") {
            return Some(Hint::Nip);
        }
        // "Dziękuję za zamówienie. 601 123 456": a dot after a short word marks an abbreviation, after a long one the
        // end of a sentence.
        may_be_order &=
            !(punctuation.contains(',') || (punctuation.starts_with(". ") && word.chars().count() > MAX_ABBREVIATION));
        if let Some(hint) = hint(word) {
            return Some(hint).filter(|hint| may_be_order || *hint != Hint::Thing);
        }
        let plain = normalize(word);
        let is_preposition = PREPOSITIONS.contains(&plain.as_str());
        may_be_order &= !is_preposition;
        if !is_preposition && !NEUTRAL.contains(&plain.as_str()) {
            return None;
        }
        at = start;
    }
    None
}

/// The hint of the word after an offset: "526 104 08 28 (NIP)".
pub(super) fn hint_after(text: &str, at: usize) -> Option<Hint> {
    let rest = text.get(at..)?;
    let word = rest.trim_start_matches([' ', '(', '-', ',', '\u{a0}']);
    if rest.len() - word.len() > MAX_PUNCTUATION {
        return None;
    }
    let end = word.char_indices().take(MAX_WORD_LENGTH).find(|(_, character)| !character.is_alphanumeric());
    match hint(word.get(..end.map_or(word.len().min(3), |(end, _)| end))?)? {
        found @ (Hint::Nip | Hint::Cui) => Some(found),
        Hint::Phone | Hint::Thing | Hint::PerhapsCui => None,
    }
}

fn ends_with(text: &str, end: usize, name: &str) -> bool {
    let found = end.checked_sub(name.len()).and_then(|start| text.get(start..end));
    found.is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// The offset before the punctuation between a word and its number.
fn punctuation_before(text: &str, end: usize) -> Option<usize> {
    let mut at = end;
    for _ in 0..=MAX_PUNCTUATION {
        match before(text, at)? {
            character @ (' ' | '\u{a0}' | ':' | '.' | '-' | '–' | '/' | '(' | '=' | ',' | '#' | '_' | '+' | '"'
            | '\'') => {
                at -= character.len_utf8();
            }
            character if character.is_alphabetic() => return Some(at),
            _ => return None,
        }
    }
    None
}

/// The start of the word that ends at `end`.
fn word_before(text: &str, end: usize) -> Option<usize> {
    let mut start = end;
    for character in text.get(..end)?.chars().rev().take(MAX_WORD_LENGTH) {
        if !character.is_alphabetic() {
            return Some(start);
        }
        start -= character.len_utf8();
    }
    (start == 0).then_some(start)
}

/// Currencies and units: the number before them is an amount.
const UNITS: [&str; 44] = [
    "zl", "zlotych", "zlote", "zloty", "pln", "gr", "groszy", "lei", "leu", "ron", "bani", "eur", "euro", "euros",
    "usd", "dollars", "dolarow", "dolari", "gbp", "pounds", "huf", "ft", "czk", "kc", "chf", "uah", "tys", "mln",
    "mld", "mil", "milioane", "szt", "sztuk", "buc", "bucati", "pcs", "km", "kg", "mm", "cm", "ml", "gb", "kwh", "ks",
];

/// Whether an amount ends here: decimals, a currency or a unit follow.
pub(super) fn amount_ends(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..) else {
        return false;
    };
    let mut characters = rest.chars();
    if matches!(characters.next(), Some('.' | ',')) {
        let digits = characters.take(3).take_while(char::is_ascii_digit).count();
        if digits == 1 || digits == 2 {
            return true;
        }
    }
    let word = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    if word.starts_with(['€', '$', '£', '%']) {
        return true;
    }
    let end = word.char_indices().take(MAX_WORD_LENGTH).find(|(_, character)| !character.is_alphabetic());
    let word = word.get(..end.map_or(word.len().min(MAX_WORD_LENGTH), |(end, _)| end)).unwrap_or_default();
    UNITS.contains(&normalize(word).as_str())
}

/// Whether an amount starts here: a currency precedes it.
pub(super) fn amount_starts(text: &str, at: usize) -> bool {
    let preceding = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    preceding.ends_with(['€', '$', '£'])
}
