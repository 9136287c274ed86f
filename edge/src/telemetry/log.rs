//! What the Worker says of itself: one line of JSON for each event that somebody may have to look at.
//!
//! An event has named fields and no free text. Ids of shops and surveys are said; bodies, keys, tokens, addresses, e-mails
//! and customers never are. What another program says (a database, a queue) may quote what it was given, so of that only
//! the class is taken, and the words outside of quotation marks.

use crate::telemetry::counters::{self, Counter};
use std::fmt::Write;

/// How much somebody should care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// As it should be.
    Info,
    /// Something was late or had to be tried again; nothing is lost.
    Warn,
    /// Somebody has to look.
    Error,
}

impl Level {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'a> {
    /// A request was refused because something that it needs was away.
    Unavailable { cause: &'a str },
    /// A request failed by a fault of ours.
    Fault { cause: &'a str },
    /// The instance ends: code of ours panicked there.
    Panic { file: &'a str, line: u32 },
    /// An answer waits in the queue because the database could not take it.
    Enqueued { shop: &'a str, survey: &'a str, cause: &'a str },
    /// A queue message waits for its next delivery.
    MessageWaits { cause: &'a str },
    /// A queue message was laid where the shop's owner, or without a shop the operator, sees it.
    DeadLetter { shop: &'a str, reason: &'a str },
    /// An endpoint was not told of something; the cron sees to it.
    DeliveryWaits { shop: &'a str, cause: &'a str },
    /// An endpoint is told nothing more.
    WebhookDisabled { shop: &'a str, webhook: &'a str, reason: &'a str },
    /// Pages do not know a shop's newest state yet.
    ConfigLate { shop: &'a str, cause: &'a str },
    /// What runs by the clock failed for one database.
    CronFailed { database: &'a str, cause: &'a str },
    /// What is counted is not what is there.
    CountedWrong { shop: &'a str, day: i64, table: &'a str, by: i64 },
    /// A dependency did not pass the check that `/readyz` makes.
    NotReady { check: &'a str, cause: &'a str },
    /// Counters could not be written; they are kept for the next time.
    CountersLate { cause: &'a str },
    /// An owner changed something, and the note of it could not be written. The change has happened.
    AuditLost { shop: &'a str, action: &'a str, cause: &'a str },
    /// A shop's move came to another phase.
    Moving { shop: &'a str, from: &'a str, to: &'a str, phase: &'a str },
    /// A shop's move was given up; the shop stays where it was.
    MoveGivenUp { shop: &'a str, from: &'a str, to: &'a str, why: &'a str },
}

/// What a field holds.
enum Field<'a> {
    /// An id or a name of ours.
    Name(&'a str),
    /// What another program said.
    Cause(&'a str),
    Number(i64),
}

impl Event<'_> {
    const fn level(&self) -> Level {
        match self {
            Self::Moving { .. } | Self::WebhookDisabled { .. } => Level::Info,
            Self::Enqueued { .. }
            | Self::MessageWaits { .. }
            | Self::DeliveryWaits { .. }
            | Self::ConfigLate { .. }
            | Self::CountersLate { .. }
            | Self::MoveGivenUp { .. } => Level::Warn,
            Self::Unavailable { .. }
            | Self::Fault { .. }
            | Self::Panic { .. }
            | Self::DeadLetter { .. }
            | Self::AuditLost { .. }
            | Self::CronFailed { .. }
            | Self::CountedWrong { .. }
            | Self::NotReady { .. } => Level::Error,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Fault { .. } => "fault",
            Self::Panic { .. } => "panic",
            Self::Enqueued { .. } => "spilled",
            Self::MessageWaits { .. } => "message_waits",
            Self::DeadLetter { .. } => "dead_letter",
            Self::DeliveryWaits { .. } => "delivery_waits",
            Self::WebhookDisabled { .. } => "webhook_disabled",
            Self::ConfigLate { .. } => "config_late",
            Self::CronFailed { .. } => "cron_failed",
            Self::CountedWrong { .. } => "counted_wrong",
            Self::NotReady { .. } => "not_ready",
            Self::CountersLate { .. } => "counters_late",
            Self::AuditLost { .. } => "audit_lost",
            Self::Moving { .. } => "moving",
            Self::MoveGivenUp { .. } => "move_given_up",
        }
    }

    fn fields(&self) -> Vec<(&'static str, Field<'_>)> {
        use Field::{Cause, Name, Number};
        match *self {
            Self::Unavailable { cause }
            | Self::Fault { cause }
            | Self::MessageWaits { cause }
            | Self::CountersLate { cause } => vec![("cause", Cause(cause))],
            Self::Panic { file, line } => vec![("file", Name(file)), ("line", Number(i64::from(line)))],
            Self::Enqueued { shop, survey, cause } => {
                vec![("shop", Name(shop)), ("survey", Name(survey)), ("cause", Cause(cause))]
            }
            Self::DeadLetter { shop, reason } => vec![("shop", Name(shop)), ("cause", Cause(reason))],
            Self::AuditLost { shop, action, cause } => {
                vec![("shop", Name(shop)), ("action", Name(action)), ("cause", Cause(cause))]
            }
            Self::WebhookDisabled { shop, webhook, reason } => {
                vec![("shop", Name(shop)), ("webhook", Name(webhook)), ("reason", Name(reason))]
            }
            Self::ConfigLate { shop, cause } | Self::DeliveryWaits { shop, cause } => {
                vec![("shop", Name(shop)), ("cause", Cause(cause))]
            }
            Self::CronFailed { database, cause } => vec![("database", Name(database)), ("cause", Cause(cause))],
            Self::CountedWrong { shop, day, table, by } => {
                vec![("shop", Name(shop)), ("day", Number(day)), ("table", Name(table)), ("by", Number(by))]
            }
            Self::NotReady { check, cause } => vec![("check", Name(check)), ("cause", Cause(cause))],
            Self::Moving { shop, from, to, phase } => {
                vec![("shop", Name(shop)), ("from", Name(from)), ("to", Name(to)), ("phase", Name(phase))]
            }
            Self::MoveGivenUp { shop, from, to, why } => {
                vec![("shop", Name(shop)), ("from", Name(from)), ("to", Name(to)), ("cause", Cause(why))]
            }
        }
    }

    /// The event as a line of JSON.
    fn line(&self) -> String {
        let mut line = format!(r#"{{"level":"{}","event":"{}""#, self.level().as_str(), self.name());
        for (name, field) in self.fields() {
            // Writing into a string cannot fail.
            let _ = match field {
                Field::Name(text) => write!(line, r#","{name}":{}"#, quoted(&plain(text))),
                Field::Number(number) => write!(line, r#","{name}":{number}"#),
                Field::Cause(text) => {
                    write!(line, r#","class":"{}","{name}":{}"#, class(text), quoted(&without_values(text)))
                }
            };
        }
        line.push('}');
        line
    }
}

/// Tells an event.
pub(crate) fn emit(event: &Event<'_>) {
    let line = event.line();
    #[cfg(test)]
    let _ = &line;
    #[cfg(not(test))]
    match event.level() {
        Level::Info => worker::console_log!("{line}"),
        Level::Warn => worker::console_warn!("{line}"),
        Level::Error => worker::console_error!("{line}"),
    }
}

/// Once in the life of an instance: counts it, and from then on tells where a panic came from. Not what it said: that may
/// hold anything.
pub(crate) fn begin() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        counters::count(Counter::Instances, 1);
        std::panic::set_hook(Box::new(|panic| {
            let (file, line) = panic.location().map_or(("", 0), |place| (place.file(), place.line()));
            emit(&Event::Panic { file, line });
            #[cfg(not(panic = "unwind"))]
            give_up();
        }));
    });
}

/// What the hook of the `worker` crate does besides printing what the panic said: the next request gets a new instance.
#[cfg(not(panic = "unwind"))]
fn give_up() {
    use worker::js_sys::{Reflect, global};
    if let Ok(state) = Reflect::get(&global(), &"__worker_init_state".into()) {
        // If it is not there, the runtime's own handler of aborts is.
        let _ = Reflect::set(&state, &"criticalError".into(), &true.into());
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A name of ours: what else a caller may hand over by mistake has other letters or is longer.
fn plain(text: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "_-./ ".contains(letter) { letter } else { '?' };
    text.chars().take(80).map(plain).collect()
}

/// What kind of failure a cause tells of: whoever watches the log counts these.
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

/// Longest cause that is told, in characters.
const CAUSE: usize = 200;

/// A cause without what may have been quoted in it: nothing between quotation marks, and no word that looks like a key,
/// an address or a number of somebody's. An apostrophe counts as a mark; a word too few is better than one too many.
pub(crate) fn without_values(cause: &str) -> String {
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
    let words: Vec<&str> = outside.split(' ').map(|word| if tells_too_much(word) { "…" } else { word }).collect();
    words.join(" ").chars().take(CAUSE).collect()
}

fn tells_too_much(word: &str) -> bool {
    let own = ["shp_", "srv_"].iter().any(|prefix| word.starts_with(prefix));
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let (dots, colons) = (word.matches('.').count(), word.matches(':').count());
    word.contains('@')
        || word.contains("://")
        || word.contains("pk_")
        || word.contains("sk_")
        || (dots >= 3 && digits >= 4)
        || (colons >= 3 && !word.contains("::") || colons >= 2 && digits >= 2)
        || (digits >= 7 && !own)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operators match on these lines.
    #[test]
    fn every_event_is_one_line_of_json() {
        let (shop, from, to) = ("shp_0123456789abcdef".into(), "DB_0".into(), "DB_1".into());
        let cause = "D1_ERROR: no such table \"responses\" at 192.0.2.17".into();
        for (event, line) in [
            (
                Event::Unavailable { cause },
                r#"{"level":"error","event":"unavailable","class":"schema","cause":"D1_ERROR: no such table … at …"}"#,
            ),
            (
                Event::Fault { cause: "a panic\nat\tjan@example.com \\ „Jan”".into() },
                r#"{"level":"error","event":"fault","class":"other","cause":"a panic at … \\ …"}"#,
            ),
            (
                Event::Panic { file: "edge/src/lib.rs".into(), line: 7 },
                r#"{"level":"error","event":"panic","file":"edge/src/lib.rs","line":7}"#,
            ),
            (
                Event::Enqueued { shop, survey: "srv_1".into(), cause: "D1 DB is overloaded.".into() },
                r#"{"level":"warn","event":"spilled","shop":"shp_0123456789abcdef","survey":"srv_1","class":"overloaded","cause":"D1 DB is overloaded."}"#,
            ),
            (
                Event::MessageWaits { cause: "Network connection lost.".into() },
                r#"{"level":"warn","event":"message_waits","class":"connection","cause":"Network connection lost."}"#,
            ),
            (
                Event::DeadLetter { shop: "".into(), reason: "is not understood: `x`".into() },
                r#"{"level":"error","event":"dead_letter","shop":"","class":"other","cause":"is not understood: …"}"#,
            ),
            (
                Event::DeliveryWaits { shop, cause: "queue WEBHOOKS: gone".into() },
                r#"{"level":"warn","event":"delivery_waits","shop":"shp_0123456789abcdef","class":"queue","cause":"queue WEBHOOKS: gone"}"#,
            ),
            (
                Event::WebhookDisabled { shop, webhook: "whk_1".into(), reason: "gone".into() },
                r#"{"level":"info","event":"webhook_disabled","shop":"shp_0123456789abcdef","webhook":"whk_1","reason":"gone"}"#,
            ),
            (
                Event::ConfigLate { shop, cause: "KV: 500".into() },
                r#"{"level":"warn","event":"config_late","shop":"shp_0123456789abcdef","class":"kv","cause":"KV: 500"}"#,
            ),
            (
                Event::CronFailed { database: "DB_0".into(), cause: "D1 DB reset.".into() },
                r#"{"level":"error","event":"cron_failed","database":"DB_0","class":"reset","cause":"D1 DB reset."}"#,
            ),
            (
                Event::CountedWrong { shop, day: 20_000, table: "tallies".into(), by: -1 },
                r#"{"level":"error","event":"counted_wrong","shop":"shp_0123456789abcdef","day":20000,"table":"tallies","by":-1}"#,
            ),
            (
                Event::NotReady { check: "a\"b\n\u{2028}".into(), cause: "c\nd\\\u{2028}".into() },
                "{\"level\":\"error\",\"event\":\"not_ready\",\"check\":\"a?b??\",\"class\":\"other\",\"cause\":\"c d\\\\\u{2028}\"}",
            ),
            (
                Event::CountersLate { cause: "UNIQUE constraint failed".into() },
                r#"{"level":"warn","event":"counters_late","class":"constraint","cause":"UNIQUE constraint failed"}"#,
            ),
            (
                Event::AuditLost { shop, action: "key.created".into(), cause: "string or blob too big".into() },
                r#"{"level":"error","event":"audit_lost","shop":"shp_0123456789abcdef","action":"key.created","class":"limit","cause":"string or blob too big"}"#,
            ),
            (
                Event::Moving { shop, from, to, phase: "copying".into() },
                r#"{"level":"info","event":"moving","shop":"shp_0123456789abcdef","from":"DB_0","to":"DB_1","phase":"copying"}"#,
            ),
            (
                Event::MoveGivenUp { shop, from, to, why: "glas: shop is moving".into() },
                r#"{"level":"warn","event":"move_given_up","shop":"shp_0123456789abcdef","from":"DB_0","to":"DB_1","class":"moving","cause":"glas: shop is moving"}"#,
            ),
        ] {
            assert_eq!(event.line(), line);
            assert_eq!(line.lines().count(), 1, "{line}");
        }
    }

    #[test]
    fn a_cause_loses_what_it_quotes() {
        for (cause, told) in [
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
            assert_eq!(without_values(cause), told, "{cause}");
        }
        assert_eq!(without_values(&"a".repeat(1_000)).len(), CAUSE);
    }

    #[test]
    fn causes_have_classes() {
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
