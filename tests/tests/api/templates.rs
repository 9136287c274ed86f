//! `/v1/templates`, and drafts created from a template.

use serde_json::{Value, json};
use tests::{shop::Shop, worker::Worker};

#[test]
fn templates_are_public() {
    let client = Worker::shared().client();
    let list = client.send("GET", "/v1/templates", &[], "").expect(200).json();
    assert_eq!(list["next_cursor"], Value::Null);
    let items = list["items"].as_array().unwrap();
    assert!(items.len() >= 8, "{}", items.len());
    for item in items {
        let id = item["id"].as_str().unwrap();
        assert_eq!(&client.send("GET", &format!("/v1/templates/{id}"), &[], "").expect(200).json(), item, "{id}");
        for language in ["en", "pl", "ro"] {
            assert!(item["questions"][0]["text"][language].is_string(), "{id} in {language}");
        }
    }
    for id in ["nope", "%20", "post_purchase_nps.json"] {
        let refused = client.send("GET", &format!("/v1/templates/{id}"), &[], "").expect(404);
        assert_eq!(refused.problems(), [("id".to_owned(), "not_found".to_owned())], "{id}");
    }
}

#[test]
fn every_template_can_be_published() {
    let shop = Shop::new(Worker::shared());
    let templates = shop.client.send("GET", "/v1/templates", &[], "").expect(200).json();
    for template in templates["items"].as_array().unwrap() {
        let made = shop.call("POST", "/v1/surveys", &json!({ "template": template["id"] })).expect(201).json();
        assert_eq!(made["name"], template["name"], "{}", template["id"]);
        assert_eq!(made["status"], "draft");
        assert_eq!(shop.publish_again(made["id"].as_str().unwrap()).version, 1, "{}", template["id"]);
    }
}

#[test]
fn members_of_the_request_override_the_template() {
    let shop = Shop::new(Worker::shared());
    let body = json!({
        "template": "post_purchase_nps", "name": "Po zakupie", "language": "pl", "touchpoint": "zakup",
        "display": { "mode": "inline", "selector": "#opinia", "pages": ["/dziekujemy"] },
        "audience": { "stop_after": 500 }, "thanks": { "pl": "Dzięki!" },
    });
    let made = shop.call("POST", "/v1/surveys", &body).expect(201).json();
    for member in ["name", "language", "touchpoint", "thanks"] {
        assert_eq!(made[member], body[member], "{member}");
    }
    assert_eq!(made["display"]["selector"], "#opinia");
    assert_eq!(made["audience"]["stop_after"], 500);
    assert_eq!(made["questions"][0]["kind"], "nps");
    assert_eq!(made["template"], Value::Null);

    for (body, expected) in [
        (json!({ "template": "nope" }), vec![("template", "unknown_value")]),
        (json!({ "template": 7 }), vec![("template", "wrong_type")]),
        (json!({ "template": "pyramid", "questions": [] }), vec![("questions", "unknown_value")]),
        (json!({ "template": "pyramid", "display": { "delay_ms": -1 } }), vec![("display.delay_ms", "out_of_range")]),
        (json!({ "template": "pyramid", "name": "" }), vec![("name", "empty")]),
    ] {
        let refused = shop.call("POST", "/v1/surveys", &body).expect(400);
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
        assert_eq!(refused.problems(), expected, "{body}");
    }
}
