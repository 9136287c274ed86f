//! Whoever is told by webhooks: a server on this machine that writes down what it gets and answers as a test says.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

/// What the receiver does with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// Answers with a status and these headers.
    Reply(u16, Vec<(&'static str, String)>),
    /// Answers well, with more of a body than anybody wants.
    Flood,
    /// Ends the connection without a word.
    HangUp,
    /// Says nothing until the receiver is gone.
    Hang,
}

impl Reaction {
    /// A status and nothing else.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self::Reply(status, Vec::new())
    }
}

/// A message that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: HeaderMap,
    /// As it was signed.
    pub body: Vec<u8>,
}

impl Received {
    /// A header's value; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The message's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// When it says that it was sent, in seconds since 1970.
    ///
    /// # Panics
    /// If it does not say.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.header("webhook-timestamp").parse().expect("a time")
    }

    /// Its body.
    ///
    /// # Panics
    /// If that is no JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

#[derive(Debug, Default)]
struct Rules {
    /// By path: what happens next, and what happens after that.
    reactions: BTreeMap<String, (VecDeque<Reaction>, Option<Reaction>)>,
    seen: Vec<Received>,
    closed: bool,
}

/// The server. Dropping it takes it off the network.
#[derive(Debug)]
pub struct Receiver {
    /// Where it is.
    pub origin: String,
    shared: Arc<(Mutex<Rules>, Condvar)>,
}

impl Receiver {
    /// Opens one that answers everything with 204.
    ///
    /// # Panics
    /// If this machine has no port left.
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
                // Whoever hangs up is the Worker that was killed.
                thread::spawn(move || serve(&server, &stream));
            }
        });
        Self { origin, shared }
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.shared.0.lock().expect("no panic while serving")
    }

    /// What happens to the next messages at a path, and to all after them: 204 if nothing is said.
    pub fn react(&self, path: &str, next: impl IntoIterator<Item = Reaction>, then: Option<Reaction>) {
        self.rules().reactions.insert(path.to_owned(), (next.into_iter().collect(), then));
    }

    /// What came to a path, in its order.
    #[must_use]
    pub fn at(&self, path: &str) -> Vec<Received> {
        self.rules().seen.iter().filter(|each| each.path == path).cloned().collect()
    }

    /// How much came at all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rules().seen.len()
    }

    /// Waits until so much came to a path.
    ///
    /// # Panics
    /// If it does not come.
    #[must_use]
    #[track_caller]
    pub fn waits_for(&self, path: &str, count: usize, timeout: Duration) -> Vec<Received> {
        let begin = Instant::now();
        loop {
            let seen = self.at(path);
            if seen.len() >= count {
                return seen;
            }
            assert!(begin.elapsed() < timeout, "{} of {count} came to {path} in {timeout:?}", seen.len());
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
