//! The log: one line of JSON for each event that an operator may have to act on.
//!
//! An event has named fields and no free text. Ids of shops and surveys are logged; bodies, keys, tokens, addresses, e-mails
//! and customers never are. [`Name`] and [`Cause`] remove what a caller may hand over by mistake.

use crate::telemetry::{
    cause::Cause,
    counters::{self, Counter},
};
use serde::Serialize;

/// How urgent an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    /// Expected.
    Info,
    /// Delayed or retried; nothing is lost.
    Warn,
    /// An operator has to act.
    Error,
}

/// An id, or a name from the code or the deployment. Other characters and long texts are cut, because they are a mistake.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(into = "String")]
pub(crate) struct Name<'a>(&'a str);

impl<'a, T: AsRef<str> + ?Sized> From<&'a T> for Name<'a> {
    fn from(text: &'a T) -> Self {
        Self(text.as_ref())
    }
}

impl From<Name<'_>> for String {
    fn from(name: Name<'_>) -> Self {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-./ ".contains(letter);
        name.0.chars().take(80).map(|letter| if allowed(letter) { letter } else { '?' }).collect()
    }
}

/// What happened. The names in the log are fixed: operators match on them.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event<'a> {
    /// A request was refused because a dependency is unavailable.
    Unavailable {
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A request failed because of a bug or a misconfigured deployment.
    Fault {
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// The code panicked, which ends the isolate in most builds.
    Panic { file: Name<'a>, line: u32 },
    /// A response is in the queue because the database is unavailable.
    #[serde(rename = "spilled")]
    Enqueued {
        shop: Name<'a>,
        survey: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A queue message is retried later.
    MessageWaits {
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A queue message became a dead letter of its shop, or of the operator if it names no shop.
    DeadLetter {
        shop: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A webhook delivery failed within the service; the cron job retries it.
    DeliveryWaits {
        shop: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// An endpoint was disabled and receives no further deliveries.
    WebhookDisabled { shop: Name<'a>, webhook: Name<'a>, reason: Name<'a> },
    /// A shop's newest config is not published yet.
    ConfigLate {
        shop: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A cron job failed for one database.
    CronFailed {
        database: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// The rows of a shop that an earlier version wrote could not be renewed.
    NotRenewed {
        shop: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A stored count differs from the recount.
    CountedWrong { shop: Name<'a>, day: i64, table: Name<'a>, by: i64 },
    /// A dependency failed the check of `/readyz`.
    NotReady {
        check: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// Counters could not be written; the next write includes them.
    CountersLate {
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// An owner's change is stored, but its audit entry is not.
    AuditLost {
        shop: Name<'a>,
        action: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
    /// A shop's move entered another phase.
    Moving { shop: Name<'a>, from: Name<'a>, to: Name<'a>, phase: Name<'a> },
    /// A shop's move was abandoned; the shop stays in its database.
    MoveGivenUp {
        shop: Name<'a>,
        from: Name<'a>,
        to: Name<'a>,
        #[serde(flatten)]
        cause: Cause<'a>,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    level: Level,
    #[serde(flatten)]
    event: &'a Event<'a>,
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
            | Self::NotRenewed { .. }
            | Self::CountedWrong { .. }
            | Self::NotReady { .. } => Level::Error,
        }
    }

    /// The event as a line of JSON.
    fn line(&self) -> String {
        // Serialising strings and numbers cannot fail.
        serde_json::to_string(&Line { level: self.level(), event: self }).unwrap_or_default()
    }
}

/// Writes an event to the log.
pub(crate) fn emit(event: &Event<'_>) {
    let line = event.line();
    // Shown if the test fails.
    #[cfg(test)]
    eprintln!("{line}");
    #[cfg(not(test))]
    match event.level() {
        Level::Info => worker::console_log!("{line}"),
        Level::Warn => worker::console_warn!("{line}"),
        Level::Error => worker::console_error!("{line}"),
    }
}

/// Once per isolate: counts it, and logs where a later panic comes from. The panic's message is left out, since it may
/// quote anything.
pub(crate) fn init() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        counters::count(Counter::Instances, 1);
        std::panic::set_hook(Box::new(|panic| {
            let (file, line) = panic.location().map_or(("", 0), |place| (place.file(), place.line()));
            emit(&Event::Panic { file: file.into(), line });
            #[cfg(not(panic = "unwind"))]
            replace_instance();
        }));
    });
}

/// Has the next request served by a new instance. The hook of the `worker` crate does the same, and prints the panic's
/// message.
#[cfg(not(panic = "unwind"))]
fn replace_instance() {
    use worker::js_sys::{Reflect, global};
    if let Ok(state) = Reflect::get(&global(), &"__worker_init_state".into()) {
        // If the state is missing, the runtime's own abort handler takes over.
        let _ = Reflect::set(&state, &"criticalError".into(), &true.into());
    }
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
                Event::DeadLetter { shop: "".into(), cause: "is not understood: `x`".into() },
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
                Event::NotRenewed { shop, cause: "D1 DB reset.".into() },
                r#"{"level":"error","event":"not_renewed","shop":"shp_0123456789abcdef","class":"reset","cause":"D1 DB reset."}"#,
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
                Event::MoveGivenUp { shop, from, to, cause: "glas: shop is moving".into() },
                r#"{"level":"warn","event":"move_given_up","shop":"shp_0123456789abcdef","from":"DB_0","to":"DB_1","class":"moving","cause":"glas: shop is moving"}"#,
            ),
        ] {
            assert_eq!(event.line(), line);
            assert_eq!(line.lines().count(), 1, "{line}");
        }
    }
}
