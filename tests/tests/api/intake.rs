//! Submissions are assessed, masked and limited, and never silently dropped.

use serde_json::{Value, json};
use std::{thread, time::Duration};
use tests::{
    http::Reply,
    intake::new_id,
    random::Random,
    shop::{ORIGIN, Shop, every_kind, operator},
    worker::Worker,
};

/// Long enough to read a question.
const READING: Duration = Duration::from_millis(900);

fn nine() -> Value {
    json!([{ "question": "nps", "score": 9 }])
}

#[test]
fn a_response_is_flagged_by_how_it_was_submitted() {
    let shop = Shop::new(Worker::shared());
    let (survey, other) = (shop.publish(&every_kind()), shop.publish(&every_kind()));
    let mut random = Random::seeded(61);
    let own = shop.view_token(&survey).unwrap();
    let anothers = shop.view_token(&other).unwrap();
    let forged = format!("{}{}", &own[..17], if own.ends_with('0') { '1' } else { '0' });

    let mut expected = Vec::new();
    for (change, flags) in [
        // Faster than any shopper could answer.
        (json!({ "token": own }), vec!["too_fast"]),
        (json!({}), vec!["no_token"]),
        (json!({ "token": anothers }), vec!["bad_token"]),
        (json!({ "token": forged }), vec!["bad_token"]),
        (json!({ "website": "https://pills.example" }), vec!["honeypot", "no_token"]),
        (json!({ "website": " " }), vec!["no_token"]),
        // A later revision with more text than could have been typed.
        (
            json!({ "token": own, "revision": 2, "answers": [{ "question": "reason", "other": "x".repeat(500) }] }),
            vec!["impossible_timing"],
        ),
    ] {
        if flags == ["impossible_timing"] {
            thread::sleep(READING);
        }
        let id = new_id(&mut random);
        let mut body = shop.submission(&survey, &id, 1, &nine());
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let _ = shop.submit_from_page(&body).expect(201);
        let stored = shop.get("/v1/responses?limit=500");
        let item = stored["items"].as_array().unwrap().iter().find(|item| item["id"] == id.as_str()).unwrap().clone();
        assert_eq!(item["flags"], json!(flags), "{change}");
        assert!(item.get("token").is_none() && item.get("website").is_none());
        expected.push((id, flags));
    }

    let ids = |query: &str| -> Vec<String> {
        shop.all_responses(query).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    for name in ["too_fast", "impossible_timing", "honeypot", "no_token", "bad_token", "token_reused"] {
        let mut right: Vec<String> =
            expected.iter().filter(|(_, flags)| flags.contains(&name)).map(|(id, _)| id.clone()).collect();
        let mut found = ids(&format!("flag={name}"));
        right.sort();
        found.sort();
        assert_eq!(found, right, "{name}");
    }
    let lengths = ["flag=flagged", "flag=none", "flag=any", ""].map(|query| ids(query).len());
    assert_eq!(lengths, [7, 0, 7, 7]);
    // Flagged responses count only if the owner asks for them.
    for filter in ["", "&flag=none", "&language=en"] {
        let nps = shop.get(&format!("/v1/metrics?metric=nps{filter}"));
        assert_eq!((&nps["n"], &nps["left_out"]["total"]), (&json!(0), &json!(6)), "{filter}");
        let strongest = json!({ "bad_token": 2, "honeypot": 1, "no_token": 2, "too_fast": 1 });
        assert_eq!(nps["left_out"]["reasons"], strongest, "{filter}");
    }
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 6);
    let fast = expected.iter().filter(|(_, flags)| flags.contains(&"too_fast")).count();
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=too_fast")["n"], fast);
    for (path, code) in
        [("/v1/metrics?metric=nps&flag=bot", "unknown_value"), ("/v1/responses?flag=bot", "unknown_value")]
    {
        assert_eq!(shop.call("GET", path, &Value::Null).expect(400).problems()[0].1, code, "{path}");
    }
}

#[test]
fn flags_are_kept_and_a_normal_response_has_none() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(62);
    let token = shop.view_token(&survey);
    let id = new_id(&mut random);
    let flags = || shop.get("/v1/responses")["items"][0]["flags"].clone();
    let _ = shop.submit_from_page(&shop.submission(&survey, &id, 1, &nine())).expect(201);
    assert_eq!(flags(), json!(["no_token"]));
    assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 0);
    let mut second = shop.submission(&survey, &id, 2, &json!([{ "question": "nps", "score": 0 }]));
    second["token"] = json!(token);
    let _ = shop.submit_from_page(&second).expect(201);
    assert_eq!(flags(), json!(["no_token"]), "a later revision keeps the flag");

    thread::sleep(READING);
    let mut calm = shop.submission(&survey, &new_id(&mut random), 1, &nine());
    calm["token"] = json!(token);
    let _ = shop.submit_from_page(&calm).expect(201);
    assert_eq!(shop.all_responses("flag=none").len(), 1);
    let unflagged = shop.get("/v1/metrics?metric=nps");
    assert_eq!((unflagged["n"].as_u64(), unflagged["distribution"]["9"].as_u64()), (Some(1), Some(1)));
    assert_eq!(unflagged["left_out"], json!({ "total": 1, "reasons": { "no_token": 1 } }));
    assert_eq!(shop.get("/v1/metrics?metric=nps&flag=any")["n"], 2);
}

#[test]
fn personal_data_is_masked_before_storing() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let id = Random::seeded(63).uuid();
    let answers = json!([
        { "question": "nps", "score": 2 },
        { "question": "why", "text": "Piszcie na anna.kowalska@poczta.example, zamówienie 1001" },
        { "question": "reason", "other": "tel. +48 601 234 567" },
    ]);
    let mut body = shop.submission(&survey, &id, 1, &answers);
    body["context"]["url"] =
        json!("https://shop.example/klient/anna%40poczta.example/?email=anna%40poczta.example&utm_campaign=1001");
    let _ = shop.submit(&body).expect(201);
    assert_eq!(shop.submit(&body).expect(200).json()["result"], "duplicate", "masking is deterministic");
    let stored = shop.get("/v1/responses")["items"][0].clone();
    assert_eq!(stored["answers"][1]["text"], "Piszcie na [email], zamówienie 1001");
    assert_eq!(stored["answers"][2]["other"], "tel. [phone]");
    let url = stored["url"].as_str().unwrap();
    assert!(!url.contains("anna") && url.contains("utm_campaign=1001"), "{url}");
}

#[test]
fn a_shop_accepts_responses_up_to_its_daily_quota() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(64);
    let set = |daily: Value| -> Reply {
        let id = format!("shp_{}", &shop.public_key[3..19]);
        operator(worker, "PUT", &format!("/v1/shops/{id}/quota"), &json!({ "daily_answers": daily }))
    };
    let _ = set(json!(3)).expect(200);
    let ids: Vec<String> = (0..4).map(|_| random.uuid()).collect();
    for id in &ids[..3] {
        let _ = shop.submit(&shop.submission(&survey, id, 1, &nine())).expect(201);
    }
    let over = shop.submit(&shop.submission(&survey, &ids[3], 1, &nine())).expect(429);
    assert_eq!(over.problems(), [(String::new(), "too_many_requests".to_owned())]);
    let wait: u32 = over.header("retry-after").parse().unwrap();
    assert!((1..=86_401).contains(&wait), "{wait}");
    assert_eq!(over.header("access-control-allow-origin"), ORIGIN);
    // Existing responses may still be repeated and revised.
    assert_eq!(shop.submit(&shop.submission(&survey, &ids[0], 1, &nine())).expect(200).json()["result"], "duplicate");
    let _ = shop.submit(&shop.submission(&survey, &ids[0], 2, &nine())).expect(201);
    assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 3);
    let _ = set(json!(4)).expect(200);
    let _ = shop.submit(&shop.submission(&survey, &ids[3], 1, &nine())).expect(201);

    assert_eq!(set(json!(-1)).expect(400).problems(), [("daily_answers".to_owned(), "out_of_range".to_owned())]);
    let unknown = operator(worker, "PUT", "/v1/shops/shp_0000000000000000/quota", &json!({ "daily_answers": 1 }));
    assert_eq!(unknown.status, 404);
    let owner = shop.call("PUT", "/v1/shops/shp_0000000000000000/quota", &json!({ "daily_answers": 1 }));
    assert_eq!(owner.status, 401, "an owner cannot set the quota");
}

#[test]
fn publishing_many_times_in_a_second_succeeds() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    for version in 2..8 {
        assert_eq!(shop.publish_again(&survey.id).version, version);
    }
    assert_eq!(
        shop.config()["surveys"][0]["version"].as_u64().or(shop.config()["s"][0]["v"].as_u64()),
        Some(7),
        "{}",
        shop.config()
    );
}

#[test]
fn a_healthy_service_has_no_dead_letters() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    assert_eq!(shop.get("/v1/dead-letters"), json!({ "items": [], "next_cursor": null }));
    assert_eq!(shop.call("POST", "/v1/dead-letters/none/retry", &Value::Null).status, 404);
    assert_eq!(shop.call("DELETE", "/v1/dead-letters/none", &Value::Null).status, 404);
    let _ = operator(worker, "GET", "/v1/operator/dead-letters", &Value::Null).expect(200);
    assert_eq!(
        operator(worker, "GET", "/v1/dead-letters", &Value::Null).status,
        401,
        "the operator token is not an owner's key"
    );
    assert_eq!(
        shop.call("GET", "/v1/operator/dead-letters", &Value::Null).status,
        401,
        "an owner's key is not an operator token"
    );
}
