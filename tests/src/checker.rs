//! Compares the content of the database with the acknowledged submissions, and checks its internal consistency. It
//! reads the file of the local D1 directly, since the Worker is the system under test.

mod recount;

use crate::ledger::{Entry, Ledger};
use recount::Recount;
use rusqlite::{Connection, OpenFlags, params};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Less than the retention of the outbox, which is seven days.
const OUTBOX_RETENTION_MS: i64 = 6 * 86_400_000;

/// The columns of a stored response that the checker uses.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: String,
    /// Survey.
    pub survey: String,
    /// Version of the survey.
    pub version: i64,
    /// Highest revision.
    pub revision: u32,
    /// Whether it is complete.
    pub complete: bool,
    /// Touchpoint.
    pub touchpoint: String,
    /// Language, or empty.
    pub language: String,
    /// Device, or empty.
    pub device: String,
    /// Answers, as JSON.
    pub answers: Value,
    /// Day of the first revision.
    pub day: i64,
    /// Plausibility flags.
    pub flags: i64,
    /// Whether the owner excluded it.
    pub excluded: bool,
    /// Whether it was imported from another tool.
    pub imported: bool,
    /// Times of the first and the highest revision, in milliseconds since 1970.
    pub times: (i64, i64),
}

impl Row {
    /// Why it does not count, by its strongest reason; `None` if it counts.
    pub(crate) fn left_out(&self) -> Option<&'static str> {
        let by_strength = [
            (4, "honeypot"),
            (16, "bad_token"),
            (64, "token_reused"),
            (8, "no_token"),
            (2, "impossible_timing"),
            (1, "too_fast"),
        ];
        let flag = by_strength.into_iter().find(|(bit, _)| self.flags & bit != 0).map(|(_, name)| name);
        if self.excluded { Some("excluded") } else { flag }
    }

    /// The combination of filter values that it is counted under.
    pub(crate) fn cell(&self) -> String {
        let last = match self.left_out() {
            Some("excluded") if self.flags & 95 != 0 => "excluded_flagged",
            reason => reason.unwrap_or("0"),
        };
        format!("{}/{}/{}/{}/{last}", self.survey, self.touchpoint, self.language, self.device)
    }
}

/// The totals of a successful check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Stored responses.
    pub rows: usize,
    /// Stored revisions.
    pub revisions: usize,
    /// Days with tallies, over all metrics and facets.
    pub tallies: usize,
}

/// Opens a database read-only; a Worker may be writing to it.
///
/// # Panics
/// If the file does not exist.
#[must_use]
pub fn open(database: &Path) -> Connection {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    connection.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    connection
}

/// The id of the shop that a key belongs to.
///
/// # Panics
/// If the key is malformed.
#[must_use]
pub fn shop_of(key: &str) -> String {
    let own = key.split_once('_').expect("a key").1;
    format!("shp_{}", &own[..16])
}

/// The number of responses of a shop.
///
/// # Panics
/// If the database cannot be read.
#[must_use]
pub fn count(database: &Path, shop: &str) -> usize {
    let sql = "SELECT count(*) FROM responses WHERE shop = ?1";
    let count: i64 = open(database).query_row(sql, [shop], |row| row.get(0)).expect("a count");
    usize::try_from(count).expect("a count")
}

/// Waits until every acknowledged revision is stored; those acknowledged with 202 are still in the queue. Returns the
/// time it took.
///
/// # Panics
/// On timeout, with some of the missing ids.
pub fn wait_for_all(database: &Path, shop: &str, ledger: &Ledger, timeout: Duration) -> Duration {
    let begin = Instant::now();
    let entries = ledger.all();
    loop {
        let rows = rows(&open(database), shop);
        let revisions: HashMap<&str, u32> = rows.iter().map(|row| (row.id.as_str(), row.revision)).collect();
        let missing: Vec<_> = entries
            .iter()
            .filter(|(id, entry)| !entry.erased && entry.acknowledged > revisions.get(id.as_str()).copied())
            .collect();
        if missing.is_empty() {
            return begin.elapsed();
        }
        assert!(
            begin.elapsed() < timeout,
            "{} acknowledged responses are missing after {timeout:?}, for example {:?}",
            missing.len(),
            &missing[..missing.len().min(3)]
        );
        thread::sleep(Duration::from_millis(100));
    }
}

/// Waits until no response has arrived for three seconds; returns the number of responses.
///
/// # Panics
/// On timeout.
pub fn wait_until_calm(database: &Path, shop: &str, timeout: Duration) -> usize {
    let begin = Instant::now();
    let (mut last, mut since) = (count(database, shop), begin);
    while since.elapsed() < Duration::from_secs(3) {
        assert!(begin.elapsed() < timeout, "responses keep arriving");
        thread::sleep(Duration::from_millis(100));
        let now = count(database, shop);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

/// Compares all data of a shop with the ledger and checks its consistency.
///
/// # Panics
/// If anything is lost, duplicated, invented or miscounted.
#[must_use]
pub fn check(database: &Path, shop: &str, ledger: &Ledger) -> Checked {
    let connection = open(database);
    // All checks read the same snapshot of the database.
    connection.execute_batch("BEGIN").expect("a transaction");
    let integrity: String = connection.query_row("PRAGMA quick_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(integrity, "ok");
    let rows = rows(&connection, shop);
    against_ledger(&rows, &ledger.all());
    let tallies = Recount::of(&rows).check(&connection, shop);
    let revisions = outbox(&connection, shop, &rows, &ledger.all());
    Checked { rows: rows.len(), revisions, tallies }
}

fn rows(connection: &Connection, shop: &str) -> Vec<Row> {
    let sql = "SELECT id, survey, version, revision, complete, touchpoint, ifnull(language, ''), ifnull(device, ''), \
               answers, day, flags, received_at, updated_at, source IS 'import', excluded IS NOT NULL FROM responses WHERE shop = ?1";
    let mut statement = connection.prepare_cached(sql).expect("the current schema");
    let rows = statement.query_map([shop], |row| {
        Ok(Row {
            id: row.get(0)?,
            survey: row.get(1)?,
            version: row.get(2)?,
            revision: row.get(3)?,
            complete: row.get(4)?,
            touchpoint: row.get(5)?,
            language: row.get(6)?,
            device: row.get(7)?,
            answers: serde_json::from_str(&row.get::<_, String>(8)?).expect("answers are JSON"),
            day: row.get(9)?,
            flags: row.get(10)?,
            times: (row.get(11)?, row.get(12)?),
            imported: row.get(13)?,
            excluded: row.get(14)?,
        })
    });
    rows.expect("rows").map(|row| row.expect("a row of the expected shape")).collect()
}

fn against_ledger(rows: &[Row], entries: &HashMap<String, Entry>) {
    let stored: HashMap<&str, &Row> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    assert_eq!(stored.len(), rows.len(), "duplicate id");
    for (id, entry) in entries {
        let row = stored.get(id.as_str());
        match row {
            None => assert!(entry.erased || entry.acknowledged.is_none(), "acknowledged and lost: {id} {entry:?}"),
            Some(row) => {
                assert!(!entry.erased, "erased but stored: {id} {entry:?}");
                assert!(Some(row.revision) >= entry.acknowledged, "an older revision is stored: {row:?} {entry:?}");
                let content = entry.content.get(&row.revision);
                let content = content.unwrap_or_else(|| panic!("revision never sent: {row:?} {entry:?}"));
                assert!(
                    !entry.refused.contains_key(&row.revision) || entry.acknowledged >= Some(row.revision),
                    "rejected but stored: {row:?} {entry:?}"
                );
                let answer = |question: &str, member: &str| {
                    let answers = row.answers.as_array().expect("a list");
                    answers
                        .iter()
                        .find(|one| one["question"] == question)
                        .map_or(Value::Null, |one| one[member].clone())
                };
                let words = answer("why", "text");
                assert_eq!(
                    (answer("nps", "score"), words.as_str().unwrap_or(""), row.complete),
                    (Value::from(content.score), content.words.as_str(), content.complete),
                    "{row:?}"
                );
            }
        }
    }
    for row in rows.iter().filter(|row| !row.imported) {
        assert!(entries.contains_key(&row.id), "never sent but stored: {row:?}");
    }
}

/// If the shop has an enabled webhook, every stored revision has exactly one outbox event; otherwise there are none.
fn outbox(connection: &Connection, shop: &str, rows: &[Row], entries: &HashMap<String, Entry>) -> usize {
    let sql = "SELECT response, event, revision FROM outbox WHERE shop = ?1 ORDER BY seq";
    let mut statement = connection.prepare(sql).expect("the current schema");
    let outbox = statement.query_map(params![shop], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?))
    });
    let mut events: BTreeMap<String, Vec<(String, u32)>> = BTreeMap::new();
    let mut count = 0;
    for event in outbox.expect("events") {
        let (response, event, revision) = event.expect("an event of the expected shape");
        count += usize::from(event != "deleted");
        events.entry(response).or_default().push((event, revision));
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM webhooks WHERE shop = ?1 AND status = 'enabled')";
    if !connection.query_row(sql, params![shop], |row| row.get::<_, bool>(0)).expect("a flag") {
        return count;
    }
    let newest = rows.iter().map(|row| row.times.1).max().unwrap_or(0);
    // Older events may have been deleted.
    for row in rows.iter().filter(|row| row.times.0 > newest - OUTBOX_RETENTION_MS) {
        let events = events.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        if row.imported {
            assert!(events.is_empty(), "an imported response has no events: {row:?}: {events:?}");
            continue;
        }
        assert_eq!(events.iter().filter(|(event, _)| event == "created").count(), 1, "{row:?}: {events:?}");
        assert!(!events.iter().any(|(event, _)| event == "deleted"), "{row:?}: {events:?}");
        assert_eq!(events.last().map(|(_, revision)| *revision), Some(row.revision), "{row:?}: {events:?}");
        let revisions: HashSet<u32> = events.iter().map(|(_, revision)| *revision).collect();
        assert_eq!(revisions.len(), events.len(), "duplicate events: {row:?}: {events:?}");
        let sent = &entries[&row.id].content;
        assert!(revisions.iter().all(|revision| sent.contains_key(revision)), "{row:?}: {events:?}");
    }
    count
}
