//! `cargo xtask test`: everything that can be checked on this machine, with one count at the end.

mod count;
mod watchdog;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::{Outcome, attend, duration};
use crate::toolchain::{Browsers, Runtime, Toolchain, python};
use crate::{build, fuzz, openapi, paths, versions};
use count::Count;
use watchdog::Watchdog;

/// The lines of a failure that are shown; the log has the rest.
const SHOWN: usize = 120;

/// Runs it all, or with a filter only the tests whose name has it.
pub fn run(filter: Option<&str>) -> Result<ExitCode> {
    // Asked for now: a later build may replace the file that this process was started from.
    let xtask = env::current_exe().context("cannot find this program's own file")?;
    let mut report = Report::default();

    println!("tools");
    let tools = report.required("setup", Toolchain::ensure_with_browsers);

    println!("checks and tests inside");
    if filter.is_none() {
        report.check("cargo fmt --check", &mut cargo(&["fmt", "--all", "--check"]));
        report.clippy();
    }
    report.tests("tests of the crates", cargo(&["test", "--no-fail-fast"]).args(filter), Count::of_cargo);
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

    println!("build and tests from outside");
    if let Some((toolchain, browsers)) = &tools
        && report.required("build", || build::all(toolchain)).is_some()
    {
        if filter.is_none() {
            report.total.passed += 1;
        }
        let mut tests = outside(&xtask, toolchain, Some(browsers));
        tests.args(["test", "--no-fail-fast", "-p", "tests"]).args(filter).arg("--");
        for (engine, why) in browsers.absent() {
            tests.args(["--skip", &tests_in(engine)]);
            report.not_run.push(format!("{engine}: {why}"));
        }
        for (program, test) in [("curl", "::in_curl"), ("python3", "::in_python")] {
            if paths::on_path(program).is_none() {
                tests.args(["--skip", test]);
                report.not_run.push(format!("the examples of docs/api.md that call {program}: it is not on the PATH"));
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
        report.tests("tests from outside", &mut tests, Count::of_cargo);
        // Written by the test of the budgets.
        if let Ok(table) = fs::read_to_string(paths::site().with_file_name("bytes.txt")) {
            print!("what a shopper downloads\n{table}");
        }
    } else {
        println!("  --    tests from outside: not run, see above");
    }
    Ok(report.close())
}

/// A `cargo` for the tests from outside: it says where everything is.
pub fn outside(xtask: &Path, toolchain: &Toolchain, browsers: Option<&Browsers>) -> Command {
    let mut command = cargo(&[]);
    if let Some(browsers) = browsers {
        browsers.tell(&mut command);
    }
    command
        .env("GLAS_XTASK", xtask)
        .env("GLAS_NODE", &toolchain.runtime.node)
        .env("GLAS_NPM", &toolchain.runtime.modules)
        .env("GLAS_SITE", paths::site());
    command
}

/// What has happened so far.
#[derive(Default)]
struct Report {
    total: Count,
    failures: Vec<String>,
    /// What this machine cannot run, and why.
    not_run: Vec<String>,
}

impl Report {
    /// Something without which the rest cannot be done. It counts when it fails.
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

    /// A command that counts as one.
    fn check(&mut self, name: &str, command: &mut Command) -> Option<Outcome> {
        self.watch(
            name,
            command,
            |outcome| {
                if outcome.status.success() { Count::one_passed() } else { Count::one_failed() }
            },
        )
    }

    /// A command that runs tests and says how they ended.
    fn tests(&mut self, name: &str, command: &mut Command, count: fn(&str) -> Count) {
        self.watch(name, command, |outcome| {
            let mut count = count(&outcome.output);
            // Did not compile, was killed, ...: no test of its own says so.
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
        let mut silence = Watchdog::of(&log);
        let looked = attend(command, &log, |child| {
            if silence.is_too_long(watchdog::LIMIT) {
                let told = watchdog::end_children(child.id());
                println!(
                    "        silent for {}, so its programs are ended; they were at\n{told}",
                    duration(watchdog::LIMIT)
                );
            }
            Ok(())
        });
        match looked {
            Ok(outcome) => {
                let count = judge(&outcome);
                let mark = if count.failed == 0 { "ok" } else { "FAIL" };
                println!("  {mark:<4}  {name}: {count} ({})", duration(begin.elapsed()));
                if count.failed > 0 {
                    let shown = count::failures(&outcome.output, SHOWN);
                    self.fail(name, &format!("{shown}\n    (all of it: {})", outcome.log.display()));
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

    /// Warnings are errors where nobody reads them, in CI; at a desk they are only counted.
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
            println!("        {warnings} warnings, which CI refuses; they are in {}", outcome.log.display());
        }
    }

    /// The tests of the widget's JavaScript: plain functions, no browser.
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
        self.tests("tests of the widget's scripts", &mut node, Count::of_node);
        Ok(())
    }

    /// The types for TypeScript: made from the document as it is, and an integration that uses them.
    fn clients(&mut self, runtime: &Runtime) {
        if self.required("types of the clients", || openapi::types_are_current(runtime)).is_some() {
            self.total.passed += 1;
        }
        self.check("an integration in TypeScript", &mut openapi::typescript(runtime));
    }

    /// What fuzzing found before, then a minute of it for each target, which counts as one test.
    fn fuzz(&mut self, filter: Option<&str>) {
        let mut corpus = cargo(&["test", "--package", "fuzz"]);
        self.tests("inputs that were found before", corpus.args(filter), Count::of_cargo);
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

    fn fail(&mut self, name: &str, what: &str) {
        self.failures.push(format!("{name}:\n{what}"));
    }

    /// The failures once more, then the plain last line.
    fn close(self) -> ExitCode {
        for failure in &self.failures {
            println!("\nFAILED {failure}");
        }
        println!();
        for engine in &self.not_run {
            println!("not run: {engine}");
        }
        if self.total.skipped > 0 {
            println!("{} skipped: ignored tests prove nothing and are not counted below", self.total.skipped);
        }
        println!("{} passed, {} failed", self.total.passed, self.total.failed);
        if self.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The end of the name of the test that it does.
const SCHEMATHESIS: &str = "::by_schemathesis";

/// What the names of an engine's tests have in common: the end.
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
    fn the_test_of_the_document_is_called_so() {
        let tests = fs::read_to_string(paths::root().join("tests/tests/api/document.rs")).unwrap();
        let name = SCHEMATHESIS.replace("::", "fn ");
        assert!(tests.contains(&name), "`{name}` in tests/tests/api/document.rs");
    }

    #[test]
    fn the_tests_of_an_engine_are_called_so() {
        let tests = fs::read_to_string(paths::root().join("tests/tests/engines/main.rs")).unwrap();
        for engine in ["firefox", "webkit"] {
            let name = tests_in(engine).replace("::", "fn ");
            assert!(tests.contains(&name), "`{name}` in tests/tests/engines/main.rs");
        }
    }
}
