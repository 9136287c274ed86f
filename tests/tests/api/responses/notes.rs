//! Tags, exclusions and deletions by the owner.

use serde_json::{Value, json};
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

fn answer(shop: &Shop, survey: &Published, id: &str, score: u8) {
    let body = shop.submission(survey, id, 1, &json!([{ "question": "nps", "score": score }]));
    let _ = shop.submit(&body).expect(201);
}

fn counted(shop: &Shop) -> (u64, Value) {
    let metric = shop.get("/v1/metrics?metric=nps");
    (metric["n"].as_u64().unwrap(), metric["value"].clone())
}

#[test]
fn an_excluded_response_is_in_no_metric_until_it_is_included_again() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(27);
    let ids: Vec<String> = (0..3).map(|_| random.uuid()).collect();
    for (id, score) in ids.iter().zip([10, 10, 0]) {
        answer(&shop, &survey, id, score);
    }
    let place = format!("/v1/responses/{}", ids[2]);
    let out = shop.call("PATCH", &place, &json!({ "excluded": { "reason": " Our own test " } })).expect(200).json();
    assert_eq!((&out["excluded"], &out["survey_name"]), (&json!({ "reason": "Our own test" }), &json!("Every kind")));
    assert_eq!(counted(&shop), (2, json!(100.0)));
    let funnel = shop.get("/v1/funnel")["items"][0].clone();
    assert_eq!((&funnel["partials"], &funnel["left_out"]["partials"]), (&json!(2), &json!(1)));
    let left_out = shop.get("/v1/metrics?metric=nps")["left_out"].clone();
    assert_eq!(left_out, json!({ "total": 1, "reasons": { "excluded": 1 } }));
    assert_eq!(shop.all_responses("excluded=true").len(), 1);
    assert_eq!(shop.all_responses("excluded=false").len(), 2);
    assert_eq!(shop.all_responses("").len(), 3, "it is listed and marked");

    // A later revision stays excluded, and changing the reason has no other effect.
    let later = shop.submission(&survey, &ids[2], 2, &json!([{ "question": "nps", "score": 1 }]));
    let _ = shop.submit(&later).expect(201);
    let _ = shop.call("PATCH", &place, &json!({ "excluded": { "reason": "Still a test" } })).expect(200);
    assert_eq!(counted(&shop), (2, json!(100.0)));
    let back = shop.call("PATCH", &place, &json!({ "excluded": null })).expect(200).json();
    assert_eq!((&back["excluded"], &back["revision"]), (&Value::Null, &json!(2)));
    assert_eq!(counted(&shop), (3, json!(100.0 / 3.0)));
}

#[test]
fn tags_can_be_filtered_counted_and_removed() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(28);
    let ids: Vec<String> = (0..3).map(|_| random.uuid()).collect();
    let change = |id: &str, body: Value| shop.call("PATCH", &format!("/v1/responses/{id}"), &body);
    for id in &ids {
        answer(&shop, &survey, id, 9);
        let changed = change(id, json!({ "tags": ["VIP", "call  back", "vip"] })).expect(200).json();
        assert_eq!(changed["tags"], json!(["call back", "vip"]));
    }
    // Members that are not named are unchanged.
    let _ = change(&ids[0], json!({ "excluded": { "reason": "x" } })).expect(200);
    let _ = change(&ids[1], json!({ "tags": ["vip"] })).expect(200);
    let _ = change(&ids[2], json!({ "tags": null })).expect(200);
    let expected = json!([{ "tag": "call back", "answers": 1 }, { "tag": "vip", "answers": 2 }]);
    assert_eq!(shop.get("/v1/tags")["items"], expected);
    let first = shop.get("/v1/tags?limit=1");
    assert_eq!((&first["items"][0], &first["next_cursor"]), (&expected[0], &json!("call back")));
    assert_eq!(shop.get("/v1/tags?limit=1&cursor=call%20back")["items"], json!([expected[1]]));
    let tagged: Vec<Value> = shop.all_responses("tag=vip").into_iter().map(|mut item| item["id"].take()).collect();
    assert_eq!(tagged, [json!(ids[1]), json!(ids[0])], "newest first");
    assert_eq!(shop.all_responses("tag=call%20back").len(), 1);

    let _ = shop.call("DELETE", &format!("/v1/responses/{}", ids[0]), &Value::Null).expect(204);
    assert_eq!(shop.get("/v1/tags")["items"], json!([{ "tag": "vip", "answers": 1 }]));

    for (body, at) in [
        (json!({ "tags": ["a,b"] }), "tags[0]"),
        (json!({ "tags": "vip" }), "tags"),
        (json!({ "score": 1 }), "score"),
        (json!({ "excluded": {} }), "excluded.reason"),
    ] {
        assert_eq!(change(&ids[1], body).expect(400).problems()[0].0, at);
    }
    assert_eq!(change(&random.uuid(), json!({ "tags": [] })).status, 404);
    assert_eq!(shop.get(&format!("/v1/responses/{}", ids[1]))["tags"], json!(["vip"]), "nothing was changed");
}

#[test]
fn a_deleted_response_is_removed_from_all_counts() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let id = Random::seeded(29).uuid();
    answer(&shop, &survey, &id, 9);
    let place = format!("/v1/responses/{id}");
    for _ in 0..2 {
        assert_eq!(shop.call("DELETE", &place, &Value::Null).expect(204).text, "");
    }
    assert_eq!(counted(&shop).0, 0);
    for (method, body) in [("GET", Value::Null), ("PATCH", json!({ "tags": ["a"] }))] {
        assert_eq!(shop.call(method, &place, &body).expect(404).problems()[0].1, "not_found");
    }
    let again = shop.submission(&survey, &id, 2, &json!([{ "question": "nps", "score": 9 }]));
    assert_eq!(shop.submit(&again).expect(200).json()["result"], "erased");
    let noted = shop.get("/v1/erasures")["items"].clone();
    assert_eq!((noted.as_array().unwrap().len(), &noted[0]["what"]), (1, &json!("response")));
    for unknown in ["none", "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a12"] {
        let _ = shop.call("DELETE", &format!("/v1/responses/{unknown}"), &Value::Null).expect(404);
    }
}

#[test]
fn responses_of_another_shop_cannot_be_annotated() {
    let (ours, theirs) = (Shop::new(Worker::shared()), Shop::new(Worker::shared()));
    let survey = ours.publish(&every_kind());
    let id = Random::seeded(30).uuid();
    answer(&ours, &survey, &id, 9);
    let place = format!("/v1/responses/{id}");
    let _ = ours.call("PATCH", &place, &json!({ "tags": ["ours"] })).expect(200);
    let before = ours.get(&place);
    for (method, body) in
        [("GET", Value::Null), ("PATCH", json!({ "tags": [], "excluded": { "reason": "x" } })), ("DELETE", Value::Null)]
    {
        let _ = theirs.call(method, &place, &body).expect(404);
    }
    for path in ["/v1/responses.csv", "/v1/responses.ndjson", "/v1/responses?tag=ours", "/v1/tags"] {
        for query in ["", &format!("?survey={}", survey.id)] {
            if query.is_empty() || path.ends_with('n') || path.ends_with('v') {
                let text = theirs.call("GET", &format!("{path}{query}"), &Value::Null).expect(200).text;
                assert!(
                    !text.contains(&id) && !text.contains("ours") && !text.contains(".why"),
                    "{path}{query}: {text}"
                );
            }
        }
    }
    assert_eq!(ours.get(&place), before);
    assert_eq!(counted(&ours).0, 1);
}
