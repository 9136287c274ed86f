//! Tools that come as Rust crates.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::cache::Cache;
use crate::paths;
use crate::process::{already, run, step};

/// The compiler's intermediates, shared by the tools while they are installed: they have most dependencies in common.
const INTERMEDIATES: &str = "tools-build";

/// The tool's program, from `<cache>/tools/<program>-<version>/bin`.
pub fn ensure(cache: &Cache, krate: &str, program: &str, version: &str) -> Result<PathBuf> {
    let name = format!("tools/{program}-{version}");
    let binary = cache.entry(&name).join("bin").join(program);
    if paths::is_executable(&binary) {
        already(&format!("{program} {version}"));
        return Ok(binary);
    }
    step(&format!("{program} {version} (compiled once, one to three minutes)"), || {
        cache.publish(&name, |partial| {
            let mut install = Command::new("cargo");
            install
                .args(["install", "--locked", "--root"])
                .arg(partial)
                .arg(format!("{krate}@{version}"))
                .current_dir(partial)
                .env("CARGO_TARGET_DIR", cache.entry(INTERMEDIATES))
                // Nobody waits for these tools as long as for their compilation.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS")
                .env_remove("CARGO_BUILD_TARGET");
            run(&mut install, &cache.log(program))?;
            if !paths::is_executable(&partial.join("bin").join(program)) {
                bail!("`cargo install {krate}` succeeded but made no `{program}`");
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(binary)
}

/// The intermediates are large and of no use once the tools are there.
pub fn forget_intermediates(cache: &Cache) {
    // Left behind they only cost space.
    let _ = fs::remove_dir_all(cache.entry(INTERMEDIATES));
}
