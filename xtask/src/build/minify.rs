//! Minifies a bundled script with terser, which saves a few hundred bytes more than the bundler's own minifier.

use std::path::Path;

use anyhow::{Result, bail};

use super::log;
use crate::process::run;
use crate::toolchain::Toolchain;

/// Minifies a script in place. In a `module`, top-level names are mangled too.
pub fn script(toolchain: &Toolchain, file: &Path, module: bool) -> Result<()> {
    let Some(name) = file.file_stem().map(|name| name.to_string_lossy().into_owned()) else {
        bail!("{} has no file name", file.display());
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
