//! Folders for what a run leaves lying about.

use crate::worker::tool;
use std::{fs, path::Path, process, sync::Once};
use tempfile::TempDir;

/// An empty folder, removed when it is dropped. What a process could not remove, because it was killed or because it
/// kept the folder to its end, goes when the next one asks for its first.
///
/// # Panics
/// If there is no place for it.
#[must_use]
pub fn create() -> TempDir {
    static TIDY: Once = Once::new();
    let runs = tool("GLAS_SITE").with_file_name("runs");
    TIDY.call_once(|| remove_ended(&runs));
    let own = runs.join(process::id().to_string());
    fs::create_dir_all(&own).expect("a folder for this run");
    tempfile::tempdir_in(own).expect("a folder in it")
}

/// Removes the folders of processes that are no more.
fn remove_ended(runs: &Path) {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return; // Nobody to ask: better a full folder than one taken from a running test.
    }
    for run in fs::read_dir(runs).into_iter().flatten().flatten() {
        if !processes.join(run.file_name()).exists() {
            let _ = fs::remove_dir_all(run.path());
        }
    }
}
