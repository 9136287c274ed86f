//! `/v1/erasures` and `/v1/exports`: data subject requests.

use serde_json::{Value, json};
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

const PLACE: &str = "/v1/erasures";

/// Submits a response of a customer; returns its id and receipt.
#[track_caller]
fn answer(shop: &Shop, survey: &Published, id: &str, customer: &str, score: u8) -> String {
    let mut submission = shop.submission(survey, id, 1, &json!([{ "question": "nps", "score": score }]));
    submission["context"]["customer"] = json!(customer);
    submission["context"]["traits"] = json!({ "plan": "gold" });
    shop.submit(&submission).expect(201).json()["receipt"].as_str().unwrap().to_owned()
}

fn erase(shop: &Shop, subject: &Value) -> Value {
    shop.call("POST", PLACE, subject).expect(200).json()
}

fn nps(shop: &Shop) -> (Value, Value) {
    let metric = shop.get("/v1/metrics?metric=nps");
    (metric["n"].clone(), metric["distribution"]["9"].clone())
}

#[test]
fn erasing_a_customer_removes_the_responses_and_their_counts() {
    let shop = Shop::new(Worker::shared());
    let (one, two) = (shop.publish(&every_kind()), shop.publish(&every_kind()));
    let mut random = Random::seeded(501);
    let ids: Vec<String> = (0..4).map(|_| random.uuid()).collect();
    let _ = answer(&shop, &one, &ids[0], "c-7", 9);
    let _ = answer(&shop, &two, &ids[1], "c-7", 9);
    let _ = answer(&shop, &one, &ids[2], "c-77", 9);
    assert_eq!(nps(&shop), (json!(3), json!(3)));

    assert_eq!(erase(&shop, &json!({ "customer": "c-7" })), json!({ "erased": 2, "unverified": 0, "more": false }));
    assert_eq!(nps(&shop), (json!(1), json!(1)));
    assert_eq!(
        erase(&shop, &json!({ "customer": "c-7" })),
        json!({ "erased": 0, "unverified": 0, "more": false }),
        "again"
    );
    assert_eq!(shop.get("/v1/exports?customer=c-7")["unverified"], json!([]));
    let funnel = shop.get("/v1/funnel");
    let partials: i64 = funnel["items"].as_array().unwrap().iter().map(|item| item["partials"].as_i64().unwrap()).sum();
    assert_eq!(partials, 1, "{funnel}");

    // Messages sent before the erasure are dropped; later responses are accepted.
    let again = shop.submission(&one, &ids[0], 2, &json!([{ "question": "nps", "score": 1 }]));
    assert_eq!(shop.submit(&again).expect(200).json()["result"], "erased");
    let _ = answer(&shop, &one, &ids[3], "c-7", 9);
    assert_eq!(nps(&shop), (json!(2), json!(2)));

    let audit = shop.get(PLACE);
    let events: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|item| (&item["what"], &item["responses"])).collect();
    assert_eq!(events, [(&json!("customer"), &json!(0)), (&json!("customer"), &json!(2))]);
    assert_eq!(
        audit["items"][0]["subject_sha256"], "ab6a0ce6317bd862e4e6e49cf88faa58f3504efe78cb8934f3ee3b4d800f0257",
        "{audit}"
    );
    assert!(!audit.to_string().contains("c-7"));
}

#[test]
fn a_response_can_be_erased_by_id_or_by_receipt() {
    let (shop, other) = (Shop::new(Worker::shared()), Shop::new(Worker::shared()));
    let (survey, theirs) = (shop.publish(&every_kind()), other.publish(&every_kind()));
    let mut random = Random::seeded(502);
    let ids: Vec<String> = (0..4).map(|_| random.uuid()).collect();
    let _ = answer(&shop, &survey, &ids[0], "c-1", 9);
    let receipt = answer(&shop, &survey, &ids[1], "c-1", 9);
    let foreign = answer(&other, &theirs, &ids[2], "c-1", 9);

    assert_eq!(erase(&shop, &json!({ "response": ids[0].to_uppercase() })), json!({ "erased": 1, "more": false }));
    assert_eq!(erase(&shop, &json!({ "receipt": receipt })), json!({ "erased": 1, "more": false }));
    assert_eq!(erase(&shop, &json!({ "receipt": receipt })), json!({ "erased": 0, "more": false }));
    assert_eq!(nps(&shop).0, 0);
    // Responses of another shop cannot be erased or detected.
    let refused = shop.call("POST", PLACE, &json!({ "receipt": foreign })).expect(404);
    assert_eq!(refused.problems(), [("receipt".into(), "not_found".into())]);
    let _ = erase(&shop, &json!({ "response": ids[2] }));
    assert_eq!(nps(&other).0, 1);

    // An unknown id is accepted, since its submission may still be queued.
    assert_eq!(erase(&shop, &json!({ "response": ids[3] })), json!({ "erased": 0, "more": false }));
    let late = shop.submission(&survey, &ids[3], 1, &json!([{ "question": "nps", "score": 9 }]));
    assert_eq!(shop.submit(&late).expect(200).json()["result"], "erased");
    assert_eq!(nps(&shop).0, 0);
}

#[test]
fn an_invalid_erasure_is_rejected_with_all_problems() {
    let shop = Shop::new(Worker::shared());
    for (sent, expected) in [
        (json!({}), [("", "missing")]),
        (json!({ "customer": null }), [("", "missing")]),
        (json!({ "customer": "a", "receipt": "b" }), [("", "missing")]),
        (json!({ "customer": "  " }), [("customer", "empty")]),
        (json!({ "customer": 7 }), [("customer", "wrong_type")]),
        (json!({ "response": "7" }), [("response", "invalid_format")]),
        (json!([]), [("", "wrong_type")]),
    ] {
        let expected = expected.map(|(at, code)| (at.to_owned(), code.to_owned()));
        assert_eq!(shop.call("POST", PLACE, &sent).expect(400).problems(), expected, "{sent}");
    }
    assert_eq!(shop.get(PLACE), json!({ "items": [], "next_cursor": null }));
    for (path, expected) in [
        ("/v1/exports", [("query.customer", "missing")]),
        ("/v1/exports?customer=", [("query.customer", "missing")]),
        ("/v1/exports?customer=a&limit=201", [("query.limit", "out_of_range")]),
        ("/v1/erasures?limit=0", [("query.limit", "out_of_range")]),
    ] {
        let expected = expected.map(|(at, code)| (at.to_owned(), code.to_owned()));
        assert_eq!(shop.call("GET", path, &Value::Null).expect(400).problems(), expected, "{path}");
    }
}

#[test]
fn an_export_contains_everything_stored_about_a_person() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(503);
    let ids: Vec<String> = (0..5).map(|_| random.uuid()).collect();
    for id in &ids {
        let _ = answer(&shop, &survey, id, "ż & 7", 9);
    }
    let _ = answer(&shop, &survey, &random.uuid(), "another customer", 9);

    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = shop.get(&format!("/v1/exports?customer=%C5%BC%20%26%207&limit=2&cursor={cursor}"));
        assert_eq!(page["customer"], "ż & 7");
        assert_eq!(page["unverified"], json!([]), "the shop's server vouches for the customer");
        found.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let mut exported: Vec<_> = found.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    exported.sort();
    let mut expected = ids;
    expected.sort();
    assert_eq!(exported, expected);
    let item = &found[0];
    assert_eq!(
        item["answers"],
        json!([{
            "question": "nps", "kind": "nps", "score": 9, "class": "promoter",
            "asked": "How likely to recommend Testowy Sklep?",
        }])
    );
    for (member, expected) in [
        ("survey", json!(survey.id)),
        ("survey_name", json!("Every kind")),
        ("language", json!("en")),
        ("customer", json!("ż & 7")),
        ("traits", json!({ "plan": "gold" })),
        ("url", json!("https://shop.example/thank-you")),
    ] {
        assert_eq!(item[member], expected, "{member}");
    }
    // The export has every member that the list of responses has.
    let listed = shop.get("/v1/responses?limit=1");
    for member in listed["items"][0].as_object().unwrap().keys() {
        assert!(item.get(member).is_some(), "{member}");
    }
}
