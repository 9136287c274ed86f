//! A shopper's response is vouched for by the view token of the page, and revised with the page's secret only.

use rusqlite::Connection;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    browser::{Browser, Window},
    checker::shop_of,
    site::Site,
    supervisor::database_in,
    worker::Worker,
};

#[test]
fn an_answer_with_a_comment_is_one_response_that_counts() {
    let worker = Worker::shared();
    let site = Site::open(worker);
    let _ = site.shop.publish(&json!({
        "name": "Vouched", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/done"] },
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" } },
        ],
    }));
    site.page("/done", &site.tag(), "<h1>Shop</h1>");
    let browser = Browser::open(Window::Phone);
    browser.visit(&format!("{}/done", site.origin));
    let panel = browser.panel();
    // As long as a person needs to read the question.
    browser.passes(1_000);
    panel.tap(9);
    panel.write("textarea", "Fast");
    panel.send();
    panel.reaches("thanks");
    browser.until("the receipt link", || panel.has(".receipt").then_some(()));

    let sent = site.submissions();
    let revisions: Vec<&Value> = sent.iter().map(|each| &each["revision"]).collect();
    assert_eq!(revisions, [1, 2]);
    let secret = sent[0]["client_secret"].as_str().unwrap();
    assert!(secret.len() == 22 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    for member in ["id", "client_secret", "token"] {
        assert!(sent[0][member].is_string() && sent[0][member] == sent[1][member], "{member}: {sent:?}");
    }

    let database = Connection::open(database_in(worker.state())).unwrap();
    database.busy_timeout(Duration::from_secs(10)).unwrap();
    let sql = "SELECT count(*), max(revision), max(trust), max(flags) FROM responses WHERE shop = ?1";
    let row: (i64, i64, String, i64) = database
        .query_row(sql, [shop_of(&site.shop.public_key)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(row, (1, 2, "view".to_owned(), 0));
    assert_eq!(site.shop.get("/v1/metrics?metric=nps")["n"], 1);

    // The events of the page name the same view.
    let events = browser.until("events", || {
        let batches: Vec<Value> = site
            .seen()
            .iter()
            .filter(|request| request.method == "POST" && request.path == "/v1/events")
            .map(|request| serde_json::from_slice(&request.body).unwrap())
            .collect();
        (!batches.is_empty()).then_some(batches)
    });
    for event in events.iter().flat_map(|batch| batch["events"].as_array().unwrap()) {
        assert_eq!(event["token"], sent[0]["token"], "{event}");
    }
}
