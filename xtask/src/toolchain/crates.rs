//! Tools installed from crates.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::cache::Cache;
use crate::paths;
use crate::process::{already, run, step};

/// Build folder shared by the tools during installation, since they have most dependencies in common.
const INTERMEDIATES: &str = "tools-build";

/// The path of a tool: `<cache>/tools/<program>-<version>/bin`. Installs it if needed.
pub fn ensure(cache: &Cache, krate: &str, program: &str, version: &str) -> Result<PathBuf> {
    let name = format!("tools/{program}-{version}");
    let binary = cache.entry(&name).join("bin").join(program);
    if paths::is_executable(&binary) {
        already(&format!("{program} {version}"));
        return Ok(binary);
    }
    step(&format!("{program} {version} (compiled once, takes one to three minutes)"), || {
        cache.publish(&name, |partial| {
            let mut install = Command::new("cargo");
            install
                .args(["install", "--locked", "--root"])
                .arg(partial)
                .arg(format!("{krate}@{version}"))
                .current_dir(partial)
                .env("CARGO_TARGET_DIR", cache.entry(INTERMEDIATES))
                // Optimising these tools would cost more time than it saves.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .env_remove("CARGO_BUILD_TARGET");
            run(&mut install, &cache.log(program))?;
            if !paths::is_executable(&partial.join("bin").join(program)) {
                bail!("`cargo install {krate}` succeeded but did not install `{program}`");
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(binary)
}

/// Deletes the build folder; it is large and not needed after installation.
pub fn remove_intermediates(cache: &Cache) {
    // A failure only wastes disk space.
    let _ = fs::remove_dir_all(cache.entry(INTERMEDIATES));
}
