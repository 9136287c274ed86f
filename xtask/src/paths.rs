//! Where things are: the repository, its build products, and the cache that all clones share.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// What `cargo xtask build` makes, always in the repository whatever `CARGO_TARGET_DIR` says:
/// other programs look for it there.
pub fn products() -> PathBuf {
    root().join("target/glas")
}

/// The static assets of the Worker.
pub fn site() -> PathBuf {
    products().join("site")
}

/// Where cargo puts native builds.
pub fn cargo_target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The tools' home: `$XDG_CACHE_HOME/glas`, else `~/.cache/glas`.
pub fn cache() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("XDG_CACHE_HOME").filter(|dir| Path::new(dir).is_absolute()) {
        return Ok(PathBuf::from(dir).join("glas"));
    }
    match env::home_dir() {
        Some(home) if home.is_absolute() => Ok(home.join(".cache/glas")),
        _ => bail!("no folder for the tools: set HOME, or XDG_CACHE_HOME to an absolute path you may write to"),
    }
}

/// The first file with this name in the folders of `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| is_executable(file))
}

/// True for a regular file somebody may execute.
pub fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
