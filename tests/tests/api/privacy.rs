//! Personal data that must not be stored is not stored.

use serde_json::json;
use std::{fs, path::Path};
use tests::{
    random::Random,
    shop::{ORIGIN, Shop, every_kind},
    worker::Worker,
};

/// The content of every file in a folder.
pub(crate) fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if let Ok(bytes) = fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
}

pub(crate) fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn no_file_contains_an_address_a_user_agent_or_a_secret() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let survey = shop.publish(&every_kind());
    let marker = "zaznaczona-odpowiedz-7301";
    let answers = json!([{ "question": "nps", "score": 1 }, { "question": "why", "text": marker }]);
    let body = shop.submission(&survey, &Random::seeded(41).uuid(), 1, &answers);
    let headers = [
        ("origin", ORIGIN),
        ("content-type", "text/plain"),
        ("user-agent", "marked-agent-7302"),
        ("cf-connecting-ip", "203.0.113.73"),
        ("x-forwarded-for", "203.0.113.74"),
        ("cookie", "marked=7303"),
        ("referer", "https://shop.example/marked-7304"),
    ];
    let _ = shop.submit_text(body.to_string(), &headers).expect(201);
    let event = json!({ "survey": survey.id, "version": 1, "event": "view", "device": "desktop" });
    let body = json!({ "key": shop.public_key, "events": [event] });
    let _ = shop.send_raw_events(body.to_string(), &headers).expect(202);

    let mut found = Vec::new();
    files(worker.state(), &mut found);
    assert!(found.iter().any(|(_, bytes)| holds(bytes, marker)), "the search finds stored text");
    let secret_part = &shop.secret_key[19..];
    for needle in ["marked-agent-7302", "203.0.113.7", "marked=7303", "marked-7304", secret_part] {
        for (path, bytes) in &found {
            assert!(!holds(bytes, needle), "{path} contains {needle}");
        }
    }
}
