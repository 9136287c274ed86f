//! Finds e-mail addresses, also obfuscated ones: "jan (at) wp (kropka) pl".

use super::span::{Kind, Span, after, before, normalize};

/// A sign that represents "@".
#[derive(Debug, Clone, Copy)]
struct AtSign {
    start: usize,
    end: usize,
    certainty: Certainty,
}

/// How certain the sign alone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// "@" without spaces, "%40".
    Symbol,
    /// "(at)", "małpa": an address, if a domain follows.
    Spelled,
    /// " at ", " @ ": also used in plain sentences, so the name must look like that of a person.
    Doubtful,
}

/// Maximum labels of a domain.
const MAX_LABELS: usize = 8;
/// Maximum obfuscated dots before the sign.
const MAX_DOTS: usize = 3;
/// Maximum length of a sign in brackets, in characters.
const MAX_BRACKETED: usize = 12;

const AT: [&str; 7] = ["@", "at", "malpa", "malpka", "arond", "a rond", "arroba"];
const DOT: [&str; 5] = [".", "dot", "kropka", "punct", "punkt"];

/// Domains of e-mail providers for individuals, by their second-level label.
const PROVIDERS: [&str; 34] = [
    "gmail",
    "googlemail",
    "yahoo",
    "ymail",
    "outlook",
    "hotmail",
    "live",
    "msn",
    "icloud",
    "proton",
    "protonmail",
    "gmx",
    "aol",
    "mail",
    "zoho",
    "fastmail",
    "rocketmail",
    "yandex",
    "seznam",
    "wp",
    "o2",
    "onet",
    "op",
    "vp",
    "interia",
    "poczta",
    "tlen",
    "gazeta",
    "autograf",
    "buziaczek",
    "go2",
    "spoko",
    "home",
    "email",
];

/// Words before "at" in sentences without an address.
const NO_NAMES: [&str; 36] = [
    "account",
    "ad",
    "address",
    "adres",
    "available",
    "back",
    "bought",
    "call",
    "email",
    "found",
    "go",
    "here",
    "is",
    "it",
    "look",
    "looked",
    "mail",
    "mailbox",
    "me",
    "only",
    "open",
    "order",
    "ordered",
    "out",
    "price",
    "read",
    "see",
    "seen",
    "shop",
    "site",
    "sold",
    "store",
    "them",
    "was",
    "working",
    "you",
];

/// All addresses in a text.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut done = 0;
    for (at, character) in text.char_indices() {
        let is_candidate =
            matches!(character, '@' | '＠' | '%' | '(' | '[' | '{') || (character == ' ' && may_be_word(text, at));
        if at < done || !is_candidate {
            continue;
        }
        let span = sign(text, at).and_then(|sign| around(text, sign, done));
        if let Some(span) = span {
            done = span.end;
            spans.push(span);
        }
    }
    spans
}

/// Whether a space may start " at " or similar, as a cheap filter.
fn may_be_word(text: &str, at: usize) -> bool {
    matches!(after(text, at + 1), Some('a' | 'A' | 'm' | 'M' | '@'))
}

fn sign(text: &str, at: usize) -> Option<AtSign> {
    let rest = text.get(at..)?;
    let character = rest.chars().next()?;
    match character {
        '@' | '＠' => {
            let end = at + character.len_utf8();
            // In "jan@ wp.pl" the space may be a typo.
            let gap = after(text, end) == Some(' ');
            let certainty = if gap { Certainty::Doubtful } else { Certainty::Symbol };
            Some(AtSign { start: at, end: end + usize::from(gap), certainty })
        }
        '%' => rest.starts_with("%40").then_some(AtSign { start: at, end: at + 3, certainty: Certainty::Symbol }),
        '(' | '[' | '{' => {
            let end = bracketed(rest, &AT)?;
            let start = if before(text, at) == Some(' ') { at - 1 } else { at };
            let end = skip_space(text, at + end);
            Some(AtSign { start, end, certainty: Certainty::Spelled })
        }
        _ => {
            let (word, length) = word(text.get(at + 1..)?);
            let certainty = match word.as_str() {
                "at" => Certainty::Doubtful,
                "malpa" | "malpka" | "arond" => Certainty::Spelled,
                _ if rest.starts_with(" @") => {
                    return Some(AtSign { start: at, end: skip_space(text, at + 2), certainty: Certainty::Doubtful });
                }
                _ => return None,
            };
            let end = at + 1 + length;
            (after(text, end) == Some(' ')).then_some(AtSign { start: at, end: end + 1, certainty })
        }
    }
}

/// The word at the start of a text, normalized, and its length in bytes. Reads no further than the longest sign.
fn word(text: &str) -> (String, usize) {
    let length =
        text.chars().take(MAX_BRACKETED).take_while(|character| character.is_alphabetic()).map(char::len_utf8).sum();
    (text.get(..length).map(normalize).unwrap_or_default(), length)
}

/// The length of "( at )", if the brackets contain one of the words.
fn bracketed(text: &str, words: &[&str]) -> Option<usize> {
    let mut characters = text.char_indices();
    let close = match characters.next()?.1 {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    let (end, _) = characters.take(MAX_BRACKETED).find(|(_, character)| *character == close)?;
    let inside = normalize(text.get(1..end)?.trim());
    words.contains(&inside.as_str()).then_some(end + 1)
}

fn skip_space(text: &str, at: usize) -> usize {
    at + usize::from(after(text, at) == Some(' '))
}

/// The address around a sign, starting at `from` or later.
fn around(text: &str, sign: AtSign, from: usize) -> Option<Span> {
    let mut start = local(text, sign.start, from)?;
    let domain = domain(text, sign)?;
    if sign.certainty != Certainty::Symbol {
        for _ in 0..MAX_DOTS {
            let Some(earlier) = dot_before(text, start).and_then(|end| local(text, end, from)) else {
                break;
            };
            start = earlier;
        }
    }
    let name = text.get(start..sign.start)?;
    let likely = sign.certainty != Certainty::Doubtful || is_name(name, &domain);
    likely.then_some(Span { start, end: domain.end, kind: Kind::Email })
}

/// Whether the part before a doubtful sign looks like the name of a person.
fn is_name(name: &str, domain: &Domain) -> bool {
    let has_inner_dot = name.char_indices().any(|(at, character)| {
        let side = |character: Option<char>| character.is_some_and(char::is_alphabetic);
        matches!(character, '.' | '_') && side(before(name, at)) && side(after(name, at + 1))
    });
    has_inner_dot || (domain.is_provider && !NO_NAMES.contains(&normalize(name).as_str()))
}

/// The start of the local part that ends at `end`.
fn local(text: &str, end: usize, from: usize) -> Option<usize> {
    let mut start = end;
    for character in text.get(from..end)?.chars().rev() {
        if !(character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '+' | '\'' | '~')) {
            break;
        }
        start -= character.len_utf8();
    }
    // Punctuation around an address does not belong to it.
    let part = text.get(start..end)?;
    let trimmed = part.trim_start_matches(|character: char| !character.is_alphanumeric() && character != '_');
    (!trimmed.is_empty() && trimmed.chars().any(char::is_alphanumeric)).then_some(end - trimmed.len())
}

/// The end of the part before an obfuscated dot that ends at `end`.
fn dot_before(text: &str, end: usize) -> Option<usize> {
    let head = text.get(..end)?;
    let mut start = end;
    for character in head.chars().rev().take(MAX_BRACKETED) {
        start -= character.len_utf8();
        let found = match character {
            '(' | '[' | '{' => bracketed(text.get(start..end)?, &DOT).map(|_| trim_space(text, start)),
            ' ' if start + 1 < end => {
                let inside = text.get(start + 1..end)?;
                let is_dot = inside.strip_suffix(' ').is_some_and(|word| DOT.contains(&normalize(word).as_str()));
                is_dot.then_some(start)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn trim_space(text: &str, at: usize) -> usize {
    at - usize::from(before(text, at) == Some(' '))
}

struct Domain {
    end: usize,
    /// Whether it is a provider for individuals.
    is_provider: bool,
}

/// The domain after a sign: at least two labels, the last one starting with letters.
fn domain(text: &str, sign: AtSign) -> Option<Domain> {
    let mut labels: Vec<(usize, usize)> = Vec::new();
    let mut at = sign.end;
    while labels.len() < MAX_LABELS {
        let rest = text.get(at..)?;
        let length: usize = rest
            .chars()
            .take_while(|character| character.is_alphanumeric() || *character == '-' || *character == '_')
            .map(char::len_utf8)
            .sum();
        if length == 0 {
            break;
        }
        labels.push((at, at + length));
        let Some(dot) = dot_after(text.get(at + length..)?) else {
            break;
        };
        at += length + dot;
    }
    let label = |at: usize| labels.get(at).and_then(|(start, end)| text.get(*start..*end)).unwrap_or_default();
    // "jan@wp.pl.Dziękuję" continues with a new sentence.
    let mut last = labels.len().checked_sub(1)?;
    while last >= 2 && is_sentence_start(label(last - 1), label(last)) {
        last -= 1;
    }
    while last >= 1 {
        let length: usize =
            label(last).chars().take_while(|character| character.is_alphabetic()).map(char::len_utf8).sum();
        if label(last).chars().take(2).filter(|character| character.is_alphabetic()).count() == 2 {
            let provider = normalize(label(last - 1));
            let start = labels.get(last)?.0;
            return Some(Domain { end: start + length, is_provider: PROVIDERS.contains(&provider.as_str()) });
        }
        last -= 1;
    }
    None
}

fn is_sentence_start(previous: &str, label: &str) -> bool {
    let mut characters = label.chars();
    characters.next().is_some_and(char::is_uppercase)
        && characters.all(char::is_lowercase)
        && previous.chars().all(char::is_lowercase)
}

/// The length of a dot between labels: ".", "(dot)", " kropka ".
fn dot_after(text: &str) -> Option<usize> {
    let label_follows = |length: &usize| after(text, *length).is_some_and(char::is_alphanumeric);
    if text.starts_with('.') {
        return Some(1).filter(label_follows);
    }
    let gap = usize::from(text.starts_with(' '));
    let rest = text.get(gap..)?;
    if let Some(length) = bracketed(rest, &DOT) {
        return Some(skip_space(text, gap + length)).filter(label_follows);
    }
    let (word, length) = word(rest);
    let is_dot = gap == 1 && DOT.contains(&word.as_str()) && after(rest, length) == Some(' ');
    is_dot.then_some(gap + length + 1).filter(label_follows)
}
