//! `cargo xtask test`: runs every check and test this machine supports and prints one total.

mod count;
mod watchdog;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::{Outcome, duration, monitor};
use crate::toolchain::{Browsers, Runtime, Toolchain, python};
use crate::{build, fuzz, openapi, paths, versions};
use count::Count;
use watchdog::Watchdog;

/// Lines shown per failure; the log has the full output.
const SHOWN: usize = 120;

/// Runs all checks and tests or, with a filter, only the tests whose name contains it.
pub fn run(filter: Option<&str>) -> Result<ExitCode> {
    // Resolved now: a later build may replace this executable.
    let xtask = env::current_exe().context("cannot find the path of this executable")?;
    let mut report = Report::default();

    println!("tools");
    let tools = report.required("setup", Toolchain::ensure_with_browsers);

    println!("checks and unit tests");
    if filter.is_none() {
        report.check("cargo fmt --check", &mut cargo(&["fmt", "--all", "--check"]));
        report.clippy();
    }
    report.tests("crate tests", cargo(&["test", "--no-fail-fast"]).args(filter), Count::of_cargo);
    if filter.is_none() {
        report.check("cargo doc", cargo(&["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"));
    }
    if let Some((toolchain, _)) = &tools {
        report.scripts(&toolchain.runtime, filter)?;
        if filter.is_none() {
            report.clients(&toolchain.runtime);
        }
    }
    report.fuzz(filter);

    println!("build and end-to-end tests");
    if let Some((toolchain, browsers)) = &tools
        && report.required("build", || build::all(toolchain)).is_some()
    {
        if filter.is_none() {
            report.total.passed += 1;
        }
        let mut tests = tests_command(&xtask, toolchain, Some(browsers));
        tests.args(["test", "--no-fail-fast", "-p", "tests"]).args(filter).arg("--");
        for (engine, why) in browsers.absent() {
            tests.args(["--skip", &tests_in(engine)]);
            report.not_run.push(format!("{engine}: {why}"));
        }
        for (program, test) in [("curl", "::in_curl"), ("python3", "::in_python")] {
            if paths::on_path(program).is_none() {
                tests.args(["--skip", test]);
                report.not_run.push(format!("the examples in docs/api.md that use {program}: not found on the PATH"));
            }
        }
        match report.required("schemathesis", || python::ensure("schemathesis", versions::SCHEMATHESIS)) {
            Some(Ok(program)) => {
                tests.env("GLAS_SCHEMATHESIS", program);
            }
            Some(Err(why)) => {
                tests.args(["--skip", SCHEMATHESIS]);
                report.not_run.push(format!("schemathesis: {why}"));
            }
            None => {
                tests.args(["--skip", SCHEMATHESIS]);
            }
        }
        report.tests("end-to-end tests", &mut tests, Count::of_cargo);
        // Written by the size budget test.
        if let Ok(table) = fs::read_to_string(paths::site().with_file_name("bytes.txt")) {
            print!("download sizes for a shopper\n{table}");
        }
    } else {
        println!("  --    end-to-end tests: not run because of the failures above");
    }
    Ok(report.close())
}

/// A `cargo` command for the `tests` crate, with the paths of all artefacts in its environment.
pub fn tests_command(xtask: &Path, toolchain: &Toolchain, browsers: Option<&Browsers>) -> Command {
    let mut command = cargo(&[]);
    if let Some(browsers) = browsers {
        browsers.set_env(&mut command);
    }
    command
        .env("GLAS_XTASK", xtask)
        .env("GLAS_NODE", &toolchain.runtime.node)
        .env("GLAS_NPM", &toolchain.runtime.modules)
        .env("GLAS_SITE", paths::site());
    command
}

/// The results so far.
#[derive(Default)]
struct Report {
    total: Count,
    failures: Vec<String>,
    /// What this machine cannot run, and the reason.
    not_run: Vec<String>,
}

impl Report {
    /// A prerequisite of later steps. Only a failure is counted.
    fn required<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        match work() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fail(name, &format!("{error:#}"));
                self.total.failed += 1;
                None
            }
        }
    }

    /// A command that counts as one test.
    fn check(&mut self, name: &str, command: &mut Command) -> Option<Outcome> {
        self.watch(
            name,
            command,
            |outcome| {
                if outcome.status.success() { Count::one_passed() } else { Count::one_failed() }
            },
        )
    }

    /// A command that runs tests; `count` reads the totals from its output.
    fn tests(&mut self, name: &str, command: &mut Command, count: fn(&str) -> Count) {
        self.watch(name, command, |outcome| {
            let mut count = count(&outcome.output);
            // A compile error or a kill reports no failed test of its own.
            if !outcome.status.success() && count.failed == 0 {
                count.failed = 1;
            }
            count
        });
    }

    fn watch(&mut self, name: &str, command: &mut Command, judge: impl FnOnce(&Outcome) -> Count) -> Option<Outcome> {
        println!("  ..    {name}");
        let begin = Instant::now();
        let log = paths::products().join("logs").join(format!("{}.log", name.replace(' ', "-")));
        let mut watchdog = Watchdog::of(&log);
        let result = monitor(command, &log, |child| {
            if watchdog.is_stalled(watchdog::LIMIT) {
                let report = watchdog::end_children(child.id());
                println!(
                    "        no output for {}; killing its child processes, which were at\n{report}",
                    duration(watchdog::LIMIT)
                );
            }
            Ok(())
        });
        match result {
            Ok(outcome) => {
                let count = judge(&outcome);
                let mark = if count.failed == 0 { "ok" } else { "FAIL" };
                println!("  {mark:<4}  {name}: {count} ({})", duration(begin.elapsed()));
                if count.failed > 0 {
                    let shown = count::failures(&outcome.output, SHOWN);
                    self.fail(name, &format!("{shown}\n    (full output: {})", outcome.log.display()));
                }
                self.total.add(&count);
                Some(outcome)
            }
            Err(error) => {
                println!("  FAIL  {name}");
                self.fail(name, &format!("{error:#}"));
                self.total.failed += 1;
                None
            }
        }
    }

    /// CI treats warnings as errors; a local run only counts them.
    fn clippy(&mut self) {
        let mut clippy = cargo(&["clippy", "--workspace", "--all-targets"]);
        let strict = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
        if strict {
            clippy.args(["--", "-D", "warnings"]);
        }
        let Some(outcome) = self.check("cargo clippy", &mut clippy) else {
            return;
        };
        let warnings = count::warnings(&outcome.output);
        if !strict && warnings > 0 {
            println!("        {warnings} warnings, which fail in CI; see {}", outcome.log.display());
        }
    }

    /// The unit tests of the widget's JavaScript, without a browser.
    fn scripts(&mut self, runtime: &Runtime, filter: Option<&str>) -> Result<()> {
        let mut files = Vec::new();
        test_files(&paths::root().join("widget"), &mut files)?;
        files.sort();
        let mut node = Command::new(&runtime.node);
        node.args(["--test", "--test-reporter=tap"]);
        if let Some(filter) = filter {
            node.arg(format!("--test-name-pattern={filter}"));
        }
        node.args(files).current_dir(paths::root()).env("GLAS_NPM", &runtime.modules);
        self.tests("widget script tests", &mut node, Count::of_node);
        Ok(())
    }

    /// Checks that the TypeScript types match the API document and compiles the example integration.
    fn clients(&mut self, runtime: &Runtime) {
        if self.required("client types", || openapi::types_are_current(runtime)).is_some() {
            self.total.passed += 1;
        }
        self.check("TypeScript integration", &mut openapi::typescript(runtime));
    }

    /// Replays the corpus, then fuzzes each target for a minute; each target counts as one test.
    fn fuzz(&mut self, filter: Option<&str>) {
        let mut corpus = cargo(&["test", "--package", "fuzz"]);
        self.tests("fuzz corpus", corpus.args(filter), Count::of_cargo);
        if let Some(why) = fuzz::impossible() {
            self.not_run.push(format!("fuzzing: {why}"));
            return;
        }
        for ended in self.required("fuzz", || fuzz::shortly(filter)).into_iter().flatten() {
            let name = format!("fuzz {}", ended.target);
            match ended.outcome {
                Ok(runs) => {
                    println!("  ok    {name}: {runs} ({})", duration(ended.time));
                    self.total.add(&Count::one_passed());
                }
                Err(why) => {
                    println!("  FAIL  {name}");
                    self.fail(&name, &why);
                    self.total.add(&Count::one_failed());
                }
            }
        }
    }

    fn fail(&mut self, name: &str, message: &str) {
        self.failures.push(format!("{name}:\n{message}"));
    }

    /// Repeats the failures and prints the total as the last line.
    fn close(self) -> ExitCode {
        for failure in &self.failures {
            println!("\nFAILED {failure}");
        }
        println!();
        for engine in &self.not_run {
            println!("not run: {engine}");
        }
        if self.total.skipped > 0 {
            println!("{} skipped; ignored tests are not counted below", self.total.skipped);
        }
        println!("{} passed, {} failed", self.total.passed, self.total.failed);
        if self.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The name of the schemathesis test, as a suffix.
const SCHEMATHESIS: &str = "::by_schemathesis";

/// The common suffix of the names of an engine's tests.
fn tests_in(engine: &str) -> String {
    format!("::in_{engine}")
}

pub fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(words).current_dir(paths::root()).env("CARGO_TERM_COLOR", "never");
    command
}

fn test_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            test_files(&path, files)?;
        } else if name.ends_with(".test.js") || name.ends_with(".test.mjs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemathesis_test_exists_under_the_filtered_name() {
        let tests = fs::read_to_string(paths::root().join("tests/tests/api/document.rs")).unwrap();
        let name = SCHEMATHESIS.replace("::", "fn ");
        assert!(tests.contains(&name), "`{name}` in tests/tests/api/document.rs");
    }

    #[test]
    fn the_engine_tests_exist_under_the_filtered_names() {
        let tests = fs::read_to_string(paths::root().join("tests/tests/engines/main.rs")).unwrap();
        for engine in ["firefox", "webkit"] {
            let name = tests_in(engine).replace("::", "fn ");
            assert!(tests.contains(&name), "`{name}` in tests/tests/engines/main.rs");
        }
    }
}
