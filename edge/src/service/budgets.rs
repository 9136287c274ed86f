//! What a stranger can use up: budgets by trust, and the limits of one visitor.

use super::trust::wait;
use super::*;
use survey::plausibility::{MAX_TOKEN_AGE_MS, MIN_ANSWER_MS};

const DAY: i64 = 86_400_000;

/// Sets the daily quota of a shop.
fn set_quota(service: &Service, shop: &Shop<'_>, daily: u32) {
    let body = json!({ "daily_answers": daily });
    service.operate("PUT", &format!("/v1/shops/{}/quota", shop.id), &body).expect(200);
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
fn events_of_a_stranger_do_not_count_and_are_limited() {
    let service = Service::new();
    service.platform.limit_rate("VISITOR_RATE", 3);
    let shop = service.shop();
    let survey = shop.publish();
    let send = |address: &str, token: Option<&str>, step: &str, count: usize| {
        let event = json!({ "survey": survey, "version": 1, "event": step, "device": "mobile", "token": token });
        let body = json!({ "key": shop.public_key, "events": vec![event; count] });
        let headers = [("origin", ORIGIN), ("content-type", "text/plain"), ("cf-connecting-ip", address)];
        service.send("POST", "/v1/events", &headers, body.to_string()).status.as_u16()
    };
    let token = shop.view_token(&survey);
    assert_eq!([1, 2, 3, 4].map(|_| send("192.0.2.1", None, "impression", 50)), [202, 202, 202, 429]);
    assert_eq!(send("192.0.2.2", Some("forged"), "impression", 50), 202);
    assert_eq!(send("192.0.2.1", Some(&token), "impression", 1), 202);
    assert_eq!(send("192.0.2.1", Some(&token), "view", 50), 202);
    let funnel = shop.get("/v1/funnel")["items"][0].clone();
    // A token vouches for 24 events of a request.
    assert_eq!((&funnel["impressions"], &funnel["views"]), (&json!(1), &json!(24)));
    assert_eq!((&funnel["left_out"]["impressions"], &funnel["left_out"]["views"]), (&json!(200), &json!(26)));
}
