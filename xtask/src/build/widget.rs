//! `widget/` → the wasm module and its JavaScript, named by their hash, and the loader that knows the hash.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::{log, stamp};
use crate::step::run;
use crate::toolchain::Toolchain;
use crate::{paths, pins};

/// The browsers whose syntax is used: those with everything that the widget needs at run time.
const SCRIPT_TARGET: &str = "--target=es2020";
const STYLE_TARGET: &str = "--target=chrome99,firefox101,safari16.4";

/// In the loader's source: the folder of the widget's files.
const ASSETS_NAME: &str = "__GLAS_ASSETS__";
/// In the built loader: what the Worker replaces by a shop's config.
const CONFIG_TOKEN: &str = "__GLAS_CONFIG__";

/// A built widget.
pub struct Widget {
    /// Names the folder of its files.
    pub hash: String,
    /// The files of that folder.
    pub files: [PathBuf; 2],
    /// The script of the tag.
    pub loader: PathBuf,
    /// Changes when the loader does.
    pub loader_hash: String,
}

/// Builds what a shop's page loads.
pub fn build(toolchain: &Toolchain, common: &stamp::Inputs) -> Result<Widget> {
    let out = paths::products().join("widget");
    let [script, wasm, loader] = ["glas.js", "glas_bg.wasm", "loader.js"].map(|name| out.join(name));
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

    let hash = hash_of(&[&script, &wasm])?;
    let inputs = common.clone().word(&hash).tree("widget/loader")?;
    stamp::unless_unchanged("loader", "loader", inputs, std::slice::from_ref(&loader), || {
        let mut bundle = toolchain.esbuild()?;
        bundle
            .arg(paths::root().join("widget/loader/main.js"))
            .args(["--bundle", "--minify", "--format=iife", "--charset=utf8", SCRIPT_TARGET])
            .arg(format!("--define:{ASSETS_NAME}=\"/a/{hash}\""))
            .arg(format!("--outfile={}", loader.display()))
            .current_dir(paths::root());
        run(&mut bundle, &log("loader"))?;
        let text = fs::read_to_string(&loader)?;
        match text.matches(CONFIG_TOKEN).count() {
            1 => Ok(()),
            times => bail!("the built loader has {CONFIG_TOKEN} {times} times; the Worker replaces exactly one"),
        }
    })?;

    let loader_hash = hash_of(&[&loader])?;
    Ok(Widget { hash, files: [script, wasm], loader, loader_hash })
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

/// The first 12 hex digits of the SHA-256 over the files' bytes, one after the other.
fn hash_of(files: &[&PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}
