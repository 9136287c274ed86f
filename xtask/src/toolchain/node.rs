//! Node, and the tools that come as npm packages.

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
    /// The program.
    pub node: PathBuf,
    /// The `node_modules` folder.
    pub modules: PathBuf,
}

impl Runtime {
    /// For a run that builds nothing.
    pub fn ensure() -> Result<Self> {
        Self::ensure_in(&Cache::open()?)
    }

    pub(super) fn ensure_in(cache: &Cache) -> Result<Self> {
        let node = node(cache)?;
        let what = versions::NPM.map(|(name, version)| format!("{name} {version}"));
        let modules = packages(cache, "tools", "npm", &what.join(", "), Some(&node))?;
        Ok(Self { node, modules })
    }

    /// What the widget is compared with; only the benchmark installs it.
    pub fn posthog(&self) -> Result<PathBuf> {
        let what = format!("posthog-js {}", versions::POSTHOG);
        let modules = packages(&Cache::open()?, "bench", "bench", &what, Some(&self.node))?;
        Ok(modules.join("posthog-js"))
    }

    /// A file below `node_modules`.
    pub fn package_file(&self, path: &str) -> PathBuf {
        self.modules.join(path)
    }

    /// The folder of the `node` program.
    pub fn node_folder(&self) -> Result<PathBuf> {
        parent(&self.node)
    }

    /// esbuild's native program: the one in its own package is a script that starts this one.
    pub fn esbuild(&self) -> Result<PathBuf> {
        let (_, os, arch) = platform()?;
        Ok(self.package_file(&format!("@esbuild/{os}-{arch}/bin/esbuild")))
    }

    /// wrangler, quiet and without a word to anybody outside this machine.
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

/// The machine's Node when it is new enough, else ours.
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
        format!("wrangler needs Node {major}.{minor} or newer and this machine {have}; install one and run this again")
    })?;
    let node = modules.join(format!("{package}-{os}-{arch}/bin/node"));
    if !paths::is_executable(&node) {
        bail!(
            "npm has no Node {} for {os} on {arch}: install Node {major}.{minor} or newer and run this again",
            versions::NODE
        );
    }
    Ok(node)
}

/// Installs `xtask/npm/<folder>` by its lock file; the cache's name for it has the lock file's hash.
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
                "npm is needed to fetch {what}, and there is none on the PATH: install Node with npm and run this again"
            );
        };
        cache.publish(&entry, |partial| {
            for (file, bytes) in &files {
                fs::write(partial.join(file), bytes)?;
            }
            let mut install = Command::new(npm);
            install
                // None of these packages needs its install script: the native programs are packages of their own.
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

/// This machine in npm's words: the beginning of Node's package name, the system, the processor.
fn platform() -> Result<(&'static str, &'static str, &'static str)> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok(("node", "linux", "x64")),
        ("linux", "aarch64") => Ok(("node", "linux", "arm64")),
        ("macos", "x86_64") => Ok(("node", "darwin", "x64")),
        ("macos", "aarch64") => Ok(("node-bin", "darwin", "arm64")),
        (os, arch) => bail!("the tools are known for Linux and macOS on x86_64 and aarch64, not for {os} on {arch}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node() {
        assert_eq!(parse_version("v22.23.3\n"), Some((22, 23)));
        assert_eq!(parse_version("v20.20.2"), Some((20, 20)));
        assert_eq!(parse_version("not node"), None);
        assert!((20, 20) < versions::NODE_AT_LEAST);
        assert!((24, 0) > versions::NODE_AT_LEAST);
    }
}
