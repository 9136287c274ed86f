//! The word beside a number, which says what the number is.

use super::span::{before, folded};

/// What a word says about the number beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// A phone number.
    Phone,
    /// An order, a parcel, an article: nobody's number.
    Thing,
    /// A tax number of Poland.
    Nip,
    /// A tax number of Romania.
    Cui,
    /// Perhaps one: "cui" is Romanian for a nail and for "to whom", too.
    PerhapsCui,
}

/// How many words before a number are looked at.
const WORDS: usize = 4;
/// Longest word that is looked at, in characters.
const LETTERS: usize = 24;
/// Longest word that is cut with a dot, in characters: "zam.", "art.".
const SHORT: usize = 4;
/// Most signs between two words.
const SIGNS: usize = 4;

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

/// Words that say nothing themselves: the one before them does.
const BETWEEN: [&str; 28] = [
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

/// The same, but after them comes a person's number: "zamówienie na 601 123 456", "comanda de la 0721 234 567".
const TOWARDS: [&str; 14] = ["na", "la", "pod", "do", "de", "o", "of", "at", "pe", "mnie", "the", "from", "z", "ul"];

fn hint(word: &str) -> Option<Hint> {
    let plain = folded(word);
    let is = |words: &[&str]| words.contains(&plain.as_str());
    let begins = |stems: &[&str]| stems.iter().any(|stem| plain.starts_with(stem));
    // As an abbreviation it is written in capitals.
    let capitals = word.chars().all(char::is_uppercase);
    match plain.as_str() {
        "nip" => Some(Hint::Nip),
        "cui" | "cif" if capitals => Some(Hint::Cui),
        "cui" | "cif" | "fiscal" | "fiscala" | "inregistrare" => Some(Hint::PerhapsCui),
        _ if is(&PHONE) || begins(&PHONE_STEMS) => Some(Hint::Phone),
        _ if is(&THING) || begins(&THING_STEMS) => Some(Hint::Thing),
        _ => None,
    }
}

/// What the nearest word before a place says, if nothing but small words and signs stand between.
pub(super) fn hint_before(text: &str, at: usize) -> Option<Hint> {
    let mut at = at;
    // Whether an order before may still be what has this number.
    let mut same = true;
    for _ in 0..WORDS {
        let end = signs_before(text, at)?;
        let start = word_before(text, end)?;
        let (word, signs) = (text.get(start..end)?, text.get(end..at)?);
        // "C.U.I." is three words of a letter each.
        if dotted(text, end, "C.U.I") || dotted(text, end, "C.I.F") {
            return Some(Hint::Cui);
        }
        if dotted(text, end, "N.I.P") {
            return Some(Hint::Nip);
        }
        // "Dziękuję za zamówienie. 601 123 456": a short word with a dot is cut, after a long one a sentence ends.
        same &= !(signs.contains(',') || (signs.starts_with(". ") && word.chars().count() > SHORT));
        if let Some(hint) = hint(word) {
            return Some(hint).filter(|hint| same || *hint != Hint::Thing);
        }
        let plain = folded(word);
        let towards = TOWARDS.contains(&plain.as_str());
        same &= !towards;
        if !towards && !BETWEEN.contains(&plain.as_str()) {
            return None;
        }
        at = start;
    }
    None
}

/// What the word after a place says: "526 104 08 28 (NIP)".
pub(super) fn hint_after(text: &str, at: usize) -> Option<Hint> {
    let rest = text.get(at..)?;
    let word = rest.trim_start_matches([' ', '(', '-', ',', '\u{a0}']);
    if rest.len() - word.len() > SIGNS {
        return None;
    }
    let end = word.char_indices().take(LETTERS).find(|(_, letter)| !letter.is_alphanumeric());
    match hint(word.get(..end.map_or(word.len().min(3), |(end, _)| end))?)? {
        found @ (Hint::Nip | Hint::Cui) => Some(found),
        Hint::Phone | Hint::Thing | Hint::PerhapsCui => None,
    }
}

fn dotted(text: &str, end: usize, name: &str) -> bool {
    let found = end.checked_sub(name.len()).and_then(|start| text.get(start..end));
    found.is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// The place before the signs that may stand between a word and its number.
fn signs_before(text: &str, end: usize) -> Option<usize> {
    let mut at = end;
    for _ in 0..=SIGNS {
        match before(text, at)? {
            letter
            @ (' ' | '\u{a0}' | ':' | '.' | '-' | '–' | '/' | '(' | '=' | ',' | '#' | '_' | '+' | '"' | '\'') => {
                at -= letter.len_utf8();
            }
            letter if letter.is_alphabetic() => return Some(at),
            _ => return None,
        }
    }
    None
}

/// Where the word begins that ends at a place.
fn word_before(text: &str, end: usize) -> Option<usize> {
    let mut start = end;
    for letter in text.get(..end)?.chars().rev().take(LETTERS) {
        if !letter.is_alphabetic() {
            return Some(start);
        }
        start -= letter.len_utf8();
    }
    (start == 0).then_some(start)
}

/// Currencies and measures: what stands before them is an amount.
const MEASURES: [&str; 44] = [
    "zl", "zlotych", "zlote", "zloty", "pln", "gr", "groszy", "lei", "leu", "ron", "bani", "eur", "euro", "euros",
    "usd", "dollars", "dolarow", "dolari", "gbp", "pounds", "huf", "ft", "czk", "kc", "chf", "uah", "tys", "mln",
    "mld", "mil", "milioane", "szt", "sztuk", "buc", "bucati", "pcs", "km", "kg", "mm", "cm", "ml", "gb", "kwh", "ks",
];

/// Whether an amount ends at a place: decimals, a currency or a measure follow.
pub(super) fn amount_ends(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..) else {
        return false;
    };
    let mut letters = rest.chars();
    if matches!(letters.next(), Some('.' | ',')) {
        let digits = letters.take(3).take_while(char::is_ascii_digit).count();
        if digits == 1 || digits == 2 {
            return true;
        }
    }
    let word = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    if word.starts_with(['€', '$', '£', '%']) {
        return true;
    }
    let end = word.char_indices().take(LETTERS).find(|(_, letter)| !letter.is_alphabetic());
    let word = word.get(..end.map_or(word.len().min(LETTERS), |(end, _)| end)).unwrap_or_default();
    MEASURES.contains(&folded(word).as_str())
}

/// Whether an amount begins at a place: the currency stands before it.
pub(super) fn amount_begins(text: &str, at: usize) -> bool {
    let before_it = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    before_it.ends_with(['€', '$', '£'])
}
