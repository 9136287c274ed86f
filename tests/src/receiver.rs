//! A webhook receiver: a local server that records messages and responds as a test demands.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

/// How the receiver reacts to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// Responds with a status and headers.
    Reply(u16, Vec<(&'static str, String)>),
    /// Responds with 200 and an oversized body.
    Flood,
    /// Closes the connection without a response.
    HangUp,
    /// Does not respond until the receiver is dropped.
    Hang,
}

impl Reaction {
    /// A response with a status and nothing else.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self::Reply(status, Vec::new())
    }
}

/// A received message.
#[derive(Debug, Clone)]
pub struct Received {
    /// Path and query.
    pub path: String,
    /// Header names in lower case.
    pub headers: HeaderMap,
    /// The body, as signed.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header; empty if missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The id of the message.
    #[must_use]
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The timestamp of the message, in seconds since 1970.
    ///
    /// # Panics
    /// If it has none.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.header("webhook-timestamp").parse().expect("a time")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

#[derive(Debug, Default)]
struct Rules {
    /// By path: the next reactions, and the reaction after those.
    reactions: BTreeMap<String, (VecDeque<Reaction>, Option<Reaction>)>,
    seen: Vec<Received>,
    closed: bool,
}

/// The server. It stops when dropped.
#[derive(Debug)]
pub struct Receiver {
    /// Its origin.
    pub origin: String,
    shared: Arc<(Mutex<Rules>, Condvar)>,
}

impl Receiver {
    /// Starts a receiver that responds to everything with 204.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let shared = Arc::new((Mutex::new(Rules::default()), Condvar::new()));
        let server = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if server.0.lock().expect("no panic while serving").closed {
                    return;
                }
                let server = Arc::clone(&server);
                // A read error means that the Worker was killed.
                thread::spawn(move || serve(&server, &stream));
            }
        });
        Self { origin, shared }
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.shared.0.lock().expect("no panic while serving")
    }

    /// Sets the next reactions for a path and the reaction to all later messages; the default is 204.
    pub fn react(&self, path: &str, next: impl IntoIterator<Item = Reaction>, then: Option<Reaction>) {
        self.rules().reactions.insert(path.to_owned(), (next.into_iter().collect(), then));
    }

    /// The messages received at a path, in order.
    #[must_use]
    pub fn at(&self, path: &str) -> Vec<Received> {
        self.rules().seen.iter().filter(|each| each.path == path).cloned().collect()
    }

    /// The total number of messages.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rules().seen.len()
    }

    /// Waits for a number of messages at a path.
    ///
    /// # Panics
    /// On timeout.
    #[must_use]
    #[track_caller]
    pub fn wait_for(&self, path: &str, count: usize, timeout: Duration) -> Vec<Received> {
        let begin = Instant::now();
        loop {
            let seen = self.at(path);
            if seen.len() >= count {
                return seen;
            }
            assert!(begin.elapsed() < timeout, "{} of {count} arrived at {path} in {timeout:?}", seen.len());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.rules().closed = true;
        self.shared.1.notify_all();
        let _ = TcpStream::connect(self.origin.trim_start_matches("http://"));
    }
}

fn serve(shared: &(Mutex<Rules>, Condvar), stream: &TcpStream) {
    let Some(received) = read(stream) else { return };
    let reaction = {
        let mut rules = shared.0.lock().expect("no panic while serving");
        let reaction =
            rules.reactions.get_mut(&received.path).and_then(|(next, then)| next.pop_front().or_else(|| then.clone()));
        rules.seen.push(received);
        reaction.unwrap_or(Reaction::status(204))
    };
    let mut stream = stream;
    let _ = match reaction {
        Reaction::HangUp => Ok(()),
        Reaction::Hang => {
            let rules = shared.0.lock().expect("no panic while serving");
            drop(shared.1.wait_while(rules, |rules| !rules.closed).expect("no panic while serving"));
            Ok(())
        }
        Reaction::Flood => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n".to_vec();
            stream.write_all(&head).and_then(|()| (0..500).try_for_each(|_| stream.write_all(&[b'x'; 100_000])))
        }
        Reaction::Reply(status, headers) => {
            let mut head = format!("HTTP/1.1 {status} -\r\nconnection: close\r\n");
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            if status != 204 {
                head += "content-length: 0\r\n";
            }
            stream.write_all(format!("{head}\r\n").as_bytes())
        }
    };
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split_whitespace().nth(1)?.to_owned();
    let mut headers = HeaderMap::new();
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let (name, value) = (name.to_lowercase(), value.trim());
        match name.as_str() {
            "content-length" => length = value.parse().ok()?,
            "transfer-encoding" => chunked = true,
            _ => {}
        }
        headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
    }
    let mut body = vec![0; length];
    if chunked {
        body = chunks(&mut reader)?;
    } else {
        reader.read_exact(&mut body).ok()?;
    }
    Some(Received { path, headers, body })
}

fn chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let length = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}
