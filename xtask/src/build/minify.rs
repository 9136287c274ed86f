//! The last few hundred bytes of a script: terser finds names and forms that a bundler does not look for.

use std::path::Path;

use anyhow::{Result, bail};

use super::log;
use crate::process::run;
use crate::toolchain::Toolchain;

/// Rewrites a bundled script in place, shorter. A `module` may export; its own names are its own.
pub fn script(toolchain: &Toolchain, file: &Path, module: bool) -> Result<()> {
    let Some(name) = file.file_stem().map(|name| name.to_string_lossy().into_owned()) else {
        bail!("{} has no name", file.display());
    };
    let mut terser = toolchain.node("terser/bin/terser")?;
    terser
        .arg(file)
        .args(["--ecma", "2020", "--compress", "passes=3", "--mangle"])
        .args(module.then_some("--module"))
        .arg("--output")
        .arg(file);
    run(&mut terser, &log(&format!("terse-{name}")))?;
    Ok(())
}
