//! Builds `edge/` into `edge/build/`, the entry point of wrangler.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::{fingerprint, log};
use crate::process::run;
use crate::toolchain::Toolchain;
use crate::{paths, versions};

/// The file that wrangler's `main` names.
pub fn entry() -> PathBuf {
    paths::root().join("edge/build/index.js")
}

/// Builds the Worker. With `GLAS_UNWIND=1`, a panic fails a single request instead of the whole isolate; this needs a
/// nightly compiler and rebuilds the standard library.
pub fn build(toolchain: &Toolchain, common: &fingerprint::Inputs) -> Result<()> {
    let unwind = env::var("GLAS_UNWIND").is_ok_and(|value| value == "1");
    let compiler = if unwind { nightly()? } else { String::new() };
    let inputs = ["edge", "survey", "insight"]
        .iter()
        .try_fold(common.clone().word(versions::WORKER_BUILD).word(&compiler), |inputs, path| inputs.tree(path))?;
    let wasm = paths::root().join("edge/build/index_bg.wasm");
    let name = if unwind { "Worker, unwinding" } else { "Worker" };
    fingerprint::unless_unchanged("worker", name, inputs, &[entry(), wasm], || {
        let mut build = toolchain.worker_build()?;
        build.arg("--release").current_dir(paths::root().join("edge"));
        if unwind {
            // A separate target folder, since the two builds would invalidate each other.
            build.arg("--panic-unwind").env("CARGO_TARGET_DIR", paths::cargo_target().join("wasm-unwind"));
        }
        run(&mut build, &log("worker"))?;
        Ok(())
    })
}

/// The version of an installed nightly compiler with the required parts; worker-build would install the latest one.
fn nightly() -> Result<String> {
    let say = |what: &str| {
        let output =
            Command::new("rustc").args(["+nightly", what]).args((what == "--print").then_some("sysroot")).output();
        output
            .ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if let (Some(version), Some(sysroot)) = (say("--version"), say("--print")) {
        let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
        if libraries.join("src").is_dir() && libraries.join("wasm32-unknown-unknown").is_dir() {
            return Ok(version);
        }
    }
    bail!(
        "GLAS_UNWIND=1 needs a nightly compiler with its sources:\n    \
         rustup toolchain install nightly --component rust-src --target wasm32-unknown-unknown"
    )
}
