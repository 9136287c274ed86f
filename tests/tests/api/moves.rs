//! Moving a shop to another database during writes.

#![allow(clippy::print_stdout, reason = "a test prints its measurements")]

use crate::databases::{TIMEOUT, Two, id_of};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
};

/// Responses of the shop before the move, several pages of them; GLAS_RESPONSES sets another number.
const INITIAL_RESPONSES: usize = 700;
/// Number of concurrent writers.
const WRITERS: u64 = 8;
/// What was acknowledged: the highest revision of each id with its score.
#[derive(Default)]
struct Acknowledged(Mutex<BTreeMap<String, (u32, u64)>>);

impl Acknowledged {
    fn note(&self, id: &str, revision: u32, score: u64) {
        let mut all = self.0.lock().unwrap();
        let known = all.entry(id.to_owned()).or_insert((revision, score));
        if revision >= known.0 {
            *known = (revision, score);
        }
    }

    fn all(&self) -> BTreeMap<String, (u32, u64)> {
        self.0.lock().unwrap().clone()
    }
}

/// Sends a revision until it is accepted, as a page does; returns the status.
fn deliver(shop: &Shop, survey: &Published, id: &str, revision: u32, score: u64) -> u16 {
    let body = shop.submission(survey, id, revision, &json!([{ "question": "nps", "score": score }]));
    let begin = Instant::now();
    loop {
        let reply = shop.submit(&body);
        match reply.status {
            200..=202 => return reply.status,
            429 | 503 => assert!(begin.elapsed() < TIMEOUT, "{}", reply.text),
            status => panic!("{status}: {}", reply.text),
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A shopper who sometimes revises a response.
fn shopper(shop: &Shop, survey: &Published, random: &mut Random, taken: &Acknowledged, queued: &AtomicUsize) {
    let id = random.uuid();
    for revision in 1..=1 + u32::try_from(random.below(3)).unwrap() {
        let score = random.below(11);
        queued.fetch_add(usize::from(deliver(shop, survey, &id, revision, score) == 202), Ordering::Relaxed);
        taken.note(&id, revision, score);
    }
}

/// Runs `work` while shoppers submit responses.
fn during_writes<T>(
    shop: &Shop,
    survey: &Published,
    taken: &Acknowledged,
    seed: u64,
    work: impl FnOnce() -> T,
) -> (T, usize) {
    let (stop, queued) = (AtomicBool::new(false), AtomicUsize::new(0));
    let result = thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (stop, queued) = (&stop, &queued);
            scope.spawn(move || {
                let mut random = Random::seeded(seed + writer);
                while !stop.load(Ordering::Relaxed) {
                    shopper(shop, survey, &mut random, taken, queued);
                }
            });
        }
        let result = work();
        stop.store(true, Ordering::Relaxed);
        result
    });
    (result, queued.into_inner())
}

fn stored(shop: &Shop) -> BTreeMap<String, (u32, u64)> {
    let all = shop.all_responses("");
    let by_id = |item: &Value| {
        let revision = u32::try_from(item["revision"].as_u64().unwrap()).unwrap();
        (item["id"].as_str().unwrap().to_owned(), (revision, item["answers"][0]["score"].as_u64().unwrap()))
    };
    let stored: BTreeMap<_, _> = all.iter().map(by_id).collect();
    assert_eq!(stored.len(), all.len(), "duplicate id in the list");
    stored
}

/// Waits until all responses acknowledged with 202 are stored.
fn wait_for_all(shop: &Shop, expected: &BTreeMap<String, (u32, u64)>) {
    let begin = Instant::now();
    while stored(shop) != *expected {
        assert!(begin.elapsed() < TIMEOUT, "{} of {} are there", stored(shop).len(), expected.len());
        thread::sleep(Duration::from_millis(200));
    }
}

/// The metrics match the listed responses.
fn adds_up(shop: &Shop, answers: &BTreeMap<String, (u32, u64)>) {
    let metric = shop.get("/v1/metrics?metric=nps");
    let mut counts = BTreeMap::new();
    for (_, score) in answers.values() {
        *counts.entry(score.to_string()).or_insert(0_u64) += 1;
    }
    for score in 0..=10 {
        let expected = counts.get(&score.to_string()).copied().unwrap_or(0);
        assert_eq!(metric["distribution"][score.to_string()], expected, "score {score}");
    }
    assert_eq!(metric["n"], answers.len());
    let funnel = shop.get("/v1/funnel");
    assert_eq!(funnel["items"][0]["partials"], answers.len());
}

/// Everything that an owner sees except responses.
fn seen(shop: &Shop) -> Value {
    let paths = [
        "/v1/surveys",
        "/v1/shop/settings",
        "/v1/metrics?metric=nps",
        "/v1/funnel",
        "/v1/erasures",
        "/v1/dead-letters",
        "/v1/webhooks",
    ];
    paths.iter().map(|path| shop.get(path)).collect()
}

#[test]
fn a_shop_moves_there_and_back_during_writes() {
    let two = Two::shared();
    let shop = two.shop();
    let id = id_of(&shop);
    let survey = shop.publish(&every_kind());
    // A webhook makes the outbox record events. It subscribes to deletions only, so no delivery is sent.
    let endpoint = json!({ "url": "https://hooks.shop.example/", "events": ["response.deleted"] });
    let endpoint = shop.call("POST", "/v1/webhooks", &endpoint).expect(201).json();
    let taken = Acknowledged::default();
    let before = std::env::var("GLAS_RESPONSES").map_or(INITIAL_RESPONSES, |count| count.parse().unwrap());
    let _ = during_writes(&shop, &survey, &taken, 700, || {
        while taken.all().len() < before {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let _ = shop.send_events(&[(&survey.id, 1, "impression"), (&survey.id, 1, "view")]).expect(202);
    let (here, there) = if two.place(&id) == "DB_0" { ("DB_0", "DB_1") } else { ("DB_1", "DB_0") };

    let mut erased = BTreeSet::new();
    let mut queued = 0;
    for (leg, to) in [(0, there), (1, here)] {
        let victim = taken.all().keys().nth(7 + leg).unwrap().clone();
        let ((), waited) = during_writes(&shop, &survey, &taken, 800 + 100 * leg as u64, || {
            thread::scope(|scope| {
                let moving = scope.spawn(|| two.move_shop(&id, to));
                // The owner keeps writing too; while the shop is frozen, every write has to be retried.
                let begin = Instant::now();
                let again = |method: &str, path: &str, body: &Value| loop {
                    let reply = shop.call(method, path, body);
                    if reply.status < 500 {
                        break reply;
                    }
                    assert!(begin.elapsed() < TIMEOUT, "{}", reply.text);
                };
                let _ = again("POST", "/v1/erasures", &json!({ "response": victim })).expect(200);
                let days = json!({ "consent": "wait", "cooldown_days": 10 + leg });
                let _ = again("PUT", "/v1/shop/settings", &days).expect(200);
                moving.join().unwrap();
            });
        });
        queued += waited;
        erased.insert(victim);
        let expected: BTreeMap<_, _> = taken.all().into_iter().filter(|(id, _)| !erased.contains(id)).collect();
        wait_for_all(&shop, &expected);
        adds_up(&shop, &expected);
        assert_eq!(shop.get("/v1/shop/settings")["cooldown_days"], 10 + leg);
        assert_eq!(two.place(&id), to);
        let mut rows = two.count("SELECT count(*) FROM responses WHERE shop = ?1", &id);
        rows.sort_unstable();
        assert_eq!(rows, [0, i64::try_from(expected.len()).unwrap()], "all rows are in one database");
        for table in ["tallies", "funnel", "surveys", "keys", "tombstones"] {
            let rows = two.count(&format!("SELECT count(*) FROM {table} WHERE shop = ?1"), &id);
            assert_eq!(rows.iter().filter(|rows| **rows > 0).count(), 1, "{table}: {rows:?}");
        }
        // Each event is delivered once, whichever database it was recorded in; copying causes no events.
        let created: i64 =
            two.count("SELECT count(*) FROM outbox WHERE shop = ?1 AND event = 'created'", &id).iter().sum();
        assert_eq!(created, i64::try_from(taken.all().len()).unwrap());
        let deleted: i64 =
            two.count("SELECT count(*) FROM outbox WHERE shop = ?1 AND event = 'deleted'", &id).iter().sum();
        assert_eq!(deleted, i64::try_from(erased.len()).unwrap());
    }
    // Every deletion is delivered, whichever database it happened in: all deliveries have moved along.
    let log = shop.get(&format!("/v1/webhooks/{}/deliveries", endpoint["id"].as_str().unwrap()));
    let deliveries: BTreeSet<String> =
        log["items"].as_array().unwrap().iter().map(|each| each["response"].as_str().unwrap().to_owned()).collect();
    assert_eq!(deliveries, erased, "{log}");
    assert_eq!(shop.get("/v1/funnel")["items"][0]["impressions"], 1);
    // A response that was erased while its message was queued stays erased.
    for id in &erased {
        let late = shop.submission(&survey, id, 9, &json!([{ "question": "nps", "score": 5 }]));
        assert_eq!(shop.submit(&late).expect(200).json()["result"], "erased");
    }
    println!("{} responses, {queued} revisions were queued", taken.all().len());
}

#[test]
fn an_abandoned_move_can_be_resumed_or_cancelled() {
    let two = Two::shared();
    let shop = two.shop();
    let id = id_of(&shop);
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(900);
    let taken = Acknowledged::default();
    for _ in 0..30 {
        shopper(&shop, &survey, &mut random, &taken, &AtomicUsize::new(0));
    }
    let before = seen(&shop);
    let (here, there) = if two.place(&id) == "DB_0" { ("DB_0", "DB_1") } else { ("DB_1", "DB_0") };
    let path = format!("/v1/shops/{id}/move");
    let request = json!({ "to": there, "grace_seconds": 0 });

    // Cancelled after a few steps: the shop is unchanged, and the copy is deleted later.
    let started = two.call("POST", &path, &request).expect(200).json();
    assert_eq!((started["from"].as_str(), started["to"].as_str()), (Some(here), Some(there)));
    assert_eq!(
        two.call("POST", &path, &request).expect(200).json()["phase"],
        started["phase"],
        "starting again does not restart the move"
    );
    let _ = two.call("POST", &format!("{path}/step"), &Value::Null).expect(200);
    assert_eq!(two.call("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(two.call("GET", &path, &Value::Null).status, 404);
    assert_eq!(seen(&shop), before);
    assert_eq!(stored(&shop), taken.all());
    shopper(&shop, &survey, &mut random, &taken, &AtomicUsize::new(0));
    assert_eq!(stored(&shop), taken.all());
    let clock = "/cdn-cgi/local/scheduled?cron=*+*+*+*+*";
    let begin = Instant::now();
    while two.count("SELECT count(*) FROM responses WHERE shop = ?1", &id).iter().filter(|rows| **rows > 0).count() > 1
    {
        let _ = shop.client.send("GET", clock, &[], "");
        assert!(begin.elapsed() < TIMEOUT, "the copy has not been deleted");
    }

    // Two operators may drive a move at once.
    let before = seen(&shop);
    let _ = two.call("POST", &path, &request).expect(200);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let begin = Instant::now();
                loop {
                    let reply = two.call("POST", &format!("{path}/step"), &Value::Null);
                    if reply.status == 404 || reply.json()["done"] == true {
                        break;
                    }
                    assert!(reply.status == 200 && begin.elapsed() < TIMEOUT, "{}", reply.text);
                }
            });
        }
    });
    assert_eq!(two.place(&id), there);
    assert_eq!(seen(&shop), before);
    assert_eq!(stored(&shop), taken.all());
}

#[test]
fn only_the_operator_can_move_shops_and_parameters_are_validated() {
    let two = Two::shared();
    let shop = two.shop();
    let id = id_of(&shop);
    let here = two.place(&id);
    let path = format!("/v1/shops/{id}/move");
    let stranger = "/v1/shops/shp_0000000000000000/move";
    for (method, path, body, status) in [
        ("POST", path.as_str(), json!({ "to": here }), 409),
        ("POST", &path, json!({ "to": "DB_2" }), 400),
        ("POST", &path, json!({ "to": "CONFIG" }), 400),
        ("POST", &path, json!({}), 400),
        ("POST", &path, json!({ "to": "DB_1", "grace_seconds": -1 }), 400),
        ("GET", &path, Value::Null, 404),
        ("DELETE", &path, Value::Null, 404),
        ("POST", stranger, json!({ "to": "DB_1" }), 404),
    ] {
        let reply = two.call(method, path, &body);
        assert_eq!(reply.status, status, "{method} {path} {body}: {}", reply.text);
    }
    for (method, path) in
        [("POST", path.clone()), ("POST", format!("{path}/step")), ("DELETE", path.clone()), ("GET", path)]
    {
        assert_eq!(shop.call(method, &path, &json!({ "to": "DB_1" })).status, 401, "{method} {path}");
    }
    assert_eq!(two.files().len(), 2);
}
