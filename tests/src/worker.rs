//! A running Glas: `xtask dev` on a free port with a temporary state folder.

use crate::{http::Client, temp_dir};
use serde::Deserialize;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The content of `dev.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Dev {
    /// The origin of everything.
    pub origin: String,
    /// The demo shop's public key.
    pub public_key: String,
    /// The demo shop's secret key.
    pub api_key: String,
    /// The operator token.
    pub admin_token: String,
    /// The demo shop's surveys.
    pub surveys: Vec<DevSurvey>,
}

/// A survey of the demo shop.
#[derive(Debug, Clone, Deserialize)]
pub struct DevSurvey {
    /// Id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A Worker of this process. It stops when the process exits for any reason, since it watches the pipe to its input.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    state: TempDir,
    /// The content of its `dev.json`.
    pub dev: Dev,
}

impl Worker {
    /// Starts a Worker and waits until it serves the demo shop.
    ///
    /// # Panics
    /// If it does not start; the message has the last lines of its output.
    #[must_use]
    pub fn start() -> Self {
        let state = temp_dir::create();
        let mut child = spawn(state.path(), &[]);
        let dev = wait_for(state.path(), &mut child);
        Self { child, state, dev }
    }

    /// The Worker that the tests of a binary share. Each test creates its own shops.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Worker> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A client.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(&self.dev.origin)
    }

    /// The folder of D1, KV and logs.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.state.path()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Closing its input asks it to stop; waiting lets it stop its children.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Writes variables to the file that a Worker with this state folder reads.
///
/// # Panics
/// If the folder is not writable.
pub fn write_variables(state: &Path, variables: &[(&str, &str)]) {
    // The file must contain the operator token, since `xtask dev` keeps an existing file.
    let lines = [("ADMIN_TOKEN", "a-token-of-this-test-alone")].iter().chain(variables);
    let lines: String = lines.map(|(name, value)| format!("{name}={value}\n")).collect();
    fs::write(state.join("secrets.env"), lines).expect("a file of secrets");
}

/// Starts `xtask dev` with this state folder and these arguments. It stops when its input is closed.
///
/// # Panics
/// If the program cannot be started.
#[must_use]
pub fn spawn(state: &Path, words: &[String]) -> Child {
    let log = fs::File::create(state.join("xtask.log")).expect("a log file");
    Command::new(tool("GLAS_XTASK"))
        .args(["dev", "--port", "0", "--no-build", "--until-stdin-closes", "--state"])
        .arg(state)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("a second handle of the log"))
        .stderr(log)
        .spawn()
        .expect("xtask starts")
}

/// Waits until the Worker is ready.
///
/// # Panics
/// If it does not start; the message has the last lines of its output.
#[must_use]
pub fn wait_for(state: &Path, child: &mut Child) -> Dev {
    let file = state.join("dev.json");
    let timeout = Instant::now() + Duration::from_secs(180);
    while !file.exists() {
        let ended = child.try_wait().expect("the child's status");
        assert!(
            ended.is_none() && Instant::now() < timeout,
            "the Worker did not start ({ended:?}):\n{}",
            fs::read_to_string(state.join("xtask.log")).unwrap_or_default()
        );
        thread::sleep(Duration::from_millis(50));
    }
    serde_json::from_str(&fs::read_to_string(&file).expect("dev.json")).expect("dev.json is as documented")
}

/// The path of a tool, from an environment variable set by `cargo xtask test`.
///
/// # Panics
/// If the variable is not set.
#[must_use]
pub fn tool(name: &str) -> PathBuf {
    env::var_os(name)
        .map_or_else(|| panic!("{name} is not set; run these tests with `cargo xtask test`"), PathBuf::from)
}

/// The root of the repository whose build is tested.
///
/// # Panics
/// As [`tool`].
#[must_use]
pub fn repository() -> PathBuf {
    let site = tool("GLAS_SITE");
    site.ancestors().nth(3).expect("the site lies in target/glas of the repository").to_owned()
}
