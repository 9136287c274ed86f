//! Imports of another tool's file: each row is stored once, however often the file is sent and whatever fails, and all
//! counts match the rows.

use super::{Fixture, Scale};
use crate::{
    checker,
    faults::{Faults, PERSISTENT, TRANSIENT},
    http::{Client, Reply},
    ledger::Ledger,
    random::Random,
    shop::Shop,
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::{
    fmt::Write,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

const DAY: u64 = 86_400;
/// Comments of respondents.
const WORDS: [&str; 5] = [
    "",
    "\"Wszystko w porządku, dziękuję\"",
    "\"Dostawa trwała\nza długo, a paczka była \"\"pognieciona\"\"\"",
    "Foarte bine",
    "\"Zwrot? Nigdy, piszcie na jan@poczta.example\"",
];

/// A Delighted export with responses of the last year.
fn file(count: usize, seed: u64) -> String {
    let mut random = Random::seeded(seed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let mut file =
        "Response ID,Person ID,Person Name,Person Email,Survey Type,Score,Comment,Permalink,Created At,Updated At,\
                    Plan,Country\r\n"
            .to_owned();
    for number in 0..count {
        let at = now - 3_600 - random.below(365 * DAY);
        let (score, words) = (random.below(11), random.pick(&WORDS));
        let (plan, country) = (random.pick(&["gold", "silver", ""]), random.pick(&["PL", "RO", "DE"]));
        let line = writeln!(
            file,
            "{number},{},Jan Kowalski,jan{number}@poczta.example,nps,{score},{words},https://x.example/{number},{at},,{plan},\
             {country}\r",
            number / 3,
        );
        line.expect("a string");
    }
    file
}

/// A shop whose client has a long timeout.
fn shop_at(supervisor: &Supervisor) -> Shop {
    let mut shop = Fixture::new(supervisor).shop;
    shop.client = Client::with_timeout(&supervisor.dev().origin, Duration::from_secs(1_800));
    shop
}

fn counts(report: &Value) -> [u64; 5] {
    ["rows", "imported", "updated", "unchanged", "refused"].map(|name| report[name].as_u64().expect("a count"))
}

fn number(count: usize) -> u64 {
    u64::try_from(count).expect("a count")
}

/// Imports the same file twice, and once as a dry run.
pub(super) fn twice(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let count = scale.of(2_000, 50_000);
    let file = file(count, seed);
    let shop = shop_at(supervisor);
    let all = number(count);
    let dry = shop.import("source=delighted&dry_run=true", file.clone()).expect(200).json();
    assert_eq!(counts(&dry), [all, all, 0, 0, 0], "{dry}");
    let (database, id) = (supervisor.database(), checker::shop_of(&shop.public_key));
    assert_eq!(checker::count(&database, &id), 0, "a dry run writes nothing");

    let before = supervisor.memory().0;
    let begin = Instant::now();
    let first = shop.import("source=delighted", file.clone()).expect(201).json();
    let took = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let again = shop.import("source=delighted", file.clone()).expect(201).json();
    let took_again = begin.elapsed().as_secs_f64();
    let most = supervisor.memory().1;
    assert_eq!(counts(&first), [all, all, 0, 0, 0], "{first}");
    assert_eq!(counts(&again), [all, 0, 0, all, 0], "{again}");
    let checked = checker::check(&database, &id, &Ledger::default());
    assert_eq!(checked.rows, count);
    assert_eq!(checked.revisions, 0, "imported responses cause no events");
    // Metrics over a year read all of the rows.
    let survey = first["survey"].as_str().expect("a survey");
    let metric = shop.get(&format!(
        "/v1/metrics?metric=nps&survey={survey}&from={}&to={}",
        day(&first, "from"),
        day(&first, "to")
    ));
    assert_eq!(metric["n"].as_u64(), Some(all), "{metric}");
    let mb = |bytes: u64| bytes / (1 << 20);
    format!(
        "{count} rows, {:.1} MB: {took:.1} s, again {took_again:.1} s; {} rows, {} tallies; memory of workerd with its D1 {} MB \
         before, {} MB at most",
        f64::from(u32::try_from(file.len()).expect("a small file")) / 1e6,
        checked.rows,
        checked.tallies,
        mb(before),
        mb(most),
    )
}

fn day(report: &Value, end: &str) -> String {
    report[end].as_str().expect("a time")[..10].to_owned()
}

/// D1 fails occasionally, before or after executing a call. A client that retries until the import succeeds stores each
/// row once, and each import reports its own rows.
pub(super) fn interrupted(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let count = scale.of(3_500, 20_000);
    let file = file(count, seed);
    let shop = shop_at(supervisor);
    let faults = Faults::of(supervisor);
    let words: Vec<&str> = TRANSIENT.into_iter().chain(PERSISTENT).collect();
    faults.set(&json!({ "seed": seed, "d1_before": 0.12, "d1_after": 0.12, "d1_errors": words }));
    let (mut tries, mut broken) = (0, 0);
    let done: Reply = loop {
        tries += 1;
        let reply = shop.import("source=delighted", file.clone());
        if reply.status == 201 {
            break reply;
        }
        assert_eq!(reply.status, 503, "{}", reply.text);
        broken += usize::from(reply.text.contains("the import imp_"));
        assert!(tries < 400, "the import does not succeed");
    };
    faults.none();
    let all = number(count);
    let last = counts(&done.json());
    assert_eq!((last[0], last[1] + last[3], last[2] + last[4]), (all, all, 0), "{last:?}");
    let checked = checker::check(&supervisor.database(), &checker::shop_of(&shop.public_key), &Ledger::default());
    assert_eq!(checked.rows, count, "each row is stored once");
    let list = shop.get("/v1/imports?limit=200");
    let items = list["items"].as_array().expect("a list");
    let brought: u64 = items.iter().filter_map(|item| item["imported"].as_u64()).sum();
    assert_eq!(brought, all, "each row is counted by exactly one import: {list}");
    let unfinished = items.iter().filter(|item| item["finished_at"].is_null()).count();
    assert!(unfinished >= broken, "interrupted imports are marked as unfinished");
    format!("{count} rows in {tries} attempts, {broken} of them interrupted within the file: {} rows", checked.rows)
}
