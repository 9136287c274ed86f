//! Temporary folders.

use crate::worker::tool;
use std::{fs, path::Path, process, sync::Once};
use tempfile::TempDir;

/// Creates an empty folder that is removed when dropped. Folders left by killed processes are removed by the first call
/// of a later process.
///
/// # Panics
/// If the folder cannot be created.
#[must_use]
pub fn create() -> TempDir {
    static TIDY: Once = Once::new();
    let runs = tool("GLAS_SITE").with_file_name("runs");
    TIDY.call_once(|| remove_ended(&runs));
    let own = runs.join(process::id().to_string());
    fs::create_dir_all(&own).expect("a folder for this run");
    tempfile::tempdir_in(own).expect("a folder in it")
}

/// Removes the folders of processes that have ended.
fn remove_ended(runs: &Path) {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return; // Without `/proc`, it is unknown which processes are running, so keep everything.
    }
    for run in fs::read_dir(runs).into_iter().flatten().flatten() {
        if !processes.join(run.file_name()).exists() {
            let _ = fs::remove_dir_all(run.path());
        }
    }
}
