//! Node, and the tools installed from npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::cache::{Cache, short_hash};
use super::{parent, path_with};
use crate::process::{already, run, step};
use crate::{paths, versions};

/// Node and the packages of `xtask/npm/tools`.
pub struct Runtime {
    /// The `node` executable.
    pub node: PathBuf,
    /// The `node_modules` folder.
    pub modules: PathBuf,
}

impl Runtime {
    /// For a run without a build.
    pub fn ensure() -> Result<Self> {
        Self::ensure_in(&Cache::open()?)
    }

    pub(super) fn ensure_in(cache: &Cache) -> Result<Self> {
        let node = node(cache)?;
        let what = versions::NPM.map(|(name, version)| format!("{name} {version}"));
        let modules = packages(cache, "tools", "npm", &what.join(", "), Some(&node))?;
        Ok(Self { node, modules })
    }

    /// posthog-js, which only the widget benchmark needs.
    pub fn posthog(&self) -> Result<PathBuf> {
        let what = format!("posthog-js {}", versions::POSTHOG);
        let modules = packages(&Cache::open()?, "bench", "bench", &what, Some(&self.node))?;
        Ok(modules.join("posthog-js"))
    }

    /// The path of a file in `node_modules`.
    pub fn package_file(&self, path: &str) -> PathBuf {
        self.modules.join(path)
    }

    /// The folder that contains `node`.
    pub fn node_folder(&self) -> Result<PathBuf> {
        parent(&self.node)
    }

    /// esbuild's native binary; the package's own script only starts it.
    pub fn esbuild(&self) -> Result<PathBuf> {
        let (_, os, arch) = platform()?;
        Ok(self.package_file(&format!("@esbuild/{os}-{arch}/bin/esbuild")))
    }

    /// wrangler, without banners, telemetry or update checks.
    pub fn wrangler(&self) -> Result<Command> {
        let mut command = Command::new(&self.node);
        command
            .arg(self.package_file("wrangler/bin/wrangler.js"))
            .env("PATH", path_with(&[self.node_folder()?])?)
            .env("CI", "1")
            .env("NO_COLOR", "1")
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_SEND_ERROR_REPORTS", "false")
            .env("WRANGLER_HIDE_BANNER", "true")
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
        Ok(command)
    }
}

/// The machine's Node if it is new enough, otherwise the one from npm.
fn node(cache: &Cache) -> Result<PathBuf> {
    let (major, minor) = versions::NODE_AT_LEAST;
    let found = paths::on_path("node").map(|node| (version(&node), node));
    if let Some((Some(version), node)) = &found
        && *version >= versions::NODE_AT_LEAST
    {
        already(&format!("node {}.{} ({})", version.0, version.1, node.display()));
        return Ok(node.clone());
    }
    let (package, os, arch) = platform()?;
    let what = format!("node {}", versions::NODE);
    let modules = packages(cache, "node", "node", &what, None).with_context(|| {
        let have = match found {
            Some((Some((major, minor)), _)) => format!("has {major}.{minor}"),
            _ => "has none".to_owned(),
        };
        format!(
            "wrangler needs Node {major}.{minor} or newer, but this machine {have}; install it and repeat this command"
        )
    })?;
    let node = modules.join(format!("{package}-{os}-{arch}/bin/node"));
    if !paths::is_executable(&node) {
        bail!(
            "npm has no Node {} for {os} on {arch}: install Node {major}.{minor} or newer and repeat this command",
            versions::NODE
        );
    }
    Ok(node)
}

/// Installs `xtask/npm/<folder>` from its lock file. The cache key contains the lock file's hash.
fn packages(cache: &Cache, folder: &str, name: &str, what: &str, node: Option<&Path>) -> Result<PathBuf> {
    let source = paths::root().join("xtask/npm").join(folder);
    let read = |file: &str| {
        let path = source.join(file);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let files = [("package.json", read("package.json")?), ("package-lock.json", read("package-lock.json")?)];
    let hash = short_hash(files.iter().map(|(_, bytes)| bytes.as_slice()));
    let entry = format!("{name}-{hash}");
    let modules = cache.entry(&entry).join("node_modules");
    if modules.is_dir() {
        already(what);
        return Ok(modules);
    }
    step(what, || {
        let Some(npm) = paths::on_path("npm") else {
            bail!(
                "npm is needed to install {what} but was not found on the PATH; install Node with npm and repeat this command"
            );
        };
        cache.publish(&entry, |partial| {
            for (file, bytes) in &files {
                fs::write(partial.join(file), bytes)?;
            }
            let mut install = Command::new(npm);
            install
                // No install scripts: the native binaries are packages of their own.
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(partial);
            if let Some(node) = node {
                install.env("PATH", path_with(&[parent(node)?])?);
            }
            run(&mut install, &cache.log(name))?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(modules)
}

/// `v22.23.3` → `(22, 23)`.
fn version(node: &Path) -> Option<(u32, u32)> {
    let output = Command::new(node).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// This platform in npm's terms: the prefix of Node's package name, the system, the processor.
fn platform() -> Result<(&'static str, &'static str, &'static str)> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok(("node", "linux", "x64")),
        ("linux", "aarch64") => Ok(("node", "linux", "arm64")),
        ("macos", "x86_64") => Ok(("node", "darwin", "x64")),
        ("macos", "aarch64") => Ok(("node-bin", "darwin", "arm64")),
        (os, arch) => bail!("unsupported platform {os} on {arch}; supported: Linux and macOS on x86_64 and aarch64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_parsed() {
        assert_eq!(parse_version("v22.23.3\n"), Some((22, 23)));
        assert_eq!(parse_version("v20.20.2"), Some((20, 20)));
        assert_eq!(parse_version("not node"), None);
        assert!((20, 20) < versions::NODE_AT_LEAST);
        assert!((24, 0) > versions::NODE_AT_LEAST);
    }
}
