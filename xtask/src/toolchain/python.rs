//! Python programs, each in a virtual environment of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::cache::{Cache, short_hash};
use crate::process::{already, run, step};
use crate::{paths, versions};

/// The `python` of the environment in which the program is installed, or the reason why it cannot be.
pub fn ensure(name: &str, version: &str) -> Result<Result<PathBuf, String>> {
    let lock = paths::root().join("xtask/python").join(format!("{name}.txt"));
    let text = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let Some((python, found)) = interpreter() else {
        let (major, minor) = versions::PYTHON_AT_LEAST;
        return Ok(Err(format!("it needs Python {major}.{minor} or newer as `python3` on the PATH")));
    };
    let what = format!("{name} {version}");
    let cache = Cache::open()?;
    let entry = format!("{name}-{}", short_hash([text.as_slice(), found.as_bytes()]));
    let program = cache.entry(&entry).join("bin/python3");
    if program.exists() {
        already(&what);
        return Ok(Ok(program));
    }
    if !has_venv(&python) {
        return Ok(Err("Python has no `venv` here; on Debian: apt-get install python3-venv".to_owned()));
    }
    step(&what, || {
        cache.publish(&entry, |partial| {
            run(Command::new(&python).args(["-m", "venv"]).arg(partial), &cache.log(name))?;
            let mut install = Command::new(partial.join("bin/python3"));
            install
                // Only what the lock file pins by hash, and only prebuilt wheels.
                .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--only-binary=:all:"])
                .args(["--require-hashes", "--requirement"])
                .arg(&lock);
            run(&mut install, &cache.log(name))?;
            Ok(())
        })
    })?;
    Ok(Ok(program))
}

/// `python3` and its version, if new enough.
fn interpreter() -> Option<(PathBuf, String)> {
    let python = paths::on_path("python3")?;
    let output = Command::new(&python).arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (parse_version(&version)? >= versions::PYTHON_AT_LEAST).then_some((python, version))
}

/// `Python 3.11.2` → `(3, 11)`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix("Python ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Debian packages `venv` separately; without that package, `ensurepip` is missing.
fn has_venv(python: &PathBuf) -> bool {
    let output = Command::new(python).args(["-c", "import ensurepip, venv"]).output();
    output.is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_versions_are_parsed() {
        assert_eq!(parse_version("Python 3.11.2\n"), Some((3, 11)));
        assert_eq!(parse_version("Python 2.7.18"), Some((2, 7)));
        assert_eq!(parse_version("pypy"), None);
    }
}
