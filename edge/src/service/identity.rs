//! Signed identities: what the shop's server has signed is verified, and everything else is kept apart.

use super::*;
use crate::platform::Queue;
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::Sha256;

fn sign(secret: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

impl Shop<'_> {
    /// Creates or rotates the identity secret.
    fn new_secret(&self) -> String {
        let made = self.call("POST", "/v1/shop/identity/rotate", &Value::Null).expect(200).json();
        made["secret"].as_str().unwrap().to_owned()
    }

    /// Submits a customer `c-7`, an order and a trait with these signatures; the verified members.
    #[track_caller]
    fn verified(&self, survey: &str, number: u32, signatures: &Value) -> Value {
        let mut submission = self.submission(survey, number, 9);
        submission["context"]["customer"] = "c-7".into();
        submission["context"]["traits"] = json!({ "plan": "gold" });
        submission["context"]["signatures"] = signatures.clone();
        self.submit_from_page(&submission).expect(201);
        self.get(&format!("/v1/responses/{}", id(number)))["verified"].clone()
    }
}

fn order_message(number: u32) -> String {
    format!("order.currency=PLN\norder.id=o-{number}\norder.value=1000")
}

#[test]
fn a_signature_verifies_the_members_that_it_covers() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    assert_eq!(shop.verified(&survey, 1, &json!([sign("", "customer=c-7")])), json!([]), "the shop has no secret");
    let secret = shop.new_secret();
    let signed = |message: &str| sign(&secret, message);
    let all = format!("customer=c-7\n{}\ntrait.plan=gold", order_message(9));
    for (number, signatures, expected) in [
        (2, json!([signed("customer=c-7")]), json!(["customer"])),
        (3, json!([signed("customer=c-7").to_uppercase()]), json!(["customer"])),
        (4, json!([signed("customer=c-7\ntrait.plan=gold")]), json!(["customer", "traits"])),
        (5, json!([signed(&order_message(5))]), json!(["order"])),
        (6, json!([signed(&order_message(5))]), json!([])),
        (7, json!([signed(&order_message(7)), signed("customer=c-7")]), json!(["customer", "order"])),
        (8, json!([signed("customer=c-8")]), json!([])),
        (9, json!([signed(&all)]), json!(["customer", "order", "traits"])),
        // Invalid signatures are ignored, and three are read.
        (10, json!("none"), json!([])),
        (11, json!([null, 7, "x", {}, signed("customer=c-7")]), json!(["customer"])),
        (12, json!(["a".repeat(64), "b".repeat(64), "c".repeat(64), signed("customer=c-7")]), json!([])),
        (13, Value::Null, json!([])),
    ] {
        assert_eq!(shop.verified(&survey, number, &signatures), expected, "{number}: {signatures}");
    }
    let other = service.shop();
    other.new_secret();
    let theirs = other.publish();
    assert_eq!(other.verified(&theirs, 20, &json!([signed("customer=c-7")])), json!([]), "another shop's secret");
}

#[test]
fn traits_are_signed_before_they_are_masked() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let secret = shop.new_secret();
    let mut submission = shop.submission(&survey, 1, 9);
    submission["context"]["customer"] = "c-7".into();
    submission["context"]["traits"] = json!({ "mail": "jan@poczta.example", "orders": 3, "vip": true });
    let message = "customer=c-7\ntrait.mail=jan@poczta.example\ntrait.orders=3\ntrait.vip=true";
    submission["context"]["signatures"] = json!([sign(&secret, message)]);
    shop.submit_from_page(&submission).expect(201);
    let stored = shop.get(&format!("/v1/responses/{}", id(1)));
    assert_eq!(stored["traits"]["mail"], "[email]");
    assert_eq!(stored["verified"], json!(["customer", "traits"]));
}

#[test]
fn a_response_that_waits_in_the_queue_stays_verified() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let secret = shop.new_secret();
    let mut submission = shop.submission(&survey, 1, 9);
    submission["context"]["customer"] = "c-7".into();
    submission["context"]["signatures"] = json!([sign(&secret, "customer=c-7")]);
    service.platform.sqlite("DB_0").fail_next("D1 DB is overloaded. Requests queued for too long.");
    shop.submit_from_page(&submission).expect(202);
    let queued = service.platform.drain(Queue::Intake);
    assert!(queued[0].contains(r#""verified":1"#), "{queued:?}");
    assert!(!queued[0].contains("ids_"), "{queued:?}");
}

#[test]
fn a_rotated_secret_stays_valid_for_a_day() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let state = || shop.get("/v1/shop/identity");
    assert_eq!(state(), json!({ "exists": false, "created_at": null, "old_secret_until": null }));
    let (created, first) = (clock::now_ms(), shop.new_secret());
    let expected = json!({ "exists": true, "created_at": clock::rfc3339(created), "old_secret_until": null });
    assert_eq!(state(), expected);
    clock::set(clock::now_ms() + 2_000);
    let (rotated, second) = (clock::now_ms(), shop.new_secret());
    assert_ne!(first, second);
    assert_eq!(state()["old_secret_until"], clock::rfc3339(rotated + clock::DAY_MS));
    for (number, secret) in [(1, &first), (2, &second)] {
        let signatures = json!([sign(secret, "customer=c-7")]);
        assert_eq!(shop.verified(&survey, number, &signatures), json!(["customer"]), "{number}");
    }
    clock::set(clock::now_ms() + clock::DAY_MS);
    assert_eq!(state()["old_secret_until"], Value::Null);
    for (number, secret, expected) in [(3, &first, json!([])), (4, &second, json!(["customer"]))] {
        let signatures = json!([sign(secret, "customer=c-7")]);
        assert_eq!(shop.verified(&survey, number, &signatures), expected, "{number}");
    }
    let actions: Vec<Value> = shop.get("/v1/audit")["items"].as_array().unwrap().clone();
    assert!(actions.iter().any(|entry| entry["action"] == "shop.identity.rotate"), "{actions:?}");
}

#[test]
fn a_key_that_only_reads_does_not_get_the_secret() {
    let service = Service::new();
    let shop = service.shop();
    let secret = shop.new_secret();
    let reader = shop.call("POST", "/v1/keys", &json!({ "label": "reports", "scopes": ["read"] })).expect(201).json();
    let key = reader["key"].as_str().unwrap();
    service.authorized(key, "POST", "/v1/shop/identity/rotate", &Value::Null).expect(403);
    let state = service.authorized(key, "GET", "/v1/shop/identity", &Value::Null).expect(200);
    assert!(!state.body.contains(&secret), "{}", state.body);
}

#[test]
fn nothing_that_is_served_contains_the_secret() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let secrets = [shop.new_secret(), shop.new_secret()];
    shop.submit_from_page(&shop.submission(&survey, 1, 9)).expect(201);
    let mut pages = vec![
        format!("/w/{}.js", shop.public_key),
        format!("/w/{}.json", shop.public_key),
        format!("/w/{}/{survey}/1/en.json", shop.public_key),
        format!("/s/{survey}?customer=c-7&sig={}", "a".repeat(64)),
    ];
    pages.extend(["/openapi.json", "/healthz", "/readyz"].map(str::to_owned));
    for path in pages {
        let reply = service.send("GET", &path, &[], "");
        assert!(secrets.iter().all(|secret| !reply.body.contains(secret)), "{path}");
    }
    for path in [
        "/v1/shop/identity",
        "/v1/shop/settings",
        "/v1/responses",
        "/v1/responses.csv",
        "/v1/responses.ndjson?form=complete",
        "/v1/exports?customer=c-1",
        "/v1/audit",
        "/v1/keys",
        "/v1/surveys",
    ] {
        let reply = shop.call("GET", path, &Value::Null).expect(200);
        assert!(secrets.iter().all(|secret| !reply.body.contains(secret)), "{path}");
    }
}

#[test]
fn responses_in_every_form_say_what_is_verified() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let secret = shop.new_secret();
    shop.verified(&survey, 1, &json!([sign(&secret, "customer=c-7"), sign(&secret, &order_message(1))]));
    let expected = json!(["customer", "order"]);
    assert_eq!(shop.get("/v1/responses")["items"][0]["verified"], expected);
    assert_eq!(shop.get("/v1/responses?fields=verified")["items"], json!([{ "verified": expected }]));
    let csv = shop.call("GET", "/v1/responses.csv?form=complete", &Value::Null).expect(200).body;
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = rows[0].iter().position(|name| *name == "verified").unwrap();
    // The only cell with a comma, the traits, is before the column only if it is quoted.
    assert_eq!(rows[1][column], "customer|order", "{csv}");
    let ndjson = shop.call("GET", "/v1/responses.ndjson?form=complete", &Value::Null).expect(200).body;
    assert_eq!(serde_json::from_str::<Value>(ndjson.trim()).unwrap()["verified"], expected);
}

#[test]
fn unsigned_words_are_never_exported_as_the_customer_s_own() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let secret = shop.new_secret();
    shop.verified(&survey, 1, &json!([sign(&secret, "customer=c-7")]));
    shop.verified(&survey, 2, &json!([sign(&secret, "customer=c-8")]));
    // Signed as an order only.
    shop.verified(&survey, 3, &json!([sign(&secret, &order_message(3))]));
    let authorization = format!("Bearer {}", shop.secret_key);
    let csv = [("authorization", authorization.as_str()), ("content-type", "text/csv")];
    let query = "source=generic&metric=nps&column.score=score&column.at=created_at&column.customer=who";
    let file = "score,created_at,who\n9,2026-11-01T10:00:00Z,c\u{7}-7\n";
    service.send("POST", &format!("/v1/imports?{query}"), &csv, file).expect(201);

    let report = shop.call("POST", "/v1/exports", &json!({ "customer": "c-7" })).expect(200).json();
    let ids = |list: &str| -> Vec<&str> {
        report[list].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
    };
    assert_eq!((ids("items").len(), ids("items")[0]), (2, id(1).as_str()), "the signed one and the imported one");
    assert_eq!(ids("unverified"), [id(3), id(2)]);
    assert_eq!(report["items"][1]["verified"], json!(["customer"]), "imports are vouched for");
    assert_eq!(shop.get("/v1/exports?customer=c-7")["unverified"].as_array().unwrap().len(), 2);

    // An erasure removes both kinds.
    let reply = shop.call("POST", "/v1/erasures", &json!({ "customer": "c-7" })).expect(200).json();
    assert_eq!(reply, json!({ "erased": 4, "unverified": 2, "more": false }));
    assert_eq!(shop.get("/v1/responses")["items"], json!([]));
}

#[test]
fn a_move_takes_the_secret_along() {
    let service = Service::with_databases(2);
    let shop = service.shop();
    let survey = shop.publish();
    let (old, secret) = (shop.new_secret(), shop.new_secret());
    let path = format!("/v1/shops/{}/move", shop.id);
    let from = (0..2).find(|number| {
        let connection = service.platform.sqlite(&format!("DB_{number}")).connection();
        connection.query_row("SELECT count(*) FROM shops", [], |row| row.get::<_, i64>(0)).unwrap() > 0
    });
    let to = format!("DB_{}", 1 - from.unwrap());
    service.operate("POST", &path, &json!({ "to": to, "grace_seconds": 0 })).expect(200);
    for _ in 0..60 {
        let phase = service.operate("POST", &format!("{path}/step"), &Value::Null).expect(200).json()["phase"].clone();
        clock::set(clock::now_ms() + 1_000);
        if phase == "done" {
            break;
        }
    }
    let connection = service.platform.sqlite(&to).connection();
    let sql = "SELECT identity_secret, identity_old_secret FROM shops WHERE id = ?1";
    let stored = connection.query_row(sql, [&shop.id], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(stored, (secret.clone(), old));
    drop(connection);
    assert_eq!(shop.verified(&survey, 1, &json!([sign(&secret, "customer=c-7")])), json!(["customer"]));
}

#[test]
fn a_link_s_traits_are_used_only_if_they_are_signed() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let secret = shop.new_secret();
    let page = |query: &str| service.send("GET", &format!("/s/{survey}?{query}"), &[], "").expect(200).body;
    let link = "customer=c-7&order_id=1&order_value=5&order_currency=pln&trait.plan=%22gold%22";
    let all = sign(&secret, "customer=c-7\norder.currency=PLN\norder.id=1\norder.value=5\ntrait.plan=\"gold\"");
    let (customer, traits) = (sign(&secret, "customer=c-7"), sign(&secret, "trait.plan=\"gold\""));
    for (query, has_traits, signatures) in [
        (link.to_owned(), false, None),
        (format!("{link}&sig={all}"), true, Some(all.clone())),
        (format!("{link}&sig={customer}&sig={traits}"), true, Some(format!("{customer} {traits}"))),
        (format!("{link}&sig={customer}"), false, Some(customer.clone())),
        (format!("{link}0&sig={traits}"), false, Some(traits.clone())),
        (format!("{link}&sig=%22%3E%3Cscript%3E"), false, None),
    ] {
        let body = page(&query);
        // The customer and the order of an unsigned link stay what they were: unverified.
        assert!(body.contains("data-customer=\"c-7\"") && body.contains("data-order-id=\"1\""), "{body}");
        let traits = "data-traits=\"{&quot;plan&quot;:&quot;\\&quot;gold\\&quot;&quot;}\"";
        assert_eq!(body.contains(traits), has_traits, "{query}: {body}");
        assert_eq!(body.contains("data-traits"), has_traits, "{query}: {body}");
        match signatures {
            Some(signatures) => assert!(body.contains(&format!("data-sig=\"{signatures}\"")), "{query}: {body}"),
            None => assert!(!body.contains("data-sig"), "{query}: {body}"),
        }
    }
}
