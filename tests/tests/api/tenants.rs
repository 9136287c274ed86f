//! Nothing of another shop.

use serde_json::{Value, json};
use tests::{
    http::Reply,
    random::Random,
    shop::{Shop, every_kind},
    worker::Worker,
};

/// Every route of an owner, with the id of a survey in it.
fn routes(survey: &str) -> Vec<(&'static str, String, Value)> {
    let none = Value::Null;
    vec![
        ("GET", "/v1/surveys".into(), none.clone()),
        ("POST", "/v1/surveys".into(), every_kind()),
        ("GET", format!("/v1/surveys/{survey}"), none.clone()),
        ("PUT", format!("/v1/surveys/{survey}"), every_kind()),
        ("POST", format!("/v1/surveys/{survey}/publish"), none.clone()),
        ("POST", format!("/v1/surveys/{survey}/pause"), none.clone()),
        ("POST", format!("/v1/surveys/{survey}/resume"), none.clone()),
        ("POST", format!("/v1/surveys/{survey}/archive"), none.clone()),
        ("GET", "/v1/surveys?status=live".into(), none.clone()),
        ("GET", "/v1/shop/settings".into(), none.clone()),
        ("PUT", "/v1/shop/settings".into(), json!({ "consent": "none", "cooldown_days": 1 })),
        ("GET", "/v1/funnel".into(), none.clone()),
        ("GET", format!("/v1/funnel?survey={survey}"), none.clone()),
        ("GET", "/v1/responses".into(), none.clone()),
        ("GET", "/v1/responses?flag=any".into(), none.clone()),
        ("GET", "/v1/dead-letters".into(), none.clone()),
        ("POST", "/v1/dead-letters/none/retry".into(), none.clone()),
        ("DELETE", "/v1/dead-letters/none".into(), none.clone()),
        ("GET", format!("/v1/responses?survey={survey}"), none.clone()),
        ("GET", "/v1/erasures".into(), none.clone()),
        ("POST", "/v1/erasures".into(), json!({ "customer": "c-7" })),
        ("GET", "/v1/exports?customer=c-7".into(), none.clone()),
        ("GET", "/v1/webhooks".into(), none.clone()),
        ("POST", "/v1/webhooks".into(), none.clone()),
        ("GET", "/v1/webhooks/events".into(), none.clone()),
        ("GET", "/v1/webhooks/templates".into(), none.clone()),
        ("GET", "/v1/webhooks/whk_1".into(), none.clone()),
        ("PUT", "/v1/webhooks/whk_1".into(), none.clone()),
        ("DELETE", "/v1/webhooks/whk_1".into(), none.clone()),
        ("POST", "/v1/webhooks/whk_1/enable".into(), none.clone()),
        ("POST", "/v1/webhooks/whk_1/rotate".into(), none.clone()),
        ("POST", "/v1/webhooks/whk_1/test".into(), none.clone()),
        ("GET", "/v1/webhooks/whk_1/deliveries".into(), none.clone()),
        ("POST", "/v1/webhooks/whk_1/deliveries/evt_1/retry".into(), none.clone()),
        ("GET", "/v1/metrics?metric=nps".into(), none.clone()),
        ("GET", format!("/v1/metrics?metric=nps&survey={survey}"), none),
    ]
}

#[test]
fn one_shop_never_sees_another() {
    let (ours, theirs) = (Shop::new(Worker::shared()), Shop::new(Worker::shared()));
    let survey = ours.publish(&every_kind());
    let id = Random::seeded(31).uuid();
    let mut body = ours.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]));
    body["context"]["customer"] = json!("c-7");
    let _ = ours.submit(&body).expect(201);

    for (method, path, body) in routes(&survey.id) {
        let reply = theirs.call(method, &path, &body);
        assert!(!reply.text.contains(&id), "{method} {path}: {}", reply.text);
        assert!(!reply.text.contains(&survey.id), "{method} {path}: {}", reply.text);
        if path.contains(&format!("/{}", survey.id)) {
            assert_eq!(reply.status, 404, "{method} {path}");
        } else if path.contains("responses") || path.contains("exports") || path.contains("funnel?survey=") {
            assert_eq!(reply.json()["items"], json!([]), "{path}");
        } else if path.contains("metrics") {
            assert_eq!(reply.json()["n"], 0, "{path}");
        }
    }
    let unchanged = ours.get(&format!("/v1/surveys/{}", survey.id));
    assert_eq!((unchanged["version"].as_u64(), unchanged["name"].as_str()), (Some(1), Some("Every kind")));
    assert_eq!(unchanged["status"], "live");
    assert_eq!(ours.get("/v1/shop/settings")["consent"], "auto");

    // The same id in two shops is two answers.
    let own = theirs.publish(&every_kind());
    let same_id = theirs.submission(&own, &id, 1, &json!([{ "question": "nps", "score": 0 }]));
    let _ = theirs.submit(&same_id).expect(201);
    assert_eq!(ours.get("/v1/responses")["items"][0]["answers"][0]["score"], 9);
}

#[test]
fn without_a_valid_key_there_is_nothing() {
    let shop = Shop::new(Worker::shared());
    let other = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let changed_end = {
        let (rest, last) = shop.secret_key.split_at(shop.secret_key.len() - 1);
        format!("{rest}{}", if last == "0" { "1" } else { "0" })
    };
    // The shop of one key with the secret of another.
    let mixed = format!("{}{}", &shop.secret_key[..19], &other.secret_key[19..]);
    let admin = Worker::shared().dev.admin_token.clone();
    let keys = ["", "Bearer", "Bearer ", "Bearer sk_", "Basic YTpi"].map(str::to_owned);
    let bearers = [&shop.public_key, &changed_end, &mixed, &shop.secret_key.to_uppercase(), &admin];
    let keys = keys.into_iter().chain(bearers.map(|key| format!("Bearer {key}"))).chain([shop.secret_key.clone()]);
    for key in keys {
        for (method, path, body) in routes(&survey.id) {
            let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
            let reply: Reply = shop.client.send(method, &path, &headers, body.to_string());
            assert_eq!(reply.status, 401, "{method} {path} with `{key}`: {}", reply.text);
            assert_eq!(reply.problems(), [("header.authorization".into(), "unauthorized".into())]);
            assert_eq!(reply.header("www-authenticate"), "Bearer");
        }
    }
    let headers = [("authorization", format!("Bearer {}", shop.secret_key))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let reply = shop.client.send("POST", "/v1/shops", &headers, "{}");
    assert_eq!(reply.status, 401, "an owner is no operator");
}
