//! What it takes to export: all of a shop's answers in one reply while others write, how soon it begins, how much memory it
//! takes; and what a spreadsheet makes of what shoppers wrote.

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

/// Looks at the memory, in between.
const LOOK: Duration = Duration::from_millis(250);

/// What one export took.
#[derive(Debug, Clone)]
pub struct Export {
    /// What was asked.
    pub path: String,
    /// Until the first byte of the body, in milliseconds.
    pub first_byte_ms: f64,
    /// All of it, in seconds.
    pub seconds: f64,
    /// Bytes of the body.
    pub bytes: u64,
    /// Answers in it.
    pub rows: usize,
    /// Answers that others wrote or revised meanwhile.
    pub written: u32,
    /// Memory of the Worker's process with its database in megabytes: before, after a tenth of the rows, and at most.
    pub memory_mb: [u64; 3],
}

/// A reply that is read as it comes.
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
    let response = request.call().expect("an export that begins");
    let reader: Box<dyn Read> = Box::new(response.into_body().into_reader());
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    assert!(!reader.fill_buf().expect("a first byte").is_empty(), "{path} gives nothing");
    Reply { reader, first_byte_ms: begin.elapsed().as_secs_f64() * 1e3 }
}

/// How soon an export begins, in milliseconds, so many times; the rest is not read.
#[must_use]
pub fn first_bytes(archive: &Archive, path: &str, times: usize) -> Vec<f64> {
    (0..times).map(|_| ask(&archive.supervisor, &archive.shop, path).first_byte_ms).collect()
}

/// The ids that the database holds of a shop.
fn stored(database: &Path, shop: &Shop) -> HashSet<String> {
    let connection = Connection::open(database).expect("a database");
    let mut statement = connection.prepare("SELECT id FROM responses WHERE shop = ?1").expect("the schema");
    let rows = statement.query_map([checker::shop_of(&shop.public_key)], |row| row.get(0)).expect("rows");
    rows.map(|id| id.expect("an id")).collect()
}

/// Exports everything while others write, and looks whether it is all there, each once.
///
/// # Panics
/// If it is not, or the transfer breaks off.
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
            bytes += reply.reader.read_until(b'\n', &mut line).expect("a head");
        }
        loop {
            line.clear();
            let length = reply.reader.read_until(b'\n', &mut line).expect("a transfer that does not break off");
            if length == 0 {
                break;
            }
            bytes += length;
            assert_eq!(line.last(), Some(&b'\n'), "the last line is a whole one");
            // The id stands first in both forms: `{"id":"…` and `…,`. No text of this archive has a line break in it.
            let id = line.get(if is_csv { 0..36 } else { 7..43 }).expect("an id");
            let id = String::from_utf8(id.to_vec()).expect("an id");
            assert!(seen.insert(id), "twice: {}", String::from_utf8_lossy(&line));
            rows += 1;
            if looked.elapsed() > LOOK {
                looked = Instant::now();
                memory = memory.max(archive.supervisor.memory().0);
            }
            if rows == before.len() / 10 {
                tenth = archive.supervisor.memory().0;
            }
        }
        is_over.store(true, Ordering::Relaxed);
        let missing = before.iter().filter(|id| !seen.contains(*id)).count();
        assert_eq!(missing, 0, "answers that were there when it began");
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

/// New answers, and later revisions of old ones, until it is over.
fn write(archive: &Archive, before: &HashSet<String>, is_over: &AtomicBool) -> u32 {
    let mut random = Random::seeded(71);
    let survey = Published { id: archive.surveys[0].clone(), version: 1 };
    let answers = json!([{ "question": "nps", "score": 3 }, { "question": "why", "text": "written meanwhile" }]);
    let mut written = 0;
    let mut old = before.iter();
    while !is_over.load(Ordering::Relaxed) {
        for id in [Some(random.uuid()), old.next().cloned()].into_iter().flatten() {
            let sent = archive.shop.submission(&survey, &id, 2 + written, &answers);
            // An old one of another survey is a conflict.
            assert!(matches!(archive.shop.submit(&sent).status, 200 | 201 | 409), "an answer is taken");
            written += 1;
        }
        thread::sleep(Duration::from_millis(20));
    }
    written
}
