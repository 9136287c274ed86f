//! Measures exports: completeness during concurrent writes, time to first byte and memory, and how a spreadsheet reads
//! hostile texts.

mod spreadsheet;

pub use spreadsheet::formulas;

use crate::{
    checker,
    random::Random,
    results::Archive,
    shop::{Published, Shop},
    supervisor::Supervisor,
};
use rusqlite::Connection;
use serde_json::json;
use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Read},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Interval between memory samples.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(250);

/// The measurements of one export.
#[derive(Debug, Clone)]
pub struct Export {
    /// The request path.
    pub path: String,
    /// Time to the first byte of the body, in milliseconds.
    pub first_byte_ms: f64,
    /// Total time in seconds.
    pub seconds: f64,
    /// Size of the body in bytes.
    pub bytes: u64,
    /// Exported responses.
    pub rows: usize,
    /// Responses written or revised during the export.
    pub written: u32,
    /// Memory of the Worker process, including its database, in megabytes: before, after a tenth of the rows, and peak.
    pub memory_mb: [u64; 3],
}

/// A response that is read as a stream.
struct Reply {
    reader: BufReader<Box<dyn Read>>,
    first_byte_ms: f64,
}

fn ask(supervisor: &Supervisor, shop: &Shop, path: &str) -> Reply {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let begin = Instant::now();
    let request = agent
        .get(format!("{}{path}", supervisor.dev().origin))
        .header("authorization", format!("Bearer {}", shop.secret_key));
    let response = request.call().expect("the start of an export");
    let reader: Box<dyn Read> = Box::new(response.into_body().into_reader());
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    assert!(!reader.fill_buf().expect("a first byte").is_empty(), "{path} returned an empty body");
    Reply { reader, first_byte_ms: begin.elapsed().as_secs_f64() * 1e3 }
}

/// Time to first byte of several exports, in milliseconds; the rest of each body is discarded.
#[must_use]
pub fn first_bytes(archive: &Archive, path: &str, times: usize) -> Vec<f64> {
    (0..times).map(|_| ask(&archive.supervisor, &archive.shop, path).first_byte_ms).collect()
}

/// The ids of a shop's responses in the database.
fn stored(database: &Path, shop: &Shop) -> HashSet<String> {
    let connection = Connection::open(database).expect("a database");
    let mut statement = connection.prepare("SELECT id FROM responses WHERE shop = ?1").expect("the schema");
    let rows = statement.query_map([checker::shop_of(&shop.public_key)], |row| row.get(0)).expect("rows");
    rows.map(|id| id.expect("an id")).collect()
}

/// Exports everything during concurrent writes and checks that each response appears exactly once.
///
/// # Panics
/// If one is missing or duplicated, or if the transfer is interrupted.
#[must_use]
pub fn exact(archive: &Archive, path: &str) -> Export {
    let before = stored(&archive.supervisor.database(), &archive.shop);
    let is_csv = path.contains(".csv");
    let (is_over, memory_before) = (AtomicBool::new(false), archive.supervisor.memory().0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| write(archive, &before, &is_over));
        let begin = Instant::now();
        let mut reply = ask(&archive.supervisor, &archive.shop, path);
        let (mut memory, mut tenth, mut looked) = (memory_before, 0, Instant::now());
        let (mut bytes, mut rows, mut line) = (0, 0, Vec::new());
        let mut seen: HashSet<String> = HashSet::with_capacity(before.len());
        if is_csv {
            bytes += reply.reader.read_until(b'\n', &mut line).expect("a header row");
        }
        loop {
            line.clear();
            let length = reply.reader.read_until(b'\n', &mut line).expect("an uninterrupted transfer");
            if length == 0 {
                break;
            }
            bytes += length;
            assert_eq!(line.last(), Some(&b'\n'), "the last line is complete");
            // Both formats begin with the id: `{"id":"…` and `…,`. No text in this archive contains a line break.
            let id = line.get(if is_csv { 0..36 } else { 7..43 }).expect("an id");
            let id = String::from_utf8(id.to_vec()).expect("an id");
            assert!(seen.insert(id), "twice: {}", String::from_utf8_lossy(&line));
            rows += 1;
            if looked.elapsed() > SAMPLE_INTERVAL {
                looked = Instant::now();
                memory = memory.max(archive.supervisor.memory().0);
            }
            if rows == before.len() / 10 {
                tenth = archive.supervisor.memory().0;
            }
        }
        is_over.store(true, Ordering::Relaxed);
        let missing = before.iter().filter(|id| !seen.contains(*id)).count();
        assert_eq!(missing, 0, "responses stored before the export are missing from it");
        Export {
            path: path.to_owned(),
            first_byte_ms: reply.first_byte_ms,
            seconds: begin.elapsed().as_secs_f64(),
            bytes: bytes as u64,
            rows,
            written: writer.join().expect("a writer"),
            memory_mb: [memory_before, tenth, memory.max(archive.supervisor.memory().0)].map(|bytes| bytes >> 20),
        }
    })
}

/// Writes new responses and later revisions of existing ones until `is_over` is set.
fn write(archive: &Archive, before: &HashSet<String>, is_over: &AtomicBool) -> u32 {
    let mut random = Random::seeded(71);
    let survey = Published { id: archive.surveys[0].clone(), version: 1 };
    let answers = json!([{ "question": "nps", "score": 3 }, { "question": "why", "text": "written meanwhile" }]);
    let mut written = 0;
    let mut old = before.iter();
    while !is_over.load(Ordering::Relaxed) {
        for id in [Some(random.uuid()), old.next().cloned()].into_iter().flatten() {
            let sent = archive.shop.submission(&survey, &id, 2 + written, &answers);
            // A revision of a response to another survey is a conflict.
            assert!(matches!(archive.shop.submit(&sent).status, 200 | 201 | 409), "the response is accepted");
            written += 1;
        }
        thread::sleep(Duration::from_millis(20));
    }
    written
}
