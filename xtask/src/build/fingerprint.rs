//! Whether a part has to be built again: a hash over everything it is made from, kept from its last build.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::paths;
use crate::process::{already, step};

/// What tools make inside source folders.
const NOT_SOURCES: [&str; 5] = ["target", "build", "pkg", "node_modules", ".wrangler"];

/// The inputs of a part.
#[derive(Clone)]
pub struct Inputs {
    hash: Sha256,
}

impl Inputs {
    /// A word that changes the result: a version, a flag.
    pub fn word(mut self, word: &str) -> Self {
        self.hash.update((word.len() as u64).to_le_bytes());
        self.hash.update(word);
        self
    }

    /// A file, or a folder with all in it, relative to the repository. What does not exist counts as empty.
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

/// What every part depends on: the compiler, the pins, and how we build.
pub fn common(compiler: &str) -> Result<Inputs> {
    let inputs = Inputs { hash: Sha256::new() }.word(compiler);
    ["Cargo.toml", "Cargo.lock", "xtask/src/build.rs", "xtask/src/build", "xtask/src/versions.rs", "xtask/npm"]
        .iter()
        .try_fold(inputs, |inputs, path| inputs.tree(path))
}

/// Does the work unless it was done with the same inputs and its outputs are still there.
pub fn unless_unchanged(
    name: &str,
    what: &str,
    inputs: Inputs,
    outputs: &[PathBuf],
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = paths::products().join("stamps").join(name);
    let digest = inputs.digest();
    let same = fs::read_to_string(&stamp).is_ok_and(|last| last == digest);
    if same && outputs.iter().all(|output| output.exists()) {
        already(&format!("{what} (unchanged)"));
        return Ok(());
    }
    // A run that is interrupted must not leave the stamp of an older success.
    let _ = fs::remove_file(&stamp);
    step(what, work)?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))
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
    fn the_digest_follows_the_content() {
        let common = || Inputs { hash: Sha256::new() };
        assert_eq!(common().word("a").digest(), common().word("a").digest());
        assert_ne!(common().word("ab").word("c").digest(), common().word("a").word("bc").digest());
        let tree = |path| common().tree(path).unwrap().digest();
        assert_eq!(tree("xtask/src/versions.rs"), tree("xtask/src/pins.rs"));
        assert_ne!(tree("xtask/src/versions.rs"), tree("xtask/src/build.rs"));
        assert_eq!(tree("no/such/folder"), common().digest());
    }
}
