//! Webhooks: events are delivered to a shop's endpoints signed, once and on schedule, and to no other address.

mod owner;

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::{
    io::Write,
    process::{Command, Stdio},
    sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use tests::{
    faults::Faults,
    receiver::{Reaction, Received, Receiver},
    supervisor::{Entry, Supervisor},
    webhooks::{self, EventSource, cron, now_ms},
    worker::{repository, tool},
};

/// A generous timeout for slow machines.
const TIMEOUT: Duration = Duration::from_secs(60);
const EVENTS: [&str; 3] = ["response.created", "response.updated", "response.deleted"];

/// The receiver and the Worker shared by tests with real time.
fn shared() -> (&'static Receiver, &'static Supervisor) {
    static SHARED: OnceLock<(Receiver, Supervisor)> = OnceLock::new();
    let (receiver, supervisor) = SHARED.get_or_init(|| {
        let receiver = Receiver::open();
        let supervisor = webhooks::start(&receiver, Entry::Product);
        (receiver, supervisor)
    });
    (receiver, supervisor)
}

/// The receiver and the Worker for tests with simulated time and fault injection. The simulated time affects the whole
/// Worker, so one test uses them at a time.
fn later() -> MutexGuard<'static, (Receiver, Supervisor)> {
    static LATER: LazyLock<Mutex<(Receiver, Supervisor)>> = LazyLock::new(|| {
        let receiver = Receiver::open();
        let supervisor = webhooks::start(&receiver, Entry::Faulty);
        Mutex::new((receiver, supervisor))
    });
    // A failed test has already been reported.
    LATER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn secret(endpoint: &Value) -> &str {
    endpoint["secret"].as_str().unwrap()
}

fn path_of(endpoint: &Value, more: &str) -> String {
    format!("/v1/webhooks/{}{more}", endpoint["id"].as_str().unwrap())
}

/// Whether the reference library for Rust accepts a message.
fn verifies(secret: &str, received: &Received) -> bool {
    Webhook::new(secret).unwrap().verify(&received.body, &received.headers).is_ok()
}

/// Checks that the reference library for JavaScript agrees on every message.
#[track_caller]
fn assert_javascript_agrees(messages: &[(&str, &Received, bool)]) {
    let list: Vec<Value> = messages
        .iter()
        .map(|(secret, received, valid)| {
            let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
            let headers: serde_json::Map<String, Value> =
                headers.into_iter().map(|name| (name.to_owned(), received.header(name).into())).collect();
            let body = String::from_utf8(received.body.clone()).unwrap();
            json!({ "secret": secret, "headers": headers, "body": body, "valid": valid })
        })
        .collect();
    let mut node = Command::new(tool("GLAS_NODE"))
        .arg(repository().join("tests/src/webhooks/verify.mjs"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(Value::from(list).to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_event_is_delivered_once_and_signed() {
    let (receiver, supervisor) = shared();
    let mut source = EventSource::at(supervisor, 901);
    let endpoint = source.endpoint(&format!("{}/once?a=b", receiver.origin), &EVENTS);
    let id = source.submit(9, "Fast <delivery>, thank you!");
    let _ = receiver.wait_for("/once?a=b", 1, TIMEOUT);
    let created = source.shop.get("/v1/responses")["items"][0].clone();
    source.revise(&id, 2, 8, "Fast delivery after all");
    let _ = receiver.wait_for("/once?a=b", 2, TIMEOUT);
    let _ = source.shop.call("POST", "/v1/erasures", &json!({ "response": id })).expect(200);
    // The cron job delivers an erasure. It runs three times, and the event is delivered once.
    for _ in 0..3 {
        cron(&source.shop.client, now_ms());
    }
    let log = || source.shop.get(&path_of(&endpoint, "/deliveries"));
    let seen = receiver.wait_for("/once?a=b", 3, TIMEOUT);
    source.until(supervisor, endpoint["id"].as_str().unwrap(), "all delivered", |states| {
        states.len() == 3 && states.values().all(|each| each.state == "delivered")
    });
    let ids: Vec<&str> = seen.iter().map(Received::id).collect();
    let names = ["1_created", "2_updated", "2_deleted"].map(|what| format!("evt_{id}_{what}"));
    assert_eq!(ids, names);
    let types: Vec<Value> = seen.iter().map(|each| each.json()["type"].clone()).collect();
    assert_eq!(types, EVENTS);

    // The payload has the whole response as the owner reads it, and the survey's name.
    let mut payload = seen[0].json();
    assert_eq!(payload["data"].as_object_mut().unwrap().remove("survey_name"), Some(json!("After <purchase>")));
    assert_eq!(payload["data"], created);
    assert_eq!(payload["timestamp"], created["received_at"]);
    assert_eq!(seen[1].json()["data"]["answers"][1]["text"], "Fast delivery after all");
    assert_eq!(seen[2].json()["data"], json!({ "id": id, "revision": 2 }), "a deletion contains nothing else");

    let other = webhook_secret();
    let mut messages = Vec::new();
    for each in &seen {
        assert!(verifies(secret(&endpoint), each) && !verifies(&other, each));
        assert_eq!(each.header("content-type"), "application/json");
        assert!(each.header("user-agent").starts_with("Glas-Webhooks/"), "{}", each.header("user-agent"));
        messages.extend([(secret(&endpoint), each, true), (other.as_str(), each, false)]);
    }
    let mut forged = seen[0].clone();
    forged.body.push(b' ');
    assert!(!verifies(secret(&endpoint), &forged));
    messages.push((secret(&endpoint), &forged, false));
    assert_javascript_agrees(&messages);

    let log = log();
    assert_eq!(log["items"].as_array().unwrap().len(), 3);
    for item in log["items"].as_array().unwrap() {
        let outcome = [&item["state"], &item["attempts"], &item["last_status"], &item["last_error"], &item["next_at"]];
        assert_eq!(outcome, [&json!("delivered"), &json!(1), &json!(204), &Value::Null, &Value::Null], "{item}");
    }
    assert_eq!(receiver.at("/once?a=b").len(), 3);
}

/// A secret that belongs to no endpoint.
fn webhook_secret() -> String {
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()
}

#[test]
fn after_a_rotation_both_secrets_sign_for_a_day() {
    let both = later();
    let (receiver, supervisor) = &*both;
    let mut source = EventSource::at(supervisor, 902);
    let endpoint = source.endpoint(&format!("{}/rotated", receiver.origin), &EVENTS);
    assert!(secret(&endpoint).starts_with("whsec_"));
    let _ = source.submit(9, "");
    let _ = receiver.wait_for("/rotated", 1, TIMEOUT);
    let rotated = source.shop.call("POST", &path_of(&endpoint, "/rotate"), &Value::Null).expect(200).json();
    assert_ne!(secret(&rotated), secret(&endpoint));
    assert!(rotated["old_secret_until"].is_string());
    let _ = source.submit(9, "");
    let seen = receiver.wait_for("/rotated", 2, TIMEOUT);
    assert_eq!(seen[1].header("webhook-signature").split(' ').count(), 2);
    assert!(verifies(secret(&endpoint), &seen[1]) && verifies(secret(&rotated), &seen[1]));
    assert!(!verifies(secret(&rotated), &seen[0]));
    assert_javascript_agrees(&[(secret(&endpoint), &seen[1], true), (secret(&rotated), &seen[1], true)]);
    // A day later, only the new secret signs.
    receiver.react("/rotated", [Reaction::status(500)], None);
    let _ = source.submit(9, "");
    let _ = receiver.wait_for("/rotated", 3, TIMEOUT);
    let id = endpoint["id"].as_str().unwrap();
    source.until(supervisor, id, "tried once", |all| {
        all.values().any(|each| each.attempts == 1 && each.state == "pending")
    });
    cron(&source.shop.client, now_ms() + 25 * 3_600_000);
    let seen = receiver.wait_for("/rotated", 4, TIMEOUT);
    assert_eq!(seen[3].header("webhook-signature").split(' ').count(), 1);
    // Its timestamp is tomorrow, so verification fails today, but the signature matches the reference.
    let reference = Webhook::new(secret(&rotated)).unwrap();
    let signature = reference.sign(seen[3].id(), seen[3].timestamp(), &seen[3].body).unwrap();
    assert_eq!(seen[3].header("webhook-signature"), signature);
    // Secrets cannot be read later.
    for path in ["/v1/webhooks".to_owned(), path_of(&endpoint, "")] {
        assert!(!source.shop.get(&path).to_string().contains("whsec_"), "{path}");
    }
}

#[test]
fn each_response_of_a_receiver_has_its_outcome() {
    let (receiver, supervisor) = shared();
    let mut source = EventSource::at(supervisor, 903);
    let at = |path: &str| format!("{}{path}", receiver.origin);
    let moved = Reaction::Reply(307, vec![("location", at("/elsewhere"))]);
    let busy = |status| Reaction::Reply(status, vec![("retry-after", "7200".to_owned())]);
    let endpoints: Vec<(&str, Value)> = [
        ("/gone", Reaction::status(410)),
        ("/busy", busy(429)),
        ("/away", busy(503)),
        ("/moved", moved),
        ("/broken", Reaction::status(500)),
        ("/hung-up", Reaction::HangUp),
        ("/hang", Reaction::Hang),
        ("/flood", Reaction::Flood),
    ]
    .into_iter()
    .map(|(path, reaction)| {
        receiver.react(path, [], Some(reaction));
        (path, source.endpoint(&at(path), &["response.created"]))
    })
    .collect();
    let _ = source.submit(9, "");
    for (path, endpoint) in &endpoints {
        let id = endpoint["id"].as_str().unwrap();
        source.until(supervisor, id, path, |all| all.values().any(|each| each.attempts >= 1));
        let delivery = source.shop.get(&path_of(endpoint, "/deliveries"))["items"][0].clone();
        let (status, error, state) = match *path {
            "/gone" => (json!(410), json!("status"), "failed"),
            "/busy" => (json!(429), json!("status"), "pending"),
            "/away" => (json!(503), json!("status"), "pending"),
            "/moved" => (json!(307), json!("redirect"), "pending"),
            "/broken" => (json!(500), json!("status"), "pending"),
            "/hung-up" => (Value::Null, json!("unreachable"), "pending"),
            "/hang" => (Value::Null, json!("timeout"), "pending"),
            _ => (json!(200), Value::Null, "delivered"),
        };
        let found = [&delivery["last_status"], &delivery["last_error"], &delivery["state"]];
        assert_eq!(found, [&status, &error, &json!(state)], "{path}: {delivery}");
    }
    // 429 and 503 with Retry-After: two hours instead of five seconds.
    for path in ["/busy", "/away"] {
        let endpoint = &endpoints.iter().find(|(known, _)| *known == path).unwrap().1;
        let states = source.delivery_states(supervisor, endpoint["id"].as_str().unwrap());
        let wait = states.values().next().unwrap().next_at - now_ms();
        assert!((7_000_000..=7_300_000).contains(&wait), "{path}: {wait}");
        assert_eq!(receiver.at(path).len(), 1);
    }
    assert_eq!(receiver.at("/elsewhere").len(), 0, "a redirect is not followed");
    // An endpoint that responds with 410 is disabled until its owner enables it.
    let gone = source.shop.get(&path_of(&endpoints[0].1, ""));
    assert_eq!((&gone["status"], &gone["reason"]), (&json!("disabled"), &json!("gone")));
    receiver.react("/gone", [], None);
    let _ = source.submit(9, "");
    cron(&source.shop.client, now_ms());
    let enabled = source.shop.call("POST", &path_of(&endpoints[0].1, "/enable"), &Value::Null).expect(200).json();
    assert_eq!((&enabled["status"], &enabled["reason"]), (&json!("enabled"), &Value::Null));
    let last = source.submit(9, "");
    let seen = receiver.wait_for("/gone", 2, TIMEOUT);
    assert_eq!(seen[1].id(), format!("evt_{last}_1_created"), "events of the disabled period are not delivered");
}

#[test]
fn an_endpoint_that_fails_for_five_days_is_disabled() {
    let both = later();
    let (receiver, supervisor) = &*both;
    let mut source = EventSource::at(supervisor, 904);
    receiver.react("/failing", [], Some(Reaction::status(500)));
    let endpoint = source.endpoint(&format!("{}/failing", receiver.origin), &["response.created"]);
    let id = endpoint["id"].as_str().unwrap();
    for (round, day) in [0, 3, 6].into_iter().enumerate() {
        let _ = source.submit(9, "");
        cron(&source.shop.client, now_ms() + day * 86_400_000);
        source.until(supervisor, id, "tried", |all| {
            all.len() == round + 1 && all.values().all(|each| each.attempts >= 1)
        });
        let now = source.shop.get(&path_of(&endpoint, ""));
        assert!(now["failing_since"].is_string() || day == 6, "{now}");
    }
    source.until(supervisor, id, "given up", |_| source.shop.get(&path_of(&endpoint, ""))["status"] == "disabled");
    assert_eq!(source.shop.get("/v1/webhooks")["items"][0]["reason"], "failing");
}

#[test]
fn no_request_is_sent_to_a_hostile_address() {
    // Uses its own Worker, since it writes to the database directly and locks it.
    let _ = webhooks::addresses(&later().1, 908);
}

#[test]
fn a_receiver_that_is_down_for_two_days_gets_every_event() {
    let both = later();
    let (receiver, supervisor) = &*both;
    let _ = webhooks::outage(supervisor, receiver, 3, 909);
}

#[test]
fn a_message_lost_between_commit_and_request_is_recovered() {
    let both = later();
    let (receiver, supervisor) = &*both;
    let faults = Faults::of(supervisor);
    // The queue is down: the response is stored, its message is lost.
    let mut source = EventSource::at(supervisor, 910);
    let endpoint = source.endpoint(&format!("{}/lost", receiver.origin), &["response.created"]);
    faults.set(&json!({ "send_before": 1.0 }));
    let id = source.submit(9, "");
    source.until(supervisor, endpoint["id"].as_str().unwrap(), "delivery created", |all| all.len() == 1);
    cron(&source.shop.client, now_ms());
    assert!(faults.seen("refused") >= 1, "a message was lost");
    // Every message is duplicated, and redelivered after it was acknowledged.
    faults.set(&json!({ "twice": 1.0, "again": 1.0 }));
    cron(&source.shop.client, now_ms());
    assert_eq!(receiver.at("/lost").len(), 0, "it was delivered too early");
    cron(&source.shop.client, now_ms() + 360_000);
    let seen = receiver.wait_for("/lost", 1, TIMEOUT);
    assert_eq!(seen[0].id(), format!("evt_{id}_1_created"));
    source.until(supervisor, endpoint["id"].as_str().unwrap(), "noted", |all| {
        all.values().all(|each| each.state == "delivered")
    });
    faults.none();
    // The process is killed at a random moment.
    let _ = webhooks::kills(supervisor, receiver, (12, 2), 911);
    assert_eq!(receiver.at("/lost").len(), 1, "duplicate messages cause one delivery");
}
