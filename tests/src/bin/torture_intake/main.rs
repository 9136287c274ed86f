//! `cargo xtask torture intake`: the long form of the intake scenarios.

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
    time::{SystemTime, UNIX_EPOCH},
};
use tests::intake::{SCENARIOS, Scale};

const HELP: &str = "torture intake [--only N,N…] [--scale long|short] [--seed N]";

fn main() -> ExitCode {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (mut only, mut scale, mut seed) = (Vec::<u8>::new(), Scale::Long, now);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_default();
        match (word.as_str(), value.as_str()) {
            ("--only", value) => only = value.split(',').map(|number| number.parse().expect(HELP)).collect(),
            ("--scale", "long") => scale = Scale::Long,
            ("--scale", "short") => scale = Scale::Short,
            ("--seed", value) => seed = value.parse().expect(HELP),
            _ => panic!("`{word} {value}`: {HELP}"),
        }
    }
    if let Some(number) = only.iter().find(|number| SCENARIOS.iter().all(|scenario| scenario.number != **number)) {
        let known: Vec<String> =
            SCENARIOS.iter().map(|scenario| format!("{} {}", scenario.number, scenario.name)).collect();
        panic!("unknown scenario {number}; expected one of: {}", known.join(", "));
    }
    println!("seed {seed}, {scale:?}\n\n| # | scenario | result | duration | fsync p50 |\n|---|---|---|---|---|");
    let mut failed = 0;
    for scenario in SCENARIOS.iter().filter(|scenario| only.is_empty() || only.contains(&scenario.number)) {
        let done = catch_unwind(AssertUnwindSafe(|| scenario.line(&scenario.start(), scale, seed)));
        match done {
            Ok(line) => println!("{line}"),
            Err(_) => {
                failed += 1;
                println!("| {} | {} | FAILED | | |", scenario.number, scenario.name);
            }
        }
    }
    println!("\n{failed} failed; seed {seed}");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
