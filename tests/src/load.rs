//! Load generation: many keep-alive connections on one thread.

mod figures;

pub use figures::{Figures, percentile};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpStream, runtime, task::JoinSet, time};

/// Default timeout of a response.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The server that requests are sent to.
#[derive(Debug, Clone)]
pub struct Target {
    address: SocketAddr,
    authority: Arc<str>,
}

impl Target {
    /// The server of a local origin.
    ///
    /// # Panics
    /// If the origin is not an address with a port.
    #[must_use]
    pub fn at(origin: &str) -> Self {
        let authority = origin.trim_start_matches("http://");
        Self { address: authority.parse().expect("an address with a port"), authority: authority.into() }
    }

    /// The socket address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Header fields except `host`.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Bytes,
}

impl Call {
    /// A `POST` request as sent by a page.
    #[must_use]
    pub fn from_page(path: &str, origin: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("origin", origin.to_owned()), ("content-type", "text/plain;charset=UTF-8".to_owned())];
        Self { method: "POST", path: path.to_owned(), headers, body: body.into() }
    }
}

/// A response.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: hyper::HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; `null` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The value of a header; empty if missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// A keep-alive connection that is reopened after an error.
#[derive(Debug)]
pub struct Line {
    target: Target,
    open: Option<http1::SendRequest<Full<Bytes>>>,
    timeout: Duration,
}

impl Line {
    /// A connection that is opened by the first request.
    #[must_use]
    pub const fn to(target: Target) -> Self {
        Self { target, open: None, timeout: TIMEOUT }
    }

    /// Sets the response timeout.
    pub const fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    /// If the connection breaks or the response times out.
    pub async fn send(&mut self, call: &Call) -> io::Result<Answer> {
        let sent = time::timeout(self.timeout, self.exchange(call)).await;
        let answer = sent.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)));
        if answer.is_err() {
            self.open = None;
        }
        answer
    }

    /// Sends a request and closes the connection after `after`, whether or not the response is complete.
    ///
    /// # Errors
    /// If the connection was closed first or broke.
    pub async fn send_and_hang_up(&mut self, call: &Call, after: Duration) -> io::Result<Answer> {
        let sent = time::timeout(after, self.exchange(call)).await;
        let answer = sent.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::ConnectionAborted)));
        self.open = None;
        answer
    }

    async fn exchange(&mut self, call: &Call) -> io::Result<Answer> {
        let mut open = match self.open.take().filter(|open| !open.is_closed()) {
            Some(open) => open,
            None => connect(&self.target).await?,
        };
        open.ready().await.map_err(io::Error::other)?;
        let mut request =
            Request::builder().method(call.method).uri(&call.path).header(header::HOST, &*self.target.authority);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(call.body.clone())).map_err(io::Error::other)?;
        let response = open.send_request(request).await.map_err(io::Error::other)?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        self.open = Some(open);
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}

async fn connect(target: &Target) -> io::Result<http1::SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(target.address).await?;
    stream.set_nodelay(true)?;
    let (open, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    // Ends when the last handle is dropped.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(open)
}

/// Runs a future on a single-threaded runtime.
///
/// # Panics
/// If the runtime cannot be created.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

/// Runs the same work on several connections at once; returns the results in order.
///
/// # Panics
/// If one of them panics.
pub async fn on_lines<T, W>(target: &Target, lines: usize, work: impl Fn(usize, Line) -> W) -> Vec<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    let mut running = JoinSet::new();
    for number in 0..lines {
        let work = work(number, Line::to(target.clone()));
        running.spawn(async move { (number, work.await) });
    }
    let mut all: Vec<(usize, T)> = Vec::with_capacity(lines);
    while let Some(done) = running.join_next().await {
        all.push(done.unwrap_or_else(|error| panic!("a connection task failed: {error}")));
    }
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, given)| given).collect()
}
