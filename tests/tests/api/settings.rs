//! `/v1/shop/settings`.

use serde_json::{Value, json};
use tests::{
    shop::{Shop, every_kind},
    worker::Worker,
};

const PLACE: &str = "/v1/shop/settings";

#[test]
fn settings_are_published_to_pages() {
    let shop = Shop::new(Worker::shared());
    let _ = shop.publish(&every_kind());
    assert_eq!(
        shop.get(PLACE),
        json!({ "consent": "auto", "cooldown_days": 7, "retention_days": 730, "page_parameters": [] })
    );
    for (sent, kept, consent, cooldown) in [
        (
            json!({ "consent": "wait", "cooldown_days": 30, "retention_days": 30, "page_parameters": ["category"] }),
            json!({ "consent": "wait", "cooldown_days": 30, "retention_days": 30, "page_parameters": ["category"] }),
            json!("w"),
            json!(30),
        ),
        (
            json!({ "consent": "none" }),
            json!({ "consent": "none", "cooldown_days": 7, "retention_days": 730, "page_parameters": [] }),
            json!("n"),
            Value::Null,
        ),
        (
            json!({ "cooldown_days": 0 }),
            json!({ "consent": "auto", "cooldown_days": 0, "retention_days": 730, "page_parameters": [] }),
            Value::Null,
            json!(0),
        ),
        (
            json!({}),
            json!({ "consent": "auto", "cooldown_days": 7, "retention_days": 730, "page_parameters": [] }),
            Value::Null,
            Value::Null,
        ),
    ] {
        assert_eq!(shop.call("PUT", PLACE, &sent).expect(200).json(), kept, "{sent}");
        assert_eq!(shop.get(PLACE), kept, "{sent}");
        let config = shop.config();
        assert_eq!((&config["c"], &config["o"]), (&consent, &cooldown), "{sent}");
    }
}

#[test]
fn an_invalid_setting_is_rejected_and_nothing_is_stored() {
    let shop = Shop::new(Worker::shared());
    for (sent, expected) in [
        (json!({ "consent": "always" }), vec![("consent", "unknown_value")]),
        (
            json!({ "consent": 1, "cooldown_days": "7" }),
            vec![("consent", "wrong_type"), ("cooldown_days", "wrong_type")],
        ),
        (json!({ "cooldown_days": -1 }), vec![("cooldown_days", "out_of_range")]),
        (json!({ "cooldown_days": 366 }), vec![("cooldown_days", "out_of_range")]),
        (json!({ "retention_days": 29 }), vec![("retention_days", "out_of_range")]),
        (json!({ "retention_days": 3651 }), vec![("retention_days", "out_of_range")]),
        (json!({ "challenge": true }), vec![("challenge", "unknown_value")]),
        (json!({ "consent": "none", "challenge": false }), vec![("challenge", "unknown_value")]),
        (json!([]), vec![("", "wrong_type")]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
        assert_eq!(shop.call("PUT", PLACE, &sent).expect(400).problems(), expected, "{sent}");
    }
    let headers = [("authorization", format!("Bearer {}", shop.secret_key))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let _ = shop.client.send("PUT", PLACE, &headers, "{}").expect(415);
    assert_eq!(
        shop.get(PLACE),
        json!({ "consent": "auto", "cooldown_days": 7, "retention_days": 730, "page_parameters": [] })
    );
}
