//! `POST /v1/submissions`: statuses and problems.

use serde_json::{Value, json};
use tests::{
    random::Random,
    shop::{ORIGIN, Published, Shop, every_kind},
    worker::Worker,
};

const HEADERS: [(&str, &str); 2] = [("origin", ORIGIN), ("content-type", "text/plain")];

fn shop() -> (Shop, Published) {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    (shop, survey)
}

#[test]
fn a_new_response_is_stored_and_a_repeated_one_is_a_duplicate() {
    let (shop, survey) = shop();
    let id = Random::seeded(8).uuid();
    let mut body = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]));
    body["token"] = shop.view_token(&survey).into();
    let stored = shop.submit_from_page(&body).expect(201);
    let reply = stored.json();
    assert_eq!(reply["id"], id);
    assert_eq!((reply["revision"].as_u64(), reply["result"].as_str()), (Some(1), Some("stored")));
    let receipt = reply["receipt"].as_str().unwrap();
    assert!(receipt.len() == 50 && receipt.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    assert_eq!(stored.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(stored.header("access-control-expose-headers"), "Retry-After");
    assert_eq!(stored.header("vary"), "Origin");
    assert_eq!(stored.header("set-cookie"), "");
    for _ in 0..3 {
        let repeated = shop.submit_from_page(&body).expect(200).json();
        assert_eq!((&repeated["result"], &repeated["receipt"]), (&json!("duplicate"), &reply["receipt"]));
    }
    assert_eq!(shop.all_responses("").len(), 1);
}

#[test]
fn the_highest_revision_wins_in_any_order() {
    let (shop, survey) = shop();
    let mut random = Random::seeded(1);
    let revision = |id: &str, number: u32| {
        let answers = match number {
            1 => json!([{ "question": "nps", "score": 9 }]),
            2 => json!([{ "question": "nps", "score": 2 }]),
            _ => json!([{ "question": "nps", "score": 2 }, { "question": "why", "text": "late" }]),
        };
        shop.submission(&survey, id, number, &answers)
    };
    for order in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
        let id = random.uuid();
        let mut highest = 0;
        for number in order {
            let reply = shop.submit(&revision(&id, number));
            let expected = if number > highest { (201, "stored") } else { (200, "superseded") };
            assert_eq!((reply.status, reply.json()["result"].as_str()), (expected.0, Some(expected.1)), "{order:?}");
            highest = highest.max(number);
        }
        let stored = shop.get("/v1/responses?limit=1")["items"][0].clone();
        assert_eq!((stored["id"].as_str(), stored["revision"].as_u64()), (Some(id.as_str()), Some(3)));
        assert_eq!(stored["answers"][1]["text"], "late");
    }
    // Six responses with a score of 2: the first revision's 9 is in no tally, wherever it was stored.
    let metric = shop.get("/v1/metrics?metric=nps");
    assert_eq!((metric["n"].as_u64(), metric["distribution"]["2"].as_u64()), (Some(6), Some(6)));
    assert_eq!(metric["distribution"]["9"], 0);
}

#[test]
fn the_same_revision_with_other_content_is_a_conflict() {
    let (shop, survey) = shop();
    let id = Random::seeded(2).uuid();
    let body = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]));
    let _ = shop.submit(&body).expect(201);
    let other_score = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 8 }]));
    let mut other_context = body.clone();
    other_context["context"]["device"] = json!("desktop");
    // A higher revision must be for the same survey.
    let again = shop.publish_again(&survey.id);
    let other_version = shop.submission(&again, &id, 2, &json!([{ "question": "nps", "score": 8 }]));
    for other in [other_score, other_context, other_version] {
        let refused = shop.submit(&other).expect(409);
        assert_eq!(refused.problems(), [("revision".into(), "conflict".into())]);
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
    let metric = shop.get("/v1/metrics?metric=nps");
    assert_eq!((metric["n"].as_u64(), metric["distribution"]["9"].as_u64()), (Some(1), Some(1)));
}

#[test]
fn every_problem_has_a_location_and_a_code() {
    let (shop, survey) = shop();
    let body = json!({
        "id": "7", "revision": "1", "key": shop.public_key, "survey": survey.id, "version": survey.version,
        "answers": [{ "question": "nps", "score": 11 }, { "question": "colour", "score": 1 }],
        "context": { "device": "watch", "order": { "value": 12.5 } },
    });
    let refused = shop.submit(&body).expect(400);
    let expected = [
        ("revision", "wrong_type"),
        ("context.order.value", "wrong_type"),
        ("id", "invalid_format"),
        ("answers[0].score", "out_of_range"),
        ("answers[1].question", "unknown_question"),
        ("context.device", "unknown_value"),
        ("context.order.currency", "missing"),
    ];
    assert_eq!(refused.problems(), expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let document = refused.json();
    assert_eq!(document["status"], 400);
    for member in ["type", "title", "detail"] {
        assert!(document[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
}

#[test]
fn rejections_by_status() {
    let (shop, survey) = shop();
    let other = Shop::new(Worker::shared());
    let id = Random::seeded(3).uuid();
    let right = shop.submission(&survey, &id, 1, &json!([{ "question": "nps", "score": 9 }]));
    let with = |name: &str, value: Value| {
        let mut body = right.clone();
        body[name] = value;
        body.to_string()
    };
    let big = |bytes: usize| {
        let padded = right.to_string();
        format!("{padded}{}", " ".repeat(bytes - padded.len()))
    };
    type Row<'a> = (&'a str, String, &'a [(&'a str, &'a str)], u16, &'a str, &'a str);
    let rows: Vec<Row<'_>> = vec![
        ("not JSON", "{".into(), &HEADERS, 400, "", "invalid_json"),
        ("a list", "[]".into(), &HEADERS, 400, "", "wrong_type"),
        ("too deep", ["[".repeat(20), "]".repeat(20)].concat(), &HEADERS, 400, "", "too_deep"),
        ("no origin", right.to_string(), &HEADERS[1..], 403, "header.origin", "origin_not_allowed"),
        ("no such key", with("key", json!("pk_nope")), &HEADERS, 404, "key", "not_found"),
        (
            "unknown well-formed key",
            with("key", json!(format!("pk_{}", "0".repeat(32)))),
            &HEADERS,
            404,
            "key",
            "not_found",
        ),
        ("another shop's key", with("key", json!(other.public_key)), &HEADERS, 404, "survey", "not_found"),
        ("no such survey", with("survey", json!("srv_nope")), &HEADERS, 404, "survey", "not_found"),
        ("no such version", with("version", json!(2)), &HEADERS, 404, "survey", "not_found"),
        ("version 0", with("version", json!(0)), &HEADERS, 404, "survey", "not_found"),
        ("16 KiB and one", big(16 * 1024 + 1), &HEADERS, 413, "", "too_large"),
        ("a megabyte", big(1 << 20), &HEADERS, 413, "", "too_large"),
        (
            "a form",
            right.to_string(),
            &[("origin", ORIGIN), ("content-type", "application/x-www-form-urlencoded")],
            415,
            "header.content-type",
            "unsupported_media_type",
        ),
        ("no type", right.to_string(), &HEADERS[..1], 415, "header.content-type", "unsupported_media_type"),
    ];
    for (name, body, headers, status, at, code) in rows {
        let mut refused = shop.submit_text(body.clone(), headers);
        for _ in 0..10 {
            // As below: the response to a long body may be lost by the proxy.
            if refused.status != 500 || body.len() < 1 << 20 {
                break;
            }
            refused = shop.submit_text(body.clone(), headers);
        }
        assert_eq!(refused.status, status, "{name}: {}", refused.text);
        assert_eq!(refused.problems(), [(at.to_owned(), code.to_owned())], "{name}");
    }
    assert!(shop.all_responses("").is_empty(), "nothing is stored");
    let _ = shop.submit_text(big(16 * 1024), &HEADERS).expect(201);
}

#[test]
fn a_chunked_body_is_limited_too() {
    let (shop, survey) = shop();
    let right = shop.submission(&survey, &Random::seeded(4).uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    let right = right.to_string();
    for (bytes, status) in [(right.len(), 201), (16 * 1024 + 1, 413), (1 << 20, 413)] {
        // Padded with spaces after the JSON; a format width is at most 65,535.
        let body = right.clone() + " ".repeat(bytes - right.len()).as_str();
        // wrangler's proxy sometimes loses a response that arrives while a long body is being sent, and a client whose
        // connection is closed while sending may miss the response.
        let mut replies = (0..20).map(|_| chunked(&Worker::shared().dev.origin, &body));
        let heard = replies.find(|heard| heard.is_some_and(|heard| heard != 500 || bytes < 1 << 20));
        assert_eq!(heard, Some(Some(status)), "{bytes} bytes");
    }
}

/// Sends a chunked submission, without a length, and reads the status if there is a response.
fn chunked(origin: &str, body: &str) -> Option<u16> {
    use std::io::{BufRead, BufReader, Write};
    let host = origin.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!(
        "POST /v1/submissions HTTP/1.1\r\nHost: {host}\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    for chunk in body.as_bytes().chunks(4_000) {
        let sent = stream
            .write_all(format!("{:x}\r\n", chunk.len()).as_bytes())
            .and_then(|()| stream.write_all(chunk))
            .and_then(|()| stream.write_all(b"\r\n"));
        if sent.is_err() {
            break; // The server has responded and closed the connection.
        }
    }
    let _ = stream.write_all(b"0\r\n\r\n");
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).ok()?;
    status.split(' ').nth(1)?.parse().ok()
}

#[test]
fn only_exact_origins_are_allowed() {
    let shop = Shop::with_origins(Worker::shared(), &["https://shop.example", "http://localhost:8080"]);
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(5);
    let mut send = |origin: &str| {
        let body = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
        shop.submit_text(body.to_string(), &[("origin", origin), ("content-type", "text/plain")])
    };
    for origin in ["https://shop.example", "http://localhost:8080"] {
        assert_eq!(send(origin).expect(201).header("access-control-allow-origin"), origin);
    }
    for origin in [
        "null",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example:443",
        "https://shop.example/",
        "https://SHOP.example",
        "https://www.shop.example",
        "https://shop.example.evil.example",
        "https://evil-shop.example",
        "https://shop.exampl",
        "https://shop.example@evil.example",
        "https://shop.example,https://evil.example",
        "http://localhost",
        "http://localhost:80800",
        "http://127.0.0.1:8080",
        "file://",
        "*",
    ] {
        let refused = send(origin).expect(403);
        assert_eq!(refused.problems(), [("header.origin".into(), "origin_not_allowed".into())], "{origin}");
        assert_eq!(refused.header("access-control-allow-origin"), origin, "the page may read the error");
    }
    let nowhere = Shop::with_origins(Worker::shared(), &[]);
    let survey = nowhere.publish(&every_kind());
    let body = nowhere.submission(&survey, &Random::seeded(6).uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    let _ = nowhere.submit_from_page(&body).expect(403);
}

#[test]
fn a_preflight_request_is_answered() {
    let shop = Shop::new(Worker::shared());
    let asked = [("origin", ORIGIN), ("access-control-request-method", "POST")];
    let reply = shop.client.send("OPTIONS", "/v1/submissions", &asked, "").expect(204);
    assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(reply.header("access-control-allow-methods"), "POST");
    assert_eq!(reply.header("access-control-allow-credentials"), "");
}

#[test]
fn a_submission_to_an_older_version_is_accepted() {
    let (shop, first) = shop();
    let mut changed = every_kind();
    changed["questions"] = json!([{ "id": "other", "kind": "csat", "text": { "en": "How good?" } }]);
    let _ = shop.call("PUT", &format!("/v1/surveys/{}", first.id), &changed).expect(200);
    let second = shop.publish_again(&first.id);
    assert_eq!((first.version, second.version), (1, 2));
    let mut random = Random::seeded(7);
    let old = shop.submission(&first, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    let new = shop.submission(&second, &random.uuid(), 1, &json!([{ "question": "other", "score": 5 }]));
    let mixed = shop.submission(&second, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    let _ = shop.submit(&old).expect(201);
    let _ = shop.submit(&new).expect(201);
    assert_eq!(shop.submit(&mixed).expect(400).problems(), [("answers[0].question".into(), "unknown_question".into())]);
}
