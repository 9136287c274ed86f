//! `cargo xtask build`: the widget, the site it is served with, and the Worker. Each part is skipped while its inputs are
//! the ones it was built from.

mod docs;
mod errors;
mod fingerprint;
mod glue;
mod loader;
mod minify;
mod site;
mod widget;
mod worker;

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::toolchain::Toolchain;

/// Builds what changed.
pub fn all(toolchain: &Toolchain) -> Result<()> {
    let _lock = lock()?;
    let common = fingerprint::common(&toolchain.compiler()?)?;
    let widget = widget::build(toolchain, &common)?;
    let loader = loader::build(toolchain, &common, &widget)?;
    site::assemble(&loader, &common)?;
    worker::build(toolchain, &common)
}

/// For a run that builds nothing: everything must be there already.
pub fn require() -> Result<()> {
    for file in [paths::site().join("a/loader.js"), worker::entry()] {
        if !file.is_file() {
            bail!("{} is missing: run `cargo xtask build`, or this without --no-build", file.display());
        }
    }
    Ok(())
}

/// Two builds at a time would write to the same folders.
fn lock() -> Result<File> {
    let folder = paths::products();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("build.lock");
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        println!("  ..    another build of this folder is running; waiting for it");
        lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(lock)
}

/// Where a step's output goes.
fn log(name: &str) -> PathBuf {
    paths::products().join("logs").join(format!("{name}.log"))
}
