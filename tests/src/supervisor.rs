//! Workers of their own for tests: started with fault-injecting bindings, killed while they work, and restarted with
//! their data.

use crate::{
    http::Client,
    load::{self, Call, Line, Target, percentile},
    temp_dir,
    worker::{Dev, repository, spawn, wait_for, write_variables},
};
use bytes::Bytes;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Timeout of a restart.
const RESTART: Duration = Duration::from_secs(60);

/// The module to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The built Worker.
    Product,
    /// The Worker with fault-injecting bindings.
    Faulty,
    /// Another module with the Worker's bindings.
    Other(PathBuf),
}

impl Entry {
    fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Product => None,
            Self::Faulty => Some(repository().join("tests/src/faults/worker.mjs")),
            Self::Other(file) => Some(file.clone()),
        }
    }
}

/// A state folder: temporary, or kept for the next run.
#[derive(Debug)]
enum State {
    TempDir(TempDir),
    Kept(PathBuf),
}

impl State {
    fn path(&self) -> &Path {
        match self {
            Self::TempDir(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

/// A Worker without a demo shop.
#[derive(Debug)]
pub struct Supervisor {
    entry: Entry,
    state: State,
    child: Option<Child>,
    dev: Dev,
}

impl Supervisor {
    /// Starts a Worker with an empty database.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start(entry: Entry) -> Self {
        Self::in_state(entry, State::TempDir(temp_dir::create()))
    }

    /// Starts a Worker with additional variables.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start_with(entry: Entry, variables: &[(&str, &str)]) -> Self {
        let folder = temp_dir::create();
        write_variables(folder.path(), variables);
        Self::in_state(entry, State::TempDir(folder))
    }

    /// Starts a Worker with a persistent folder.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start_in(entry: Entry, folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder for the state");
        Self::in_state(entry, State::Kept(folder.to_owned()))
    }

    fn in_state(entry: Entry, state: State) -> Self {
        let (child, dev) = up(&entry, state.path());
        Self { entry, state, child: Some(child), dev }
    }

    /// The content of its `dev.json`.
    #[must_use]
    pub const fn dev(&self) -> &Dev {
        &self.dev
    }

    /// The server to send load to.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::at(&self.dev.origin)
    }

    /// A client.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(&self.dev.origin)
    }

    /// The folder of D1, KV and logs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.state.path()
    }

    /// The SQLite file of its D1.
    ///
    /// # Panics
    /// If there is not exactly one.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        database_in(self.folder())
    }

    /// Stops it in order. Its data is kept until this value is dropped.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Closing its input asks it to stop; waiting lets it stop its children.
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }

    /// Starts it again, possibly on another port.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_again(&mut self) {
        self.stop();
        let (child, dev) = up(&self.entry, self.folder());
        self.child = Some(child);
        self.dev = dev;
    }

    /// Sends SIGKILL to the workerd process with the Worker and its D1. wrangler starts another.
    ///
    /// # Panics
    /// If there is no such process.
    pub fn kill(&self) {
        let begin = Instant::now();
        loop {
            if let Some(process) = self.workerd() {
                kill(Pid::from_raw(process), Signal::SIGKILL).expect("the process is killed");
                return;
            }
            assert!(begin.elapsed() < RESTART, "there is no workerd to kill");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until it responds.
    ///
    /// # Panics
    /// After a minute.
    pub fn wait_until_healthy(&self) {
        let (target, begin) = (self.target(), Instant::now());
        let call = Call { method: "GET", path: "/healthz".to_owned(), headers: Vec::new(), body: Bytes::new() };
        load::run(async {
            let mut line = Line::to(target);
            // wrangler may drop a request while it starts the next process.
            line.set_timeout(Duration::from_secs(1));
            while line.send(&call).await.map(|answer| answer.status).ok() != Some(200) {
                assert!(begin.elapsed() < RESTART, "the Worker no longer responds");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
    }

    /// The workerd child that holds a database of this state open; wrangler runs another one for itself.
    fn workerd(&self) -> Option<i32> {
        let folder = self.folder().join("v3/d1");
        let ours = descendants(self.child.as_ref()?.id());
        ours.into_iter().find(|process| {
            let open = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
            is_workerd(*process)
                && open.filter_map(|file| fs::read_link(file.path()).ok()).any(|file| file.starts_with(&folder))
        })
    }

    /// Current and peak memory of the process with the Worker and its D1, in bytes.
    ///
    /// # Panics
    /// If there is no such process, or its status cannot be read.
    #[must_use]
    pub fn memory(&self) -> (u64, u64) {
        let process = self.workerd().expect("a workerd");
        let status = fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of the status");
            line.trim_end_matches("kB").trim().parse::<u64>().expect("a number") * 1_024
        };
        (bytes("VmRSS:"), bytes("VmHWM:"))
    }

    /// The cost of an fsync: the median of fifty small appends, in milliseconds. Reported with every rate, since rates
    /// depend on the disk.
    ///
    /// # Panics
    /// If the folder is not writable.
    #[must_use]
    pub fn fsync_ms(&self) -> f64 {
        fsync_ms(self.folder())
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The median of fifty small appends with fsync in this folder, in milliseconds.
///
/// # Panics
/// If the folder is not writable.
#[must_use]
pub fn fsync_ms(folder: &Path) -> f64 {
    let path = folder.join("fsync");
    let mut file = File::create(&path).expect("a file");
    let mut took: Vec<f64> = (0..50)
        .map(|_| {
            let begin = Instant::now();
            file.write_all(&[7; 512]).and_then(|()| file.sync_data()).expect("a synced append");
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let _ = fs::remove_file(path);
    percentile(&mut took, 50.0)
}

/// The SQLite file of the only D1 in a state folder.
///
/// # Panics
/// If there is not exactly one.
#[must_use]
pub fn database_in(state: &Path) -> PathBuf {
    let folder = state.join("v3/d1/miniflare-D1DatabaseObject");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut databases: Vec<PathBuf> = files
        .map(|file| file.expect("a file").path())
        .filter(|file| file.extension().is_some_and(|it| it == "sqlite") && !file.ends_with("metadata.sqlite"))
        .collect();
    let database = databases.pop().expect("a database");
    assert!(databases.is_empty(), "several databases: {databases:?}");
    database
}

fn up(entry: &Entry, folder: &Path) -> (Child, Dev) {
    let mut words = vec!["--bare".to_owned()];
    if let Some(file) = entry.file() {
        words.extend(["--entry".to_owned(), file.display().to_string()]);
    }
    let mut child = spawn(folder, &words);
    let dev = wait_for(folder, &mut child);
    (child, dev)
}

fn is_workerd(process: i32) -> bool {
    fs::read_to_string(format!("/proc/{process}/comm")).is_ok_and(|name| name.trim() == "workerd")
}

/// All descendants of a process.
fn descendants(of: u32) -> Vec<i32> {
    let mut parents: Vec<(i32, i32)> = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let Ok(process) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        // "123 (name) S 100 …": the name may contain spaces and brackets.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        parents.extend(parent.map(|parent| (process, parent)));
    }
    let mut found = vec![i32::try_from(of).expect("a process id")];
    let mut at = 0;
    while let Some(&above) = found.get(at) {
        found.extend(parents.iter().filter(|(_, parent)| *parent == above).map(|(process, _)| *process));
        at += 1;
    }
    found.remove(0);
    found
}
