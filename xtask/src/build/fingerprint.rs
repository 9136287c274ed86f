//! Decides whether a part has to be rebuilt: compares a hash of its inputs with the hash of its last build.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::paths;
use crate::process::{already, step};

/// Generated folders inside source folders.
const NOT_SOURCES: [&str; 5] = ["target", "build", "pkg", "node_modules", ".wrangler"];

/// The inputs of a part, as a running hash.
#[derive(Clone)]
pub struct Inputs {
    hash: Sha256,
}

impl Inputs {
    /// Adds a string that affects the result: a version, a flag.
    pub fn word(mut self, word: &str) -> Self {
        self.hash.update((word.len() as u64).to_le_bytes());
        self.hash.update(word);
        self
    }

    /// Adds a file or a folder, relative to the repository. A missing path counts as empty.
    pub fn tree(mut self, path: &str) -> Result<Self> {
        let root = paths::root();
        let mut files = Vec::new();
        list(&root.join(path), &mut files)?;
        files.sort();
        for file in files {
            let name = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().into_owned();
            let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            self = self.word(&name);
            self.hash.update((bytes.len() as u64).to_le_bytes());
            self.hash.update(&bytes);
        }
        Ok(self)
    }

    fn digest(self) -> String {
        self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The inputs of every part: the compiler, the pinned versions, and the build code.
pub fn common(compiler: &str) -> Result<Inputs> {
    let inputs = Inputs { hash: Sha256::new() }.word(compiler);
    ["Cargo.toml", "Cargo.lock", "xtask/src/build.rs", "xtask/src/build", "xtask/src/versions.rs", "xtask/npm"]
        .iter()
        .try_fold(inputs, |inputs, path| inputs.tree(path))
}

/// Runs `work`, unless the inputs are unchanged and all outputs exist.
pub fn unless_unchanged(
    name: &str,
    what: &str,
    inputs: Inputs,
    outputs: &[PathBuf],
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let fingerprint = paths::products().join("fingerprints").join(name);
    let digest = inputs.digest();
    let same = fs::read_to_string(&fingerprint).is_ok_and(|last| last == digest);
    if same && outputs.iter().all(|output| output.exists()) {
        already(&format!("{what} (unchanged)"));
        return Ok(());
    }
    // An interrupted run must not leave the fingerprint of an earlier success.
    let _ = fs::remove_file(&fingerprint);
    step(what, work)?;
    if let Some(folder) = fingerprint.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&fingerprint, digest).with_context(|| format!("cannot write {}", fingerprint.display()))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        let entry = entry?;
        if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            list(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_depends_on_the_content() {
        let common = || Inputs { hash: Sha256::new() };
        assert_eq!(common().word("a").digest(), common().word("a").digest());
        assert_ne!(common().word("ab").word("c").digest(), common().word("a").word("bc").digest());
        let tree = |path| common().tree(path).unwrap().digest();
        assert_eq!(tree("xtask/src/versions.rs"), tree("xtask/src/versions.rs"));
        assert_ne!(tree("xtask/src/versions.rs"), tree("xtask/src/build.rs"));
        assert_eq!(tree("no/such/folder"), common().digest());
    }
}
