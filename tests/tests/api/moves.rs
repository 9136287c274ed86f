//! Moving a shop from one database to another while it is answered.

#![allow(clippy::print_stdout, reason = "a test says what it saw")]

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

/// Responses that the shop has before it moves, unless GLAS_RESPONSES says otherwise: some pages of them.
const BEFORE: usize = 700;
/// Connections that go on answering.
const WRITERS: u64 = 8;
/// What was acknowledged: the score of the highest revision of each id.
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

/// Sends an answer until it is taken, as a page does. How it was taken.
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

/// A shopper who changes their mind now and then.
fn shopper(shop: &Shop, survey: &Published, random: &mut Random, taken: &Acknowledged, queued: &AtomicUsize) {
    let id = random.uuid();
    for revision in 1..=1 + u32::try_from(random.below(3)).unwrap() {
        let score = random.below(11);
        queued.fetch_add(usize::from(deliver(shop, survey, &id, revision, score) == 202), Ordering::Relaxed);
        taken.note(&id, revision, score);
    }
}

/// Runs `work` beside shoppers who answer all the time.
fn while_answered<T>(
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
    assert_eq!(stored.len(), all.len(), "an id is listed twice");
    stored
}

/// Waits until what was answered with 202 has come out of the queue.
fn wait_for_all(shop: &Shop, expected: &BTreeMap<String, (u32, u64)>) {
    let begin = Instant::now();
    while stored(shop) != *expected {
        assert!(begin.elapsed() < TIMEOUT, "{} of {} are there", stored(shop).len(), expected.len());
        thread::sleep(Duration::from_millis(200));
    }
}

/// The owner's numbers are those of the answers that the owner can read.
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

/// What an owner sees beside the answers.
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
fn a_shop_moves_there_and_back_while_it_is_answered() {
    let two = Two::shared();
    let shop = two.shop();
    let id = id_of(&shop);
    let survey = shop.publish(&every_kind());
    // Somebody wants to be told; of answers, nothing is sent.
    let endpoint = json!({ "url": "https://hooks.shop.example/", "events": ["response.deleted"] });
    let endpoint = shop.call("POST", "/v1/webhooks", &endpoint).expect(201).json();
    let taken = Acknowledged::default();
    let before = std::env::var("GLAS_RESPONSES").map_or(BEFORE, |count| count.parse().unwrap());
    let _ = while_answered(&shop, &survey, &taken, 700, || {
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
        let ((), waited) = while_answered(&shop, &survey, &taken, 800 + 100 * leg as u64, || {
            thread::scope(|scope| {
                let moving = scope.spawn(|| two.carry(&id, to));
                // An owner does not stop, either; while the shop is frozen everything is to be tried again.
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
        assert_eq!(rows, [0, i64::try_from(expected.len()).unwrap()], "all in one, none in the other");
        for table in ["tallies", "funnel", "surveys", "keys", "tombstones"] {
            let rows = two.count(&format!("SELECT count(*) FROM {table} WHERE shop = ?1"), &id);
            assert_eq!(rows.iter().filter(|rows| **rows > 0).count(), 1, "{table}: {rows:?}");
        }
        // What happened has been told of once, wherever it happened; carrying has not.
        let created: i64 =
            two.count("SELECT count(*) FROM outbox WHERE shop = ?1 AND event = 'created'", &id).iter().sum();
        assert_eq!(created, i64::try_from(taken.all().len()).unwrap());
        let deleted: i64 =
            two.count("SELECT count(*) FROM outbox WHERE shop = ?1 AND event = 'deleted'", &id).iter().sum();
        assert_eq!(deleted, i64::try_from(erased.len()).unwrap());
    }
    // Whoever wants to be told is told of every deletion, whichever database it happened in: all of them have moved
    // along.
    let log = shop.get(&format!("/v1/webhooks/{}/deliveries", endpoint["id"].as_str().unwrap()));
    let told: BTreeSet<String> =
        log["items"].as_array().unwrap().iter().map(|each| each["response"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, erased, "{log}");
    assert_eq!(shop.get("/v1/funnel")["items"][0]["impressions"], 1);
    // An erased answer that was still on its way stays erased.
    for id in &erased {
        let late = shop.submission(&survey, id, 9, &json!([{ "question": "nps", "score": 5 }]));
        assert_eq!(shop.submit(&late).expect(200).json()["result"], "erased");
    }
    println!("{} answers, {queued} revisions waited in the queue", taken.all().len());
}

#[test]
fn a_move_that_nobody_drives_on_can_be_driven_on_or_given_up() {
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
    let wish = json!({ "to": there, "grace_seconds": 0 });

    // Given up after a few steps: everything is as it was, and the copy is cleared away when there is time.
    let started = two.call("POST", &path, &wish).expect(200).json();
    assert_eq!((started["from"].as_str(), started["to"].as_str()), (Some(here), Some(there)));
    assert_eq!(two.call("POST", &path, &wish).expect(200).json()["phase"], started["phase"], "begun is begun");
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
        assert!(begin.elapsed() < TIMEOUT, "the copy is still there");
    }

    // Driven by two at once, whoever they are.
    let before = seen(&shop);
    let _ = two.call("POST", &path, &wish).expect(200);
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
fn moves_are_the_operators_and_make_sense() {
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
