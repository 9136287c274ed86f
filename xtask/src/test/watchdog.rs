//! Programs that have stopped talking: what they were at is written down, and they are ended.
//!
//! Nothing in the tests waits without a limit of its own. Should something do so all the same, a run ends with a failure
//! that says where, and not with whoever started it losing patience.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a log may stay as it is. The longest test that says nothing meanwhile takes two minutes, and the tester itself
/// speaks of every test that takes more than one.
pub const LIMIT: Duration = Duration::from_secs(8 * 60);

/// Watches the length of a log.
pub struct Watchdog {
    log: PathBuf,
    length: u64,
    since: Instant,
}

impl Watchdog {
    /// Begins now.
    pub fn of(log: &Path) -> Self {
        Self { log: log.to_owned(), length: 0, since: Instant::now() }
    }

    /// Whether nothing was added for too long. Then it begins anew.
    pub fn is_too_long(&mut self, limit: Duration) -> bool {
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

/// Ends the programs that `parent` has started, and says what each of their threads was at. What they started themselves
/// ends with them: it watches a pipe.
pub fn end_children(parent: u32) -> String {
    let mut told = String::new();
    for process in children(parent) {
        told += &format!("process {process}: {}\n", read(process, "cmdline").replace('\0', " "));
        told += &threads(process);
        for below in u32::try_from(process).map(children).unwrap_or_default() {
            told += &format!("  below it {below}: {}\n", read(below, "cmdline").replace('\0', " "));
        }
        // It may have ended by itself meanwhile.
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
    told
}

/// Name, state and place in the kernel of each thread: enough to tell a lock from a socket from a disk.
fn threads(process: i32) -> String {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let mut told = String::new();
    for task in tasks {
        let of = |what: &str| fs::read_to_string(task.path().join(what)).unwrap_or_default();
        let stat = of("stat");
        let state =
            stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().next()).unwrap_or("?").to_owned();
        told += &format!("  thread {:<16} {state} {:<28} {}\n", of("comm").trim(), of("wchan"), of("syscall").trim());
    }
    told
}

fn read(process: i32, what: &str) -> String {
    fs::read_to_string(format!("/proc/{process}/{what}")).unwrap_or_default()
}

/// The processes that one has started. None where there is no `/proc`.
fn children(of: u32) -> Vec<i32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(process) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let stat = read(process, "stat");
        // "123 (name) S 100 …": the name may have blanks and brackets in it.
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
    fn a_log_that_stays_as_it_is_is_silent() {
        let folder = std::env::temp_dir().join(format!("glas-silence-{}", process::id()));
        fs::write(&folder, "a").unwrap();
        let mut silence = Watchdog::of(&folder);
        assert!(!silence.is_too_long(Duration::from_secs(60)));
        assert!(silence.is_too_long(Duration::ZERO));
        fs::write(&folder, "ab").unwrap();
        assert!(!silence.is_too_long(Duration::from_secs(60)), "it has spoken");
        fs::remove_file(&folder).unwrap();
    }

    #[test]
    fn children_are_found_described_and_ended() {
        if !Path::new("/proc/self").exists() {
            return;
        }
        // A shell in between, so that nothing but its own child is ended.
        let mut shell = Command::new("sh").args(["-c", "sleep 60 & wait"]).spawn().unwrap();
        let begin = Instant::now();
        while children(shell.id()).is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(20), "the shell starts nothing");
        }
        let told = end_children(shell.id());
        assert!(told.contains("sleep") && told.contains("  thread "), "{told}");
        assert!(shell.wait().unwrap().code().is_some());
    }
}
