//! Tenant isolation: no route exposes or changes data of another shop, with any kind of key.

mod rows;
mod table;
mod world;

use crate::isolated::isolated;
use rows::{Call, ROWS};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use table::{Route, routes};
use tests::{
    http::Reply,
    shop::{Shop, every_kind},
    worker::Worker,
};
use world::{MARK, World};

/// Sends a request of `rows.rs`, with or without a key.
#[track_caller]
fn send(shop: &Shop, route: &Route, call: &Call, bearer: Option<&str>) -> Reply {
    let authorization = bearer.map(|key| format!("Bearer {key}"));
    let mut headers = Vec::new();
    if call.headers.iter().all(|(name, _)| *name != "content-type") {
        headers.push(("content-type", "application/json"));
    }
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    headers.extend(call.headers);
    let body = match &call.body {
        Value::Null => String::new(),
        // A CSV file instead of JSON.
        Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    shop.client.send(&route.method.to_uppercase(), &call.path, &headers, body)
}

/// The mark in data of the other shop.
const OTHER_MARK: &str = "theirs";

fn reworded(body: &Value) -> Value {
    serde_json::from_str(&body.to_string().replace(MARK, OTHER_MARK)).unwrap()
}

/// Strings that no other shop may see.
fn secrets(world: &World<'_>) -> Vec<String> {
    let secret = |shop: &Shop| shop.secret_key[19..].to_owned();
    let mut needles = vec![MARK.to_owned(), world.id_part(), world.response.clone()];
    needles.extend([&world.shop, &world.reader, &world.revoked, &world.expired].map(secret));
    needles.push(world.key.clone());
    needles
}

#[track_caller]
fn holds_nothing(reply: &Reply, needles: &[String], who: &str) {
    let headers: String = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    for needle in needles {
        assert!(!reply.text.contains(needle), "{who}: the body contains {needle}: {}", reply.text);
        assert!(!headers.contains(needle), "{who}: the headers contain {needle}: {headers}");
    }
}

/// The key that a route accepts, and keys that it must reject, each with the allowed statuses.
struct Keys<'a> {
    right: Option<&'a str>,
    reader: Option<&'a str>,
    wrong: Vec<(&'static str, Option<&'a str>)>,
}

impl<'a> Keys<'a> {
    fn of(route: &Route, ours: &'a World<'_>, operator: &'a str) -> Self {
        let shut = [
            ("no key", None),
            ("a malformed key", Some("sk_")),
            ("a revoked key", Some(ours.revoked.secret_key.as_str())),
            ("an expired key", Some(ours.expired.secret_key.as_str())),
            ("a public key", Some(ours.shop.public_key.as_str())),
        ];
        match route.access.as_str() {
            "Owner" => Self {
                right: Some(&ours.shop.secret_key),
                reader: Some(&ours.reader.secret_key),
                wrong: shut.into_iter().chain([("the operator's token", Some(operator))]).collect(),
            },
            "Operator" => Self {
                right: Some(operator),
                reader: None,
                wrong: shut.into_iter().chain([("an owner's key", Some(ours.shop.secret_key.as_str()))]).collect(),
            },
            // Public routes ignore keys.
            "Page" | "Receipt" | "Anyone" => Self { right: None, reader: None, wrong: Vec::new() },
            other => panic!("unknown access group {other}; add the keys that its routes accept to this test"),
        }
    }
}

fn row(route: &Route) -> fn(&World<'_>) -> Call {
    let found = ROWS.iter().find(|(method, path, _)| *method == route.method && *path == route.path);
    found.map(|(.., call)| *call).unwrap_or_else(|| {
        panic!(
            "{} {} has no row: add one line to ROWS in tests/tests/api/tenants/rows.rs that says what to send so that \
             it succeeds, like\n    (\"{}\", \"{}\", |w| to(format!(\"/v1/…/{{}}\", w.draft())).with(json!({{…}}))),",
            route.method, route.path, route.method, route.path
        )
    })
}

/// Whether the path names a resource of the shop.
fn names_something(route: &Route, call: &Call) -> bool {
    route.path.contains('{') && call.path.split('?').next() != Some(route.path.as_str())
}

#[test]
fn every_route_accepts_its_own_keys_only() {
    let isolated = isolated();
    let operator = isolated.worker.dev.admin_token.clone();
    let (ours, theirs) = (World::new(&isolated, MARK, 7_391_000), World::new(&isolated, OTHER_MARK, 8_391_000));
    let secrets = secrets(&ours);
    let mut seen = BTreeMap::new();
    for route in routes() {
        let call = row(&route)(&ours);
        // The same request from another owner, who names our resources and uses other texts. Data that the other owner
        // sent may be echoed.
        let theirs_call = Call { body: reworded(&call.body), ..call.clone() };
        let said = format!("{} {}", theirs_call.path, theirs_call.body);
        let needles: Vec<String> = secrets.iter().filter(|needle| !said.contains(needle.as_str())).cloned().collect();
        let name = format!("{} {}", route.method, route.path);
        let keys = Keys::of(&route, &ours, &operator);
        let is_owners = route.access == "Owner";
        let before = ours.stable_rows();
        for (who, key) in &keys.wrong {
            let reply = send(&theirs.shop, &route, &theirs_call, *key);
            // Repeated guesses of the operator token are throttled.
            let is_shut = reply.status == 401 || (!is_owners && reply.status == 429);
            assert!(is_shut, "{name} with {who}: {} {}", reply.status, reply.text);
            holds_nothing(&reply, &needles, &format!("{name} with {who}"));
        }
        if is_owners {
            for other in [&theirs.shop, &theirs.reader] {
                let reply = send(other, &route, &theirs_call, Some(&other.secret_key));
                holds_nothing(&reply, &needles, &format!("{name} by another owner"));
                assert!(reply.status < 500, "{name} by another owner: {}", reply.text);
                let expected = if other.secret_key == theirs.shop.secret_key { 404 } else { 403 };
                if names_something(&route, &call) && (expected == 404 || route.method != "get") {
                    assert_eq!(reply.status, expected, "{name} by another owner: {}", reply.text);
                }
            }
        }
        if let Some(reader) = keys.reader {
            let reply = send(&ours.shop, &route, &call, Some(reader));
            if route.method == "get" || call.only_reads {
                assert_eq!(reply.status, call.status.unwrap_or(200), "{name} with a read key: {}", reply.text);
            } else {
                let problems = [("header.authorization".to_owned(), "forbidden".to_owned())];
                assert_eq!((reply.status, reply.problems()), (403, problems.into()), "{name} with a read key");
            }
        }
        if !keys.wrong.is_empty() {
            assert_eq!(ours.stable_rows(), before, "{name}: another shop's data was changed");
        }
        let reply = send(&ours.shop, &route, &call, keys.right);
        let succeeds = call.status.map_or((200..300).contains(&reply.status), |status| reply.status == status);
        assert!(succeeds, "{name} with the right key: {} {}", reply.status, reply.text);
        assert!(seen.insert(name.clone(), ()).is_none(), "duplicate row for {name}");
    }
    for (method, path, _) in ROWS {
        assert!(seen.contains_key(&format!("{method} {path}")), "{method} {path}: the router has no such route");
    }
    assert_eq!(seen.len(), ROWS.len());
    // Every table with a shop column contains data of this shop; otherwise a leak could not be detected.
    for (table, rows) in ours.rows() {
        assert!(!rows.is_empty(), "the shop has no rows in {table}; insert some in World::new in tenants/world.rs");
    }
    holds_something(&ours, &secrets);
}

/// The owner's own requests return every mark, so the search works.
fn holds_something(ours: &World<'_>, needles: &[String]) {
    let all: String = ["surveys", "responses", "dead-letters", "keys", "audit", "keys?status=revoked"]
        .map(|path| ours.shop.get(&format!("/v1/{path}")).to_string())
        .concat();
    for needle in needles.iter().filter(|needle| !ours.shop.secret_key.contains(needle.as_str())) {
        let is_secret = [&ours.reader, &ours.revoked, &ours.expired].iter().any(|key| key.secret_key.ends_with(needle));
        assert!(is_secret || all.contains(needle), "{needle} is nowhere");
    }
}

#[test]
fn the_same_response_id_in_two_shops_is_two_responses() {
    let shops = [9, 0].map(|score| (Shop::new(Worker::shared()), score));
    for (shop, score) in &shops {
        let survey = shop.publish(&every_kind());
        let answers = json!([{ "question": "nps", "score": score }]);
        let _ = shop.submit(&shop.submission(&survey, "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11", 1, &answers)).expect(201);
    }
    for (shop, score) in &shops {
        assert_eq!(shop.get("/v1/responses")["items"][0]["answers"][0]["score"], *score);
    }
}

#[test]
fn an_almost_correct_key_is_rejected() {
    let shop = Shop::new(Worker::shared());
    let other = Shop::new(Worker::shared());
    let changed_end = {
        let (rest, last) = shop.secret_key.split_at(shop.secret_key.len() - 1);
        format!("{rest}{}", if last == "0" { "1" } else { "0" })
    };
    // The shop of one key with the secret of another.
    let mixed = format!("{}{}", &shop.secret_key[..19], &other.secret_key[19..]);
    let keys = ["", "Bearer", "Bearer ", "Bearer sk_", "Basic YTpi"].map(str::to_owned);
    let bearers = [&changed_end, &mixed, &shop.secret_key.to_uppercase()].map(|key| format!("Bearer {key}"));
    for key in keys.into_iter().chain(bearers).chain([shop.secret_key.clone()]) {
        let reply = shop.client.send("GET", "/v1/surveys", &[("authorization", key.as_str())], "");
        assert_eq!(reply.status, 401, "`{key}`: {}", reply.text);
        assert_eq!(reply.problems(), [("header.authorization".into(), "unauthorized".into())]);
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    for key in [format!("Bearer {}", shop.secret_key), format!("bearer  {} ", shop.secret_key)] {
        let _ = shop.client.send("GET", "/v1/surveys", &[("authorization", key.as_str())], "").expect(200);
    }
}
