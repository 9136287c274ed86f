//! Addresses that lead to what is not the public's. A canary sits where many of them point.

use super::EventSource;
use crate::{receiver::Receiver, supervisor::Supervisor, worker::repository};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{fs, time::Duration};

/// Tries every hostile address, also such that were written down before they were refused. Says what was found.
///
/// # Panics
/// If one is taken, or the canary hears anything.
pub fn addresses(supervisor: &Supervisor, seed: u64) -> String {
    let canary = Receiver::open();
    let port = canary.origin.rsplit(':').next().expect("a port").to_owned();
    let source = EventSource::at(supervisor, seed);
    let file = repository().join("survey/tests/webhook/hostile.json");
    let text = fs::read_to_string(file).expect("the list of hostile addresses");
    let known: Vec<(String, String)> = serde_json::from_str(&text).expect("pairs of reason and address");
    let mut all: Vec<String> = known.into_iter().map(|(_, url)| url).collect();
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.0.0.1.nip.io",
    ] {
        all.extend(["http", "https"].map(|scheme| format!("{scheme}://{host}:{port}/")));
    }
    let mut refused = 0;
    for url in &all {
        let body = json!({ "url": url, "events": ["response.created"] });
        let reply = source.shop.call("POST", "/v1/webhooks", &body);
        if reply.status == 201 {
            // Only a letter was hostile: as the runtime would ask for it, it is an address like any other.
            let made = reply.json();
            let kept = made["url"].as_str().expect("an address");
            let host = kept.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
            assert!(host.ends_with(".pl") && !host.contains("127") && !host.contains('@'), "{url:?} became {kept}");
            let path = format!("/v1/webhooks/{}", made["id"].as_str().expect("an id"));
            let _ = source.shop.call("DELETE", &path, &Value::Null).expect(204);
            continue;
        }
        let reply = reply.expect(400);
        assert_eq!(reply.problems().first().map(|(at, _)| at.as_str()), Some("url"), "{url:?}: {}", reply.text);
        refused += 1;
    }
    assert!(refused >= 120, "{refused} of {}", all.len());
    // One that was taken when the rule was weaker is not sent to either.
    let kept = source.endpoint("https://hooks.shop.example/", &["response.created"]);
    let id = kept["id"].as_str().expect("an id");
    let database = Connection::open(supervisor.database()).expect("the database");
    database.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    let sent: Vec<&String> = all.iter().filter(|url| url.contains("://") && !url.contains('\0')).collect();
    for url in &sent {
        database.execute("UPDATE webhooks SET url = ?2 WHERE id = ?1", [id, url.as_str()]).expect("an endpoint");
        let reply = source.shop.call("POST", &format!("/v1/webhooks/{id}/test"), &json!({})).expect(200).json();
        assert_eq!(reply["error"], "address_refused", "{url:?}: {reply}");
    }
    assert_eq!(canary.count(), 0, "the canary heard something");
    format!(
        "{refused} of {} hostile addresses refused, the others tamed; {} also where they were stored; 0 hits on the canary",
        all.len(),
        sent.len()
    )
}
