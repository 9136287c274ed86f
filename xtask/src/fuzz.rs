//! `cargo xtask fuzz`: fuzzes the parsers with libFuzzer.
//!
//! The stable compiler inserts the coverage counters, so no nightly toolchain is needed; the crate contains libFuzzer's
//! C++ source.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::process::{capture, duration, run as run_step, tail};

/// Compiler flags for coverage counters and comparison tracing.
const COUNTERS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];
/// Number of targets that run at once: eight targets of a minute each take two minutes of a test run.
const PARALLEL_TARGETS: usize = 4;
/// Maximum input length, in bytes.
const MAX_INPUT_LEN: &str = "8192";
/// Seconds after which an input counts as a hang; a normal input takes milliseconds.
const INPUT_TIMEOUT: u64 = 20;
/// Default duration per target, in seconds.
const DEFAULT_SECONDS: u64 = 600;
/// Duration per target in a test run, in seconds. Test runs use a fixed seed, so new crashes are found by longer manual
/// runs only.
const TEST_SECONDS: u64 = 60;
/// Lines shown per failure.
const SHOWN: usize = 30;

/// Limits of a target's run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limits {
    seconds: u64,
    /// Maximum number of inputs.
    runs: Option<u64>,
}

/// The result of a target's run.
pub struct Ended {
    /// The target's name.
    pub target: String,
    /// The number of inputs tried, or the failure.
    pub outcome: Result<String, String>,
    /// How long the target ran.
    pub time: Duration,
}

/// The command: fuzzes one target or all of them.
pub fn run(words: &[String]) -> Result<()> {
    let (wanted, limits) = options(words)?;
    if let Some(why) = impossible() {
        // No input was tried, so the command must fail.
        bail!("not run: {why}");
    }
    let targets: Vec<String> = match &wanted {
        None => targets()?,
        Some(name) if targets()?.contains(name) => vec![name.clone()],
        Some(name) => bail!("unknown target `{name}`; expected one of: {}", targets()?.join(", ")),
    };
    let ended = all(&build()?, targets, limits);
    for Ended { target, outcome, time } in &ended {
        match outcome {
            Ok(runs) => println!("  ok    {target}: {runs} ({})", duration(*time)),
            Err(why) => println!("  FAIL  {target}:\n{why}"),
        }
    }
    match ended.iter().filter(|ended| ended.outcome.is_err()).count() {
        0 => Ok(()),
        failed => bail!("{failed} of {} targets failed", ended.len()),
    }
}

/// For `cargo xtask test`: fuzzes each target for a minute if `fuzz TARGET` contains the filter.
pub fn shortly(filter: Option<&str>) -> Result<Vec<Ended>> {
    let mut targets = targets()?;
    targets.retain(|target| filter.is_none_or(|filter| format!("fuzz {target}").contains(filter)));
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(all(&build()?, targets, Limits { seconds: TEST_SECONDS, runs: None }))
}

/// The reason why this machine cannot fuzz, if there is one.
pub fn impossible() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some(format!("coverage counters are supported on Linux only, not on {}", env::consts::OS));
    }
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let found = Path::new(&compiler).is_absolute() || paths::on_path(&compiler).is_some();
    (!found).then(|| format!("libFuzzer needs a C++ compiler; `{compiler}` was not found (Debian: g++)"))
}

fn options(words: &[String]) -> Result<(Option<String>, Limits)> {
    let mut target = None;
    let mut limits = Limits { seconds: DEFAULT_SECONDS, runs: None };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || -> Result<u64> {
            let value = words.next().with_context(|| format!("{word} needs a value"))?;
            value
                .parse()
                .ok()
                .filter(|number| *number > 0)
                .with_context(|| format!("`{value}` is not a positive number"))
        };
        match word.as_str() {
            "--seconds" => limits.seconds = number()?,
            "--runs" => limits.runs = Some(number()?),
            name if target.is_none() && !name.starts_with('-') => target = Some(name.to_owned()),
            _ => bail!("`fuzz` does not accept `{word}`; see `cargo xtask help`"),
        }
    }
    Ok((target, limits))
}

fn folder() -> PathBuf {
    paths::root().join("fuzz")
}

/// The names of all targets.
fn targets() -> Result<Vec<String>> {
    let folder = folder().join("targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Builds all targets and returns the folder of the binaries.
fn build() -> Result<PathBuf> {
    let host = host()?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--package", "fuzz", "--features", "engine", "--bins", "--profile", "fuzz"])
        // With an explicit target, build scripts and macros are compiled without the counters.
        .args(["--target", &host])
        .current_dir(paths::root())
        .env("CARGO_TERM_COLOR", "never")
        .env("RUSTFLAGS", COUNTERS.join(" "))
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    crate::process::step("build the targets", || run_step(&mut cargo, &logs("build")))?;
    Ok(paths::cargo_target().join(host).join("fuzz"))
}

fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` does not print its host")
}

fn logs(name: &str) -> PathBuf {
    paths::products().join("logs").join(format!("fuzz-{name}.log"))
}

/// Runs the targets, several at once.
fn all(programs: &Path, targets: Vec<String>, limits: Limits) -> Vec<Ended> {
    println!("        {}, each for {}", targets.join(", "), duration(Duration::from_secs(limits.seconds)));
    let waiting = Mutex::new(targets.into_iter());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    thread::scope(|scope| {
        let worker = || {
            let mut ended = Vec::new();
            while let Some(target) = next() {
                let begin = Instant::now();
                let outcome = one(programs, &target, limits).unwrap_or_else(|error| Err(format!("{error:#}")));
                ended.push(Ended { target, outcome, time: begin.elapsed() });
            }
            ended
        };
        let workers: Vec<_> = (0..PARALLEL_TARGETS).map(|_| scope.spawn(worker)).collect();
        let ended = workers.into_iter().map(|worker| worker.join().unwrap_or_default());
        let mut ended: Vec<Ended> = ended.flatten().collect();
        ended.sort_by(|one, other| one.target.cmp(&other.target));
        ended
    })
}

fn one(programs: &Path, target: &str, limits: Limits) -> Result<Result<String, String>> {
    let products = paths::products().join("fuzz");
    // libFuzzer adds new inputs to the first folder; the committed corpus is only read.
    let (found, crashes) = (products.join("corpus").join(target), products.join("crashes").join(target));
    for folder in [&found, &crashes] {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let mut program = Command::new(programs.join(target));
    program
        .arg(format!("-max_total_time={}", limits.seconds))
        .arg(format!("-max_len={MAX_INPUT_LEN}"))
        .arg(format!("-timeout={INPUT_TIMEOUT}"))
        .args(["-rss_limit_mb=2048", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", crashes.display()))
        .args(limits.runs.map(|runs| format!("-runs={runs}")))
        .args((limits.seconds == TEST_SECONDS).then_some("-seed=1"))
        .args([found, folder().join("corpus").join(target)]);
    // libFuzzer stops by its own timer; this limit applies if it does not.
    let limit = Duration::from_secs(limits.seconds.saturating_add(5 * INPUT_TIMEOUT));
    let outcome = capture(&mut program, &logs(target), Some(limit))?;
    Ok(parse_outcome(target, outcome.status.success(), &outcome.output))
}

/// Parses the output of a target.
fn parse_outcome(target: &str, success: bool, output: &str) -> Result<String, String> {
    let runs = output.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")).map(str::trim);
    if !success {
        // "artifact_prefix='…'; Test unit written to …"
        let input = output.lines().find_map(|line| line.split_once("Test unit written to ").map(|(_, path)| path));
        let how = input.map_or_else(String::new, |path| {
            format!("\n    reproduce with: cargo run -p fuzz --bin {target} -- {path}\n    after the fix, add the input to fuzz/corpus/{target}/")
        });
        let said: Vec<&str> = output.lines().filter(|line| !line.starts_with('#')).collect();
        return Err(format!("{}{how}", tail(&said.join("\n"), SHOWN)));
    }
    if !output.contains("inline 8-bit counters") {
        return Err("    the target was built without coverage counters, so fuzzing had no effect".to_owned());
    }
    match runs {
        Some(runs) if runs != "0" => Ok(format!("{runs} inputs")),
        _ => Err("    no input was executed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(Option<String>, Limits)> {
        options(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn fuzz_options_are_parsed() {
        assert_eq!(read("").unwrap(), (None, Limits { seconds: DEFAULT_SECONDS, runs: None }));
        let all = read("redact --seconds 5 --runs 100").unwrap();
        assert_eq!(all, (Some("redact".to_owned()), Limits { seconds: 5, runs: Some(100) }));
        for line in ["--seconds", "--seconds x", "--runs 0", "--fast", "redact origin"] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn every_target_has_a_corpus() {
        for target in targets().unwrap() {
            assert!(folder().join("corpus").join(&target).is_dir(), "{target}");
        }
    }

    #[test]
    fn a_run_without_inputs_or_counters_is_a_failure() {
        let counted = "INFO: Loaded 1 modules   (99 inline 8-bit counters): 99\n";
        let ran = |runs: &str| format!("{counted}Done\nstat::number_of_executed_units: {runs}\n");
        assert_eq!(parse_outcome("redact", true, &ran("1234")), Ok("1234 inputs".to_owned()));
        assert!(parse_outcome("redact", true, &ran("0")).is_err());
        assert!(parse_outcome("redact", true, counted).is_err());
        assert!(parse_outcome("redact", true, "stat::number_of_executed_units: 9").is_err());
        let crash =
            format!("{counted}#9 NEW\nthread panicked: no\nartifact_prefix='/c/'; Test unit written to /c/crash-1\n");
        let why = parse_outcome("redact", false, &crash).unwrap_err();
        assert!(why.contains("--bin redact -- /c/crash-1") && why.contains("panicked") && !why.contains("#9"), "{why}");
    }
}
