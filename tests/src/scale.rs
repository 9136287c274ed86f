//! A model of a deployment larger than any so far: 10,000 shops, 1,000 responses a second, 64 databases. It computes
//! which limit is reached first and what the deployment costs. `docs/scale.md` shows the result.

mod bytes;
mod cost;
mod load;

pub use bytes::{Sizes, measure};

use std::fmt::Write;

/// Number of shops.
pub const SHOPS: usize = 10_000;
/// Number of databases.
pub const SHARDS: usize = 64;
/// New responses a second, averaged over the day.
pub const ANSWERS_A_SECOND: f64 = 1_000.0;
/// Seed of the generated shop ids.
const SEED: u64 = 64;

/// The rows that one write costs in a database, in D1's billing units (`meta.rows_written`, `meta.rows_read`).
/// `tests/tests/api/scale.rs` compares these numbers with the real Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// Rows of tables and indexes written, including triggers.
    pub written: u64,
    /// Rows read.
    pub read: u64,
}

/// The first revision of a response, with a score.
pub const FIRST: Rows = Rows { written: 14, read: 18 };
/// A later revision, which adds text and completes the response.
pub const LATER: Rows = Rows { written: 4, read: 14 };
/// A batch of funnel events of one survey.
pub const EVENTS: Rows = Rows { written: 4, read: 15 };

/// Average number of later revisions per response.
const LATER_EACH: f64 = 0.6;
/// Event batches per response: seven of eight shoppers see a survey and do not answer.
const BATCHES_EACH: f64 = 8.0;
/// Loader requests per response: browsers cache the loader for five minutes, so most page views send no request.
const LOADERS_EACH: f64 = 100.0;
/// Share of requests whose shop is not in memory and is looked up in KV.
const KV_SHARE: f64 = 0.05;
/// Share of responses that go through the queue, on a bad day.
const QUEUED_SHARE: f64 = 0.01;
/// CPU milliseconds of a submission, an event batch and a loader request.
const CPU_MS: [f64; 3] = [3.0, 1.5, 1.0];

/// Possible durations of a transaction, in milliseconds: from a fast disk to the worst case.
const MS: [f64; 3] = [1.0, 3.0, 10.0];

/// Maximum size of a database, in bytes.
const MAX_BYTES: f64 = 10e9;
/// Retention of an outbox row and of a batch record, in days.
const OUTBOX_DAYS: f64 = 7.0;
const EFFECTS_DAYS: f64 = 5.0;

const DAY: f64 = 86_400.0;

/// The tables of `docs/scale.md`.
#[must_use]
pub fn report() -> String {
    let sizes = measure();
    let load = load::Load::new(SEED);
    let mut out = String::new();
    // Writing to a string cannot fail.
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

/// Utilisation of a database, which runs one transaction at a time.
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
        // Precise to a tenth of a day.
        (1_u32..).map(|tenth| f64::from(tenth) / 10.0).find(|day| growing(*day) >= MAX_BYTES).unwrap_or(f64::INFINITY)
    };
    let _ = writeln!(
        out,
        "| **10 GB are reached after** | | | **{:.1} days** | **{:.1} days** |",
        days(median),
        days(most)
    );
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

/// The tables in a document.
#[must_use]
pub fn within(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEGIN)?;
    Some(rest.split_once(END)?.0)
}

/// The document with its tables replaced.
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
    fn the_document_contains_the_current_tables() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/scale.md");
        let text = fs::read_to_string(&path).unwrap();
        let written = super::within(&text).expect("docs/scale.md has markers for the tables");
        assert!(written == super::report(), "docs/scale.md is outdated; run `cargo xtask scale --write`");
    }
}
