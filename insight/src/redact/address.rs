//! The address of a page: what is masked in a text is masked in its path and query, however it is encoded there.

use super::{Counts, Kinds, span};

/// A text with its characters decoded, and where each byte of it comes from.
struct Decoded {
    text: String,
    /// One for each byte, and one for the end.
    origins: Vec<usize>,
}

/// The address with placeholders.
pub(super) fn masked(url: &str) -> (String, Counts) {
    let (mut url, mut counts) = (url.to_owned(), Counts::default());
    for _ in 0..super::ROUNDS {
        let before = counts;
        // First as it stands, for "jan+shop@…"; then with spaces, as forms send "601+123+456".
        for (spaces, kinds) in [(false, Kinds::Emails), (true, Kinds::Emails), (true, Kinds::Numbers)] {
            let (masked, found) = once(&url, spaces, kinds);
            counts.add(&found);
            url = masked;
        }
        if counts == before {
            break;
        }
    }
    (url, counts)
}

fn once(url: &str, spaces: bool, kinds: Kinds) -> (String, Counts) {
    let start = path_start(url);
    let decoded = decode(url, start, spaces);
    let mut spans = kinds.find(&decoded.text);
    let origin = |at: usize| decoded.origins.get(at).copied().unwrap_or(url.len());
    for span in &mut spans {
        (span.start, span.end) = (origin(span.start), origin(span.end));
    }
    let redacted = span::masked(url, &spans);
    (redacted.text, redacted.counts)
}

/// Where scheme and host end: a shop's own name stays.
fn path_start(url: &str) -> usize {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    // What stands before the host in "https://jan@shop.example" is somebody.
    match url.get(host..end).and_then(|authority| authority.rfind('@')) {
        Some(_) => host,
        None => end,
    }
}

fn decode(url: &str, start: usize, spaces: bool) -> Decoded {
    let mut decoded = Decoded { text: String::with_capacity(url.len()), origins: Vec::with_capacity(url.len() + 1) };
    let mut query = false;
    let mut earlier = '/';
    let mut at = start;
    while let Some(letter) = url.get(at..).and_then(|rest| rest.chars().next()) {
        query |= letter == '?';
        let (letter, length) = match letter {
            '%' => escaped(url, at).unwrap_or(('%', 1)),
            // The plus of "phone=+48…" was meant as one.
            '+' if spaces && query && earlier != '=' => (' ', 1),
            other => (other, other.len_utf8()),
        };
        decoded.text.push(letter);
        decoded.origins.resize(decoded.text.len(), at);
        at += length;
        earlier = letter;
    }
    decoded.origins.push(at);
    decoded
}

/// The character that is written as `%XX`, with further `%XX` where it has more bytes, and the length of it all.
fn escaped(url: &str, at: usize) -> Option<(char, usize)> {
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
    let letter = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((letter, 3 * count))
}
