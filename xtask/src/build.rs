//! `cargo xtask build`: the widget, the site it is served with, and the Worker. Each part is skipped while its inputs are
//! the ones it was built from.

mod site;
mod stamp;
mod widget;
mod worker;

use anyhow::{Result, bail};

use crate::paths;
use crate::toolchain::Toolchain;

/// Builds what changed.
pub fn all(toolchain: &Toolchain) -> Result<()> {
    let common = stamp::common(&toolchain.compiler()?)?;
    let widget = widget::build(toolchain, &common)?;
    site::assemble(&widget, &common)?;
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

/// Where a step's output goes.
fn log(name: &str) -> std::path::PathBuf {
    paths::products().join("logs").join(format!("{name}.log"))
}
