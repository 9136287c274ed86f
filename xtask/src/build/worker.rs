//! `edge/` → `edge/build/`, which is wrangler's entry point.

use std::path::PathBuf;

use anyhow::Result;

use super::{log, stamp};
use crate::step::run;
use crate::toolchain::Toolchain;
use crate::{paths, pins};

/// wrangler's `main`.
pub fn entry() -> PathBuf {
    paths::root().join("edge/build/index.js")
}

/// Builds the Worker.
pub fn build(toolchain: &Toolchain, common: &stamp::Inputs) -> Result<()> {
    let inputs = ["edge", "survey", "insight"]
        .iter()
        .try_fold(common.clone().word(pins::WORKER_BUILD), |inputs, path| inputs.tree(path))?;
    let wasm = paths::root().join("edge/build/index_bg.wasm");
    stamp::unless_unchanged("worker", "Worker", inputs, &[entry(), wasm], || {
        let mut build = toolchain.worker_build()?;
        build.arg("--release").current_dir(paths::root().join("edge"));
        run(&mut build, &log("worker"))?;
        Ok(())
    })
}
