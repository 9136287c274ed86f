//! `cargo xtask torture widget`: hundreds of responses, each with a fault, in every installed engine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a command-line program prints, measures time and panics on failure"
)]

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use tests::{
    browser::{Browser, Engine, Window},
    random::Random,
    torture::{Case, FAULTS, POINTS},
};

/// Number of runs between progress lines.
const PROGRESS_INTERVAL: usize = 20;

fn main() -> ExitCode {
    let (runs, seed) = options();
    let engines: Vec<Engine> =
        [(Engine::Chromium, "GLAS_CHROMIUM"), (Engine::Firefox, "GLAS_FIREFOX"), (Engine::WebKit, "GLAS_WEBKIT")]
            .into_iter()
            .filter(|(engine, variable)| {
                let here = env::var_os(variable).is_some();
                if !here {
                    println!("not run: {engine:?} is not installed");
                }
                here
            })
            .map(|(engine, _)| engine)
            .collect();
    println!("{runs} responses with a fault, seed {seed}");
    let begin = Instant::now();
    let failed: usize = thread::scope(|scope| {
        let each = engines.iter().enumerate().map(|(at, &engine)| {
            let mine = runs / engines.len() + usize::from(at < runs % engines.len());
            scope.spawn(move || torture(engine, mine, seed))
        });
        let running: Vec<_> = each.collect();
        running.into_iter().map(|engine| engine.join().expect("an engine's thread")).sum()
    });
    println!(
        "{} arrived exactly once, {failed} did not, in {} s; seed {seed}",
        runs - failed,
        begin.elapsed().as_secs()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// `--runs N --seed N`.
fn options() -> (usize, u64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (mut runs, mut seed) = (600, now);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap_or_else(|| panic!("{word} needs a number"));
        match word.as_str() {
            "--runs" => runs = value.parse().expect("--runs needs a number"),
            "--seed" => seed = value.parse().expect("--seed needs a number"),
            _ => panic!("`torture widget` does not accept `{word}`"),
        }
    }
    (runs, seed)
}

/// Returns the number of failed cases.
fn torture(engine: Engine, runs: usize, seed: u64) -> usize {
    let mut random = Random::seeded(seed.wrapping_add(engine as u64));
    let mut failed = 0;
    let mut browser = None;
    let mut passed = Vec::new();
    for run in 0..runs {
        // All points with all faults, repeatedly, in a different order each round.
        let point = run % POINTS.len();
        let fault = FAULTS[(run / POINTS.len() + point) % FAULTS.len()];
        let mut case = Case::new(point, fault, &mut random);
        let name = case.name();
        let played = catch_unwind(AssertUnwindSafe(|| {
            case.play(browser.get_or_insert_with(|| Browser::open_in(engine, Window::Desktop)));
        }));
        if played.is_ok() {
            passed.push(case);
        } else {
            println!("FAILED {engine:?}, run {run}: {name}");
            failed += 1;
            // The state of that browser is unknown, so start a new one.
            browser = None;
        }
        if (run + 1) % PROGRESS_INTERVAL == 0 {
            println!("{engine:?}: {} of {runs}, {failed} failed", run + 1);
        }
    }
    // Nothing arrived late or twice.
    failed + passed.iter().filter(|case| catch_unwind(AssertUnwindSafe(|| case.check())).is_err()).count()
}
