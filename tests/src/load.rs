//! Load: many connections that are kept, on one thread, and what came of every request.

mod figures;

pub use figures::{Figures, percentile};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpStream, runtime, task::JoinSet, time};

/// A reply that takes longer has been lost, if nobody says otherwise.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Target {
    address: SocketAddr,
    authority: Arc<str>,
}

impl Target {
    /// The server at an origin of this machine.
    ///
    /// # Panics
    /// If the origin names no address and port.
    #[must_use]
    pub fn at(origin: &str) -> Self {
        let authority = origin.trim_start_matches("http://");
        Self { address: authority.parse().expect("an address with a port"), authority: authority.into() }
    }

    /// Its address and port.
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
    /// Header fields besides the host.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Bytes,
}

impl Call {
    /// A `POST` of something that a page sends.
    #[must_use]
    pub fn from_page(path: &str, origin: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("origin", origin.to_owned()), ("content-type", "text/plain;charset=UTF-8".to_owned())];
        Self { method: "POST", path: path.to_owned(), headers, body: body.into() }
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: hyper::HeaderMap,
    /// All of the body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header as text; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// A connection that is kept from request to request, and made anew when it broke.
#[derive(Debug)]
pub struct Line {
    target: Target,
    open: Option<http1::SendRequest<Full<Bytes>>>,
    timeout: Duration,
}

impl Line {
    /// One that is not open yet.
    #[must_use]
    pub const fn to(target: Target) -> Self {
        Self { target, open: None, timeout: TIMEOUT }
    }

    /// How long it waits for a reply from now on.
    pub const fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Sends a request and reads all of the reply.
    ///
    /// # Errors
    /// If the connection breaks first, or nothing comes for too long.
    pub async fn send(&mut self, call: &Call) -> io::Result<Answer> {
        let sent = time::timeout(self.timeout, self.exchange(call)).await;
        let answer = sent.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)));
        if answer.is_err() {
            self.open = None;
        }
        answer
    }

    /// Sends a request and hangs up after that time, whatever has come until then.
    ///
    /// # Errors
    /// If it hung up, or the connection broke by itself.
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
    // Ends with the last handle of it.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(open)
}

/// Runs something that waits for many things at a time.
///
/// # Panics
/// If this machine has no timers or no sockets.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

/// The same work for each of so many lines at a time, each with its number; what each gave, in that order.
///
/// # Panics
/// If one of them does.
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
        all.push(done.unwrap_or_else(|error| panic!("a line stopped: {error}")));
    }
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, given)| given).collect()
}
