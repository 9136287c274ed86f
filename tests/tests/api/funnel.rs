//! `GET /v1/funnel`.

use serde_json::{Value, json};
use tests::{
    random::Random,
    shop::{Shop, every_kind},
    worker::Worker,
};

#[test]
fn the_funnel_counts_from_impression_to_complete() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let id = survey.id.as_str();
    let empty = shop.get("/v1/funnel")["items"][0].clone();
    assert_eq!((&empty["survey"], &empty["views"]), (&json!(id), &json!(0)), "a live survey without views is listed");
    assert_eq!((&empty["participation"], &empty["completion"]), (&Value::Null, &Value::Null));

    let steps = [("impression", 5), ("view", 4), ("start", 2), ("dismissed", 1)];
    let events: Vec<_> = steps.into_iter().flat_map(|(step, times)| vec![(id, 1, step); times]).collect();
    let _ = shop.send_events(&events).expect(202);
    let mut random = Random::seeded(71);
    let both = [random.uuid(), random.uuid()];
    for uuid in &both {
        let _ =
            shop.submit(&shop.submission(&survey, uuid, 1, &json!([{ "question": "nps", "score": 9 }]))).expect(201);
    }
    let mut whole = shop.submission(&survey, &both[0], 2, &json!([{ "question": "nps", "score": 9 }]));
    whole["complete"] = json!(true);
    // Repeated submissions are counted once.
    let _ = shop.submit(&whole).expect(201);
    let _ = shop.submit(&whole).expect(200);

    let expected = json!({
        "survey": id, "impressions": 5, "views": 4, "starts": 2, "partials": 2, "completes": 1, "dismissals": 1,
        "participation": 0.5, "completion": 0.5,
        "left_out": { "impressions": 0, "views": 0, "starts": 0, "partials": 0, "completes": 0, "dismissals": 0 },
    });
    let funnel = shop.get("/v1/funnel");
    assert_eq!(funnel["items"], json!([expected]));
    assert_eq!(funnel["to"].as_str().unwrap().len(), 10);
    for (query, count) in [
        (format!("survey={id}"), 1),
        ("survey=srv_nope".to_owned(), 0),
        (format!("from={}&to={}", funnel["to"].as_str().unwrap(), funnel["to"].as_str().unwrap()), 1),
    ] {
        let items = shop.get(&format!("/v1/funnel?{query}"))["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), count, "{query}");
        assert!(count == 0 || items == json!([expected]), "{query}: {items}");
    }
    let before = shop.get("/v1/funnel?from=2020-01-01&to=2020-12-31")["items"][0].clone();
    assert_eq!((&before["views"], &before["completes"]), (&json!(0), &json!(0)));

    let _ = shop.publish_again(id);
    let _ = shop.send_events(&[(id, 2, "view")]).expect(202);
    assert_eq!(shop.get("/v1/funnel")["items"][0]["views"], 5, "versions add up");
}

#[test]
fn flagged_and_excluded_responses_are_left_out() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(72);
    let ids = [random.uuid(), random.uuid(), random.uuid()];
    for (number, id) in ids.iter().enumerate() {
        let mut body = shop.submission(&survey, id, 1, &json!([{ "question": "nps", "score": 9 }]));
        if number == 0 {
            body["website"] = json!("https://pills.example");
        }
        let _ = shop.submit(&body).expect(201);
    }
    let excluded = json!({ "excluded": { "reason": "our own test" } });
    let _ = shop.call("PATCH", &format!("/v1/responses/{}", ids[1]), &excluded).expect(200);
    for (query, partials, left_out) in [("", 1, 2), ("?flag=none", 1, 2), ("?flag=any", 2, 1)] {
        let funnel = shop.get(&format!("/v1/funnel{query}"))["items"][0].clone();
        assert_eq!(
            (&funnel["partials"], &funnel["left_out"]["partials"]),
            (&json!(partials), &json!(left_out)),
            "{query}"
        );
    }
}

#[test]
fn drafts_and_surveys_archived_without_views_are_not_listed() {
    let shop = Shop::new(Worker::shared());
    let seen = shop.publish(&every_kind());
    let unseen = shop.publish(&every_kind());
    let _ = shop.call("POST", "/v1/surveys", &every_kind()).expect(201);
    let _ = shop.send_events(&[(&seen.id, 1, "view")]).expect(202);
    for survey in [&seen, &unseen] {
        let _ = shop.call("POST", &format!("/v1/surveys/{}/archive", survey.id), &Value::Null).expect(200);
    }
    let items = shop.get("/v1/funnel")["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    assert_eq!(items[0]["survey"], json!(seen.id));
}

#[test]
fn an_unknown_parameter_is_rejected() {
    let shop = Shop::new(Worker::shared());
    for (query, expected) in [
        ("surveys=a", vec![("query.surveys", "unknown_value")]),
        ("flag=flagged", vec![("query.flag", "unknown_value")]),
        ("from=22.11.2026&to=x", vec![("query.from", "invalid_format"), ("query.to", "invalid_format")]),
        ("from=2026-11-02&to=2026-11-01", vec![("query.from", "out_of_range")]),
        ("from=2020-01-01&to=2026-01-01", vec![("query.from", "out_of_range")]),
    ] {
        let refused = shop.call("GET", &format!("/v1/funnel?{query}"), &Value::Null).expect(400);
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
        assert_eq!(refused.problems(), expected, "{query}");
    }
}
