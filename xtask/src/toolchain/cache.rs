//! The cache folder that all clones share. Entries are built under a temporary name and renamed when complete, so an
//! interrupted run leaves no partial entry.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::paths;

/// The cache, locked against concurrent installs while this value lives.
pub struct Cache {
    folder: PathBuf,
    _lock: File,
}

impl Cache {
    /// Opens the cache; waits until no other run is installing.
    pub fn open() -> Result<Self> {
        let folder = paths::cache()?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}; set XDG_CACHE_HOME to use another folder", folder.display()))?;
        let path = folder.join("setup.lock");
        let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            println!("  ..    waiting for another run that is installing tools");
            lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Ok(Self { folder, _lock: lock })
    }

    /// The path of an entry, whether or not it exists.
    pub fn entry(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The log file of a step.
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.join("logs").join(format!("{name}.log"))
    }

    /// Creates an entry: `make` fills a temporary folder, which is then renamed.
    pub fn publish(&self, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let whole = self.entry(name);
        let partial = whole.with_file_name(format!("{}.partial", file_name(&whole)));
        remove(&partial)?;
        fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
        make(&partial)?;
        remove(&whole)?;
        fs::rename(&partial, &whole).with_context(|| format!("cannot rename {}", partial.display()))?;
        Ok(whole)
    }
}

/// The first 12 hex digits of the SHA-256 of these parts.
pub fn short_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
