//! chromedriver: one for all tests of a process.

use crate::worker::tool;
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};
use thirtyfour::{
    error::{WebDriverError, WebDriverResult},
    session::http::{Body, HttpClient},
};
use ureq::http::{Request, Response};

/// Runs chromedriver until the pipe to its input closes, which it does however this process ends. Both are in a process
/// group of their own together with the browsers: one signal reaches all, and a Ctrl-C in the terminal none.
const SCRIPT: &str = r#"trap : TERM; "$0" --port=0 & read -r _; kill -TERM 0; wait; sleep 1; kill -KILL 0"#;

/// Where it listens. Starts it first, if nobody has.
pub(super) fn url() -> &'static str {
    static DRIVER: OnceLock<(String, Child)> = OnceLock::new();
    &DRIVER.get_or_init(start).0
}

fn start() -> (String, Child) {
    let mut child = Command::new("sh")
        .args(["-c", SCRIPT])
        .arg(tool("GLAS_CHROMEDRIVER"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let port = loop {
        let line = lines.next().expect("chromedriver says where it listens before it ends").expect("text");
        // "ChromeDriver was started successfully on port 12345."
        if let Some((_, port)) = line.split_once("successfully on port ") {
            break port.trim_end_matches('.').to_owned();
        }
    };
    // A full pipe would stop it.
    thread::spawn(move || lines.for_each(drop));
    (format!("http://127.0.0.1:{port}"), child)
}

/// Carries WebDriver's commands. It blocks, which is right here: each test has a thread of its own.
pub(super) struct Carrier(ureq::Agent);

impl Carrier {
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
impl HttpClient for Carrier {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<bytes::Bytes>> {
        let response = self.carry(request).map_err(|error| WebDriverError::RequestFailed(format!("{error:#}")))?;
        Ok(response.map(Into::into))
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Self::new())
    }
}
