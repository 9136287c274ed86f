//! `cargo xtask build`: builds the widget, the site and the Worker. A part is skipped if its inputs have not changed.

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

/// Builds every part that has changed.
pub fn all(toolchain: &Toolchain) -> Result<()> {
    let _lock = lock()?;
    let common = fingerprint::common(&toolchain.compiler()?)?;
    let widget = widget::build(toolchain, &common)?;
    let loader = loader::build(toolchain, &common, &widget)?;
    site::assemble(&loader, &common)?;
    worker::build(toolchain, &common)
}

/// Checks that everything has been built already.
pub fn require() -> Result<()> {
    for file in [paths::site().join("a/loader.js"), worker::entry()] {
        if !file.is_file() {
            bail!("{} is missing; run `cargo xtask build`, or omit --no-build", file.display());
        }
    }
    Ok(())
}

/// Concurrent builds would write to the same folders.
fn lock() -> Result<File> {
    let folder = paths::products();
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join("build.lock");
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        println!("  ..    waiting for another build of this repository");
        lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(lock)
}

/// The log file of a build step.
fn log(name: &str) -> PathBuf {
    paths::products().join("logs").join(format!("{name}.log"))
}
