//! Starts programs of the `tests` crate that are too slow or too machine-dependent for a test run, or whose output a
//! person looks at.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::toolchain::{Toolchain, python};
use crate::{build, test, versions};

/// `bench NAME …`: the remaining arguments go to the benchmark.
pub fn bench(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((name, rest)) if name == "widget" => run("bench_widget", rest, |toolchain| {
            // posthog-js is installed for this benchmark only.
            Ok(vec![("GLAS_POSTHOG", toolchain.runtime.posthog()?)])
        }),
        Some((name, rest)) if name == "intake" => run_headless("bench_intake", rest),
        Some((name, rest)) if name == "results" => run_headless("bench_results", rest),
        Some((name, rest)) if name == "exports" => run_headless("bench_exports", rest),
        Some((name, _)) => bail!("unknown benchmark `{name}`; expected one of: widget, intake, results, exports"),
        None => bail!("`bench` needs the name of a benchmark: widget, intake, results or exports"),
    }
}

/// `torture NAME …`: many runs, each with an injected fault.
pub fn torture(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((name, rest)) if name == "widget" => run("torture", rest, |_| Ok(Vec::new())),
        Some((name, rest)) if name == "intake" => run_headless("torture_intake", rest),
        Some((name, rest)) if name == "webhooks" => run_headless("torture_webhooks", rest),
        Some((name, rest)) if name == "api" => {
            let program = python::ensure("schemathesis", versions::SCHEMATHESIS)?
                .map_err(|why| anyhow!("schemathesis cannot run here: {why}"))?;
            let more = vec![("GLAS_SCHEMATHESIS", program)];
            let xtask = env::current_exe().context("cannot find the path of this executable")?;
            let toolchain = Toolchain::ensure()?;
            build::all(&toolchain)?;
            start(test::tests_command(&xtask, &toolchain, None), "torture_api", rest, more)
        }
        Some((name, _)) => bail!("unknown torture test `{name}`; expected one of: widget, intake, webhooks, api"),
        None => bail!("`torture` needs the name of a test: widget, intake, webhooks or api"),
    }
}

/// `gallery`: screenshots of every state of the widget.
pub fn gallery(words: &[String]) -> Result<()> {
    run("gallery", words, |_| Ok(Vec::new()))
}

/// `scale`: what 10,000 shops cost and where the limits are. Needs no build.
pub fn scale(words: &[String]) -> Result<()> {
    let mut cargo = test::cargo(&["run", "--quiet", "--package", "tests", "--bin", "scale", "--"]);
    let status = cargo.args(words).status().context("cannot start cargo")?;
    if !status.success() {
        bail!("`scale` exited with {status}");
    }
    Ok(())
}

/// Builds everything and runs a program. `more` returns extra environment variables for it.
fn run(
    program: &str,
    words: &[String],
    more: impl FnOnce(&Toolchain) -> Result<Vec<(&'static str, PathBuf)>>,
) -> Result<()> {
    // Resolved now: a later build may replace this executable.
    let xtask = env::current_exe().context("cannot find the path of this executable")?;
    let (toolchain, browsers) = Toolchain::ensure_with_browsers()?;
    let more = more(&toolchain)?;
    build::all(&toolchain)?;
    start(test::tests_command(&xtask, &toolchain, Some(&browsers)), program, words, more)
}

/// Like [`run`], for a program that needs no browser.
fn run_headless(program: &str, words: &[String]) -> Result<()> {
    let xtask = env::current_exe().context("cannot find the path of this executable")?;
    let toolchain = Toolchain::ensure()?;
    build::all(&toolchain)?;
    start(test::tests_command(&xtask, &toolchain, None), program, words, Vec::new())
}

fn start(mut cargo: Command, program: &str, words: &[String], more: Vec<(&'static str, PathBuf)>) -> Result<()> {
    cargo.args(["run", "--quiet", "--package", "tests", "--bin", program, "--"]).args(words);
    for (name, value) in more {
        cargo.env(name, value);
    }
    let status = cargo.status().context("cannot start cargo")?;
    if !status.success() {
        bail!("`{program}` exited with {status}");
    }
    Ok(())
}
