//! The owner's endpoint management: create, change, test, resend.

use super::{EVENTS, TIMEOUT, path_of, secret, shared, verifies};
use serde_json::{Value, json};
use tests::{receiver::Reaction, shop::Shop, webhooks::EventSource};

#[test]
fn an_owner_can_test_an_endpoint_and_resend_an_event() {
    let (receiver, supervisor) = shared();
    let mut source = EventSource::at(supervisor, 905);
    let url = |path: &str| format!("{}{path}", receiver.origin);
    let endpoint = source.endpoint(&url("/tried"), &["response.deleted", "response.created"]);
    let test = source.shop.call("POST", &path_of(&endpoint, "/test"), &Value::Null).expect(200).json();
    assert_eq!(
        [&test["delivered"], &test["status"], &test["class"], &test["error"], &test["type"]],
        [&json!(true), &json!(204), &json!("2xx"), &Value::Null, &json!("response.deleted")]
    );
    assert!(test["duration_ms"].is_u64());
    let seen = receiver.at("/tried");
    assert!(verifies(secret(&endpoint), &seen[0]));
    assert_eq!(seen[0].id(), test["event"].as_str().unwrap());
    receiver.react("/tried", [Reaction::Reply(502, vec![("x-secret", "of-a-receiver".to_owned())])], None);
    let test = source.shop.call("POST", &path_of(&endpoint, "/test"), &Value::Null).expect(200);
    assert_eq!((test.json()["class"].as_str(), test.json()["error"].as_str()), (Some("5xx"), Some("status")));
    assert!(!test.text.contains("of-a-receiver"));

    // Templated payloads are signed too.
    let mail =
        json!({ "url": url("/mail"), "events": ["response.created"], "template": "email", "to": "ala@shop.example" });
    let mail = source.shop.call("POST", "/v1/webhooks", &mail).expect(201).json();
    let slack = json!({ "url": url("/slack"), "events": ["response.created"], "template": "slack" });
    let slack = source.shop.call("POST", "/v1/webhooks", &slack).expect(201).json();
    let id = source.submit(3, "<!channel> too & late");
    let (letter, note) = (receiver.wait_for("/mail", 1, TIMEOUT), receiver.wait_for("/slack", 1, TIMEOUT));
    assert!(verifies(secret(&mail), &letter[0]) && verifies(secret(&slack), &note[0]));
    assert_eq!(letter[0].json()["to"], "ala@shop.example");
    assert_eq!(letter[0].json()["subject"], "New answer: After <purchase> · NPS 3");
    assert!(letter[0].json()["html"].as_str().unwrap().contains("&lt;!channel&gt; too &amp; late"));
    assert_eq!(note[0].json()["text"], "New answer: After &lt;purchase&gt; · NPS 3");
    assert_eq!(note[0].json()["blocks"][1]["text"]["text"], "> &lt;!channel&gt; too &amp; late");

    // Resends the event.
    let delivery = format!("evt_{id}_1_created");
    let path = path_of(&slack, &format!("/deliveries/{delivery}/retry"));
    let slack_id = slack["id"].as_str().unwrap();
    source.until(supervisor, slack_id, "noted", |all| all.values().all(|each| each.state == "delivered"));
    let _ = source.shop.call("POST", &path, &Value::Null).expect(202);
    let seen = receiver.wait_for("/slack", 2, TIMEOUT);
    assert_eq!(seen[1].id(), delivery);
    let missing = path_of(&slack, "/deliveries/evt_0/retry");
    assert_eq!(source.shop.call("POST", &missing, &Value::Null).expect(404).problems()[0].0, "delivery");

    let log = |query: &str| {
        let log = source.shop.get(&path_of(&slack, &format!("/deliveries?{query}")));
        log["items"].as_array().unwrap().len()
    };
    source.until(supervisor, slack_id, "noted", |all| all.values().all(|each| each.state == "delivered"));
    assert_eq!(
        [log("state=delivered"), log("state=failed"), log("to=2026-01-01"), log("from=2026-01-01")],
        [1, 0, 0, 1]
    );
    let wrong = source.shop.call("GET", &path_of(&slack, "/deliveries?state=lost&form=x"), &Value::Null).expect(400);
    assert_eq!(wrong.problems().len(), 2);
}

#[test]
fn endpoints_can_be_created_read_changed_and_deleted() {
    let (receiver, supervisor) = shared();
    let shop = EventSource::at(supervisor, 906).shop;
    let other = EventSource::at(supervisor, 907).shop;
    let form =
        json!({ "url": "HTTPS://Hooks.Shop.example:443/glas", "events": ["response.created"], "description": "CRM" });
    let made = shop.call("POST", "/v1/webhooks", &form).expect(201);
    assert_eq!(made.header("location"), path_of(&made.json(), ""));
    let made = made.json();
    assert_eq!(made["url"], "https://hooks.shop.example/glas");
    let path = path_of(&made, "");
    let changed =
        json!({ "url": "https://żółw.shop.example/ę?ę", "events": ["response.updated"], "status": "disabled" });
    let changed = shop.call("PUT", &path, &changed).expect(200).json();
    assert_eq!(changed["url"], "https://xn--w-uga1v8h.shop.example/%C4%99?%C4%99", "in canonical form");
    assert_eq!((&changed["status"], &changed["reason"]), (&json!("disabled"), &json!("owner")));
    assert_eq!(shop.get(&path), changed);
    assert_eq!(shop.get("/v1/webhooks"), json!({ "items": [changed], "next_cursor": null }));

    // Digits and dots of other scripts are normalised.
    for url in ["https://１２７.０.０.１/", "https://127。0。0。1/", "https://ｌｏｃａｌｈｏｓｔ/", "https://①②⑦.1/"]
    {
        let body = json!({ "url": url, "events": ["response.created"] });
        let reply = shop.call("POST", "/v1/webhooks", &body).expect(400);
        assert_eq!(reply.problems(), [("url".to_owned(), "invalid_format".to_owned())], "{url}");
    }
    let everything_wrong =
        json!({ "url": receiver.origin, "events": ["response.*"], "template": "fax", "secret": "x" });
    let reply = shop.call("POST", "/v1/webhooks", &everything_wrong).expect(400);
    assert_eq!(reply.problems().len(), 4, "{}", reply.text);

    for (method, more, body) in [
        ("GET", "", Value::Null),
        ("PUT", "", form.clone()),
        ("POST", "/enable", Value::Null),
        ("POST", "/rotate", Value::Null),
        ("POST", "/test", Value::Null),
        ("GET", "/deliveries", Value::Null),
        ("POST", "/deliveries/evt_1/retry", Value::Null),
        ("DELETE", "", Value::Null),
    ] {
        let reply = other.call(method, &format!("{path}{more}"), &body);
        assert_eq!(reply.status, 404, "{method} {more}: {}", reply.text);
    }
    for _ in 1..10 {
        let _ = shop.call("POST", "/v1/webhooks", &form).expect(201);
    }
    let reply = shop.call("POST", "/v1/webhooks", &form).expect(409);
    assert_eq!(reply.problems(), [("webhooks".to_owned(), "too_many".to_owned())]);
    let _ = shop.call("DELETE", &path, &Value::Null).expect(204);
    let _ = shop.call("DELETE", &path, &Value::Null).expect(404);
    let _ = shop.call("POST", "/v1/webhooks", &form).expect(201);
    events_and_templates(&shop);
}

fn events_and_templates(shop: &Shop) {
    let events = shop.get("/v1/webhooks/events");
    let types: Vec<&Value> = events["items"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(types, EVENTS);
    for item in events["items"].as_array().unwrap() {
        assert_eq!(item["example"]["type"], item["type"]);
        assert!(item["example"]["data"]["id"].is_string());
    }
    let templates = shop.get("/v1/webhooks/templates");
    let ids: Vec<&Value> = templates["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, ["standard", "slack", "email"]);
}
