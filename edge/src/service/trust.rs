//! What a stranger can do who knows the public key of a shop and the ids of its responses.

use super::*;
use survey::plausibility::{MAX_TOKEN_AGE_MS, MIN_ANSWER_MS};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Sets the clock forward.
fn wait(ms: i64) {
    clock::set(clock::now_ms() + ms);
}

impl Shop<'_> {
    /// A submission of a page with this view token.
    fn with_token(&self, survey: &str, number: u32, score: u8, token: &str) -> Value {
        let mut submission = self.submission(survey, number, score);
        submission["token"] = token.into();
        submission
    }

    /// Sends a submission from a page at this address.
    fn submit_from(&self, address: &str, submission: &Value) -> Reply {
        let headers = [("origin", ORIGIN), ("content-type", "text/plain"), ("cf-connecting-ip", address)];
        self.service.send("POST", "/v1/submissions", &headers, submission.to_string())
    }

    /// The stored response with this number.
    #[track_caller]
    fn stored(&self, submission: &Value) -> Value {
        self.get(&format!("/v1/responses/{}", submission["id"].as_str().unwrap()))
    }

    fn flags(&self, submission: &Value) -> Value {
        self.stored(submission)["flags"].clone()
    }
}

/// The shop with a daily quota.
fn set_quota(service: &Service, shop: &Shop<'_>, daily: u32) {
    let body = json!({ "daily_answers": daily });
    service.operate("PUT", &format!("/v1/shops/{}/quota", shop.id), &body).expect(200);
}

#[test]
fn an_id_is_not_enough_to_revise_a_response_or_to_get_its_receipt() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let token = shop.view_token(&survey);
    wait(MIN_ANSWER_MS);
    let given = shop.with_token(&survey, 1, 9, &token);
    let first = shop.submit_from_page(&given).expect(201).json();
    let stored = shop.stored(&given);
    for (secret, code) in [(json!("x".repeat(22)), "wrong_secret"), (Value::Null, "wrong_secret")] {
        for revision in [1, 2, 60] {
            let mut forged = given.clone();
            forged["client_secret"] = secret.clone();
            forged["revision"] = revision.into();
            forged["answers"] = json!([{ "question": "q1", "score": 0 }]);
            let reply = shop.submit_from_page(&forged).expect(409);
            assert_eq!(reply.problems(), [(code.to_owned(), "client_secret".to_owned())], "{revision} {secret}");
            // The shop's own server has no right to it either.
            shop.submit(&forged).expect(409);
        }
        // A copy with the same content gives no receipt.
        let mut copied = given.clone();
        copied["client_secret"] = secret;
        assert!(!shop.submit_from_page(&copied).expect(409).body.contains("receipt"));
    }
    assert_eq!(shop.stored(&given), stored);

    // Its sender repeats it, revises it, and reads its receipt.
    assert_eq!(shop.submit_from_page(&given).expect(200).json()["receipt"], first["receipt"]);
    let mut revised = given.clone();
    revised["revision"] = 2.into();
    revised["answers"][0]["score"] = 3.into();
    assert_eq!(shop.submit_from_page(&revised).expect(201).json()["receipt"], first["receipt"]);
    let superseded = shop.submit_from_page(&given).expect(200).json();
    assert_eq!((&superseded["result"], &superseded["receipt"]), (&json!("superseded"), &Value::Null));
    assert_eq!(shop.stored(&given)["answers"][0]["score"], 3);
}

#[test]
fn a_response_without_a_secret_keeps_its_score_and_takes_no_revision() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let token = shop.view_token(&survey);
    wait(MIN_ANSWER_MS);
    let mut given = shop.with_token(&survey, 1, 9, &token);
    given.as_object_mut().unwrap().remove("client_secret");
    let first = shop.submit_from_page(&given).expect(201).json();
    assert_eq!(first["receipt"], Value::Null);
    assert_eq!(shop.submit_from_page(&given).expect(200).json()["result"], "duplicate");
    let mut revised = given.clone();
    revised["revision"] = 2.into();
    for secret in [Value::Null, json!(client_secret(1))] {
        revised["client_secret"] = secret;
        assert_eq!(shop.submit_from_page(&revised).expect(409).problems()[0].0, "wrong_secret");
    }
    assert_eq!((shop.stored(&given)["revision"].clone(), shop.flags(&given)), (json!(1), json!([])));
}

#[test]
fn a_response_takes_sixty_revisions_in_thirty_one_days() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let mut given = shop.submission(&survey, 1, 9);
    shop.submit(&given).expect(201);
    given["revision"] = 61.into();
    assert_eq!(shop.submit(&given).expect(400).problems(), [("out_of_range".to_owned(), "revision".to_owned())]);
    wait(31 * DAY - 1);
    given["revision"] = 59.into();
    shop.submit(&given).expect(201);
    wait(1);
    given["revision"] = 60.into();
    let problems = shop.submit(&given).expect(409).problems();
    assert_eq!(problems, [("revisions_closed".to_owned(), "revision".to_owned())]);
    assert_eq!(shop.stored(&given)["revision"], 59);
}

#[test]
fn a_reply_from_the_queue_has_no_receipt() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    shop.submit_from_page(&shop.submission(&survey, 1, 9)).expect(201);
    service.platform.sqlite("DB_0").fail_next("D1_ERROR: Network connection lost.");
    let mut attempts = 0;
    let reply = loop {
        // Every attempt of the write fails.
        for _ in 0..8 {
            service.platform.sqlite("DB_0").fail_next("D1_ERROR: Network connection lost.");
        }
        let reply = shop.submit_from_page(&shop.submission(&survey, 2 + attempts, 9));
        attempts += 1;
        if reply.status == 202 || attempts == 3 {
            break reply;
        }
    };
    let body = reply.expect(202).json();
    assert_eq!((&body["result"], &body["receipt"]), (&json!("queued"), &Value::Null));
}

#[test]
fn a_token_vouches_for_three_responses_within_twelve_hours() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let token = shop.view_token(&survey);
    wait(MIN_ANSWER_MS);
    let flags: Vec<Value> = (1..=5)
        .map(|number| {
            let given = shop.with_token(&survey, number, 9, &token);
            shop.submit_from_page(&given).expect(201);
            shop.flags(&given)
        })
        .collect();
    assert_eq!(flags, [json!([]), json!([]), json!([]), json!(["token_reused"]), json!(["token_reused"])]);
    // Revisions do not use it up.
    let mut revised = shop.with_token(&survey, 3, 9, &token);
    revised["revision"] = 2.into();
    shop.submit_from_page(&revised).expect(201);
    assert_eq!(shop.flags(&revised), json!([]));

    // The age on arrival decides, whatever time the id claims.
    for (age, made, flags) in [
        (MAX_TOKEN_AGE_MS, 0, json!([])),
        (MAX_TOKEN_AGE_MS + 1, 0, json!([])),
        (MAX_TOKEN_AGE_MS + HOUR, MAX_TOKEN_AGE_MS + 1, json!(["bad_token"])),
        (13 * DAY, HOUR, json!([])),
        (31 * DAY + HOUR, HOUR, json!([])),
        (31 * DAY + HOUR + 1, HOUR, json!(["impossible_timing", "bad_token"])),
    ] {
        let token = shop.view_token(&survey);
        wait(made);
        let given = shop.with_token(&survey, 7, 9, &token);
        wait(age - made);
        shop.submit_from_page(&given).expect(201);
        assert_eq!(shop.flags(&given), flags, "{age} {made}");
    }
}

#[test]
fn one_visitor_cannot_use_up_the_quota_of_shoppers() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    set_quota(&service, &shop, 12);
    let results = |numbers: std::ops::Range<u32>, send: &dyn Fn(u32) -> Reply| -> (usize, usize) {
        let statuses: Vec<u16> = numbers.map(|number| send(number).status.as_u16()).collect();
        let count = |status| statuses.iter().filter(|found| **found == status).count();
        assert_eq!(count(201) + count(429), statuses.len(), "{statuses:?}");
        (count(201), count(429))
    };
    // Without a token: the small budget, which is ten responses here.
    let forged = results(0..40, &|number| shop.submit_from_page(&shop.submission(&survey, number, 0)));
    assert_eq!(forged, (10, 30));
    // What waited on a device spends the small budget as well.
    let late = shop.view_token(&survey);
    let waited = shop.with_token(&survey, 50, 9, &late);
    wait(MAX_TOKEN_AGE_MS + 1);
    let refused = shop.submit_from_page(&waited).expect(429);
    assert!(refused.body.contains("without a current token"), "{}", refused.body);
    // With a token, and from the shop's server: the whole quota is left.
    let tokens: Vec<String> = (0..4).map(|_| shop.view_token(&survey)).collect();
    wait(MIN_ANSWER_MS);
    let shoppers = results(100..109, &|number| {
        let token = &tokens[number as usize % 4];
        shop.submit_from_page(&shop.with_token(&survey, number, 9, token))
    });
    assert_eq!(shoppers, (9, 0));
    assert_eq!(results(200..205, &|number| shop.submit(&shop.submission(&survey, number, 9))), (3, 2));
    // The quota of the next day is whole again.
    wait(DAY);
    assert_eq!(results(300..302, &|number| shop.submit(&shop.submission(&survey, number, 9))), (2, 0));
}

#[test]
fn revisions_and_bytes_have_budgets() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    set_quota(&service, &shop, 1);
    let mut given = shop.submission(&survey, 1, 9);
    shop.submit_from_page(&given).expect(201);
    let statuses: Vec<u16> = (2..=60)
        .map(|revision| {
            given["revision"] = revision.into();
            shop.submit_from_page(&given).status.as_u16()
        })
        .collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 20, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 39, "{statuses:?}");

    let shop = service.shop();
    let survey = shop.publish();
    set_quota(&service, &shop, 2);
    let long = |number| {
        let mut given = shop.submission(&survey, number, 9);
        given["answers"][1]["text"] = "ż".repeat(2_000).into();
        given["context"]["traits"] = (0..20).map(|n| (format!("t{n}"), json!("ż".repeat(100)))).collect();
        given
    };
    shop.submit(&long(1)).expect(201);
    assert_eq!(shop.submit(&shop.submission(&survey, 2, 9)).status, 429, "one response took the bytes of two");
}

#[test]
fn a_visitor_without_a_token_has_a_rate_limit_that_shoppers_never_meet() {
    let service = Service::new();
    service.platform.limit_rate("VISITOR_RATE", 5);
    service.platform.limit_rate("VIEW_RATE", 2);
    let shop = service.shop();
    let survey = shop.publish();
    let path = format!("/w/{}/{survey}/1/en.json", shop.public_key);
    let view = |address: &str| {
        service.send("GET", &path, &[("cf-connecting-ip", address)], "").expect(200).json()["t"]
            .as_str()
            .map(str::to_owned)
    };
    let statuses: Vec<u16> = (0..8)
        .map(|number| shop.submit_from("192.0.2.1", &shop.submission(&survey, number, 0)).status.as_u16())
        .collect();
    assert_eq!(statuses, [201, 201, 201, 201, 201, 429, 429, 429]);
    let refused = shop.submit_from("192.0.2.1", &shop.submission(&survey, 9, 0));
    assert_eq!(refused.headers["retry-after"], "60");
    // Another visitor, a token, and the shop's server behind the same address pass.
    shop.submit_from("192.0.2.2", &shop.submission(&survey, 10, 0)).expect(201);
    let token = view("192.0.2.1").unwrap();
    wait(MIN_ANSWER_MS);
    shop.submit_from("192.0.2.1", &shop.with_token(&survey, 11, 9, &token)).expect(201);
    let authorization = format!("Bearer {}", shop.secret_key);
    let headers = [
        ("content-type", "application/json"),
        ("authorization", authorization.as_str()),
        ("cf-connecting-ip", "192.0.2.1"),
    ];
    for number in 20..30 {
        let body = shop.submission(&survey, number, 9).to_string();
        service.send("POST", "/v1/submissions", &headers, body).expect(201);
    }
    // A token that was used too often no longer passes, and too many views give no more tokens.
    for (number, status) in [(12, 201), (13, 201), (14, 201), (15, 429)] {
        let reply = shop.submit_from("192.0.2.1", &shop.with_token(&survey, number, 9, &token));
        assert_eq!(reply.status, status, "{number}");
    }
    assert!(view("192.0.2.1").is_some());
    assert_eq!(view("192.0.2.1"), None);
    assert!(view("192.0.2.2").is_some());
    wait(60_000);
    assert!(view("192.0.2.1").is_some());
    shop.submit_from("192.0.2.1", &shop.submission(&survey, 16, 0)).expect(201);
}

#[test]
fn the_shops_server_submits_with_a_key_of_its_own() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let made = |scopes: Value| {
        let body = json!({ "label": "Till", "scopes": scopes });
        shop.call("POST", "/v1/keys", &body).expect(201).json()["key"].as_str().unwrap().to_owned()
    };
    let (submits, reads) = (made(json!(["submit"])), made(json!(["read"])));
    let send = |key: &str, submission: &Value| {
        let authorization = format!("Bearer {key}");
        let headers = [("content-type", "application/json"), ("authorization", authorization.as_str())];
        service.send("POST", "/v1/submissions", &headers, submission.to_string())
    };
    let mut given = shop.submission(&survey, 1, 9);
    send(&submits, &given).expect(201);
    assert_eq!(shop.flags(&given), json!([]));
    // The public key says nothing that the secret key does not.
    given = shop.submission(&survey, 2, 9);
    given.as_object_mut().unwrap().remove("key");
    send(&submits, &given).expect(201);
    let other = service.shop();
    given["key"] = other.public_key.as_str().into();
    assert_eq!(send(&submits, &given).expect(404).problems(), [("not_found".to_owned(), "key".to_owned())]);
    given["key"] = shop.public_key.as_str().into();
    assert_eq!(send(&reads, &given).expect(403).problems()[0].0, "forbidden");
    assert_eq!(send(&submits.replace("sk_", "pk_"), &given).expect(401).problems()[0].0, "unauthorized");
    assert_eq!(send(&other.secret_key, &given).status, 404);
    // A key that only submits reads and changes nothing.
    for (method, path) in
        [("GET", "/v1/responses"), ("GET", "/v1/surveys"), ("POST", "/v1/surveys"), ("GET", "/v1/keys")]
    {
        assert_eq!(service.authorized(&submits, method, path, &json!({})).status, 403, "{method} {path}");
    }
}

/// Any sequence of requests with the public key and the ids of responses, but without their secrets.
#[test]
fn no_sequence_without_the_secret_changes_a_response() {
    use proptest::{
        prelude::*,
        test_runner::{Config, TestRunner},
    };
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    let other = shop.publish();
    let token = shop.view_token(&survey);
    wait(MIN_ANSWER_MS);
    let mut submissions = Vec::new();
    for number in 0..3 {
        let given = shop.with_token(&survey, number, 9, &token);
        let receipt = shop.submit_from_page(&given).expect(201).json()["receipt"].as_str().unwrap().to_owned();
        submissions.push((given, receipt));
    }
    // One of them without a secret, as an older widget sends it.
    let mut unsealed = shop.with_token(&survey, 3, 9, &shop.view_token(&survey));
    wait(MIN_ANSWER_MS);
    unsealed.as_object_mut().unwrap().remove("client_secret");
    shop.submit_from_page(&unsealed).expect(201);
    submissions.push((unsealed, String::new()));
    let before: Vec<Value> = submissions.iter().map(|(given, _)| shop.stored(given)).collect();

    let secret = prop_oneof![Just(None), "[A-Za-z0-9_-]{22}".prop_map(Some), Just(Some(client_secret(99)))];
    let step = (0..4_usize, 1..=60_u32, 0..=10_u8, secret, any::<bool>(), any::<bool>(), 0..3_u8, 0..40_i64);
    let mut runner = TestRunner::new(Config { cases: 100, ..Config::default() });
    runner
        .run(&prop::collection::vec(step, 1..12), |steps| {
            for (target, revision, score, secret, same_survey, has_token, kind, days) in steps {
                let (given, receipt) = &submissions[target];
                if kind == 0 {
                    // A receipt cannot be made from the id.
                    let forged = format!("{}{}", &receipt.get(..42).unwrap_or(""), "00000000");
                    let reply = service.send("POST", &format!("/r/{forged}"), &[], "");
                    prop_assert!(!reply.status.is_success() && !reply.status.is_redirection());
                    continue;
                }
                if kind == 1 {
                    wait(days * HOUR);
                }
                let mut forged = given.clone();
                forged["revision"] = revision.into();
                forged["answers"] = json!([{ "question": "q1", "score": score }]);
                forged["context"]["customer"] = "a stranger".into();
                forged["client_secret"] = secret.map_or(Value::Null, Value::from);
                if !same_survey {
                    forged["survey"] = other.as_str().into();
                }
                forged["token"] = if has_token { shop.view_token(&survey).into() } else { Value::Null };
                let reply = shop.submit_from_page(&forged);
                prop_assert!(!reply.status.is_success() || revision == 1, "{} {}", reply.status, reply.body);
                prop_assert!(!reply.body.contains("\"receipt\":\""), "{}", reply.body);
            }
            let now: Vec<Value> = submissions.iter().map(|(given, _)| shop.stored(given)).collect();
            prop_assert_eq!(&now, &before);
            Ok(())
        })
        .unwrap();
}
