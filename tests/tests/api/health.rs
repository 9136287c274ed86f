//! The operator's view: readiness, counters and the log.

use serde_json::{Value, json};
use std::{
    fs, thread,
    time::{Duration, Instant},
};
use tests::{
    faults::Faults,
    http::Reply,
    random::Random,
    shop::{ORIGIN, Shop, as_operator, every_kind, operator},
    supervisor::{Entry, Supervisor},
    worker::Worker,
};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Polls until the status is reached, since the result is cached for five seconds.
fn ready(place: &Supervisor, status: u16) -> Reply {
    let begin = Instant::now();
    loop {
        let reply = place.client().send("GET", "/readyz", &[], "");
        if reply.status == status {
            return reply;
        }
        assert!(begin.elapsed() < TIMEOUT, "{}: {}", reply.status, reply.text);
        thread::sleep(Duration::from_millis(200));
    }
}

/// The events in wrangler's log, without its colours and prefixes.
fn events(log: &str) -> Vec<Value> {
    let event = |line: &str| {
        let begin = line.find(r#"{"level":"#)?;
        let mut values = serde_json::Deserializer::from_str(&line[begin..]).into_iter::<Value>();
        values.next()?.ok()
    };
    log.lines().filter_map(event).collect()
}

#[test]
fn ready_means_that_the_database_is_writable() {
    let place = Supervisor::start(Entry::Faulty);
    let faults = Faults::of(&place);
    let all = json!({ "DB_0": "ok", "INTAKE": "ok" });
    assert_eq!(ready(&place, 200).json(), json!({ "status": "ok", "checks": all }));
    for (fault, failing) in [(json!({ "d1_down": true }), "DB_0"), (json!({ "send_before": 1.0 }), "INTAKE")] {
        faults.set(&fault);
        let reply = ready(&place, 503);
        let mut checks = all.clone();
        checks[failing] = json!("failed");
        assert_eq!(
            reply.json(),
            json!({ "status": "failed", "checks": checks }),
            "names the failed check without the cause"
        );
        assert_eq!(reply.header("retry-after"), "5");
        assert_eq!(place.client().send("GET", "/healthz", &[], "").status, 200, "the process is alive");
        faults.none();
        let _ = ready(&place, 200);
    }
    // Repeated requests are answered from the isolate's cache.
    let _ = ready(&place, 200);
    faults.none();
    for _ in 0..20 {
        let _ = place.client().send("GET", "/readyz", &[], "");
    }
    let calls = faults.seen("d1_calls");
    assert!(calls <= 4, "{calls} D1 calls for 20 requests");
}

#[test]
fn failures_are_logged_without_quoted_data() {
    let place = Supervisor::start(Entry::Faulty);
    let faults = Faults::of(&place);
    let shop = Shop::at(place.client(), &place.dev().admin_token, "Dziennik", &[ORIGIN]);
    let survey = shop.publish(&every_kind());
    let words = format!(
        "D1 DB is overloaded near \"zaznaczona-31\" by osoba32@poczta.example from 203.0.113.33 at 48600700834 with {}",
        shop.secret_key
    );
    faults.set(&json!({ "d1_down": true, "path": "/v1/", "d1_errors": [words] }));
    let mut random = Random::seeded(30);
    let answers =
        json!([{ "question": "nps", "score": 1 }, { "question": "why", "text": "slowo-35 osoba36@poczta.example" }]);
    let mut body = shop.submission(&survey, &random.uuid(), 1, &answers);
    body["context"]["customer"] = json!("klient-37");
    let headers = [("origin", ORIGIN), ("content-type", "text/plain"), ("cf-connecting-ip", "203.0.113.38")];
    assert_eq!(shop.submit_text(body.to_string(), &headers).status, 202);
    assert_eq!(shop.call("GET", "/v1/metrics?metric=nps", &Value::Null).status, 503);
    faults.none();

    let begin = Instant::now();
    let log = loop {
        let log = fs::read_to_string(place.folder().join("wrangler.log")).unwrap();
        let logged: Vec<Value> = events(&log);
        if ["spilled", "unavailable"].iter().all(|name| logged.iter().any(|event| event["event"] == *name)) {
            break log;
        }
        assert!(begin.elapsed() < TIMEOUT, "{logged:?}");
        thread::sleep(Duration::from_millis(100));
    };
    let logged = events(&log);
    let spilled = logged.iter().find(|event| event["event"] == "spilled").unwrap();
    assert_eq!(
        (spilled["level"].as_str(), spilled["class"].as_str(), spilled["survey"].as_str()),
        (Some("warn"), Some("overloaded"), Some(survey.id.as_str())),
        "{spilled}"
    );
    assert_eq!(spilled["shop"], format!("shp_{}", &shop.public_key[3..19]));
    assert!(
        spilled["cause"].as_str().unwrap().contains("D1 DB is overloaded near … by … from … at … with …"),
        "{spilled}"
    );
    for needle in [
        "zaznaczona-31",
        "osoba32",
        "203.0.113.33",
        "48600700834",
        &shop.secret_key,
        "slowo-35",
        "osoba36",
        "klient-37",
        "203.0.113.38",
        &place.dev().admin_token,
    ] {
        assert!(!log.contains(needle), "the log contains {needle}");
    }
}

/// A counter of the current day.
fn counted(worker: &Worker, name: &str) -> u64 {
    let reply = operator(worker, "GET", "/v1/counters", &Value::Null).expect(200).json();
    reply["total"][name].as_u64().unwrap_or(0)
}

#[test]
fn the_operator_sees_the_counters() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let survey = shop.publish(&every_kind());
    let names =
        ["answers.stored", "answers.duplicate", "answers.conflict", "refused.400", "refused.409", "redacted.email"];
    let before = names.map(|name| counted(worker, name));
    // A webhook makes the outbox record events.
    let endpoint = json!({ "url": "https://hooks.shop.example/", "events": ["response.deleted"] });
    let _ = shop.call("POST", "/v1/webhooks", &endpoint).expect(201);
    let mut random = Random::seeded(40);
    let answers = json!([{ "question": "nps", "score": 2 }, { "question": "why", "text": "pisz na jan@example.com" }]);
    let body = shop.submission(&survey, &random.uuid(), 1, &answers);
    let _ = shop.submit(&body).expect(201);
    let _ = shop.submit(&body).expect(200);
    let mut other = body.clone();
    other["answers"][0]["score"] = json!(3);
    let _ = shop.submit(&other).expect(409);
    let mut bad = body;
    bad["answers"][0]["score"] = json!(11);
    let _ = shop.submit(&bad).expect(400);
    // Other tests increase the counters as well.
    for (name, before) in names.iter().zip(before) {
        assert!(counted(worker, name) > before, "{name}");
    }
    let reply = operator(worker, "GET", "/v1/counters", &Value::Null).expect(200).json();
    assert!(reply["now"]["answers_today"].as_u64().unwrap() >= 1, "{reply}");
    assert!(reply["now"]["outbox"].as_u64().unwrap() >= 1, "{reply}");
    for name in ["dead_letters", "late_configs", "moves", "deliveries"] {
        assert!(reply["now"][name].is_u64(), "{name}: {reply}");
    }
    assert_eq!(reply["days"].as_array().unwrap().last().unwrap()["date"], reply["to"]);

    let by_owner = shop.call("GET", "/v1/counters", &Value::Null);
    assert_eq!(by_owner.status, 401, "an owner's key is not an operator token");
    let wrong =
        as_operator(&shop.client, &worker.dev.admin_token, "GET", "/v1/counters?since=2026-01-01", &Value::Null);
    assert_eq!(wrong.expect(400).problems(), [("query.since".to_owned(), "unknown_value".to_owned())]);
}
