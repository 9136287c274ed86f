//! `widget/src/` → the wasm module and its JavaScript.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{log, stamp};
use crate::step::run;
use crate::toolchain::Toolchain;
use crate::{paths, pins};

/// The browsers whose syntax is used: those with everything that the widget needs at run time.
pub const SCRIPT_TARGET: &str = "--target=es2020";
const STYLE_TARGET: &str = "--target=chrome99,firefox101,safari16.4";

/// A built widget.
pub struct Widget {
    /// What a page loads once a survey is shown.
    pub files: Vec<PathBuf>,
}

/// Builds the survey itself.
pub fn build(toolchain: &Toolchain, common: &stamp::Inputs) -> Result<Widget> {
    let out = paths::products().join("widget");
    let [script, wasm] = ["glas.js", "glas_bg.wasm"].map(|name| out.join(name));
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;

    let inputs = common.clone().word(pins::WASM_PACK);
    let inputs = ["widget/Cargo.toml", "widget/build.rs", "widget/src", "survey"]
        .iter()
        .try_fold(inputs, |inputs, path| inputs.tree(path))?;
    let made = [script.clone(), wasm.clone()];
    stamp::unless_unchanged("widget", "widget", inputs, &made, || {
        module(toolchain)?;
        style(toolchain)?;
        let source = paths::root().join("widget/src/glas.js");
        let mut bundle = toolchain.esbuild()?;
        bundle
            .arg(source)
            .args(["--bundle", "--minify", "--format=esm", "--charset=utf8", "--loader:.css=text", SCRIPT_TARGET])
            // The glue's advice to developers has no place in a shop's console.
            .arg("--drop:console")
            .arg(format!("--outfile={}", script.display()))
            .current_dir(paths::root());
        run(&mut bundle, &log("widget-bundle"))?;
        let built = paths::root().join("widget/pkg/glas_bg.wasm");
        fs::copy(&built, &wasm).with_context(|| format!("cannot copy {}", built.display()))?;
        Ok(())
    })?;

    Ok(Widget { files: vec![script, wasm] })
}

/// wasm-pack runs the compiler, wasm-bindgen and the optimiser.
fn module(toolchain: &Toolchain) -> Result<()> {
    let mut pack = toolchain.wasm_pack()?;
    pack.args([
        "build",
        "widget",
        "--profile",
        "widget",
        "--target",
        "web",
        "--out-name",
        "glas",
        "--mode",
        "no-install",
    ])
    .args(["--no-typescript", "--no-pack", "--no-gitignore"])
    .current_dir(paths::root());
    let said = run(&mut pack, &log("widget"))?;
    // wasm-pack goes on without the optimiser, at twice the bytes.
    if said.contains("Skipping wasm-opt") {
        bail!("wasm-pack found no wasm-opt; its output is in {}", log("widget").display());
    }
    Ok(())
}

/// The style sheet is minified by itself: the script takes it in as text.
fn style(toolchain: &Toolchain) -> Result<()> {
    let mut minify = toolchain.esbuild()?;
    minify
        .args([
            "widget/src/widget.css",
            "--minify",
            "--charset=utf8",
            STYLE_TARGET,
            "--outfile=widget/pkg/widget.css",
            "--allow-overwrite",
        ])
        .current_dir(paths::root());
    run(&mut minify, &log("widget-style"))?;
    Ok(())
}
