//! Kills the process between a commit and its message, between a message and its request, and between a request and the
//! record of its result.

use super::{EventSource, TIMEOUT, attempts, cron, now_ms};
use crate::{random::Random, receiver::Receiver, shop::ORIGIN, supervisor::Supervisor};
use serde_json::json;
use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

/// Submits responses while the Worker is killed repeatedly, then runs the cron job. Returns a summary.
///
/// # Panics
/// If an acknowledged event was not delivered.
pub fn kills(supervisor: &Supervisor, receiver: &Receiver, (events, kills): (usize, usize), seed: u64) -> String {
    let mut source = EventSource::at(supervisor, seed);
    let path = format!("/kills-{seed}");
    let endpoint = source.endpoint(&format!("{}{path}", receiver.origin), &["response.created"]);
    let endpoint = endpoint["id"].as_str().expect("an id").to_owned();
    let mut random = Random::seeded(seed);
    let mut acknowledged = BTreeSet::new();
    let mut killed = 0;
    while acknowledged.len() < events {
        let id = source.random.uuid();
        send(&source, &id);
        acknowledged.insert(id);
        if killed < kills && acknowledged.len() * (kills + 1) >= events * (killed + 1) {
            // At any moment after a submission: within the second before deliveries are created, and after that.
            thread::sleep(Duration::from_millis(random.below(1_500)));
            supervisor.kill();
            supervisor.wait_until_healthy();
            killed += 1;
        }
    }
    // Lost messages are picked up minutes later, when their deliveries are due.
    let client = supervisor.client();
    let begin = Instant::now();
    let mut time = now_ms();
    loop {
        cron(&client, time);
        let settled = Instant::now();
        let states = loop {
            let states = source.delivery_states(supervisor, &endpoint);
            let all = states.values().all(|each| each.state == "delivered");
            if all || settled.elapsed() > Duration::from_secs(3) {
                break states;
            }
            thread::sleep(Duration::from_millis(50));
        };
        if states.len() == events && states.values().all(|each| each.state == "delivered") {
            break;
        }
        assert!(begin.elapsed() < TIMEOUT, "{} of {events} have deliveries", states.len());
        time += 360_000;
    }
    let seen = attempts(&receiver.at(&path));
    let delivered: BTreeSet<String> = seen.keys().map(|id| id["evt_".len()..][..36].to_owned()).collect();
    assert_eq!(delivered, acknowledged, "every event and no other");
    let doubled = seen.values().filter(|times| times.len() > 1).count();
    format!(
        "{events} events, {killed} kills: {} ids delivered, 0 missing, {doubled} delivered twice because the record of the first delivery was lost",
        seen.len()
    )
}

/// Retries until the submission is acknowledged, as pages do.
fn send(source: &EventSource, id: &str) {
    let begin = Instant::now();
    let answers = json!([{ "question": "nps", "score": 9 }]);
    let body = source.shop.submission(&source.survey, id, 1, &answers).to_string();
    let authorization = format!("Bearer {}", source.shop.secret_key);
    let headers = [("origin", ORIGIN), ("content-type", "application/json"), ("authorization", authorization.as_str())];
    loop {
        let reply = source.shop.client.try_send("POST", "/v1/submissions", &headers, body.clone());
        if reply.is_ok_and(|reply| matches!(reply.status, 200..=202)) {
            return;
        }
        assert!(begin.elapsed() < TIMEOUT, "{id} is not accepted");
        thread::sleep(Duration::from_millis(50));
    }
}
