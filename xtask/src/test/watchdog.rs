//! Kills child processes that have stopped producing output, and reports what they were doing.
//!
//! Every wait in the tests has its own timeout. The watchdog is the fallback: it turns a hang into a failure that shows
//! the state of each thread.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The longest a log may stay unchanged. The longest quiet test takes two minutes, and libtest prints a line for every
/// test that runs longer than one.
pub const LIMIT: Duration = Duration::from_secs(8 * 60);

/// Watches the length of a log file.
pub struct Watchdog {
    log: PathBuf,
    length: u64,
    since: Instant,
}

impl Watchdog {
    /// Starts watching.
    pub fn of(log: &Path) -> Self {
        Self { log: log.to_owned(), length: 0, since: Instant::now() }
    }

    /// True if the log has not grown within `limit`; also restarts the timer.
    pub fn is_stalled(&mut self, limit: Duration) -> bool {
        let length = fs::metadata(&self.log).map_or(0, |file| file.len());
        if length != self.length {
            self.length = length;
            self.since = Instant::now();
        }
        let too_long = self.since.elapsed() > limit;
        if too_long {
            self.since = Instant::now();
        }
        too_long
    }
}

/// Kills the children of `parent` and reports the state of each of their threads. Grandchildren exit too, since they
/// watch a pipe.
pub fn end_children(parent: u32) -> String {
    let mut report = String::new();
    for process in children(parent) {
        report += &format!("process {process}: {}\n", read(process, "cmdline").replace('\0', " "));
        report += &threads(process);
        for below in u32::try_from(process).map(children).unwrap_or_default() {
            report += &format!("  child {below}: {}\n", read(below, "cmdline").replace('\0', " "));
        }
        // It may have exited in the meantime.
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
    report
}

/// Name, state and kernel wait channel of each thread: enough to distinguish a lock from a socket from disk I/O.
fn threads(process: i32) -> String {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let mut report = String::new();
    for task in tasks {
        let of = |what: &str| fs::read_to_string(task.path().join(what)).unwrap_or_default();
        let stat = of("stat");
        let state =
            stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().next()).unwrap_or("?").to_owned();
        report += &format!("  thread {:<16} {state} {:<28} {}\n", of("comm").trim(), of("wchan"), of("syscall").trim());
    }
    report
}

fn read(process: i32, what: &str) -> String {
    fs::read_to_string(format!("/proc/{process}/{what}")).unwrap_or_default()
}

/// The child processes of a process; empty without `/proc`.
fn children(of: u32) -> Vec<i32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(process) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let stat = read(process, "stat");
        // "123 (name) S 100 …": the name may contain spaces and brackets.
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        if parent == Some(of) {
            found.push(process);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{self, Command};

    #[test]
    fn an_unchanged_log_is_stalled() {
        let folder = std::env::temp_dir().join(format!("glas-watchdog-{}", process::id()));
        fs::write(&folder, "a").unwrap();
        let mut watchdog = Watchdog::of(&folder);
        assert!(!watchdog.is_stalled(Duration::from_secs(60)));
        assert!(watchdog.is_stalled(Duration::ZERO));
        fs::write(&folder, "ab").unwrap();
        assert!(!watchdog.is_stalled(Duration::from_secs(60)), "the log has grown");
        fs::remove_file(&folder).unwrap();
    }

    #[test]
    fn children_are_reported_and_killed() {
        if !Path::new("/proc/self").exists() {
            return;
        }
        // A shell in between, so that only its own child is killed.
        let mut shell = Command::new("sh").args(["-c", "sleep 60 & wait"]).spawn().unwrap();
        let begin = Instant::now();
        while children(shell.id()).is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(20), "the shell has no child");
        }
        let report = end_children(shell.id());
        assert!(report.contains("sleep") && report.contains("  thread "), "{report}");
        assert!(shell.wait().unwrap().code().is_some());
    }
}
