//! The cost of a million responses at Cloudflare's published prices.

use super::{
    BATCHES_EACH, CPU_MS, EVENTS, FIRST, KV_SHARE, LATER, LATER_EACH, LOADERS_EACH, QUEUED_SHARE, Rows, Sizes,
};
use std::fmt::Write;

/// US dollars per million, beyond the plan's included usage.
const REQUESTS: f64 = 0.30;
const CPU: f64 = 0.02;
const WRITTEN: f64 = 1.00;
const READ: f64 = 0.001;
const KV_READS: f64 = 0.50;
const QUEUE: f64 = 0.40;
/// US dollars per gigabyte and month.
const STORED: f64 = 0.75;
/// Assumed retention of responses, in months.
const MONTHS: f64 = 12.0;
/// A message costs a write, a read and a delete.
const OPERATIONS: f64 = 3.0;

pub(super) fn table(sizes: &Sizes) -> String {
    let submissions = 1.0 + LATER_EACH;
    let [submission_ms, batch_ms, loader_ms] = CPU_MS;
    let rows = |pick: fn(&Rows) -> u64| pick(&FIRST) as f64 + LATER_EACH * pick(&LATER) as f64;
    let lines = [
        ("responses: rows written in D1", rows(|rows| rows.written), WRITTEN),
        ("responses: rows read in D1", rows(|rows| rows.read), READ),
        ("responses: requests", submissions, REQUESTS),
        ("responses: CPU milliseconds", submissions * submission_ms, CPU),
        ("responses: queue operations", QUEUED_SHARE * OPERATIONS, QUEUE),
        ("events: rows written in D1", BATCHES_EACH * EVENTS.written as f64, WRITTEN),
        ("events: requests", BATCHES_EACH, REQUESTS),
        ("events: CPU milliseconds", BATCHES_EACH * batch_ms, CPU),
        ("loaders: requests", LOADERS_EACH, REQUESTS),
        ("loaders: CPU milliseconds", LOADERS_EACH * loader_ms, CPU),
        ("all: KV reads", (submissions + BATCHES_EACH + LOADERS_EACH) * KV_SHARE, KV_READS),
    ];
    let mut out = "| per million responses | millions | price per million | |\n|---|---|---|---|\n".to_owned();
    let mut sum = 0.0;
    let mut answers = 0.0;
    for (name, millions, price) in lines {
        let cost = millions * price;
        sum += cost;
        if name.starts_with("responses") {
            answers += cost;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {name} | {millions:.2} | $ {price} | $ {cost:.2} |");
    }
    let gigabytes = sizes.answer * 1e6 / 1e9;
    let stored = gigabytes * STORED * MONTHS;
    sum += stored;
    answers += stored;
    let _ = writeln!(
        out,
        "| gigabytes stored for {MONTHS:.0} months | {gigabytes:.2} | $ {STORED} a month | $ {stored:.2} |"
    );
    let _ = writeln!(out, "| **responses only, with events and page views** | | | **$ {answers:.2}, $ {sum:.2}** |");
    out
}
