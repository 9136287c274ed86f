//! Finds or installs every external tool. `cargo xtask setup` does only this.

mod browser;
mod cache;
mod crates;
mod debian;
mod node;
pub mod python;
mod wasm;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{paths, versions};

pub use browser::Browsers;
pub use node::Runtime;
use wasm::Target;

/// The tools that `build` needs.
pub struct Toolchain {
    /// Node and the npm packages.
    pub runtime: Runtime,
    target: Target,
    wasm_bindgen: PathBuf,
    wasm_pack: PathBuf,
    worker_build: PathBuf,
}

impl Toolchain {
    /// Finds or installs all tools. Takes well under a second if they are installed.
    pub fn ensure() -> Result<Self> {
        Self::ensure_beside(&[])
    }

    /// Also ensures the test browsers. Debian packages are installed in one call where possible.
    pub fn ensure_with_browsers() -> Result<(Self, Browsers)> {
        Ok((Self::ensure_beside(&browser::missing()?)?, Browsers::ensure()?))
    }

    /// `also` names further packages to install if any packages have to be installed.
    fn ensure_beside(also: &[&str]) -> Result<Self> {
        let cache = cache::Cache::open()?;
        let target = wasm::ensure(&cache, also)?;
        let runtime = Runtime::ensure_in(&cache)?;
        let wasm_bindgen = crates::ensure(&cache, "wasm-bindgen-cli", "wasm-bindgen", versions::WASM_BINDGEN)?;
        let wasm_pack = crates::ensure(&cache, "wasm-pack", "wasm-pack", versions::WASM_PACK)?;
        let worker_build = crates::ensure(&cache, "worker-build", "worker-build", versions::WORKER_BUILD)?;
        crates::remove_intermediates(&cache);
        Ok(Self { runtime, target, wasm_bindgen, wasm_pack, worker_build })
    }

    /// `wasm-pack`, configured by `command`.
    pub fn wasm_pack(&self) -> Result<Command> {
        self.command(&self.wasm_pack)
    }

    /// `worker-build`, configured by `command`.
    pub fn worker_build(&self) -> Result<Command> {
        self.command(&self.worker_build)
    }

    /// esbuild's native binary.
    pub fn esbuild(&self) -> Result<Command> {
        self.command(&self.runtime.esbuild()?)
    }

    /// A Binaryen tool: `wasm-opt`, `wasm2js`.
    pub fn binaryen(&self, tool: &str) -> Result<Command> {
        self.command(&self.runtime.package_file("binaryen/bin").join(tool))
    }

    /// A script of an npm package, run by our Node.
    pub fn node(&self, script: &str) -> Result<Command> {
        let mut node = self.command(&self.runtime.node)?;
        node.arg(self.runtime.package_file(script));
        Ok(node)
    }

    /// The compiler that builds the wasm. Part of the build inputs, since builds differ between compilers.
    pub fn compiler(&self) -> Result<String> {
        self.target.compiler()
    }

    /// A command that finds our tools first: worker-build reads variables and ignores the PATH, wasm-pack does the
    /// opposite.
    fn command(&self, program: &Path) -> Result<Command> {
        let mut folders = vec![self.runtime.node_folder()?];
        for tool in [&self.wasm_bindgen, &self.wasm_pack] {
            folders.push(parent(tool)?);
        }
        folders.push(self.runtime.package_file(".bin"));
        let mut command = Command::new(program);
        self.target.apply(&mut command, &mut folders);
        command
            .env("PATH", path_with(&folders)?)
            .env("WASM_BINDGEN_BIN", &self.wasm_bindgen)
            .env("WASM_OPT_BIN", self.runtime.package_file("binaryen/bin/wasm-opt"))
            .env("ESBUILD_BIN", self.runtime.esbuild()?)
            // Separate from native builds, so that neither waits for the other's lock.
            .env("CARGO_TARGET_DIR", paths::cargo_target().join("wasm"));
        Ok(command)
    }
}

/// `PATH` with these folders prepended.
fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&inherited));
    env::join_paths(all).context("a folder on the PATH has a colon in its name")
}

/// The folder that contains a tool.
fn parent(file: &Path) -> Result<PathBuf> {
    let folder = file.parent().with_context(|| format!("{} has no parent folder", file.display()))?;
    Ok(folder.to_path_buf())
}
