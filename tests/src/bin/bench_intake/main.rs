//! `cargo xtask bench intake`: responses a second for Glas, a bare JavaScript Worker with the same transaction, and a
//! Worker that does nothing. Each has its own workerd and database, copied from the same state; they run in turns.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a command-line program prints, measures time and panics on failure"
)]

mod contestants;

use contestants::{Contestant, KINDS};
use std::{
    env, fs,
    time::{Duration, Instant},
};
use tests::{
    intake::Fixture,
    load::{Figures, percentile},
    supervisor::{Entry, Supervisor},
    worker::tool,
};

const HELP: &str = "bench intake [--seconds N] [--rounds N], or bench intake --steady";
/// Numbers of concurrent connections.
const CONNECTIONS: [usize; 3] = [1, 32, 256];
/// Warm-up time, which is not counted.
const WARM: Duration = Duration::from_secs(2);
/// The rate and length of `--steady`.
const STEADY: (usize, Duration) = (150, Duration::from_secs(600));

fn main() {
    let (mut seconds, mut rounds, mut steady) = (8_u64, 5_usize, false);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || words.next().unwrap_or_default().parse().expect(HELP);
        match word.as_str() {
            "--steady" => steady = true,
            "--seconds" => seconds = number(),
            "--rounds" => rounds = usize::try_from(number()).expect(HELP),
            _ => panic!("`{word}`: {HELP}"),
        }
    }
    assert!(seconds > 0 && rounds > 0, "{HELP}");
    if steady { steadily() } else { in_turns(Duration::from_secs(seconds), rounds) }
}

/// Sends a constant rate for a long time, independent of the service's speed.
fn steadily() {
    let (a_second, during) = STEADY;
    let supervisor = Supervisor::start(Entry::Product);
    let fixture = Fixture::new(&supervisor);
    let before = supervisor.fsync_ms();
    let figures = fixture.steadily(a_second, during, 14);
    let checked = fixture.check(Duration::from_secs(10));
    println!(
        "{a_second}/s for {} s: {}; p50 {:.1} ms, p99 {:.1} ms; {} rows; fsync p50 {before:.2} ms before, {:.2} ms after",
        during.as_secs(),
        figures.by_status(),
        figures.ms(50.0),
        figures.ms(99.0),
        checked.rows,
        supervisor.fsync_ms()
    );
    assert_eq!(
        figures.count(|status| status == 201),
        figures.replies() + figures.lost,
        "errors: {}",
        figures.by_status()
    );
}

/// The result of one contestant with one number of connections.
struct Measurement {
    rate: f64,
    figures: Figures,
}

fn in_turns(during: Duration, rounds: usize) {
    let all = contestants::start();
    // By contestant, then by number of connections.
    let mut measurements: Vec<Vec<Vec<Measurement>>> =
        KINDS.iter().map(|_| CONNECTIONS.iter().map(|_| Vec::new()).collect()).collect();
    let mut fsyncs = Vec::new();
    for round in 0..rounds {
        for (column, &connections) in CONNECTIONS.iter().enumerate() {
            // Rotates the order, so that each contestant follows each other one.
            for position in 0..all.len() {
                let which = (position + round) % all.len();
                fsyncs.push(all[which].supervisor.fsync_ms());
                measurements[which][column].push(measure(&all[which], connections, during, round));
            }
        }
        println!("round {} of {rounds}", round + 1);
    }
    let table = table(&measurements, &mut fsyncs, during);
    print!("\n{table}");
    let path = tool("GLAS_SITE").with_file_name("bench-intake.md");
    fs::write(&path, table).expect("a file for the table");
    println!("\nalso in {}", path.display());
}

fn measure(contestant: &Contestant, connections: usize, during: Duration, round: usize) -> Measurement {
    contestant.stock(connections);
    let _ = contestant.load(connections, WARM, round);
    let begin = Instant::now();
    let figures = contestant.load(connections, during, round);
    let took = begin.elapsed().as_secs_f64();
    let taken = figures.count(|status| status == 201);
    assert_eq!(taken, figures.replies() + figures.lost, "{}: {}", contestant.kind, figures.by_status());
    Measurement { rate: taken as f64 / took, figures }
}

fn table(measurements: &[Vec<Vec<Measurement>>], fsyncs: &mut [f64], during: Duration) -> String {
    let mut table = format!(
        "Responses a second: medians of {} rounds of {} s, with minimum and maximum in brackets; fsync p50 {:.2} ms\n\n| | {} |\n|---|{}\n",
        measurements[0][0].len(),
        during.as_secs(),
        percentile(fsyncs, 50.0),
        CONNECTIONS.map(|connections| format!("{connections} at a time")).join(" | "),
        "---|".repeat(CONNECTIONS.len())
    );
    for (kind, columns) in KINDS.iter().zip(measurements) {
        let cells = columns.iter().map(|measurements| {
            let mut rates: Vec<f64> = measurements.iter().map(|measurement| measurement.rate).collect();
            let all = Figures::sum(measurements.iter().map(|measurement| measurement.figures.clone()));
            format!(
                "{:.0}/s ({}), p50 {:.1} ms, p99 {:.1} ms",
                percentile(&mut rates, 50.0),
                spread(&rates, 0),
                all.ms(50.0),
                all.ms(99.0)
            )
        });
        table.push_str(&format!("| {kind} | {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
    // Compares measurements of the same round, since the disk was in the same state.
    let ratios = (0..CONNECTIONS.len()).map(|column| {
        let pairs = measurements[0][column].iter().zip(&measurements[1][column]);
        let mut ratios: Vec<f64> = pairs.map(|(glas, bare)| glas.rate / bare.rate).collect();
        format!("{:.2} ({})", percentile(&mut ratios, 50.0), spread(&ratios, 2))
    });
    table.push_str(&format!("| Glas ÷ bare JavaScript | {} |\n", ratios.collect::<Vec<_>>().join(" | ")));
    table
}

/// Minimum and maximum of sorted values.
fn spread(sorted: &[f64], digits: usize) -> String {
    let (first, last) = (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(0.0));
    format!("{first:.digits$}–{last:.digits$}")
}
