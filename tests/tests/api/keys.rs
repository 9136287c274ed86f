//! `/v1/keys`: a shop's keys, their scopes and their lifetimes.

use crate::{isolated::isolated, privacy};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};
use tests::{
    checker::{self, shop_of},
    http::Reply,
    random::Random,
    shop::{Shop, every_kind},
    supervisor::database_in,
    worker::Worker,
};

const PLACE: &str = "/v1/keys";
const SETTINGS: &str = "/v1/shop/settings";
/// A generous timeout.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The database of the shared Worker.
fn database() -> Connection {
    checker::open(&database_in(Worker::shared().state()))
}

fn shop() -> Shop {
    Shop::new(Worker::shared())
}

/// The same shop, called with another key.
pub(crate) fn with(shop: &Shop, key: &Value) -> Shop {
    Shop { secret_key: key["key"].as_str().unwrap().to_owned(), ..shop.clone() }
}

/// Creates a key.
#[track_caller]
pub(crate) fn make(shop: &Shop, request: &Value) -> Value {
    shop.call("POST", PLACE, request).expect(201).json()
}

#[track_caller]
fn id(key: &Value) -> String {
    key["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn place(key: &Value) -> String {
    format!("{PLACE}/{}", id(key))
}

fn labels(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

fn problem(reply: &Reply) -> (u16, String, String) {
    let (at, code) = reply.problems().into_iter().next().unwrap_or_default();
    (reply.status, at, code)
}

fn expected(status: u16, at: &str, code: &str) -> (u16, String, String) {
    (status, at.to_owned(), code.to_owned())
}

#[test]
fn a_key_is_created_used_renamed_and_revoked() {
    let shop = shop();
    let reply = shop.call("POST", PLACE, &json!({ "label": " Till ", "scopes": ["read"] })).expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let made = reply.json();
    assert_eq!(reply.header("location"), place(&made));
    let secret = made["key"].as_str().unwrap();
    assert!(secret.starts_with(&format!("sk_{}", &shop.public_key[3..19])), "the key contains the shop's id");
    assert!(
        id(&made).starts_with("key_") && !secret.contains(&id(&made)[4..]),
        "the key's id reveals nothing about the key"
    );
    for (member, expected) in [
        ("kind", json!("secret")),
        ("label", json!("Till")),
        ("scopes", json!(["read"])),
        ("status", json!("active")),
        ("last_used_at", Value::Null),
        ("expires_at", Value::Null),
        ("revoked_at", Value::Null),
        ("public_key", Value::Null),
        ("current", json!(false)),
        ("replaces", Value::Null),
    ] {
        assert_eq!(made[member], expected, "{member}: {made}");
    }

    // The key has read access: it reads everything and changes nothing, not even itself.
    let till = with(&shop, &made);
    assert_eq!(till.get(SETTINGS), shop.get(SETTINGS));
    for (method, path) in
        [("PUT", SETTINGS.to_owned()), ("POST", PLACE.to_owned()), ("PATCH", place(&made)), ("DELETE", place(&made))]
    {
        let refused = till.call(method, &path, &json!({}));
        assert_eq!(problem(&refused), expected(403, "header.authorization", "forbidden"), "{method} {path}");
        assert!(refused.json()["detail"].as_str().unwrap().contains("scope 'write'"), "{}", refused.text);
    }

    let list = till.get(PLACE);
    assert_eq!(labels(&list), ["Till", "first", "first"], "newest first");
    assert!(!list.to_string().contains("sk_"), "a secret is only shown on creation: {list}");
    let current: Vec<bool> = list["items"].as_array().unwrap().iter().map(|item| item["current"] == true).collect();
    assert_eq!(current.iter().filter(|current| **current).count(), 1);
    assert!(current[0]);

    let renamed = shop.call("PATCH", &place(&made), &json!({ "label": "Kasa nr 2" })).expect(200).json();
    assert_eq!(
        (renamed["label"].as_str(), till.get(&place(&made))["label"].as_str()),
        (Some("Kasa nr 2"), Some("Kasa nr 2"))
    );

    // The last use is recorded after the response.
    let begin = Instant::now();
    let used = loop {
        let used = till.get(&place(&made))["last_used_at"].clone();
        if !used.is_null() {
            break used;
        }
        assert!(begin.elapsed() < TIMEOUT, "the last use is not recorded");
        thread::sleep(Duration::from_millis(20));
    };
    assert!(used.as_str().unwrap().ends_with(":00:00.000Z"), "rounded to the hour: {used}");

    // Revoking is idempotent.
    for _ in 0..2 {
        assert_eq!(shop.call("DELETE", &place(&made), &Value::Null).status, 204);
        assert_eq!(
            problem(&till.call("GET", PLACE, &Value::Null)),
            expected(401, "header.authorization", "unauthorized")
        );
    }
    assert_eq!(labels(&shop.get(PLACE)), ["first", "first"]);
    let ended = shop.get(&format!("{PLACE}?status=revoked"));
    assert_eq!((labels(&ended), ended["items"][0]["status"].as_str()), (vec!["Kasa nr 2"], Some("revoked")));
    assert!(ended["items"][0]["revoked_at"].is_string());

    let mut found = Vec::new();
    privacy::files(Worker::shared().state(), &mut found);
    for (path, bytes) in &found {
        assert!(!privacy::holds(bytes, &secret[19..]), "{path} contains the key");
    }
}

#[test]
fn rotation_keeps_the_old_key_valid_for_the_overlap() {
    let shop = shop();
    let old = make(&shop, &json!({ "label": "ERP", "scopes": ["write"] }));
    assert_eq!(old["scopes"], json!(["read", "write", "submit"]));
    let reply = with(&shop, &old).call("POST", &format!("{}/rotate", place(&old)), &Value::Null).expect(201);
    let new = reply.json();
    assert_eq!((new["label"].as_str(), &new["scopes"]), (Some("ERP"), &json!(["read", "write", "submit"])));
    assert_eq!(new["replaces"]["id"], old["id"]);
    let database = database();
    let sql = "SELECT round((expires_at - created_at) / 3600000.0, 2) FROM keys WHERE shop = ?1 AND id = ?2";
    let hours: f64 = database.query_row(sql, [shop_of(&shop.public_key), id(&old)], |row| row.get(0)).unwrap();
    assert!((24.0..24.5).contains(&hours), "{hours}");
    for key in [&old, &new] {
        let _ = with(&shop, key).call("PUT", SETTINGS, &json!({ "cooldown_days": 8 })).expect(200);
    }

    // Without an overlap, the old key ends at once; other keys are not affected.
    let last = with(&shop, &new).call("POST", &format!("{}/rotate", place(&new)), &json!({ "overlap_hours": 0 }));
    let last = last.expect(201).json();
    assert_eq!(last["replaces"]["status"], "expired");
    assert_eq!(with(&shop, &new).call("GET", PLACE, &Value::Null).status, 401);
    assert_eq!(with(&shop, &last).get(SETTINGS)["cooldown_days"], 8);
    assert_eq!(labels(&shop.get(&format!("{PLACE}?status=expired"))), ["ERP"]);

    let again = shop.call("POST", &format!("{}/rotate", place(&new)), &Value::Null);
    assert_eq!(problem(&again), expected(409, "", "conflict"), "a revoked key cannot be rotated");
    let none = shop.call("POST", &format!("{PLACE}/key_none/rotate"), &Value::Null);
    assert_eq!(problem(&none), expected(404, "id", "not_found"));
    let wrong = shop.call("POST", &format!("{}/rotate", place(&last)), &json!({ "overlap_hours": 745, "hours": 1 }));
    let expected = [("hours", "unknown_value"), ("overlap_hours", "out_of_range")];
    assert_eq!(wrong.expect(400).problems(), expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}

#[test]
fn the_last_write_key_cannot_be_revoked() {
    let shop = shop();
    let list = shop.get(PLACE);
    let first = list["items"].as_array().unwrap().iter().find(|item| item["kind"] == "secret").unwrap();
    let _ = make(&shop, &json!({ "label": "Reader", "scopes": ["read"] }));
    let refused = shop.call("DELETE", &place(first), &Value::Null);
    assert_eq!(problem(&refused), expected(409, "", "conflict"));
    assert!(refused.json()["detail"].as_str().unwrap().contains("last active key"), "{}", refused.text);
    let _ = shop.get(PLACE);

    // If another write key exists, a key may revoke itself.
    let other = make(&shop, &json!({ "label": "Other", "scopes": ["write"] }));
    assert_eq!(shop.call("DELETE", &place(first), &Value::Null).status, 204);
    assert_eq!(shop.call("GET", PLACE, &Value::Null).status, 401);
    let _ = with(&shop, &other).get(PLACE);
}

#[test]
fn the_number_of_keys_is_limited_and_all_problems_are_reported() {
    let shop = shop();
    let request = json!({ "label": "One of many", "scopes": ["read"] });
    let made: Vec<Value> = (0..18).map(|_| make(&shop, &request)).collect();
    assert_eq!(problem(&shop.call("POST", PLACE, &request)), expected(409, "", "too_many"));
    assert_eq!(shop.call("DELETE", &place(&made[7]), &Value::Null).status, 204);
    let _ = make(&shop, &request);
    // A rotation is possible at the limit, since it ends as many keys as it creates.
    let _ = shop.call("POST", &format!("{}/rotate", place(&made[8])), &Value::Null).expect(201);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = shop.get(&format!("{PLACE}?limit=6&cursor={cursor}"));
        seen.extend(page["items"].as_array().unwrap().iter().map(id));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 21);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 21, "each key is listed once");

    for (sent, expected) in [
        (json!({}), vec![("label", "missing"), ("scopes", "missing")]),
        (json!([]), vec![("", "wrong_type")]),
        (
            json!({ "label": "", "kind": "master", "scopes": ["all"], "expires_at": "tomorrow" }),
            vec![
                ("label", "empty"),
                ("kind", "unknown_value"),
                ("scopes[0]", "unknown_value"),
                ("expires_at", "invalid_format"),
            ],
        ),
        (
            json!({ "label": "a", "kind": "public", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z" }),
            vec![("scopes", "wrong_kind"), ("expires_at", "out_of_range")],
        ),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
        assert_eq!(shop.call("POST", PLACE, &sent).expect(400).problems(), expected, "{sent}");
    }
    let wrong = shop.call("GET", &format!("{PLACE}?status=all"), &Value::Null).expect(400).problems();
    assert_eq!(wrong, [("query.status".to_owned(), "unknown_value".to_owned())]);
}

#[test]
fn a_key_expires() {
    let isolated = isolated();
    let shop = Shop::new(isolated.worker);
    let at = "2099-01-01T00:00:00Z";
    let made = make(&shop, &json!({ "label": "Audit firm", "scopes": ["read"], "expires_at": at }));
    assert_eq!(made["expires_at"], "2099-01-01T00:00:00.000Z");
    let firm = with(&shop, &made);
    let _ = firm.get(PLACE);
    // Moves the expiry into the past.
    let sql = "UPDATE keys SET expires_at = created_at WHERE shop = ?1 AND id = ?2";
    assert_eq!(isolated.database.execute(sql, [shop_of(&shop.public_key), id(&made)]), Ok(1));
    assert_eq!(firm.call("GET", PLACE, &Value::Null).status, 401);
    assert_eq!(shop.get(&place(&made))["status"], "expired");
}

/// Statuses of a page's requests with a key: loader, submission, events.
fn as_page(shop: &Shop, survey: &tests::shop::Published, key: &str, random: &mut Random) -> [u16; 3] {
    let page = Shop { public_key: key.to_owned(), ..shop.clone() };
    let load = page.client.send("GET", &format!("/w/{key}.js"), &[], "").status;
    let answer = page.submission(survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    [load, page.submit_from_page(&answer).status, page.send_events(&[(&survey.id, 1, "view")]).status]
}

#[test]
fn a_revoked_public_key_stops_working_on_pages() {
    let shop = shop();
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(801);
    let mut as_page = |key: &str| as_page(&shop, &survey, key, &mut random);
    let made = make(&shop, &json!({ "label": "New theme", "kind": "public" }));
    let key = made["key"].as_str().unwrap();
    assert_eq!((made["public_key"].as_str(), &made["scopes"]), (Some(key), &json!([])));
    assert_eq!([as_page(key), as_page(&shop.public_key)], [[200, 201, 202]; 2], "both keys work on pages");
    assert_eq!(with(&shop, &made).call("GET", PLACE, &Value::Null).status, 401, "a public key is not a secret key");

    let begin = Instant::now();
    while shop.get(&place(&made))["last_used_at"].is_null() {
        assert!(begin.elapsed() < TIMEOUT, "the last use is not recorded");
        thread::sleep(Duration::from_millis(20));
    }

    assert_eq!(shop.call("DELETE", &place(&made), &Value::Null).status, 204);
    assert_eq!([as_page(key), as_page(&shop.public_key)], [[404, 404, 404], [200, 201, 202]]);

    // A rotated key works for the overlap, until pages have the new one.
    let list = shop.get(PLACE);
    let first = list["items"].as_array().unwrap().iter().find(|item| item["kind"] == "public").unwrap();
    let rotated = shop.call("POST", &format!("{}/rotate", place(first)), &json!({ "overlap_hours": 1 })).expect(201);
    let second = rotated.json()["key"].as_str().unwrap().to_owned();
    assert_eq!([as_page(&second), as_page(&shop.public_key)], [[200, 201, 202]; 2]);
    let hosted = shop.client.send("GET", &format!("/s/{}", survey.id), &[], "").expect(200);
    assert!(hosted.text.contains(&second), "the hosted page has the new key: {}", hosted.text);
    let rotated = shop.call("POST", &format!("{PLACE}/{}/rotate", id(&rotated.json())), &json!({ "overlap_hours": 0 }));
    let third = rotated.expect(201).json()["key"].as_str().unwrap().to_owned();
    assert_eq!([as_page(&second), as_page(&third)], [[404, 404, 404], [200, 201, 202]]);

    // Other isolates read the cached config, which is updated within a second.
    let sql = "SELECT published = version FROM configs WHERE shop = ?1";
    let database = database();
    let begin = Instant::now();
    while !database.query_row(sql, [shop_of(&shop.public_key)], |row| row.get::<_, bool>(0)).unwrap() {
        assert!(begin.elapsed() < TIMEOUT, "other isolates still use the old key");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn guessing_keys_is_throttled_without_affecting_the_owner() {
    let shop = shop();
    let guess = |number: u32| {
        let key = format!("{}{number:032}", &shop.secret_key[..19]);
        Shop { secret_key: key, ..shop.clone() }.call("GET", PLACE, &Value::Null)
    };
    for number in 0..10 {
        assert_eq!(problem(&guess(number)), expected(401, "header.authorization", "unauthorized"));
    }
    for number in 10..13 {
        let reply = guess(number);
        assert_eq!(problem(&reply), expected(429, "", "too_many_requests"));
        assert!((1..=900).contains(&reply.header("retry-after").parse::<u32>().unwrap()), "{:?}", reply.headers);
        let _ = shop.get(PLACE);
    }
    let _ = Shop::new(Worker::shared()).get(PLACE);
    // A revoked key does not count as guessing.
    let made = make(&shop, &json!({ "label": "Old script", "scopes": ["read"] }));
    assert_eq!(shop.call("DELETE", &place(&made), &Value::Null).status, 204);
    assert_eq!(with(&shop, &made).call("GET", PLACE, &Value::Null).status, 401);
}
