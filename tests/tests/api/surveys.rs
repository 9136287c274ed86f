//! Drafts, versions and publishing.

use serde_json::{Value, json};
use tests::{
    shop::{Shop, every_kind},
    worker::Worker,
};

#[test]
fn publishing_a_draft_creates_a_version() {
    let shop = Shop::new(Worker::shared());
    let made = shop.call("POST", "/v1/surveys", &every_kind()).expect(201);
    let draft = made.json();
    let id = draft["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/v1/surveys/{id}"));
    assert!(id.starts_with("srv_"));
    assert_eq!((draft["status"].as_str(), draft["version"].as_u64()), (Some("draft"), Some(0)));
    assert_eq!(draft["questions"].as_array().unwrap().len(), 5);
    assert_eq!(draft["questions"][0]["high"], Value::Null, "built-in texts are not part of the definition");
    assert_eq!(draft["questions"][1]["ask_when"], json!({ "question": "nps", "from": 0, "to": 6 }));

    let place = format!("/v1/surveys/{id}");
    let live = shop.call("POST", &format!("{place}/publish"), &Value::Null).expect(200).json();
    assert_eq!((live["status"].as_str(), live["version"].as_u64()), (Some("live"), Some(1)));

    let mut changed = every_kind();
    changed["name"] = json!("Renamed");
    let replaced = shop.call("PUT", &place, &changed).expect(200).json();
    assert_eq!((replaced["name"].as_str(), replaced["version"].as_u64()), (Some("Renamed"), Some(1)));
    assert_eq!(shop.publish_again(&id).version, 2);
    assert_eq!(shop.get(&place)["name"], "Renamed");
    let list = shop.get("/v1/surveys");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["next_cursor"], Value::Null);
}

#[test]
fn a_survey_can_be_paused_resumed_and_archived() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let place = format!("/v1/surveys/{}", survey.id);
    let shown = || shop.config()["s"].as_array().unwrap().len();
    for (action, status, on_pages) in [
        ("pause", "paused", 0),
        ("pause", "paused", 0),
        ("resume", "live", 1),
        ("resume", "live", 1),
        ("archive", "archived", 0),
        ("resume", "live", 1),
        ("archive", "archived", 0),
        ("publish", "live", 1),
    ] {
        let moved = shop.call("POST", &format!("{place}/{action}"), &Value::Null).expect(200).json();
        assert_eq!((moved["status"].as_str(), shown()), (Some(status), on_pages), "{action}");
        assert_eq!(shop.get(&place)["status"], status, "{action}");
    }
    assert_eq!(shop.get(&place)["version"], 2, "only publishing creates versions");

    let draft = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json()["id"].as_str().unwrap().to_owned();
    for (id, action) in [(draft.as_str(), "pause"), (draft.as_str(), "resume")] {
        let refused = shop.call("POST", &format!("/v1/surveys/{id}/{action}"), &Value::Null).expect(409);
        assert_eq!(refused.problems(), [("status".to_owned(), "conflict".to_owned())], "{action}");
    }
    let _ = shop.call("POST", &format!("{place}/archive"), &Value::Null).expect(200);
    let _ = shop.call("POST", &format!("{place}/pause"), &Value::Null).expect(409);
    for (query, expected) in [
        ("", vec![draft.as_str()]),
        ("?status=draft", vec![draft.as_str()]),
        ("?status=archived", vec![survey.id.as_str()]),
        ("?status=live", vec![]),
    ] {
        let listed = shop.get(&format!("/v1/surveys{query}"));
        let ids: Vec<&str> =
            listed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    let refused = shop.call("GET", "/v1/surveys?status=gone", &Value::Null).expect(400);
    assert_eq!(refused.problems(), [("query.status".to_owned(), "unknown_value".to_owned())]);
}

#[test]
fn a_survey_id_contains_the_shop_id() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    assert_eq!(survey.id.len(), 30);
    assert_eq!(survey.id[4..20], shop.public_key[3..19]);
}

#[test]
fn a_definition_that_was_read_can_be_written_back() {
    let shop = Shop::new(Worker::shared());
    let made = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json();
    let place = format!("/v1/surveys/{}", made["id"].as_str().unwrap());
    let replaced = shop.call("PUT", &place, &made).expect(200).json();
    for member in ["name", "touchpoint", "language", "display", "questions"] {
        assert_eq!(replaced[member], made[member], "{member}");
    }
}

#[test]
fn the_list_is_paginated() {
    let shop = Shop::new(Worker::shared());
    let mut made: Vec<String> = (0..5)
        .map(|_| shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json()["id"].as_str().unwrap().to_owned())
        .collect();
    made.sort();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = shop.get(&format!("/v1/surveys?limit=2&cursor={cursor}"));
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, made);
}

#[test]
fn an_invalid_definition_is_rejected_with_all_problems() {
    let shop = Shop::new(Worker::shared());
    let mut wrong = every_kind();
    wrong["touchpoint"] = json!("After Purchase");
    wrong["questions"][1]["ask_when"] = json!({ "question": "csat", "from": 9 });
    wrong["questions"][4]["choices"] = json!([]);
    let refused = shop.call("POST", "/v1/surveys", &wrong).expect(400);
    let expected = [
        ("touchpoint", "invalid_format"),
        ("questions[1].ask_when.question", "invalid_reference"),
        ("questions[4].choices", "missing"),
    ];
    assert_eq!(refused.problems(), expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    assert_eq!(shop.get("/v1/surveys")["items"], json!([]));
}

#[test]
fn an_invalid_shop_is_rejected_with_all_problems() {
    let worker = Worker::shared();
    let wrong = json!({ "name": "", "origins": ["https://shop.example/", "*"] });
    let refused = tests::shop::operator(worker, "POST", "/v1/shops", &wrong).expect(400);
    let expected = [("name", "empty"), ("origins[0]", "invalid_format"), ("origins[1]", "invalid_format")];
    assert_eq!(refused.problems(), expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}
