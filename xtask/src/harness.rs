//! Programs of the `tests` crate that people start: what takes minutes, depends on the machine, or is to be looked at.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::toolchain::{Toolchain, python};
use crate::{build, test, versions};

/// `bench NAME …`: the words after the name are the benchmark's own.
pub fn bench(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((name, rest)) if name == "widget" => run("bench_widget", rest, |toolchain| {
            // Only this installs what the widget is compared with.
            Ok(vec![("GLAS_POSTHOG", toolchain.runtime.posthog()?)])
        }),
        Some((name, rest)) if name == "intake" => run_headless("bench_intake", rest),
        Some((name, rest)) if name == "results" => run_headless("bench_results", rest),
        Some((name, rest)) if name == "exports" => run_headless("bench_exports", rest),
        Some((name, _)) => bail!("there is no benchmark `{name}`; there are: widget, intake, results, exports"),
        None => bail!("`bench` needs the name of a benchmark: widget, intake, results or exports"),
    }
}

/// `torture NAME …`: the same many times, each time with a mishap.
pub fn torture(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((name, rest)) if name == "widget" => run("torture", rest, |_| Ok(Vec::new())),
        Some((name, rest)) if name == "intake" => run_headless("torture_intake", rest),
        Some((name, rest)) if name == "webhooks" => run_headless("torture_webhooks", rest),
        Some((name, rest)) if name == "api" => {
            let program = python::ensure("schemathesis", versions::SCHEMATHESIS)?
                .map_err(|why| anyhow!("schemathesis cannot run here: {why}"))?;
            let more = vec![("GLAS_SCHEMATHESIS", program)];
            let xtask = env::current_exe().context("cannot find this program's own file")?;
            let toolchain = Toolchain::ensure()?;
            build::all(&toolchain)?;
            start(test::outside(&xtask, &toolchain, None), "torture_api", rest, more)
        }
        Some((name, _)) => bail!("there is no torture of `{name}`; there are: widget, intake, webhooks, api"),
        None => bail!("`torture` needs a name: widget, intake, webhooks or api"),
    }
}

/// `gallery`: pictures of everything that the widget can look like.
pub fn gallery(words: &[String]) -> Result<()> {
    run("gallery", words, |_| Ok(Vec::new()))
}

/// `scale`: what 10,000 shops cost and where they end. Needs nothing that is built here.
pub fn scale(words: &[String]) -> Result<()> {
    let mut cargo = test::cargo(&["run", "--quiet", "--package", "tests", "--bin", "scale", "--"]);
    let status = cargo.args(words).status().context("cannot start cargo")?;
    if !status.success() {
        bail!("`scale` ended with {status}");
    }
    Ok(())
}

/// Builds everything and runs a program with it. `more` are variables of this program alone.
fn run(
    program: &str,
    words: &[String],
    more: impl FnOnce(&Toolchain) -> Result<Vec<(&'static str, PathBuf)>>,
) -> Result<()> {
    // Asked for now: a later build may replace the file that this process was started from.
    let xtask = env::current_exe().context("cannot find this program's own file")?;
    let (toolchain, browsers) = Toolchain::ensure_with_browsers()?;
    let more = more(&toolchain)?;
    build::all(&toolchain)?;
    start(test::outside(&xtask, &toolchain, Some(&browsers)), program, words, more)
}

/// The same for a program that needs no browser.
fn run_headless(program: &str, words: &[String]) -> Result<()> {
    let xtask = env::current_exe().context("cannot find this program's own file")?;
    let toolchain = Toolchain::ensure()?;
    build::all(&toolchain)?;
    start(test::outside(&xtask, &toolchain, None), program, words, Vec::new())
}

fn start(mut cargo: Command, program: &str, words: &[String], more: Vec<(&'static str, PathBuf)>) -> Result<()> {
    cargo.args(["run", "--quiet", "--package", "tests", "--bin", program, "--"]).args(words);
    for (name, value) in more {
        cargo.env(name, value);
    }
    let status = cargo.status().context("cannot start cargo")?;
    if !status.success() {
        bail!("`{program}` ended with {status}");
    }
    Ok(())
}
