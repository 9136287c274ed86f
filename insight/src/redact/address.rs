//! Masks personal data in the path and query of a URL, whatever its encoding.

use super::{Counts, Kinds, span};
use survey::submission::is_invisible;

/// A decoded URL, with the origin of each of its bytes.
struct Decoded {
    text: String,
    /// One offset per byte, and one for the end.
    origins: Vec<usize>,
}

/// The URL with placeholders.
pub(super) fn masked(url: &str) -> (String, Counts) {
    let (mut url, mut counts) = (url.to_owned(), Counts::default());
    for _ in 0..super::MAX_PASSES {
        let before = counts;
        // First with plus signs as they are, for "jan+shop@…"; then as spaces, for form values like "601+123+456".
        for (plus_is_space, kinds) in [(false, Kinds::Emails), (true, Kinds::Emails), (true, Kinds::Numbers)] {
            let (masked, found) = masked_once(&url, plus_is_space, kinds);
            counts.add(&found);
            url = masked;
        }
        if counts == before {
            break;
        }
    }
    (url, counts)
}

fn masked_once(url: &str, plus_is_space: bool, kinds: Kinds) -> (String, Counts) {
    let start = path_start(url);
    let decoded = decode(url, start, plus_is_space);
    let mut spans = kinds.find(&decoded.text);
    let origin = |at: usize| decoded.origins.get(at).copied().unwrap_or(url.len());
    for span in &mut spans {
        (span.start, span.end) = (origin(span.start), origin(span.end));
    }
    let redacted = span::masked(url, &spans);
    (redacted.text, redacted.counts)
}

/// The end of scheme and host: a shop's own host name is kept.
fn path_start(url: &str) -> usize {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    // User information before the host, as in "https://jan@shop.example", may identify a person.
    match url.get(host..end).and_then(|authority| authority.rfind('@')) {
        Some(_) => host,
        None => end,
    }
}

fn decode(url: &str, start: usize, plus_is_space: bool) -> Decoded {
    let mut decoded = Decoded { text: String::with_capacity(url.len()), origins: Vec::with_capacity(url.len() + 1) };
    let mut in_query = false;
    let mut previous = '/';
    let mut at = start;
    while let Some(character) = url.get(at..).and_then(|rest| rest.chars().next()) {
        in_query |= character == '?';
        let (character, length) = match character {
            '%' => percent_decoded(url, at).unwrap_or(('%', 1)),
            // The plus of "phone=+48…" is a literal one.
            '+' if plus_is_space && in_query && previous != '=' => (' ', 1),
            other => (other, other.len_utf8()),
        };
        // An invisible character must not split an e-mail address.
        if !is_invisible(character) {
            decoded.text.push(character);
            decoded.origins.resize(decoded.text.len(), at);
        }
        at += length;
        previous = character;
    }
    decoded.origins.push(at);
    decoded
}

/// The character encoded as `%XX`, or as several for a multi-byte character, and its encoded length.
fn percent_decoded(url: &str, at: usize) -> Option<(char, usize)> {
    let byte = |number: usize| {
        let code = url.get(at + 3 * number..at + 3 * number + 3)?.strip_prefix('%')?;
        let digits = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_hexdigit());
        u8::from_str_radix(code, 16).ok().filter(|_| digits)
    };
    let first = byte(0)?;
    let count = match first {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    let bytes: Vec<u8> = (0..count).map_while(byte).collect();
    let character = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((character, 3 * count))
}
