//! Serves one connection of a [`Site`](super::Site): minimal HTTP, one request per connection.

use super::{Fate, Request, Shared, inject};
use crate::shopper::ADDRESS_HEADER;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Instant,
};
use ureq::http;

/// Hop-by-hop headers, and headers that are set anew; bodies are passed through unchanged.
const HOP: &[&str] = &["connection", "keep-alive", "transfer-encoding", "content-length", "host", "accept-encoding"];

/// Requests with this prefix are not answered before [`Site::release`](super::Site::release).
pub(super) const NEVER: &str = "/never";

struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Shared {
    pub(super) fn serve(&self, stream: TcpStream) -> anyhow::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let Some(request) = read(&mut reader)? else { return Ok(()) };
        if let Some(reply) = self.reply(&request)? {
            write(stream, &request, &reply)?;
        }
        Ok(())
    }

    /// `None` closes the connection without a response.
    fn reply(&self, request: &Request) -> anyhow::Result<Option<Reply>> {
        let mut rules = self.rules();
        rules.seen.push(request.clone());
        if rules.cut || rules.closed || rules.losing && is_answer(request) {
            return Ok(None);
        }
        if request.path.starts_with(NEVER) {
            drop(self.changed.wait_while(rules, |rules| !rules.released).expect("no panic while serving"));
            return Ok(None);
        }
        let fate = if is_answer(request) { rules.fates.pop_front() } else { None };
        let path = request.path.split('?').next().unwrap_or_default();
        let page = rules.pages.get(path).cloned();
        drop(rules);
        let mut reply = match (fate, page) {
            (Some(Fate::Lost), _) => return Ok(None),
            (Some(Fate::Unanswered), _) => {
                self.pass_on(request)?;
                return Ok(None);
            }
            (Some(Fate::Refused(status, after)), _) => refusal(status, after),
            (Some(Fate::Held), _) => {
                drop(self.changed.wait_while(self.rules(), |rules| !rules.released).expect("no panic while serving"));
                self.pass_on(request)?
            }
            (None, Some(html)) => page_of(html),
            (None, None) => self.pass_on(request)?,
        };
        if reply.headers.iter().any(|(name, value)| name == "content-type" && value.starts_with("text/html")) {
            let html = String::from_utf8_lossy(&reply.body).replace(&self.keys.0, &self.keys.1);
            let rules = self.rules();
            // The hosted page of a survey belongs to Glas, not to the shop.
            if !path.starts_with("/s/") {
                reply.headers.extend(rules.headers.iter().cloned());
            }
            if !rules.scripts.is_empty() {
                inject::allow(&mut reply.headers);
            }
            reply.body = inject::scripts(&html, &rules.scripts).into_bytes();
        }
        Ok(Some(reply))
    }

    fn pass_on(&self, request: &Request) -> anyhow::Result<Reply> {
        let url = format!("{}{}", self.worker, request.path);
        let mut outgoing = http::Request::builder().method(request.method.as_str()).uri(url);
        for (name, value) in request.headers.iter().filter(|(name, _)| !HOP.contains(&name.as_str())) {
            outgoing = outgoing.header(name, value);
        }
        outgoing = outgoing.header(ADDRESS_HEADER, &self.visitor);
        let mut response = self.agent.run(outgoing.body(request.body.clone())?)?;
        if is_answer(request) {
            self.rules().arrived += 1;
        }
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        Ok(Reply {
            status: response.status().as_u16(),
            headers: headers.filter(|(name, _)| !HOP.contains(&name.as_str())).collect(),
            body: response.body_mut().read_to_vec()?,
        })
    }
}

pub(super) fn is_answer(request: &Request) -> bool {
    request.method == "POST" && request.path == "/v1/submissions"
}

fn page_of(html: String) -> Reply {
    let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
    Reply { status: 200, headers, body: html.into_bytes() }
}

fn refusal(status: u16, after: u8) -> Reply {
    let headers = if after > 0 { vec![("retry-after".to_owned(), after.to_string())] } else { Vec::new() };
    Reply { status, headers, body: b"{}".to_vec() }
}

/// `None` if the browser opened a connection in advance and did not use it.
fn read(reader: &mut impl BufRead) -> anyhow::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { at: Instant::now(), method, path, headers, body: Vec::new() };
    request.body.resize(request.header("content-length").parse().unwrap_or(0), 0);
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}

fn write(mut stream: TcpStream, request: &Request, reply: &Reply) -> anyhow::Result<()> {
    let mut head = format!("HTTP/1.1 {} -\r\n", reply.status);
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\nconnection: close\r\n\r\n", reply.body.len());
    stream.write_all(head.as_bytes())?;
    if request.method != "HEAD" {
        stream.write_all(&reply.body)?;
    }
    Ok(stream.flush()?)
}
