//! Programs of the `tests` crate that people start: what takes minutes, depends on the machine, or is to be looked at.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::toolchain::Toolchain;
use crate::{build, test};

/// `bench NAME …`: the words after the name are the benchmark's own.
pub fn bench(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((name, rest)) if name == "widget" => run("bench_widget", rest, |toolchain| {
            // Only this installs what the widget is compared with.
            Ok(vec![("GLAS_POSTHOG", toolchain.runtime.posthog()?)])
        }),
        Some((name, _)) => bail!("there is no benchmark `{name}`; there is: widget"),
        None => bail!("`bench` needs the name of a benchmark: widget"),
    }
}

/// `torture NAME …`: the same answer many times, each time with a mishap.
pub fn torture(words: &[String]) -> Result<()> {
    match words.split_first() {
        Some((name, rest)) if name == "widget" => run("torture", rest, |_| Ok(Vec::new())),
        Some((name, _)) => bail!("there is no torture of `{name}`; there is: widget"),
        None => bail!("`torture` needs a name: widget"),
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
    let mut cargo = test::outside(&xtask, &toolchain, &browsers);
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
