//! E-mail addresses, also as people write them to hide them from machines: "jan (at) wp (kropka) pl".

use super::span::{Kind, Span, after, before, folded};

/// Something that stands for "@".
#[derive(Debug, Clone, Copy)]
struct Sign {
    start: usize,
    end: usize,
    sureness: Sureness,
}

/// How much the sign alone says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sureness {
    /// "@" without spaces, "%40".
    Sign,
    /// "(at)", "małpa": an address if a domain follows.
    Spelled,
    /// " at ", " @ ": also said of shops, so the rest must look like somebody's address.
    Doubtful,
}

/// Most labels of a domain that are looked at.
const LABELS: usize = 8;
/// Most spelled dots before the sign.
const DOTS: usize = 3;
/// Longest sign in brackets, in characters.
const BRACKETED: usize = 12;

const AT: [&str; 7] = ["@", "at", "malpa", "malpka", "arond", "a rond", "arroba"];
const DOT: [&str; 5] = [".", "dot", "kropka", "punct", "punkt"];

/// Domains under which people have their own addresses, by their label before the last.
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

/// What people say before "at" when no address follows.
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

/// Every address in a text.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut done = 0;
    for (at, letter) in text.char_indices() {
        let begins = matches!(letter, '@' | '＠' | '%' | '(' | '[' | '{') || (letter == ' ' && may_be_word(text, at));
        if at < done || !begins {
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

/// Whether a space may begin " at " and its like: only then it is looked at closer.
fn may_be_word(text: &str, at: usize) -> bool {
    matches!(after(text, at + 1), Some('a' | 'A' | 'm' | 'M' | '@'))
}

fn sign(text: &str, at: usize) -> Option<Sign> {
    let rest = text.get(at..)?;
    let letter = rest.chars().next()?;
    match letter {
        '@' | '＠' => {
            let end = at + letter.len_utf8();
            // "jan@ wp.pl": the space is a slip, if there is one.
            let gap = after(text, end) == Some(' ');
            let sureness = if gap { Sureness::Doubtful } else { Sureness::Sign };
            Some(Sign { start: at, end: end + usize::from(gap), sureness })
        }
        '%' => rest.starts_with("%40").then_some(Sign { start: at, end: at + 3, sureness: Sureness::Sign }),
        '(' | '[' | '{' => {
            let end = bracketed(rest, &AT)?;
            let start = if before(text, at) == Some(' ') { at - 1 } else { at };
            let end = skip_space(text, at + end);
            Some(Sign { start, end, sureness: Sureness::Spelled })
        }
        _ => {
            let (word, length) = word(text.get(at + 1..)?);
            let sureness = match word.as_str() {
                "at" => Sureness::Doubtful,
                "malpa" | "malpka" | "arond" => Sureness::Spelled,
                _ if rest.starts_with(" @") => {
                    return Some(Sign { start: at, end: skip_space(text, at + 2), sureness: Sureness::Doubtful });
                }
                _ => return None,
            };
            let end = at + 1 + length;
            (after(text, end) == Some(' ')).then_some(Sign { start: at, end: end + 1, sureness })
        }
    }
}

/// A word at the beginning of a text, folded, and its length in bytes. Longer ones than any sign are of no interest.
fn word(text: &str) -> (String, usize) {
    let length = text.chars().take(BRACKETED).take_while(|letter| letter.is_alphabetic()).map(char::len_utf8).sum();
    (text.get(..length).map(folded).unwrap_or_default(), length)
}

/// The length of "( at )", if one of the words stands in the brackets.
fn bracketed(text: &str, words: &[&str]) -> Option<usize> {
    let mut letters = text.char_indices();
    let close = match letters.next()?.1 {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    let (end, _) = letters.take(BRACKETED).find(|(_, letter)| *letter == close)?;
    let inside = folded(text.get(1..end)?.trim());
    words.contains(&inside.as_str()).then_some(end + 1)
}

fn skip_space(text: &str, at: usize) -> usize {
    at + usize::from(after(text, at) == Some(' '))
}

/// The address around a sign, beginning not before `from`.
fn around(text: &str, sign: Sign, from: usize) -> Option<Span> {
    let mut start = local(text, sign.start, from)?;
    let domain = domain(text, sign)?;
    if sign.sureness != Sureness::Sign {
        for _ in 0..DOTS {
            let Some(earlier) = dot_before(text, start).and_then(|end| local(text, end, from)) else {
                break;
            };
            start = earlier;
        }
    }
    let name = text.get(start..sign.start)?;
    let likely = sign.sureness != Sureness::Doubtful || is_name(name, &domain);
    likely.then_some(Span { start, end: domain.end, kind: Kind::Email })
}

/// Whether the part before a doubtful sign looks like somebody's.
fn is_name(name: &str, domain: &Domain) -> bool {
    let inner = name.char_indices().any(|(at, letter)| {
        let side = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
        matches!(letter, '.' | '_') && side(before(name, at)) && side(after(name, at + 1))
    });
    inner || (domain.provider && !NO_NAMES.contains(&folded(name).as_str()))
}

/// Where the part begins that ends at a place.
fn local(text: &str, end: usize, from: usize) -> Option<usize> {
    let mut start = end;
    for letter in text.get(from..end)?.chars().rev() {
        if !(letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+' | '\'' | '~')) {
            break;
        }
        start -= letter.len_utf8();
    }
    // Signs that stand around an address are not of it.
    let part = text.get(start..end)?;
    let trimmed = part.trim_start_matches(|letter: char| !letter.is_alphanumeric() && letter != '_');
    (!trimmed.is_empty() && trimmed.chars().any(char::is_alphanumeric)).then_some(end - trimmed.len())
}

/// The end of the part before a spelled dot that ends at a place.
fn dot_before(text: &str, end: usize) -> Option<usize> {
    let head = text.get(..end)?;
    let mut start = end;
    for letter in head.chars().rev().take(BRACKETED) {
        start -= letter.len_utf8();
        let found = match letter {
            '(' | '[' | '{' => bracketed(text.get(start..end)?, &DOT).map(|_| trim_space(text, start)),
            ' ' if start + 1 < end => {
                let inside = text.get(start + 1..end)?;
                let spelled = inside.strip_suffix(' ').is_some_and(|word| DOT.contains(&folded(word).as_str()));
                spelled.then_some(start)
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
    /// Whether people have their addresses there.
    provider: bool,
}

/// The domain after a sign: at least two labels, the last of letters.
fn domain(text: &str, sign: Sign) -> Option<Domain> {
    let mut labels: Vec<(usize, usize)> = Vec::new();
    let mut at = sign.end;
    while labels.len() < LABELS {
        let rest = text.get(at..)?;
        let length: usize = rest
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '-' || *letter == '_')
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
    // "jan@wp.pl.Dziękuję" goes on with a sentence.
    let mut last = labels.len().checked_sub(1)?;
    while last >= 2 && is_sentence(label(last - 1), label(last)) {
        last -= 1;
    }
    while last >= 1 {
        let letters: usize = label(last).chars().take_while(|letter| letter.is_alphabetic()).map(char::len_utf8).sum();
        if label(last).chars().take(2).filter(|letter| letter.is_alphabetic()).count() == 2 {
            let provider = folded(label(last - 1));
            let start = labels.get(last)?.0;
            return Some(Domain { end: start + letters, provider: PROVIDERS.contains(&provider.as_str()) });
        }
        last -= 1;
    }
    None
}

fn is_sentence(earlier: &str, label: &str) -> bool {
    let mut letters = label.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.all(char::is_lowercase)
        && earlier.chars().all(char::is_lowercase)
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
    let spelled = gap == 1 && DOT.contains(&word.as_str()) && after(rest, length) == Some(' ');
    spelled.then_some(gap + length + 1).filter(label_follows)
}
