//! The WebDriver servers: one per engine and process, started on first use.

use super::Engine;
use crate::worker::tool;
use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    thread,
    time::{Duration, Instant},
};
use thirtyfour::{
    error::{WebDriverError, WebDriverResult},
    session::http::{Body, HttpClient},
};
use ureq::http::{Request, Response};

/// Runs a program until its input pipe closes, which happens whenever this process exits. It forms a process group with
/// its browsers, so that one signal reaches all of them and a Ctrl-C in the terminal reaches none.
const SCRIPT: &str = r#"trap : TERM; "$0" "$@" & read -r _; kill -TERM 0; wait; sleep 1; kill -KILL 0"#;

/// Startup timeout of a driver.
const START: Duration = Duration::from_secs(30);

/// The URL of an engine's driver, which is started if needed.
pub(super) fn url(engine: Engine) -> &'static str {
    static CHROMIUM: OnceLock<(String, Child)> = OnceLock::new();
    static FIREFOX: OnceLock<(String, Child)> = OnceLock::new();
    static WEBKIT: OnceLock<(String, [Child; 2])> = OnceLock::new();
    match engine {
        Engine::Chromium => &CHROMIUM.get_or_init(chromedriver).0,
        Engine::Firefox => &FIREFOX.get_or_init(geckodriver).0,
        Engine::WebKit => &WEBKIT.get_or_init(webkit_driver).0,
    }
}

fn chromedriver() -> (String, Child) {
    // "ChromeDriver was started successfully on port 12345."
    let (port, helper) = start(&tool("GLAS_CHROMEDRIVER"), &["--port=0"], &[], |line| {
        Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned())
    });
    (format!("http://127.0.0.1:{port}"), helper)
}

fn geckodriver() -> (String, Child) {
    // "1795000000000 geckodriver INFO Listening on 127.0.0.1:12345"
    let flags = ["--port", "0", "--allow-system-access"];
    let (address, helper) = start(&tool("GLAS_GECKODRIVER"), &flags, &[("MOZ_HEADLESS", "1")], |line| {
        Some(line.split_once("Listening on ")?.1.trim().to_owned())
    });
    (format!("http://{address}"), helper)
}

fn webkit_driver() -> (String, [Child; 2]) {
    let flags = ["-displayfd", "1", "-screen", "0", "1400x1100x24", "-nolisten", "tcp", "-noreset"];
    let (screen, screen_helper) = start(&tool("GLAS_XVFB"), &flags, &[], |line| Some(line.trim().to_owned()));
    let surroundings = [
        ("DISPLAY", format!(":{screen}")),
        ("GDK_BACKEND", "x11".to_owned()),
        // D-Bus services are not available, and waiting for them takes time.
        ("NO_AT_BRIDGE", "1".to_owned()),
        ("GTK_A11Y", "none".to_owned()),
        ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".to_owned()),
    ];
    let surroundings = surroundings.each_ref().map(|(name, value)| (*name, value.as_str()));
    // It does not print a port of its own choice, so choose one.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let flags = [format!("--port={port}"), "--replace-on-new-session".to_owned()];
    let helper = spawn(&tool("GLAS_WEBKITDRIVER"), &flags.each_ref().map(String::as_str), &surroundings, Stdio::null());
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begin.elapsed() < START, "WebKitWebDriver does not listen on port {port}");
        thread::sleep(Duration::from_millis(20));
    }
    (format!("http://127.0.0.1:{port}"), [helper, screen_helper])
}

/// Starts a program that prints its address.
fn start(
    program: &Path,
    flags: &[&str],
    surroundings: &[(&str, &str)],
    place: impl Fn(&str) -> Option<String>,
) -> (String, Child) {
    let mut child = spawn(program, flags, surroundings, Stdio::piped());
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let place = loop {
        let line = lines.next().unwrap_or_else(|| panic!("{} exited before it printed its address", program.display()));
        if let Some(place) = place(&line.expect("text")) {
            break place;
        }
    };
    // Keep reading, since a full pipe would block it.
    thread::spawn(move || lines.for_each(drop));
    (place, child)
}

/// Starts a child whose input stays open until this process exits.
fn spawn(program: &Path, flags: &[&str], surroundings: &[(&str, &str)], output: Stdio) -> Child {
    Command::new("sh")
        .args(["-c", SCRIPT])
        .arg(program)
        .args(flags)
        .envs(surroundings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(output)
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell starts")
}

/// A blocking transport for WebDriver commands. Blocking is fine, since each test has its own thread.
pub(super) struct Transport(ureq::Agent);

impl Transport {
    pub(super) fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self(config.into())
    }

    fn carry(&self, request: Request<Body<'_>>) -> anyhow::Result<Response<Vec<u8>>> {
        let request = request.map(|body| match body {
            Body::Empty => String::new(),
            Body::Json(json) => json.to_string(),
        });
        let mut response = self.0.run(request)?;
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(response.map(|_| body))
    }
}

#[async_trait::async_trait]
impl HttpClient for Transport {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<bytes::Bytes>> {
        let response = self.carry(request).map_err(|error| WebDriverError::RequestFailed(format!("{error:#}")))?;
        Ok(response.map(Into::into))
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Self::new())
    }
}
