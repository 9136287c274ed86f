//! `audience.stop_after`: a survey pauses when it has enough responses.

use serde_json::{Value, json};
use tests::{
    http::Reply,
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

fn answer(shop: &Shop, survey: &Published, random: &mut Random) -> Reply {
    shop.submit(&shop.submission(survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }])))
}

fn stopping_after(answers: u32) -> Value {
    let mut definition = every_kind();
    definition["audience"] = json!({ "stop_after": answers });
    definition
}

fn status(shop: &Shop, survey: &Published) -> String {
    shop.get(&format!("/v1/surveys/{}", survey.id))["status"].as_str().unwrap().to_owned()
}

#[test]
fn the_last_response_pauses_the_survey() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&stopping_after(3));
    let other = shop.publish(&stopping_after(100));
    let mut random = Random::seeded(81);
    for left in [2, 1] {
        let _ = answer(&shop, &survey, &mut random).expect(201);
        assert_eq!(
            (status(&shop, &survey), shop.config()["s"].as_array().unwrap().len()),
            ("live".into(), 2),
            "{left}"
        );
    }
    let last = random.uuid();
    let body = shop.submission(&survey, &last, 1, &json!([{ "question": "nps", "score": 9 }]));
    let _ = shop.submit(&body).expect(201);
    assert_eq!(status(&shop, &survey), "paused");
    let listed = shop.config()["s"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1, "the published config is updated at once: {listed}");
    assert_eq!(listed[0]["id"], json!(other.id));

    // Open pages may still submit: both revisions and new responses.
    let mut more = shop.submission(&survey, &last, 2, &json!([{ "question": "nps", "score": 8 }]));
    more["complete"] = json!(true);
    let _ = shop.submit(&more).expect(201);
    let _ = answer(&shop, &survey, &mut random).expect(201);
    assert_eq!(shop.get("/v1/metrics?metric=nps")["n"], 4);
    assert_eq!(status(&shop, &other), "live");
}

#[test]
fn a_paused_survey_resumes_only_with_a_higher_limit() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&stopping_after(1));
    let place = format!("/v1/surveys/{}", survey.id);
    let mut random = Random::seeded(82);
    let _ = answer(&shop, &survey, &mut random).expect(201);
    for action in ["resume", "publish"] {
        let refused = shop.call("POST", &format!("{place}/{action}"), &Value::Null).expect(409);
        assert_eq!(refused.problems(), [("audience.stop_after".to_owned(), "conflict".to_owned())], "{action}");
    }
    assert_eq!((status(&shop, &survey), shop.config()["s"].clone()), ("paused".into(), json!([])));

    let _ = shop.call("PUT", &place, &stopping_after(3)).expect(200);
    let second = shop.publish_again(&survey.id);
    let _ = answer(&shop, &second, &mut random).expect(201);
    assert_eq!(status(&shop, &survey), "live");
    let _ = answer(&shop, &second, &mut random).expect(201);
    assert_eq!(status(&shop, &survey), "paused");

    let _ = shop.call("PUT", &place, &every_kind()).expect(200);
    let third = shop.publish_again(&survey.id);
    let _ = answer(&shop, &third, &mut random).expect(201);
    assert_eq!(status(&shop, &survey), "live", "no limit");
}

#[test]
fn only_responses_that_count_end_a_survey() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&stopping_after(2));
    let resume = format!("/v1/surveys/{}/resume", survey.id);
    let mut random = Random::seeded(84);
    for _ in 0..4 {
        let mut flagged = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 0 }]));
        flagged["website"] = json!("https://pills.example");
        let _ = shop.submit(&flagged).expect(201);
    }
    assert_eq!(status(&shop, &survey), "live");
    for _ in 0..2 {
        let _ = answer(&shop, &survey, &mut random).expect(201);
    }
    assert_eq!(status(&shop, &survey), "paused");
    let _ = shop.call("POST", &resume, &Value::Null).expect(409);
    // An excluded response gives its place back.
    let counted = shop.all_responses("flag=none")[0]["id"].as_str().unwrap().to_owned();
    let excluded = json!({ "excluded": { "reason": "not a customer" } });
    let _ = shop.call("PATCH", &format!("/v1/responses/{counted}"), &excluded).expect(200);
    let _ = shop.call("POST", &resume, &Value::Null).expect(200);
    let _ = answer(&shop, &survey, &mut random).expect(201);
    assert_eq!(status(&shop, &survey), "paused");
}

#[test]
fn a_repeated_submission_is_counted_once() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&stopping_after(2));
    let uuid = Random::seeded(83).uuid();
    for (revision, status) in [(1, 201), (1, 200), (2, 201), (3, 201), (2, 200)] {
        let body = shop.submission(&survey, &uuid, revision, &json!([{ "question": "nps", "score": 9 }]));
        let _ = shop.submit(&body).expect(status);
    }
    assert_eq!(status(&shop, &survey), "live");
}
