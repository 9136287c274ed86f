//! What a stranger can do who knows the public key of a shop and the ids of its responses.

use super::*;
use survey::plausibility::{MAX_TOKEN_AGE_MS, MIN_ANSWER_MS};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Sets the clock forward.
pub(super) fn wait(ms: i64) {
    clock::set(clock::now_ms() + ms);
}

impl Shop<'_> {
    /// A submission of a page with this view token.
    pub(super) fn with_token(&self, survey: &str, number: u32, score: u8, token: &str) -> Value {
        let mut submission = self.submission(survey, number, score);
        submission["token"] = token.into();
        submission
    }

    /// Sends a submission from a page at this address.
    pub(super) fn submit_from(&self, address: &str, submission: &Value) -> Reply {
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
