//! A deployment far larger than any so far, reckoned through: 10,000 shops, 1,000 answers a second, 64 databases. Where does
//! it end first, and what does it cost? `docs/scale.md` shows what this says.

mod bytes;
mod cost;
mod load;

pub use bytes::{Sizes, measure};

use std::fmt::Write;

/// Shops of the deployment.
pub const SHOPS: usize = 10_000;
/// Databases of the deployment.
pub const SHARDS: usize = 64;
/// New answers a second, over the whole day.
pub const ANSWERS_A_SECOND: f64 = 1_000.0;
/// Where the made-up shop ids begin.
const SEED: u64 = 64;

/// What one thing that arrives does to a database, as the local D1 counts it (`meta.rows_written`, `meta.rows_read`: the
/// counters that the bill is made of). `tests/tests/api/scale.rs` holds these against the real Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// Rows of tables and indexes, triggers included.
    pub written: u64,
    /// Rows looked at.
    pub read: u64,
}

/// The first revision of an answer: a score.
pub const FIRST: Rows = Rows { written: 13, read: 14 };
/// A later one, that adds words and ends it.
pub const LATER: Rows = Rows { written: 3, read: 5 };
/// A batch of what a page tells of one survey.
pub const EVENTS: Rows = Rows { written: 2, read: 2 };

/// Later revisions of an answer, on average.
const LATER_EACH: f64 = 0.6;
/// Batches of events for one answer: six or seven shoppers of eight see a survey and go on.
const BATCHES_EACH: f64 = 8.0;
/// Times that a shop's loader is asked for, for one answer: browsers keep it for five minutes, most pages ask nothing.
const LOADERS_EACH: f64 = 100.0;
/// Share of the requests that find their shop not in memory and look into KV.
const KV_SHARE: f64 = 0.05;
/// Share of the answers that wait in the queue: a bad day.
const QUEUED_SHARE: f64 = 0.01;
/// Milliseconds of the processor for a submission, a batch and a loader.
const CPU_MS: [f64; 3] = [3.0, 1.5, 1.0];

/// How long a database may take for a transaction, in milliseconds: a fast disk here, and what is to be feared elsewhere.
const MS: [f64; 3] = [1.0, 3.0, 10.0];

/// Largest database, in bytes.
const LARGEST: f64 = 10e9;
/// Days for which an outbox row and the trace of a batch are kept.
const OUTBOX_DAYS: f64 = 7.0;
const EFFECTS_DAYS: f64 = 5.0;

const DAY: f64 = 86_400.0;

/// The tables of `docs/scale.md`.
#[must_use]
pub fn report() -> String {
    let sizes = measure();
    let load = load::Load::new(SEED);
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = write!(out, "{}\n{}\n{}\n{}", rates(&load), busy(&load), full(&load, &sizes), cost::table(&sizes));
    out
}

fn rates(load: &load::Load) -> String {
    let mut out =
        "| responses per second | median | 99th percentile | fullest | fullest / mean |\n|---|---|---|---|---|\n"
            .to_owned();
    for (name, factor) in [("over the day", 1.0), ("in the busiest hour", load::PEAK)] {
        let [median, high, most] = load.shards_at(factor);
        let mean = ANSWERS_A_SECOND * factor / SHARDS as f64;
        let _ = writeln!(
            out,
            "| per database, {name} (mean {mean:.1}) | {median:.1} | {high:.1} | {most:.1} | {:.1} |",
            most / mean
        );
    }
    let largest = load.largest();
    let _ = writeln!(
        out,
        "| largest shop, over the day, and in the busiest hour | | | {largest:.1}, {:.1} | |",
        largest * load::PEAK
    );
    out
}

/// Share of a second in which a database is busy: it does one thing at a time.
fn busy(load: &load::Load) -> String {
    let mut out =
        "| utilisation in the busiest hour, if a transaction takes | median | 99th percentile | fullest | fullest, with events \
                   counted in batches of a hundred |\n|---|---|---|---|---|\n"
            .to_owned();
    let [median, high, most] = load.shards_at(load::PEAK);
    let (all, batched) = (1.0 + LATER_EACH + BATCHES_EACH, 1.0 + LATER_EACH + BATCHES_EACH / 100.0);
    for ms in MS {
        let share = |answers: f64, each: f64| format!("{:.0} %", answers * each * ms / 10.0);
        let _ = writeln!(
            out,
            "| {ms:.0} ms | {} | {} | {} | {} |",
            share(median, all),
            share(high, all),
            share(most, all),
            share(most, batched)
        );
    }
    out
}

/// Days until a database is full.
fn full(load: &load::Load, sizes: &Sizes) -> String {
    let mut out = "| | bytes each | kept | median database | fullest database |\n|---|---|---|---|---|\n".to_owned();
    let [median, _, most] = load.shards_at(1.0);
    let revisions = 1.0 + LATER_EACH;
    for (name, bytes, each, days) in [
        ("a response", sizes.answer, 1.0, None),
        ("an outbox row, if every shop used webhooks", sizes.outbox, revisions, Some(OUTBOX_DAYS)),
        ("the record of a processed batch", sizes.effect, BATCHES_EACH, Some(EFFECTS_DAYS)),
    ] {
        let a_day = |answers: f64| bytes * each * answers * DAY / 1e9;
        let kept = days.map_or_else(|| "until retention deletes it".to_owned(), |days| format!("{days:.0} days"));
        let cell = |answers: f64| match days {
            Some(days) => format!("{:.1} GB", a_day(answers) * days),
            None => format!("{:.2} GB a day", a_day(answers)),
        };
        let _ = writeln!(out, "| {name} | {bytes:.0} | {kept} | {} | {} |", cell(median), cell(most));
    }
    let days = |answers: f64| {
        let growing = |day: f64| {
            let answers = answers * DAY;
            let outbox = sizes.outbox * revisions * day.min(OUTBOX_DAYS);
            let effects = sizes.effect * BATCHES_EACH * day.min(EFFECTS_DAYS);
            answers * (sizes.answer * day + outbox + effects)
        };
        // A tenth of a day is exact enough.
        (1_u32..).map(|tenth| f64::from(tenth) / 10.0).find(|day| growing(*day) >= LARGEST).unwrap_or(f64::INFINITY)
    };
    let _ =
        writeln!(out, "| **10 GB are full after** | | | **{:.1} days** | **{:.1} days** |", days(median), days(most));
    let a_day = ANSWERS_A_SECOND * DAY * sizes.answer / 1e9;
    let _ = writeln!(
        out,
        "| all databases, responses only | | | {a_day:.1} GB a day | 1 TB after {:.0} days |",
        1_000.0 / a_day
    );
    out
}

const BEGIN: &str = "<!-- cargo xtask scale -->\n";
const END: &str = "<!-- end -->";

/// The tables in the document.
#[must_use]
pub fn within(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEGIN)?;
    Some(rest.split_once(END)?.0)
}

/// The document with these tables.
#[must_use]
pub fn with(text: &str, tables: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{tables}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn the_document_says_what_the_simulation_says() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scale.md");
        let text = fs::read_to_string(&path).unwrap();
        let told = super::within(&text).expect("docs/scale.md has a place for the tables");
        assert!(told == super::report(), "`cargo xtask scale --write` brings docs/scale.md up to date");
    }
}
