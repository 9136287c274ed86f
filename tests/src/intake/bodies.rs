//! Bodies that are too large, or whose length is wrong or missing. An oversized body is rejected before it is read: the
//! fault-injecting bindings count the bytes pulled.

use super::{Fixture, Scale, fixture::new_id};
use crate::{
    checker,
    faults::Faults,
    ledger::Content,
    load::{self, Line},
    random::Random,
    shop::ORIGIN,
    supervisor::Supervisor,
};
use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

const LIMIT: usize = 16 * 1024;
/// At most this much is read of a rejected body.
const READ: u64 = 64 * 1024;
/// Timeout of the socket.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The transfer encoding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// With this `Content-Length`.
    Length(usize),
    /// In chunks of 8 KiB.
    Chunked,
}

/// The outcome of a request.
#[derive(Debug)]
struct Sent {
    /// 0 if the connection closed without a response.
    status: u16,
    /// Bytes written to the socket, most of them into kernel buffers.
    written: usize,
}

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let large = scale.of(8, 100) << 20;
    let fixture = Fixture::new(supervisor);
    let mut random = Random::seeded(seed);
    let address = fixture.target.address();
    let mut padded = |size: usize| padded(&fixture, &mut random, size);

    let faults = Faults::of(supervisor);
    let (mut worst, mut cases, mut unheard) = (0, 0, 0);
    let mut refused = |name: &str, path: &str, how: How, body: &[u8], size: usize, status: &[u16]| {
        faults.none();
        let sent = send(address, path, how, body, size);
        // The Worker responds while the rest is still in flight; wrangler's proxy sometimes loses that response (0,
        // 500). The Worker has rejected the body nevertheless.
        let forgotten = matches!(sent.status, 0 | 500) && size >= 1 << 20;
        if forgotten {
            wait_for_reply(&faults);
        }
        let heard = if forgotten && faults.seen("too_large") == 1 { 413 } else { sent.status };
        assert!(status.contains(&heard), "{name}: {sent:?}, not {status:?}");
        let pulled = faults.seen("most_pulled");
        assert!(pulled <= READ, "{name}: {pulled} bytes were read");
        worst = worst.max(pulled);
        cases += 1;
        unheard += usize::from(forgotten);
    };
    for (size, status) in [(LIMIT - 1, 201), (LIMIT, 201), (LIMIT + 1, 413)] {
        let body = padded(size);
        for how in [How::Length(size), How::Chunked] {
            // On the second request, the config is cached.
            let status = if status == 201 && how == How::Chunked { 200 } else { status };
            refused(&format!("{size} {how:?}"), "/v1/submissions", how, &body, size, &[status]);
        }
    }
    let stored = checker::count(fixture.database(), &fixture.shop_id());
    assert_eq!(stored, 2, "only the two small bodies are stored");
    let begin = padded(LIMIT);
    for path in ["/v1/submissions", "/v1/events"] {
        for size in [1 << 20, large] {
            for how in [How::Length(size), How::Chunked] {
                refused(&format!("{path} {size} {how:?}"), path, how, &begin, size, &[413]);
            }
        }
    }
    // With a length that is too small, the rest of the body is an invalid request; with one that is too large, the body
    // stays incomplete. The proxy may reject either itself or close the connection (0).
    let body = padded(1_000);
    refused("too short a length", "/v1/submissions", How::Length(500), &body, 1_000, &[400]);
    refused("too long a length", "/v1/submissions", How::Length(1_500), &body, 1_000, &[0, 400, 500, 503]);
    refused(
        "a large Content-Length without a body",
        "/v1/submissions",
        How::Length(large),
        &body,
        1_000,
        &[0, 400, 413, 500, 503],
    );
    assert_eq!(checker::count(fixture.database(), &fixture.shop_id()), stored, "nothing else is stored");
    let written = send(address, "/v1/submissions", How::Length(large), &begin, large).written;

    // The Worker keeps working.
    load::run(async {
        let mut line = Line::to(fixture.target.clone());
        let content = Content { score: 9, words: String::new(), complete: true };
        let id = new_id(&mut Random::seeded(seed.wrapping_add(1)));
        let answer = line.send(&fixture.call(&id, 1, &content)).await.expect("a reply");
        assert_eq!(answer.status, 201);
    });
    format!(
        "{cases} bodies up to {} MiB, with a length, a wrong one, in chunks: refused after at most {worst} bytes were read ({unheard} responses lost by the proxy; kernel buffers took {written} bytes)",
        large >> 20
    )
}

/// A valid submission, padded to an exact size by an unknown member.
fn padded(fixture: &Fixture, random: &mut Random, size: usize) -> Vec<u8> {
    let content = Content { score: 7, words: "fine".to_owned(), complete: true };
    let mut body = fixture.body(&new_id(random), 1, &content);
    body["padding"] = "".into();
    let missing = size - body.to_string().len();
    body["padding"] = "x".repeat(missing).into();
    body.to_string().into_bytes()
}

/// Sends a body of this size, which consists of `begin` and padding, until a response arrives or the socket blocks.
fn send(address: SocketAddr, path: &str, how: How, begin: &[u8], size: usize) -> Sent {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
    stream.set_write_timeout(Some(TIMEOUT)).expect("a timeout");
    let length = match how {
        How::Length(length) => format!("content-length: {length}"),
        How::Chunked => "transfer-encoding: chunked".to_owned(),
    };
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: {ORIGIN}\r\ncontent-type: text/plain\r\n{length}\r\n\r\n"
    );
    let mut reader = stream.try_clone().expect("a second handle");
    let replied = thread::spawn(move || read_reply(&mut reader));
    let written = write_all(&stream, &head, how, begin, size, || replied.is_finished());
    if matches!(how, How::Length(length) if length > size) {
        let _ = stream.shutdown(Shutdown::Write);
    }
    Sent { status: replied.join().expect("a reader"), written }
}

/// Writes the body; returns the number of bytes written.
fn write_all(stream: &TcpStream, head: &str, how: How, begin: &[u8], size: usize, done: impl Fn() -> bool) -> usize {
    let mut stream = stream;
    if stream.write_all(head.as_bytes()).is_err() {
        return 0;
    }
    let blanks = [b' '; 8 * 1024];
    let mut written = 0;
    while written < size && !done() {
        let part = if written < begin.len() { &begin[written..] } else { &blanks[..] };
        let part = &part[..part.len().min(blanks.len()).min(size - written)];
        let framed = match how {
            How::Length(_) => stream.write_all(part),
            How::Chunked => stream
                .write_all(format!("{:x}\r\n", part.len()).as_bytes())
                .and_then(|()| stream.write_all(part))
                .and_then(|()| stream.write_all(b"\r\n")),
        };
        if framed.is_err() {
            return written;
        }
        written += part.len();
    }
    if how == How::Chunked && written == size {
        let _ = stream.write_all(b"0\r\n\r\n");
    }
    written
}

/// Waits until the Worker has responded to the latest request.
fn wait_for_reply(faults: &Faults) {
    let begin = Instant::now();
    while faults.seen("replies") == 0 {
        assert!(begin.elapsed() < TIMEOUT, "the Worker did not reply");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Reads the status; 0 if the connection closes without a response.
fn read_reply(stream: &mut TcpStream) -> u16 {
    let (mut head, mut part) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => head.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let head = String::from_utf8_lossy(&head);
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}
