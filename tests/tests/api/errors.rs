//! Every error links to the page that explains its code.

use serde_json::{Value, json};
use std::fs;
use tests::{
    shop::{Shop, every_kind},
    worker::{Worker, repository},
};

#[test]
fn every_code_has_a_page() {
    let client = Worker::shared().client();
    let source = fs::read_to_string(repository().join("docs/errors.md")).unwrap();
    let codes: Vec<&str> = source.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert!(codes.len() > 25, "{codes:?}");
    let list = client.send("GET", "/docs/errors/", &[], "").expect(200);
    for code in codes {
        let page = client.send("GET", &format!("/docs/errors/{code}"), &[], "").expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{code}: {:?}", page.headers);
        assert!(page.text.contains(&format!("<h1><code>{code}</code></h1>")), "{code}");
        assert!(list.text.contains(&format!("href=\"/docs/errors/{code}\"")), "{code}");
    }
    let _ = client.send("GET", "/docs/errors/no_such_code", &[], "").expect(404);
}

#[test]
fn an_error_response_links_to_its_page() {
    let shop = Shop::new(Worker::shared());
    let twice = json!({ "consent": 1, "cooldown_days": "7" });
    let kinds = json!({ "consent": 1, "cooldown_days": -1 });
    for (method, path, body, expected) in [
        ("GET", "/v1/surveys/srv_none", Value::Null, "not_found"),
        ("GET", "/v1/nothing", Value::Null, "not_found"),
        ("PUT", "/v1/surveys", every_kind(), "method_not_allowed"),
        ("PUT", "/v1/shop/settings", twice, "wrong_type"),
        ("PUT", "/v1/shop/settings", kinds, "several"),
        ("POST", "/v1/shops", json!({}), "unauthorized"),
        ("POST", "/v1/submissions", json!({ "key": "pk_none" }), "several"),
    ] {
        let reply = shop.call(method, path, &body);
        let place = reply.json()["type"].as_str().unwrap().to_owned();
        assert_eq!(place, format!("/docs/errors/{expected}"), "{method} {path}: {}", reply.text);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let _ = shop.client.send("GET", &place, &[], "").expect(200);
    }
}
