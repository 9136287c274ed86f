//! Measures the size of rows in a database with the real schema.

use crate::random::Random;
use rusqlite::{Connection, params};
use std::{fs, path::Path};

/// Number of responses written for the measurement.
const MEASURED: u32 = 20_000;

/// Bytes on disk per row, including indexes and B-tree overhead.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// A response with its tallies.
    pub answer: f64,
    /// An outbox row.
    pub outbox: f64,
    /// The record of an event batch that prevents counting it twice.
    pub effect: f64,
}

/// A database with all migrations applied.
fn schema() -> Connection {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../edge/migrations");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("migrations").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let connection = Connection::open_in_memory().expect("SQLite");
    for file in files {
        connection.execute_batch(&fs::read_to_string(file).expect("a migration")).expect("the migration applies");
    }
    connection
}

fn bytes(connection: &Connection) -> f64 {
    let one = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).expect(name);
    ((one("page_count") - one("freelist_count")) * one("page_size")) as f64
}

/// Inserts realistic responses and measures the growth of the database.
///
/// # Panics
/// If the schema rejects them.
#[must_use]
pub fn measure() -> Sizes {
    let connection = schema();
    let mut random = Random::seeded(20);
    let empty = bytes(&connection);
    connection.execute_batch("BEGIN").expect("a transaction");
    for number in 0..MEASURED {
        answer(&connection, &mut random, number);
    }
    connection.execute_batch("COMMIT; DELETE FROM outbox").expect("a commit");
    let answers = bytes(&connection);
    let mut row = connection
        .prepare(
            "INSERT INTO outbox (shop, event, response, revision, at) VALUES (?1, 'created', ?2, 1, 1795000000000)",
        )
        .expect("the current schema");
    for _ in 0..MEASURED {
        row.execute(params!["shp_0123456789abcdef", random.uuid()]).expect("a row");
    }
    let outbox = bytes(&connection);
    let mut row = connection
        .prepare("INSERT INTO processed_messages (message, step, at) VALUES (?1, 1, 1795000000000)")
        .expect("the current schema");
    for number in 0..MEASURED {
        // A message id as the Worker generates it: a timestamp and a unique part.
        row.execute([format!("{:026}", u64::from(number) * 7_919)]).expect("a row");
    }
    let effects = bytes(&connection);
    let each = |bytes: f64| bytes / f64::from(MEASURED);
    Sizes { answer: each(answers - empty), outbox: each(outbox - answers), effect: each(effects - outbox) }
}

/// Inserts a response of one of a hundred shops: half of them with text, two of three with an order and a customer.
fn answer(connection: &Connection, random: &mut Random, number: u32) {
    const WORDS: [&str; 10] =
        ["dostawa", "trwała", "dłużej", "niż", "obiecano", "ale", "obsługa", "była", "bardzo", "miła"];
    let shop = format!("shp_{:016}", random.below(100));
    let score = random.below(11);
    let mut answers = format!(r#"[{{"question":"nps","score":{score}}}"#);
    if random.below(2) == 0 {
        let words: Vec<&str> = (0..4 + random.below(12)).map(|_| *random.pick(&WORDS)).collect();
        answers.push_str(&format!(r#",{{"question":"why","text":"{}"}}"#, words.join(" ")));
    }
    if random.below(3) == 0 {
        answers.push_str(r#",{"question":"reason","choices":["delivery"]}"#);
    }
    answers.push(']');
    let is_known = random.below(3) < 2;
    let mut hash = || -> String { (0..4).map(|_| format!("{:016x}", random.next())).collect() };
    let (fingerprint, secret) = (hash(), hash());
    let at = 1_795_000_000_000_i64 + i64::from(number) * 97;
    let sql = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, language, \
               device, source, url, answers, scores, order_id, order_value, order_currency, customer, traits, day, \
               received_at, updated_at, secret, view, trust, form) VALUES (?1, ?2, ?3, 3, 2, ?4, 1, 'purchase', 'pl', 'mobile', 'load', ?5, ?6, ?7, \
               ?8, ?9, ?10, ?11, '{}', ?12, ?13, ?14, ?15, ?16, 'view', 1)";
    let mut insert = connection.prepare_cached(sql).expect("the current schema");
    let arguments = params![
        shop,
        random.uuid(),
        format!("srv_{}0123456789", &shop[4..]),
        fingerprint,
        "https://www.sklep-zielony.example/zamowienie/dziekujemy",
        answers,
        format!(r#"[["nps","nps",{score}]]"#),
        is_known.then(|| format!("{}", 100_000 + number)),
        is_known.then_some(12_990),
        is_known.then_some("PLN"),
        is_known.then(|| format!("c-{}", random.below(1_000_000))),
        at / 86_400_000,
        at,
        at + 20_000,
        secret,
        format!("{:018}", random.next() % 1_000_000_000_000_000_000),
    ];
    insert.execute(arguments).expect("an answer");
}
