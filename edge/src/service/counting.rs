//! Numbers count what counts: responses that are neither flagged nor excluded.

use super::*;

impl Shop<'_> {
    /// The id of the response with that number. [`id`] depends on the time.
    fn id_of(&self, number: u32) -> String {
        let connection = self.service.platform.sqlite("DB_0").connection();
        let sql = "SELECT id FROM responses WHERE shop = ?1 AND substr(id, -12) = ?2";
        connection.query_row(sql, [&self.id, &format!("{number:012x}")], |row| row.get(0)).unwrap()
    }

    /// Sets the flags of a response, as if it had been submitted with other signs.
    fn set_flags(&self, number: u32, flags: u8) {
        let id = self.id_of(number);
        let connection = self.service.platform.sqlite("DB_0").connection();
        let sql = "UPDATE responses SET flags = ?1 WHERE shop = ?2 AND id = ?3";
        assert_eq!(connection.execute(sql, rusqlite::params![flags, self.id, id]).unwrap(), 1);
    }

    /// Submits a response with these flags.
    fn give(&self, survey: &str, number: u32, score: u8, flags: u8) {
        self.submit(&self.submission(survey, number, score)).expect(201);
        self.set_flags(number, flags);
    }

    fn exclude(&self, number: u32, reason: Option<&str>) {
        let excluded = reason.map(|reason| json!({ "reason": reason }));
        self.call("PATCH", &format!("/v1/responses/{}", self.id_of(number)), &json!({ "excluded": excluded }))
            .expect(200);
    }

    fn status(&self, survey: &str) -> String {
        self.get(&format!("/v1/surveys/{survey}"))["status"].as_str().unwrap().to_owned()
    }
}

#[test]
fn every_source_leaves_out_the_same_answers() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    // Two count. Of the others, one is flagged twice, one is excluded, and one is excluded and flagged.
    for (number, score, flags) in [(1, 10, 0), (2, 9, 0), (3, 0, 8), (4, 0, 16 | 2), (5, 0, 4), (6, 5, 0), (7, 5, 8)] {
        shop.give(&survey, number, score, flags);
    }
    shop.exclude(6, Some("our own test"));
    shop.exclude(7, Some("our own test"));
    let unflagged = json!({
        "total": 5, "reasons": { "bad_token": 1, "excluded": 2, "honeypot": 1, "no_token": 1 },
    });
    let excluded = |count: u32| json!({ "total": count, "reasons": { "excluded": count } });
    for (flag, n, value, left_out) in [
        ("", 2, json!(100.0), &unflagged),
        ("&flag=none", 2, json!(100.0), &unflagged),
        ("&flag=any", 5, json!(-20.0), &excluded(2)),
        ("&flag=flagged", 3, json!(-100.0), &excluded(1)),
        ("&flag=no_token", 1, json!(-100.0), &excluded(1)),
        ("&flag=impossible_timing", 1, json!(-100.0), &json!({ "total": 0, "reasons": {} })),
    ] {
        for filter in [
            "",
            &format!("&survey={survey}"),
            "&device=mobile&language=en",
            "&page=/p/*",
            "&segment_by=device",
            "&segment_by=tag",
        ] {
            let nps = shop.get(&format!("/v1/metrics?metric=nps{flag}{filter}"));
            assert_eq!((&nps["n"], &nps["value"], &nps["left_out"]), (&json!(n), &value, left_out), "{flag} {filter}");
        }
    }
    // The conditions on the score hold for what is left out as well.
    let scored = shop.get("/v1/metrics?metric=nps&score_max=0");
    assert_eq!((&scored["n"], &scored["left_out"]["total"]), (&json!(0), &json!(3)));
}

#[test]
fn lists_hide_nothing_by_default() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for (number, flags) in [(1, 0), (2, 8), (3, 64)] {
        shop.give(&survey, number, 9, flags);
    }
    for (flag, count) in [("", 3), ("?flag=any", 3), ("?flag=none", 1), ("?flag=flagged", 2), ("?flag=token_reused", 1)]
    {
        assert_eq!(shop.get(&format!("/v1/responses{flag}"))["items"].as_array().unwrap().len(), count, "{flag}");
    }
    for path in ["/v1/responses?flag=odd", "/v1/metrics?metric=nps&flag=odd", "/v1/funnel?flag=flagged"] {
        let problems = shop.call("GET", path, &Value::Null).expect(400).problems();
        assert_eq!(problems, [("unknown_value".to_owned(), "query.flag".to_owned())], "{path}");
    }
}

/// Publishes a survey that stops after a number of responses.
fn stopping_after(shop: &Shop<'_>, stop_after: u32) -> String {
    let definition = json!({
        "name": "After the purchase", "touchpoint": "purchase", "language": "en", "audience": { "stop_after": stop_after },
        "questions": [
            { "id": "q1", "kind": "nps", "text": { "en": "How likely are you to recommend {shop}?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" } },
        ],
    });
    let id = shop.call("POST", "/v1/surveys", &definition).expect(201).json()["id"].as_str().unwrap().to_owned();
    shop.call("POST", &format!("/v1/surveys/{id}/publish"), &Value::Null).expect(200);
    id
}

#[test]
fn flagged_responses_never_end_a_survey() {
    let service = Service::new();
    let shop = service.shop();
    let survey = stopping_after(&shop, 3);
    for number in 1..=10 {
        shop.submit_from_page(&shop.submission(&survey, number, 0)).expect(201);
    }
    // The submissions carry no token, so each response is flagged.
    assert_eq!(shop.status(&survey), "live");
    for number in 1..=3 {
        shop.set_flags(number, 0);
    }
    assert_eq!(shop.status(&survey), "paused");
}

#[test]
fn a_response_that_counts_no_more_gives_its_place_back() {
    let service = Service::new();
    let shop = service.shop();
    let survey = stopping_after(&shop, 2);
    let resume = format!("/v1/surveys/{survey}/resume");
    for number in 1..=2 {
        shop.give(&survey, number, 9, 0);
    }
    assert_eq!(shop.status(&survey), "paused");
    let problem = shop.call("POST", &resume, &Value::Null).expect(409).json()["problems"][0]["message"].clone();
    assert_eq!(problem, "is 2, and the survey already has 2 responses that count: publish it with a higher limit");
    shop.exclude(1, Some("not a customer"));
    assert_eq!(shop.status(&survey), "paused", "only the owner resumes it");
    shop.call("POST", &resume, &Value::Null).expect(200);
    assert_eq!(shop.status(&survey), "live");
    shop.exclude(1, None);
    assert_eq!(shop.status(&survey), "paused", "the response counts again");
    shop.set_flags(2, 4);
    shop.call("POST", &resume, &Value::Null).expect(200);
    shop.give(&survey, 3, 9, 0);
    assert_eq!(shop.status(&survey), "paused");
}

#[test]
fn the_funnel_leaves_out_what_does_not_count() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for (number, flags) in [(1, 0), (2, 8), (3, 0)] {
        shop.give(&survey, number, 9, flags);
    }
    shop.exclude(3, Some("our own test"));
    for (query, counted, left_out) in [("", 1, 2), ("?flag=none", 1, 2), ("?flag=any", 2, 1)] {
        let funnel = shop.get(&format!("/v1/funnel{query}"))["items"][0].clone();
        for step in ["partials", "completes"] {
            assert_eq!(
                (&funnel[step], &funnel["left_out"][step]),
                (&json!(counted), &json!(left_out)),
                "{query} {step}"
            );
        }
    }
}
