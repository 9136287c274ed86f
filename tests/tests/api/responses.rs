//! `/v1/responses`: filters, projections, and the owner's annotations.

mod filters;
mod notes;
mod streams;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

fn answer(shop: &Shop, survey: &Published, random: &mut Random) -> String {
    let id = random.uuid();
    let body = shop.submission(survey, &id, 1, &json!([{ "question": "nps", "score": random.below(11) }]));
    let _ = shop.submit(&body).expect(201);
    id
}

#[test]
fn a_response_contains_all_answers_and_their_context() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let id = Random::seeded(21).uuid();
    let answers = json!([
        { "question": "nps", "score": 3 },
        { "question": "why", "text": " Kurier się spóźnił 😞\nbardzo " },
        { "question": "reason", "choices": [], "other": "=1+1" },
    ]);
    let mut body = shop.submission(&survey, &id, 4, &answers);
    body["complete"] = json!(true);
    body["context"] = json!({
        "url": "https://shop.example/thank-you?order=1#token", "language": "pl-PL", "device": "tablet", "trigger": "exit",
        "order": { "id": "1001", "value": 9_007_199_254_740_991_i64, "currency": "PLN" }, "customer": "c-7",
        "traits": { "plan": "gold", "orders": 3 },
    });
    let _ = shop.submit(&body).expect(201);
    let mut stored = shop.get("/v1/responses")["items"][0].clone();
    for time in ["received_at", "updated_at"] {
        let text = stored[time].as_str().unwrap();
        assert!(text.len() == 24 && text.ends_with('Z') && text.starts_with("20"), "{text}");
        stored.as_object_mut().unwrap().remove(time);
    }
    let expected = json!({
        "id": id, "survey": survey.id, "version": 1, "revision": 4, "complete": true, "touchpoint": "purchase",
        "language": "pl-PL", "device": "tablet", "trigger": "exit", "url": "https://shop.example/thank-you",
        "answers": [
            { "question": "nps", "kind": "nps", "score": 3 },
            { "question": "why", "kind": "text", "text": "Kurier się spóźnił 😞\nbardzo" },
            { "question": "reason", "kind": "choice", "choices": [], "other": "=1+1" },
        ],
        "order": { "id": "1001", "value": 9_007_199_254_740_991_i64, "currency": "PLN" },
        "customer": "c-7", "traits": { "plan": "gold", "orders": "3" },
        "verified": ["customer", "order", "traits"], "flags": [], "tags": [], "excluded": null,
    });
    assert_eq!(stored, expected);

    let mut whole = shop.get(&format!("/v1/responses/{}", id.to_uppercase()));
    for time in ["received_at", "updated_at"] {
        whole.as_object_mut().unwrap().remove(time);
    }
    let mut complete = expected;
    complete["survey_name"] = json!("Every kind");
    complete["answers"] = json!([
        { "question": "nps", "kind": "nps", "score": 3, "class": "detractor", "asked": "Na ile polecisz Testowy Sklep?" },
        { "question": "why", "kind": "text", "text": "Kurier się spóźnił 😞\nbardzo", "asked": "Why?" },
        { "question": "reason", "kind": "choice", "choices": [], "other": "=1+1", "asked": "What?" },
    ]);
    assert_eq!(whole, complete);
    let sparse = shop.get("/v1/responses?fields=id,%20revision")["items"].clone();
    assert_eq!(sparse, json!([{ "id": id, "revision": 4 }]));
    let named = shop.get("/v1/responses?fields=survey_name,answers&form=complete")["items"].clone();
    assert_eq!(named, json!([{ "survey_name": "Every kind", "answers": complete["answers"] }]));
}

#[test]
fn pages_do_not_shift_while_responses_arrive() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(22);
    let before: BTreeSet<String> = (0..45).map(|_| answer(&shop, &survey, &mut random)).collect();
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = shop.get(&format!("/v1/responses?limit=10&cursor={cursor}"));
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 10);
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        // New responses come before the first page and do not shift the following ones.
        let _ = answer(&shop, &survey, &mut random);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 45, "each row exactly once");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);
    let times: Vec<String> =
        shop.all_responses("").iter().map(|item| item["received_at"].as_str().unwrap().to_owned()).collect();
    assert!(times.is_sorted_by(|later, earlier| later >= earlier), "newest first");
}

#[test]
fn filters_and_limits_are_applied() {
    let shop = Shop::new(Worker::shared());
    let first = shop.publish(&every_kind());
    let mut other = every_kind();
    other["touchpoint"] = json!("support");
    let second = shop.publish(&other);
    let mut random = Random::seeded(23);
    for survey in [&first, &first, &second] {
        let _ = answer(&shop, survey, &mut random);
    }
    for (query, count) in [
        (String::new(), 3),
        (format!("survey={}", first.id), 2),
        ("touchpoint=support".into(), 1),
        (format!("survey={}&touchpoint=support", second.id), 1),
        (format!("survey={}&touchpoint=support", first.id), 0),
        ("from=2020-01-01&to=2020-12-31".into(), 0),
        ("from=2020-01-01".into(), 3),
        ("from=2026-01-01T00:00:00Z&to=2199-01-01T00:00:00%2B01:00".into(), 3),
        ("limit=1".into(), 1),
        ("limit=500".into(), 3),
    ] {
        let page = shop.get(&format!("/v1/responses?{query}"));
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    for (query, at) in [
        ("limit=0", "query.limit"),
        ("limit=501", "query.limit"),
        ("limit=many", "query.limit"),
        ("cursor=AAAA", "query.cursor"),
        ("from=yesterday", "query.from"),
        ("score=9", "query.score"),
    ] {
        let refused = shop.call("GET", &format!("/v1/responses?{query}"), &Value::Null).expect(400);
        assert_eq!(refused.problems()[0].0, at, "{query}");
    }
}
