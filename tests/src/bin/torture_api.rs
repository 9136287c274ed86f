//! `cargo xtask torture api`: the long form of the OpenAPI test.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command-line program prints, takes a seed from the clock and panics on failure"
)]

use std::{
    env,
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use tests::{
    contract::{self, Effort},
    worker::Worker,
};

const HELP: &str = "torture api [--cases N] [--seed N]";
/// Examples per operation in one round.
const EXAMPLES: u32 = 100;

fn main() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (mut cases, mut seed) = (20_000_u64, now);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().and_then(|value| value.parse().ok()).expect(HELP);
        match word.as_str() {
            "--cases" => cases = value,
            "--seed" => seed = value,
            _ => panic!("`{word}`: {HELP}"),
        }
    }
    println!("at least {cases} requests, seed {seed}");
    println!("| seed | operations | requests | violations | took |\n|---|---|---|---|---|");
    let begin = Instant::now();
    let mut sent = 0;
    while sent < cases {
        // A new Worker each round, since the last one is full of generated data.
        let worker = Worker::start();
        let began = Instant::now();
        let phases = "examples,coverage,fuzzing,stateful";
        let report = contract::attempt(&worker, Effort { examples: EXAMPLES, seed, phases });
        let took = began.elapsed().as_secs();
        let (tested, cases) = (report.operations.tested, &report.test_cases);
        println!("| {seed} | {tested} | {} | {} | {took} s |", cases.generated, cases.with_failures);
        for operation in report.never_accepted() {
            println!("never accepted: {operation}");
        }
        sent += cases.generated;
        seed += 1;
    }
    println!("\n{sent} requests without a 5xx or a violation of the document, in {} s", begin.elapsed().as_secs());
}
