//! `cargo xtask bench intake`: answers a second by Glas, by a bare JavaScript Worker that runs the same transaction,
//! and by one that does nothing. Each has a workerd and a database of its own, made from the same state; they take
//! measurements.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a command talks to a person, measures time and stops at the first surprise"
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
/// Connections of a measurement.
const CONNECTIONS: [usize; 3] = [1, 32, 256];
/// Not counted at the beginning of a measurement.
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

/// One rate for a long time, whether or not the service keeps up.
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

/// What one contestant did with so many connections.
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
            // Everybody comes after everybody.
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
        "Answers a second, medians of {} measurements of {} s in measurements, slowest and fastest in brackets; fsync p50 {:.2} ms\n\n| | {} |\n|---|{}\n",
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
    // Turns of one round belong together: the disk was the same.
    let ratios = (0..CONNECTIONS.len()).map(|column| {
        let pairs = measurements[0][column].iter().zip(&measurements[1][column]);
        let mut ratios: Vec<f64> = pairs.map(|(glas, bare)| glas.rate / bare.rate).collect();
        format!("{:.2} ({})", percentile(&mut ratios, 50.0), spread(&ratios, 2))
    });
    table.push_str(&format!("| Glas ÷ bare JavaScript | {} |\n", ratios.collect::<Vec<_>>().join(" | ")));
    table
}

/// Slowest and fastest of sorted values.
fn spread(sorted: &[f64], digits: usize) -> String {
    let (first, last) = (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(0.0));
    format!("{first:.digits$}–{last:.digits$}")
}
