//! Paths of the repository, its build products, and the cache that all clones share.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The output of `cargo xtask build`. Inside the repository regardless of `CARGO_TARGET_DIR`, since other programs
/// read it there.
pub fn products() -> PathBuf {
    root().join("target/glas")
}

/// The static assets of the Worker.
pub fn site() -> PathBuf {
    products().join("site")
}

/// Cargo's folder for native builds.
pub fn cargo_target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The folder of the installed tools: `$XDG_CACHE_HOME/glas`, or `~/.cache/glas`.
pub fn cache() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("XDG_CACHE_HOME").filter(|dir| Path::new(dir).is_absolute()) {
        return Ok(PathBuf::from(dir).join("glas"));
    }
    match env::home_dir() {
        Some(home) if home.is_absolute() => Ok(home.join(".cache/glas")),
        _ => bail!("no folder to install the tools in; set HOME, or set XDG_CACHE_HOME to a writable absolute path"),
    }
}

/// The first file of this name in the folders of `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| is_executable(file))
}

/// True for a regular file with an execute permission.
pub fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
