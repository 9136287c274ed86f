//! The Worker on this machine: starts wrangler, sends it requests and stops it.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde_json::Value;

use super::state::State;
use crate::paths;
use crate::process::tail;
use crate::toolchain::Runtime;

/// Timeout for the Worker's first response.
const START: Duration = Duration::from_secs(60);
/// Time for wrangler to stop before it is killed.
const STOP: Duration = Duration::from_secs(8);

/// Log lines around a reload after a file of the site has changed, as printed by the version in `versions.rs`.
const RELOAD_BEGINS: &str = "Reloading local server...";
const RELOAD_ENDS: &str = "Local server updated and ready";
/// wrangler debounces changes for 100 ms; after this long without a reload, no further one follows.
const QUIET_PERIOD: Duration = Duration::from_millis(400);

/// A running wrangler. It stops when this value is dropped and when this program is killed.
pub struct Server {
    origin: String,
    wrangler: Child,
    guard: Child,
    stopped: bool,
    log: std::path::PathBuf,
    agent: ureq::Agent,
}

/// A response of the Worker.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Server {
    /// Starts wrangler in its own process group: a Ctrl-C in the terminal reaches only this program, which then stops
    /// wrangler in order. `entry` replaces the Worker.
    pub fn start(runtime: &Runtime, state: &State, port: u16, config: &Path, entry: Option<&Path>) -> Result<Self> {
        let log = state.log();
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let wrangler = runtime
            .wrangler()?
            .arg("dev")
            .args(entry)
            // With another entry file, wrangler would look for another configuration.
            .arg("--config")
            .arg(config)
            .args(["--local", "--ip", "127.0.0.1", "--port"])
            .arg(port.to_string())
            .args(["--inspector-port", "0", "--show-interactive-dev-session=false"])
            .arg("--env-file")
            .arg(state.secrets())
            .arg("--persist-to")
            .arg(state.folder())
            .arg("--assets")
            .arg(state.site())
            .current_dir(paths::root().join("edge"))
            // Keeps everything this run writes in its folder.
            .env("WRANGLER_REGISTRY_PATH", state.folder().join("registry"))
            .env("WRANGLER_LOG_PATH", state.folder().join("wrangler-debug"))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .context("cannot start wrangler")?;
        let guard = guard(&wrangler)?;
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Ok(Self {
            origin: format!("http://127.0.0.1:{port}"),
            wrangler,
            guard,
            stopped: false,
            log,
            agent: config.into(),
        })
    }

    /// Requests `path` until the response is a 200 whose body passes the check.
    pub fn wait_until(&mut self, stop: &AtomicBool, path: &str, right: impl Fn(&str) -> bool) -> Result<()> {
        let begin = Instant::now();
        let mut last = "no answer".to_owned();
        while begin.elapsed() < START {
            if stop.load(Ordering::Relaxed) {
                bail!("stopped before the server was ready");
            }
            if let Some(end) = self.ended()? {
                bail!("{end}");
            }
            match self.call("GET", path, "", None) {
                Ok(reply) if reply.status == 200 && right(&reply.body) => return Ok(()),
                Ok(reply) => last = format!("{} with {} bytes", reply.status, reply.body.len()),
                Err(error) => last = format!("{error:#}"),
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!(
            "no valid response from {}{path} after {} s (last: {last}). Last lines of wrangler's log:\n{}\nFull log: {}",
            self.origin,
            START.as_secs(),
            self.log_tail(),
            self.log.display()
        )
    }

    /// The number of completed reloads in wrangler's log.
    pub fn reloads(&self) -> usize {
        self.log_count(RELOAD_ENDS)
    }

    /// Waits until wrangler has reloaded files that changed after `before` reloads. A reload cuts connections, so it
    /// must be over before the run is used.
    pub fn wait_for_reload(&mut self, stop: &AtomicBool, before: usize) -> Result<()> {
        let begin = Instant::now();
        let mut calm_since = begin;
        while begin.elapsed() < START {
            let (begun, ended) = (self.log_count(RELOAD_BEGINS), self.reloads());
            if ended == before || begun != ended {
                calm_since = Instant::now();
            } else if calm_since.elapsed() > QUIET_PERIOD {
                return Ok(());
            }
            if stop.load(Ordering::Relaxed) {
                bail!("stopped before the server was ready");
            }
            if let Some(end) = self.ended()? {
                bail!("{end}");
            }
            thread::sleep(Duration::from_millis(25));
        }
        bail!("wrangler did not reload the changed pages of the site; see its log {}", self.log.display())
    }

    /// Sends an API request; without a token if `token` is empty.
    pub fn call(&self, method: &str, path: &str, token: &str, body: Option<&Value>) -> Result<Reply> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.origin));
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let text = match body {
            Some(body) => {
                request = request.header("Content-Type", "application/json");
                body.to_string()
            }
            None => String::new(),
        };
        let sent =
            if method == "GET" { self.agent.run(request.body(())?) } else { self.agent.run(request.body(text)?) };
        let mut response = sent.with_context(|| format!("{method} {}{path}", self.origin))?;
        Ok(Reply { status: response.status().as_u16(), body: response.body_mut().read_to_string()? })
    }

    /// The error message if wrangler has exited.
    pub fn ended(&mut self) -> Result<Option<String>> {
        Ok(self.wrangler.try_wait()?.map(|status| {
            format!(
                "wrangler dev exited unexpectedly ({status}). Last lines of its log:\n{}\nFull log: {}",
                self.log_tail(),
                self.log.display()
            )
        }))
    }

    /// Stops wrangler and its children. SIGTERM first, so that wrangler stops its workerd.
    pub fn stop(&mut self) {
        // After the first call, the process id may belong to another process.
        if std::mem::replace(&mut self.stopped, true) {
            return;
        }
        let _ = self.guard.kill();
        let _ = self.guard.wait();
        let Some(group) = group(&self.wrangler) else {
            return;
        };
        if matches!(self.wrangler.try_wait(), Ok(None)) {
            let _ = kill(group, Signal::SIGTERM);
            let begin = Instant::now();
            while matches!(self.wrangler.try_wait(), Ok(None)) && begin.elapsed() < STOP {
                thread::sleep(Duration::from_millis(25));
            }
        }
        // Kill what remains in the group; usually nothing does, and that error is ignored.
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.wrangler.wait();
    }

    fn log_count(&self, words: &str) -> usize {
        fs::read_to_string(&self.log).unwrap_or_default().matches(words).count()
    }

    fn log_tail(&self) -> String {
        tail(&fs::read_to_string(&self.log).unwrap_or_default(), 25)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A shell that reads from a pipe held by this process only; it stops wrangler if this process is killed.
fn guard(wrangler: &Child) -> Result<Child> {
    Command::new("sh")
        .args(["-c", "read -r _; kill -TERM \"$1\" 2>/dev/null && sleep 3; kill -KILL -- \"-$1\" 2>/dev/null", "guard"])
        .arg(wrangler.id().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("cannot start a shell")
}

fn group(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().map(Pid::from_raw)
}
