//! `widget/loader/` → the script of the tag, which knows where the widget's files are.

use std::path::PathBuf;
use std::{fs, slice};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::widget::{SCRIPT_TARGET, Widget};
use super::{log, stamp};
use crate::paths;
use crate::step::run;
use crate::toolchain::Toolchain;

/// In the loader's source: the folder of the widget's files.
const ASSETS_NAME: &str = "__GLAS_ASSETS__";
/// In the built loader: what the Worker replaces by a shop's config.
const CONFIG_TOKEN: &str = "__GLAS_CONFIG__";

/// A built loader, with what it loads.
pub struct Loader {
    /// Names the folder of what never changes.
    pub hash: String,
    /// The files of that folder.
    pub files: Vec<PathBuf>,
    /// The script of the tag.
    pub script: PathBuf,
    /// Changes when the loader does.
    pub script_hash: String,
}

/// Builds what decides whether a survey is loaded.
pub fn build(toolchain: &Toolchain, common: &stamp::Inputs, widget: &Widget) -> Result<Loader> {
    let script = paths::products().join("widget/loader.js");
    let hash = hash_of(&widget.files)?;
    let inputs = common.clone().word(&hash).tree("widget/loader")?;
    stamp::unless_unchanged("loader", "loader", inputs, slice::from_ref(&script), || {
        let mut bundle = toolchain.esbuild()?;
        bundle
            .arg(paths::root().join("widget/loader/main.js"))
            .args(["--bundle", "--minify", "--format=iife", "--charset=utf8", SCRIPT_TARGET])
            .arg(format!("--define:{ASSETS_NAME}=\"/a/{hash}\""))
            .arg(format!("--outfile={}", script.display()))
            .current_dir(paths::root());
        run(&mut bundle, &log("loader"))?;
        let text = fs::read_to_string(&script)?;
        match text.matches(CONFIG_TOKEN).count() {
            1 => Ok(()),
            times => bail!("the built loader has {CONFIG_TOKEN} {times} times; the Worker replaces exactly one"),
        }
    })?;
    let script_hash = hash_of(slice::from_ref(&script))?;
    Ok(Loader { hash, files: widget.files.clone(), script, script_hash })
}

/// The first 12 hex digits of the SHA-256 over the files' bytes, one after the other.
fn hash_of(files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}
