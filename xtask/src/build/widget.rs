//! Builds `widget/src/`: the wasm module with its JavaScript, and the same module translated to JavaScript for pages
//! whose policy forbids wasm.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{fingerprint, glue, log, minify};
use crate::process::run;
use crate::toolchain::Toolchain;
use crate::{paths, versions};

/// The JavaScript syntax of the oldest browsers that have everything the widget needs at run time.
pub const SCRIPT_TARGET: &str = "--target=es2020";
const STYLE_TARGET: &str = "--target=chrome99,firefox101,safari16.4";

/// The wasm features that rustc assumes of every browser. They are listed because the lowering rejects "all".
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
];
/// Passes that replace wasm instructions without a counterpart in JavaScript.
const LOWERING: [&str; 3] =
    ["--llvm-memory-copy-fill-lowering", "--signext-lowering", "--llvm-nontrapping-fptoint-lowering"];

/// A built widget.
pub struct Widget {
    /// The files that a page loads once a survey is shown.
    pub files: Vec<PathBuf>,
}

/// Builds the widget.
pub fn build(toolchain: &Toolchain, common: &fingerprint::Inputs) -> Result<Widget> {
    let out = paths::products().join("widget");
    // `extras.js` is built as `more.js`: the shorter name saves bytes where it is imported.
    let files =
        ["glas.js", "glas_bg.wasm", "more.js", "flush.js", "receipt.js", "glas_js.js"].map(|name| out.join(name));
    let [script, wasm, extras, flush, receipt, fallback] = &files;
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;

    let inputs = common.clone().word(versions::WASM_PACK);
    let inputs = ["widget/Cargo.toml", "widget/build.rs", "widget/src", "survey"]
        .iter()
        .try_fold(inputs, |inputs, path| inputs.tree(path))?;
    fingerprint::unless_unchanged("widget", "widget", inputs, &files, || {
        module(toolchain)?;
        shorten()?;
        lower(toolchain, fallback)?;
        for name in ["widget.css", "extras.css", "receipt.css"] {
            style(toolchain, name)?;
        }
        bundle(toolchain, "glas.js", script)?;
        bundle(toolchain, "extras.js", extras)?;
        bundle(toolchain, "flush.js", flush)?;
        bundle(toolchain, "receipt.js", receipt)?;
        let built = package("glas_bg.wasm");
        fs::copy(&built, wasm).with_context(|| format!("cannot copy {}", built.display()))?;
        Ok(())
    })?;

    Ok(Widget { files: files.to_vec() })
}

/// A file in wasm-pack's output folder.
fn package(name: &str) -> PathBuf {
    paths::root().join("widget/pkg").join(name)
}

/// Removes from wasm-bindgen's output what the widget does not need.
fn shorten() -> Result<()> {
    let (script, wasm) = (package("glas.js"), package("glas_bg.wasm"));
    fs::write(&script, glue::script(&fs::read_to_string(&script)?)?)?;
    fs::write(&wasm, glue::module(&fs::read(&wasm)?)?)?;
    Ok(())
}

/// Translates the module to JavaScript.
fn lower(toolchain: &Toolchain, fallback: &Path) -> Result<()> {
    let (lowered, raw) = (package("lowered.wasm"), package("lowered.js"));
    let mut lower = toolchain.binaryen("wasm-opt")?;
    lower.args(FEATURES).args(LOWERING).arg("-Oz").arg(package("glas_bg.wasm")).arg("-o").arg(&lowered);
    run(&mut lower, &log("widget-lower"))?;
    let mut translate = toolchain.binaryen("wasm2js")?;
    translate.arg("-Oz").arg(&lowered).arg("-o").arg(&raw);
    run(&mut translate, &log("widget-translate"))?;
    fs::write(&raw, glue::function(&fs::read_to_string(&raw)?)?)?;
    let mut minify = toolchain.esbuild()?;
    minify.arg(&raw).args(["--minify", "--format=esm", "--charset=utf8", SCRIPT_TARGET]);
    minify.arg(format!("--outfile={}", fallback.display())).current_dir(paths::root());
    run(&mut minify, &log("widget-fallback"))?;
    Ok(())
}

/// Runs wasm-pack, which runs the compiler, wasm-bindgen and the optimiser.
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
    let output = run(&mut pack, &log("widget"))?;
    // Without the optimiser wasm-pack still succeeds, with a module twice the size.
    if output.contains("Skipping wasm-opt") {
        bail!("wasm-pack did not find wasm-opt; see its output in {}", log("widget").display());
    }
    Ok(())
}

/// Minifies a style sheet, which the script then includes as text.
fn style(toolchain: &Toolchain, name: &str) -> Result<()> {
    let mut minify = toolchain.esbuild()?;
    minify
        .arg(format!("widget/src/{name}"))
        .args(["--bundle", "--minify", "--charset=utf8", STYLE_TARGET, "--allow-overwrite"])
        .arg(format!("--outfile=widget/pkg/{name}"))
        .current_dir(paths::root());
    run(&mut minify, &log("widget-style"))?;
    Ok(())
}

/// Bundles a script with its static imports; dynamic imports remain separate files.
fn bundle(toolchain: &Toolchain, name: &str, out: &Path) -> Result<()> {
    let mut bundle = toolchain.esbuild()?;
    bundle
        .arg(format!("widget/src/{name}"))
        .args(["--bundle", "--minify", "--format=esm", "--charset=utf8", "--loader:.css=text", SCRIPT_TARGET])
        .args(["--external:./glas_js.js", "--external:./more.js", "--external:./receipt.js"])
        .arg(format!("--outfile={}", out.display()))
        .current_dir(paths::root());
    run(&mut bundle, &log("widget-bundle"))?;
    minify::script(toolchain, out, true)
}
