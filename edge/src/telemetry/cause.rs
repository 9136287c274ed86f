//! The cause of a failure, as the log shows it.

use serde::Serialize;

/// Longest cause in the log, in characters.
const MAX_CHARS: usize = 200;

/// An error message of a database, a queue or a parser. It may quote the data that it was given, so the log gets its class
/// and its text without quoted values.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(into = "Redacted")]
pub(crate) struct Cause<'a>(&'a str);

#[derive(Serialize)]
struct Redacted {
    class: &'static str,
    cause: String,
}

impl<'a, T: AsRef<str> + ?Sized> From<&'a T> for Cause<'a> {
    fn from(message: &'a T) -> Self {
        Self(message.as_ref())
    }
}

impl From<Cause<'_>> for Redacted {
    fn from(cause: Cause<'_>) -> Self {
        Self { class: class(cause.0), cause: without_values(cause.0) }
    }
}

/// The kind of failure, for alerts that count log lines.
fn class(cause: &str) -> &'static str {
    const KNOWN: [(&str, &str); 14] = [
        ("glas: ", "moving"),
        ("overloaded", "overloaded"),
        ("Network connection lost", "connection"),
        ("transient issue", "connection"),
        ("reset", "reset"),
        ("starting up", "reset"),
        ("exceeded", "limit"),
        ("TOOBIG", "limit"),
        ("too big", "limit"),
        ("constraint", "constraint"),
        ("CONSTRAINT", "constraint"),
        ("no such", "schema"),
        ("KV", "kv"),
        ("queue", "queue"),
    ];
    KNOWN.iter().find(|(words, _)| cause.contains(words)).map_or("other", |(_, class)| class)
}

/// Removes everything in quotation marks, and every word that may be a key, an address or a personal number. An apostrophe
/// counts as a quotation mark: losing a word is better than logging a value.
fn without_values(cause: &str) -> String {
    let mut outside = String::with_capacity(cause.len());
    let mut open: Option<char> = None;
    for letter in cause.chars() {
        match (open, letter) {
            (Some(mark), _) if letter == mark => open = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => {
                open = Some(letter);
                outside.push('…');
            }
            (None, '„' | '“') => {
                open = Some('”');
                outside.push('…');
            }
            (None, _) if letter.is_control() => outside.push(' '),
            (None, _) => outside.push(letter),
        }
    }
    let words: Vec<&str> = outside.split(' ').map(|word| if is_sensitive(word) { "…" } else { word }).collect();
    words.join(" ").chars().take(MAX_CHARS).collect()
}

fn is_sensitive(word: &str) -> bool {
    let is_id = ["shp_", "srv_"].iter().any(|prefix| word.starts_with(prefix));
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let (dots, colons) = (word.matches('.').count(), word.matches(':').count());
    word.contains('@')
        || word.contains("://")
        || word.contains("pk_")
        || word.contains("sk_")
        || (dots >= 3 && digits >= 4)
        || (colons >= 3 && !word.contains("::") || colons >= 2 && digits >= 2)
        || (digits >= 7 && !is_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_are_removed() {
        for (cause, expected) in [
            ("Network connection lost.", "Network connection lost."),
            ("near \"jan@example.com\": syntax error", "near …: syntax error"),
            ("unknown field `sk_secret`, expected 'a'", "unknown field …, expected …"),
            ("said „Jan Kowalski” and “more”", "said … and …"),
            ("never 'closed: 48600700800", "never …"),
            ("from jan@example.com at 192.0.2.17", "from … at …"),
            ("from 2001:db8:0:0:1:0:0:1 now", "from … now"),
            ("https://shop.example/?customer=7 failed", "… failed"),
            ("key pk_0123456789abcdef0 of shp_0123456789abcdef", "key … of shp_0123456789abcdef"),
            ("call 48600700800", "call …"),
            ("D1_ERROR: no such table: responses: SQLITE_ERROR", "D1_ERROR: no such table: responses: SQLITE_ERROR"),
            (
                "survey srv_0123456789abcdef0123456789 version 12: unknown status",
                "survey srv_0123456789abcdef0123456789 version 12: unknown status",
            ),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(without_values(cause), expected, "{cause}");
        }
        assert_eq!(without_values(&"a".repeat(1_000)).len(), MAX_CHARS);
    }

    #[test]
    fn failures_are_classified() {
        for (cause, expected) in [
            ("D1_ERROR: glas: shop is moving: SQLITE_CONSTRAINT", "moving"),
            ("D1 DB is overloaded. Requests queued for too long.", "overloaded"),
            ("D1 DB reset because its code was updated.", "reset"),
            ("KV: 500", "kv"),
            ("queue INTAKE: gone", "queue"),
            ("something", "other"),
        ] {
            assert_eq!(class(cause), expected, "{cause}");
        }
    }
}
