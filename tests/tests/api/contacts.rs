//! Contact questions and agreement questions.

use serde_json::{Value, json};
use tests::{
    random::Random,
    shop::{Published, Shop},
    worker::Worker,
};

fn shop() -> (Shop, Published) {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&json!({
        "name": "Promises", "touchpoint": "relation", "language": "en",
        "questions": [
            { "id": "kept", "kind": "agree", "text": { "en": "{shop} keeps its promises." } },
            { "id": "mail", "kind": "contact", "text": { "en": "May we write to you?" } },
            { "id": "phone", "kind": "contact", "channel": "phone", "text": { "en": "Or call?" } },
        ],
    }));
    (shop, survey)
}

#[test]
fn a_contact_is_stored_only_with_consent() {
    let (shop, survey) = shop();
    let mut random = Random::seeded(95);
    let mut send = |answer: Value| shop.submit(&shop.submission(&survey, &random.uuid(), 1, &json!([answer])));
    let _ = send(json!({ "question": "mail", "contact": "ola@shop.example", "consent": true })).expect(201);
    let stored = shop.get("/v1/responses")["items"][0]["answers"].clone();
    assert_eq!(stored[0]["kind"], "contact");
    assert_eq!(stored[0]["contact"], "ola@shop.example");
    for (answer, at) in [
        (json!({ "question": "mail", "contact": "ola@shop.example" }), "answers[0].consent"),
        (json!({ "question": "mail", "contact": "ola@shop.example", "consent": false }), "answers[0].consent"),
        (json!({ "question": "mail", "contact": "ola", "consent": true }), "answers[0].contact"),
        (json!({ "question": "phone", "contact": "ola@shop.example", "consent": true }), "answers[0].contact"),
        (json!({ "question": "mail", "text": "ola@shop.example" }), "answers[0].text"),
    ] {
        let refused = send(answer.clone()).expect(400);
        assert_eq!(refused.problems()[0].0, at, "{answer}: {}", refused.text);
    }
    assert_eq!(shop.all_responses("").len(), 1);
}

#[test]
fn agreement_is_a_separate_metric() {
    let (shop, survey) = shop();
    let mut random = Random::seeded(96);
    for score in [7, 7, 6, 5, 5, 5, 5, 5, 4, 1] {
        let answers = json!([{ "question": "kept", "score": score }]);
        let _ = shop.submit(&shop.submission(&survey, &random.uuid(), 1, &answers)).expect(201);
    }
    let agree = shop.get("/v1/metrics?metric=agree");
    assert_eq!(
        (agree["metric"].as_str(), agree["n"].as_u64(), agree["enough"].as_str()),
        (Some("agree"), Some(10), Some("few"))
    );
    assert!((agree["value"].as_f64().unwrap() - 80.0).abs() < 1e-9, "{agree}");
    assert_eq!(agree["interval"]["method"], "wilson");
    assert_eq!(agree["distribution"].as_object().unwrap().len(), 7);
    assert_eq!(shop.get("/v1/metrics?metric=ces")["n"], 0, "agreement does not count as CES");
    for (score, status) in [(0, 400), (8, 400), (1, 201)] {
        let answers = json!([{ "question": "kept", "score": score }]);
        let _ = shop.submit(&shop.submission(&survey, &random.uuid(), 1, &answers)).expect(status);
    }
}
