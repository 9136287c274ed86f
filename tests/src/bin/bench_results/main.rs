//! `cargo xtask bench results`: duration and rows read of every results query for increasing numbers of responses.
//! Filled archives are kept for the next run.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command-line program prints, measures time and panics on failure"
)]

use std::{env, fs, time::Instant};
use tests::{
    results::{self, Figure},
    supervisor::fsync_ms,
    worker::tool,
};

const HELP: &str = "bench results [--responses N,N…]: default 1000,100000,1000000";
const TIMES: usize = 40;

fn main() {
    let mut sizes = vec![1_000, 100_000, 1_000_000];
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_default();
        match word.as_str() {
            "--responses" => sizes = value.split(',').map(|size| size.parse().expect(HELP)).collect(),
            _ => panic!("`{word}`: {HELP}"),
        }
    }
    let folder = tool("GLAS_SITE").with_file_name("bench-results");
    let mut columns: Vec<Vec<Figure>> = Vec::new();
    for &size in &sizes {
        let begin = Instant::now();
        let archive = results::open(&folder.join(size.to_string()), size);
        println!("{size} responses, ready after {} s", begin.elapsed().as_secs());
        assert_eq!(archive.counted(), results::unflagged(size) as u64, "all unflagged responses are counted");
        match archive.refusal() {
            Some(refusal) => println!("counting all responses one by one: {refusal}"),
            None => println!("counting all responses one by one agrees with the tallies"),
        }
        columns.push(archive.measure(TIMES));
    }
    let heads: Vec<String> = sizes.iter().map(|size| format!("{size} answers: p50 / p95, rows")).collect();
    let mut table = format!(
        "Durations of {TIMES} sequential requests, in milliseconds, through wrangler's proxy; fsync p50 {:.2} ms\n\n| query | {} |\n|---|{}\n",
        fsync_ms(&folder),
        heads.join(" | "),
        "---|".repeat(sizes.len())
    );
    for row in 0..columns[0].len() {
        let cells = columns.iter().map(|column| {
            let Figure { rows, p50, p95, .. } = &column[row];
            format!("{p50:.1} / {p95:.1}, {rows}")
        });
        table.push_str(&format!("| {} | {} |\n", columns[0][row].name, cells.collect::<Vec<_>>().join(" | ")));
    }
    print!("\n{table}");
    let path = folder.with_file_name("bench-results.md");
    fs::write(&path, table).expect("a file for the table");
    println!("\nalso in {}", path.display());
}
