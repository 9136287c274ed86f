//! URLs that lead to private addresses. A canary listens where many of them point.

use super::EventSource;
use crate::{receiver::Receiver, supervisor::Supervisor, worker::repository};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{fs, time::Duration};

/// Tries every hostile URL, also as if it had been stored before it was rejected. Returns a summary.
///
/// # Panics
/// If one is accepted, or the canary receives a request.
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
            // Only the spelling was hostile: in canonical form, the URL is an ordinary public one.
            let made = reply.json();
            let canonical = made["url"].as_str().expect("an address");
            let host = canonical.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
            assert!(
                host.ends_with(".pl") && !host.contains("127") && !host.contains('@'),
                "{url:?} became {canonical}"
            );
            let path = format!("/v1/webhooks/{}", made["id"].as_str().expect("an id"));
            let _ = source.shop.call("DELETE", &path, &Value::Null).expect(204);
            continue;
        }
        let reply = reply.expect(400);
        assert_eq!(reply.problems().first().map(|(at, _)| at.as_str()), Some("url"), "{url:?}: {}", reply.text);
        refused += 1;
    }
    assert!(refused >= 120, "{refused} of {}", all.len());
    // A URL that was stored under a weaker rule is not used either.
    let endpoint = source.endpoint("https://hooks.shop.example/", &["response.created"]);
    let id = endpoint["id"].as_str().expect("an id");
    let database = Connection::open(supervisor.database()).expect("the database");
    database.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    let sent: Vec<&String> = all.iter().filter(|url| url.contains("://") && !url.contains('\0')).collect();
    for url in &sent {
        database.execute("UPDATE webhooks SET url = ?2 WHERE id = ?1", [id, url.as_str()]).expect("an endpoint");
        let reply = source.shop.call("POST", &format!("/v1/webhooks/{id}/test"), &json!({})).expect(200).json();
        assert_eq!(reply["error"], "address_refused", "{url:?}: {reply}");
    }
    assert_eq!(canary.count(), 0, "the canary received a request");
    format!(
        "{refused} of {} hostile URLs rejected, the others normalised; {} tried as stored URLs; 0 hits on the canary",
        all.len(),
        sent.len()
    )
}
