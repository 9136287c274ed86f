//! Serves everything from memory: the benchmark's pages, Glas's files from the Worker, posthog-js from its package.
//! Each file is compressed once, with brotli at quality 11.

use crate::case;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    thread,
};
use tests::{
    compress::compress,
    http::Client,
    worker::{Worker, tool},
};

#[derive(Debug, Clone)]
struct File {
    kind: &'static str,
    packed: Arc<[u8]>,
}

#[derive(Debug, Default)]
struct Files {
    pages: BTreeMap<String, String>,
    worker: Option<Client>,
    known: BTreeMap<String, Option<File>>,
    bytes: usize,
    requests: usize,
}

/// The server. It stops with the process.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    origin: String,
    files: Arc<Mutex<Files>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { origin, files: Arc::default() };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = serving.clone();
                // A browser may close its connection at any time.
                thread::spawn(move || server.talk(stream));
            }
        });
        server
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Sets the pages and the Worker that the other files come from.
    pub(crate) fn serve(&self, pages: BTreeMap<String, String>, worker: &Worker) {
        let mut files = self.files();
        files.pages = pages;
        files.worker = Some(worker.client());
    }

    /// Resets the counters.
    pub(crate) fn reset(&self) {
        let mut files = self.files();
        (files.bytes, files.requests) = (0, 0);
    }

    /// Bytes and requests since the last reset.
    pub(crate) fn seen(&self) -> (usize, usize) {
        let files = self.files();
        (files.bytes, files.requests)
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().expect("no panic while serving")
    }

    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let path = line.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/").to_owned();
            let mut length = 0;
            loop {
                let mut header = String::new();
                if reader.read_line(&mut header)? <= 2 {
                    break;
                }
                if let Some((name, value)) = header.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().unwrap_or(0);
                }
            }
            std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
            let (head, body) = self.reply(&path);
            stream.write_all(head.as_bytes())?;
            stream.write_all(&body)?;
        }
    }

    fn reply(&self, path: &str) -> (String, Arc<[u8]>) {
        let mut files = self.files();
        let file = files.find(path);
        if !files.pages.contains_key(path) {
            files.requests += 1;
            files.bytes += file.as_ref().map_or(0, |file| file.packed.len());
        }
        match file {
            Some(File { kind, packed }) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-encoding: br\r\ncache-control: no-store\r\ncontent-length: {}\r\n\r\n",
                    packed.len()
                );
                (head, packed)
            }
            None => ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(), Arc::default()),
        }
    }
}

impl Files {
    fn find(&mut self, path: &str) -> Option<File> {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let found = self.make(path).map(|(kind, bytes)| File { kind, packed: compress(&bytes).into() });
        self.known.insert(path.to_owned(), found.clone());
        found
    }

    fn make(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        if let Some(html) = self.pages.get(path) {
            return Some(("text/html; charset=utf-8", html.clone().into()));
        }
        if let Some((_, kind, text)) = case::posthog_service().into_iter().find(|(known, ..)| *known == path) {
            return Some((kind, text.into()));
        }
        // `/static/1.2.3/surveys.js` and `/static/array.js` are files of the package.
        if let Some(file) = path.strip_prefix("/static/").and_then(|file| file.rsplit('/').next()) {
            return Some(("text/javascript", fs::read(tool("GLAS_POSTHOG").join("dist").join(file)).ok()?));
        }
        let kind = match Path::new(path).extension().and_then(|extension| extension.to_str()) {
            Some("wasm") => "application/wasm",
            Some("js") => "text/javascript",
            _ => "application/json",
        };
        if let Some(file) = path.strip_prefix("/a/") {
            return Some((kind, fs::read(tool("GLAS_SITE").join("a").join(file)).ok()?));
        }
        if path.starts_with("/w/") {
            let reply = self.worker.as_ref()?.send("GET", path, &[], "");
            return (reply.status == 200).then(|| (kind, reply.text.into()));
        }
        // Submissions and events are acknowledged and discarded.
        path.starts_with("/v1/").then(|| (kind, b"{}".to_vec()))
    }
}
