//! A running Glas: `xtask dev` on a free port with a throw-away state.

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

/// What `dev.json` says.
#[derive(Debug, Clone, Deserialize)]
pub struct Dev {
    /// Where everything is served.
    pub origin: String,
    /// The demo shop's public key.
    pub public_key: String,
    /// The demo shop's secret key.
    pub api_key: String,
    /// The operator's token.
    pub admin_token: String,
    /// The demo shop's surveys.
    pub surveys: Vec<DevSurvey>,
}

/// A survey of the demo shop.
#[derive(Debug, Clone, Deserialize)]
pub struct DevSurvey {
    /// Id.
    pub id: String,
    /// The owner's name for it.
    pub name: String,
}

/// A Worker of our own. It ends when this process ends, however that happens: it watches the pipe to its input.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    state: TempDir,
    /// What it said of itself.
    pub dev: Dev,
}

impl Worker {
    /// Starts one and waits until it serves the demo shop.
    ///
    /// # Panics
    /// If it does not come up: with the end of what it printed.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one that has these secrets or variables besides its own.
    ///
    /// # Panics
    /// If it does not come up: with the end of what it printed.
    #[must_use]
    pub fn start_with(variables: &[(&str, &str)]) -> Self {
        let state = temp_dir::create();
        if !variables.is_empty() {
            give_variables(state.path(), variables);
        }
        let mut child = spawn(state.path(), &[]);
        let dev = wait_for(state.path(), &mut child);
        Self { child, state, dev }
    }

    /// The Worker that the tests of one binary share; each makes shops of its own.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Worker> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A client of it.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(&self.dev.origin)
    }

    /// Where D1, KV and logs are.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.state.path()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Closing its input asks it to end; waiting lets it take its own children with it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Writes variables where a Worker of this state finds them.
///
/// # Panics
/// If the folder cannot be written to.
pub fn give_variables(state: &Path, variables: &[(&str, &str)]) {
    // Where there is a token already, the file is left as it is.
    let lines = [("ADMIN_TOKEN", "a-token-of-this-test-alone")].iter().chain(variables);
    let lines: String = lines.map(|(name, value)| format!("{name}={value}\n")).collect();
    fs::write(state.join("secrets.env"), lines).expect("a file of secrets");
}

/// Starts `xtask dev` with this state, and with these words besides. It ends when its input does.
///
/// # Panics
/// If there is no such program.
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

/// Waits until it serves.
///
/// # Panics
/// If it does not: with the end of what it printed.
#[must_use]
pub fn wait_for(state: &Path, child: &mut Child) -> Dev {
    let file = state.join("dev.json");
    let timeout = Instant::now() + Duration::from_secs(180);
    while !file.exists() {
        let ended = child.try_wait().expect("a child that can be asked");
        assert!(
            ended.is_none() && Instant::now() < timeout,
            "the Worker did not come up ({ended:?}):\n{}",
            fs::read_to_string(state.join("xtask.log")).unwrap_or_default()
        );
        thread::sleep(Duration::from_millis(50));
    }
    serde_json::from_str(&fs::read_to_string(&file).expect("dev.json")).expect("dev.json is as documented")
}

/// Where a tool is, as `cargo xtask test` says.
///
/// # Panics
/// If it says nothing: then this was started some other way.
#[must_use]
pub fn tool(name: &str) -> PathBuf {
    env::var_os(name).map_or_else(|| panic!("{name} is not set: run these tests by `cargo xtask test`"), PathBuf::from)
}

/// The repository whose build is tried. Its sources of this crate lie beside what was built from them.
///
/// # Panics
/// As [`tool`].
#[must_use]
pub fn repository() -> PathBuf {
    let site = tool("GLAS_SITE");
    site.ancestors().nth(3).expect("the site lies in target/glas of the repository").to_owned()
}
