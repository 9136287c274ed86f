//! Drafts, versions, publishing.

use serde_json::{Value, json};
use tests::{
    shop::{Shop, every_kind},
    worker::Worker,
};

#[test]
fn a_survey_from_draft_to_version() {
    let shop = Shop::new(Worker::shared());
    let made = shop.call("POST", "/v1/surveys", &every_kind()).expect(201);
    let draft = made.json();
    let id = draft["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/v1/surveys/{id}"));
    assert!(id.starts_with("srv_"));
    assert_eq!((draft["status"].as_str(), draft["version"].as_u64()), (Some("draft"), Some(0)));
    assert_eq!(draft["questions"].as_array().unwrap().len(), 5);
    assert_eq!(draft["questions"][0]["high"], Value::Null, "the service's own words are not the owner's");
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
fn what_was_read_can_be_sent_back() {
    let shop = Shop::new(Worker::shared());
    let made = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json();
    let place = format!("/v1/surveys/{}", made["id"].as_str().unwrap());
    let replaced = shop.call("PUT", &place, &made).expect(200).json();
    for member in ["name", "touchpoint", "language", "display", "questions"] {
        assert_eq!(replaced[member], made[member], "{member}");
    }
}

#[test]
fn a_list_goes_page_by_page() {
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
fn a_wrong_definition_is_refused_whole() {
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
fn the_operator_learns_what_is_wrong_with_a_shop() {
    let worker = Worker::shared();
    let wrong = json!({ "name": "", "origins": ["https://shop.example/", "*"] });
    let refused = tests::shop::operator(worker, "POST", "/v1/shops", &wrong).expect(400);
    let expected = [("name", "empty"), ("origins[0]", "invalid_format"), ("origins[1]", "invalid_format")];
    assert_eq!(refused.problems(), expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}
