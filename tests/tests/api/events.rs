//! `POST /v1/events`: funnel events of pages.

use serde_json::{Value, json};
use tests::{
    http::Reply,
    shop::{ORIGIN, Published, Shop, every_kind},
    worker::Worker,
};

const HEADERS: [(&str, &str); 2] = [("origin", ORIGIN), ("content-type", "text/plain")];

fn shop() -> (Shop, Published) {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    (shop, survey)
}

/// Impressions, views, starts and dismissals of the shop's only survey.
#[track_caller]
fn counted(shop: &Shop) -> [u64; 4] {
    let funnel = shop.get("/v1/funnel");
    ["impressions", "views", "starts", "dismissals"].map(|step| funnel["items"][0][step].as_u64().unwrap())
}

#[test]
fn a_batch_is_counted() {
    let (shop, survey) = shop();
    let id = survey.id.as_str();
    let reply = shop.send_events(&[
        (id, 1, "impression"),
        (id, 1, "view"),
        (id, 1, "start"),
        (id, 1, "dismissed"),
        (id, 1, "view"),
    ]);
    let reply = reply.expect(202);
    assert_eq!(reply.json(), json!({ "counted": 5, "problems": [] }));
    assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(counted(&shop), [1, 2, 1, 1]);
    let _ = shop.send_events(&[(id, 1, "impression")]).expect(202);
    assert_eq!(counted(&shop), [2, 2, 1, 1]);
}

#[test]
fn events_of_other_shops_are_skipped_and_the_rest_is_counted() {
    let (shop, survey) = shop();
    let (other, foreign) = self::shop();
    let draft = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json();
    let draft = draft["id"].as_str().unwrap();
    let reply = shop.send_events(&[
        (foreign.id.as_str(), 1, "view"),
        (&survey.id, 1, "view"),
        (&survey.id, 2, "view"),
        ("srv_nope", 1, "view"),
        (draft, 1, "view"),
    ]);
    let reply = reply.expect(202);
    assert_eq!(reply.json()["counted"], 1);
    let places = [0, 2, 3, 4].map(|index| (format!("events[{index}].survey"), "not_found".to_owned()));
    assert_eq!(reply.problems(), places);
    assert_eq!((counted(&shop), counted(&other)), ([0, 1, 0, 0], [0; 4]));

    let refused = shop.send_events(&[(foreign.id.as_str(), 1, "view")]).expect(400);
    assert_eq!(refused.problems(), [("events[0].survey".to_owned(), "not_found".to_owned())]);
    assert_eq!(counted(&other), [0; 4]);
}

#[test]
fn events_of_an_older_version_are_counted() {
    let (shop, first) = shop();
    let second = shop.publish_again(&first.id);
    let reply = shop
        .send_events(&[(first.id.as_str(), first.version, "view"), (&second.id, second.version, "view")])
        .expect(202);
    assert_eq!(reply.json()["counted"], 2);
    assert_eq!(counted(&shop), [0, 2, 0, 0]);
}

#[test]
fn every_rejection_names_its_reason() {
    let (shop, survey) = shop();
    let token = shop.view_token(&survey);
    let right = json!({
        "key": shop.public_key,
        "events": [{ "survey": survey.id, "version": 1, "event": "view", "token": token }],
    });
    let with = |pointer: &str, value: Value| {
        let mut body = right.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body.to_string()
    };
    let event = right["events"][0].clone();
    let many = |count: usize| with("/events", Value::Array(vec![event.clone(); count]));
    let mut full = right.to_string();
    full.push_str(&" ".repeat(10 * 1024 - full.len()));
    let unknown = format!("pk_{}", "0".repeat(32));

    type Row<'a> = (&'a str, String, &'a [(&'a str, &'a str)], u16, Vec<(&'a str, &'a str)>);
    let rows: Vec<Row<'_>> = vec![
        ("not JSON", "{".into(), &HEADERS, 400, vec![("", "invalid_json")]),
        ("a list", "[]".into(), &HEADERS, 400, vec![("", "wrong_type")]),
        ("nothing", "{}".into(), &HEADERS, 400, vec![("key", "missing"), ("events", "empty")]),
        ("no events", with("/events", json!([])), &HEADERS, 400, vec![("events", "empty")]),
        (
            "an empty step",
            with("/events/0/event", json!("seen")),
            &HEADERS,
            400,
            vec![("events[0].event", "unknown_value")],
        ),
        ("version 0", with("/events/0/version", json!(0)), &HEADERS, 400, vec![("events[0].version", "out_of_range")]),
        (
            "version as text",
            with("/events/0/version", json!("1")),
            &HEADERS,
            400,
            vec![("events[0].version", "wrong_type")],
        ),
        ("51 events", many(51), &HEADERS, 400, vec![("events", "too_many")]),
        ("10 KiB and one", format!("{full} "), &HEADERS, 413, vec![("", "too_large")]),
        ("no key", with("/key", json!("pk_nope")), &HEADERS, 404, vec![("key", "not_found")]),
        ("an unknown key", with("/key", json!(unknown)), &HEADERS, 404, vec![("key", "not_found")]),
        ("no origin", right.to_string(), &HEADERS[1..], 403, vec![("header.origin", "origin_not_allowed")]),
        (
            "another origin",
            right.to_string(),
            &[("origin", "https://shop.example.evil.example"), ("content-type", "text/plain")],
            403,
            vec![("header.origin", "origin_not_allowed")],
        ),
        ("no type", right.to_string(), &HEADERS[..1], 415, vec![("header.content-type", "unsupported_media_type")]),
    ];
    for (name, body, headers, status, problems) in rows {
        let refused = shop.send_raw_events(body, headers);
        assert_eq!(refused.status, status, "{name}: {}", refused.text);
        let problems: Vec<_> = problems.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
        let found: Vec<_> = refused.problems().into_iter().take(problems.len()).collect();
        assert_eq!(found, problems, "{name}");
    }
    assert_eq!(counted(&shop), [0; 4], "nothing was counted");
    let _ = shop.send_raw_events(full, &HEADERS).expect(202);
    let _ = shop.send_raw_events(many(50), &HEADERS).expect(202);
    // A view token vouches for 24 events of a request.
    assert_eq!(counted(&shop), [0, 25, 0, 0]);
}

#[test]
fn the_service_s_own_pages_may_send_for_every_shop() {
    let worker = Worker::shared();
    let (shop, survey) = shop();
    let own = worker.dev.origin.as_str();
    let answer = shop.submission(
        &survey,
        &tests::random::Random::seeded(61).uuid(),
        1,
        &json!([{ "question": "nps", "score": 9 }]),
    );
    let event = json!({ "key": shop.public_key, "events": [{ "survey": survey.id, "version": 1, "event": "view" }] });
    let send = |path: &str, body: &Value, origin: &str| -> Reply {
        shop.client.send("POST", path, &[("origin", origin), ("content-type", "text/plain")], body.to_string())
    };
    for (origin, allowed) in
        [(own.to_owned(), true), (format!("{own}0"), false), (own.replace("127.0.0.1", "localhost"), false)]
    {
        for (path, body, status) in [("/v1/submissions", &answer, 201), ("/v1/events", &event, 202)] {
            let expected = if allowed { status } else { 403 };
            assert_eq!(send(path, body, &origin).status, expected, "{path} from {origin}");
        }
    }
}

#[test]
fn a_preflight_request_is_answered() {
    let asked = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let reply = Worker::shared().client().send("OPTIONS", "/v1/events", &asked, "").expect(204);
    assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(reply.header("access-control-allow-methods"), "POST");
}
