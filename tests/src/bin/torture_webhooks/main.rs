//! `cargo xtask torture webhooks`: the long form of the webhook scenarios.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command-line program prints, takes a seed from the clock and panics on failure"
)]

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Instant,
};
use tests::{
    receiver::Receiver,
    supervisor::Entry,
    webhooks::{addresses, kills, now_ms, outage, python, start},
};

const HELP: &str = "torture webhooks [--events N] [--kills N] [--seed N]";

/// Runs a scenario and returns a summary.
type Scenario<'a> = Box<dyn Fn() -> String + 'a>;

fn main() -> ExitCode {
    let (mut events, mut ends, mut seed) = (1_000, 50, now_ms().unsigned_abs());
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_default();
        match word.as_str() {
            "--events" => events = value.parse().expect(HELP),
            "--kills" => ends = value.parse().expect(HELP),
            "--seed" => seed = value.parse().expect(HELP),
            _ => panic!("`{word} {value}`: {HELP}"),
        }
    }
    println!("seed {seed}\n\n| scenario | result | duration |\n|---|---|---|");
    let receiver = Receiver::open();
    let scenarios: [(&str, Scenario<'_>); 4] = [
        ("receiver down for two days", Box::new(|| outage(&start(&receiver, Entry::Product), &receiver, events, seed))),
        ("kills", Box::new(|| kills(&start(&receiver, Entry::Product), &receiver, (events, ends), seed + 1))),
        ("hostile URLs", Box::new(|| addresses(&start(&receiver, Entry::Product), seed + 2))),
        (
            "signatures, verified by the reference library for Python",
            Box::new(|| python(&start(&receiver, Entry::Product), &receiver, seed + 3)),
        ),
    ];
    let mut failed = 0;
    for (name, scenario) in scenarios {
        let begin = Instant::now();
        match catch_unwind(AssertUnwindSafe(scenario)) {
            Ok(found) => println!("| {name} | {found} | {:.0} s |", begin.elapsed().as_secs_f64()),
            Err(_) => {
                failed += 1;
                println!("| {name} | FAILED | |");
            }
        }
    }
    println!("\n{failed} failed; seed {seed}");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
