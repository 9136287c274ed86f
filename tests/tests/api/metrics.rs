//! `GET /v1/metrics`.

use serde_json::{Value, json};
use tests::{
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

fn answer(shop: &Shop, survey: &Published, random: &mut Random, question: &str, scores: &[u64]) {
    for score in scores {
        let body = shop.submission(survey, &random.uuid(), 1, &json!([{ "question": question, "score": score }]));
        let _ = shop.submit(&body).expect(201);
    }
}

/// Equal to nine digits. The arithmetic is tested against reference values elsewhere.
#[track_caller]
fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or(f64::NAN);
    assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value} is not {expected}");
}

#[test]
fn a_shop_without_responses_has_no_score() {
    let shop = Shop::new(Worker::shared());
    let metric = shop.get("/v1/metrics?metric=nps");
    assert_eq!(metric["n"], 0);
    assert_eq!(metric["enough"], "none");
    assert_eq!((&metric["value"], &metric["interval"]), (&Value::Null, &Value::Null));
    assert_eq!(metric["trend"], json!([]));
    assert_eq!(metric["distribution"].as_object().unwrap().len(), 11);
}

#[test]
fn each_metric_has_a_confidence_interval() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(11);
    // Seven promoters, one passive, two detractors: Wald's interval would exceed the scale, the adjusted one does not.
    answer(&shop, &survey, &mut random, "nps", &[9, 9, 9, 10, 10, 10, 10, 7, 0, 6]);
    let nps = shop.get("/v1/metrics?metric=nps");
    assert_eq!((nps["n"].as_u64(), nps["enough"].as_str()), (Some(10), Some("few")));
    near(&nps["value"], 50.0);
    let (n, promoters, detractors) = (13.0_f64, 7.75, 2.75);
    let mean = (promoters - detractors) / n;
    let half = 1.959_963_984_540_054 * (((promoters + detractors) / n - mean * mean) / n).sqrt();
    near(&nps["interval"]["low"], 100.0 * (mean - half));
    near(&nps["interval"]["high"], 100.0 * (mean + half));
    assert_eq!((nps["interval"]["method"].as_str(), &nps["interval"]["level"]), (Some("adjusted_wald"), &json!(0.95)));
    assert_eq!((nps["distribution"]["10"].as_u64(), nps["distribution"]["1"].as_u64()), (Some(4), Some(0)));
    assert_eq!(nps["trend"].as_array().unwrap().len(), 1);
    assert_eq!(nps["trend"][0]["n"], 10);

    answer(&shop, &survey, &mut random, "csat", &[5, 5, 5, 4, 4, 4, 4, 5, 3, 1]);
    let csat = shop.get("/v1/metrics?metric=csat");
    near(&csat["value"], 80.0);
    // Wilson's interval for 8 of 10, from the reference values.
    near(&csat["interval"]["low"], 49.016_247_153_664_175);
    near(&csat["interval"]["high"], 94.331_784_854_562_49);
    assert_eq!(csat["interval"]["method"], "wilson");
    assert_eq!(csat["distribution"].as_object().unwrap().len(), 5);

    answer(&shop, &survey, &mut random, "ces", &[1, 7]);
    let ces = shop.get("/v1/metrics?metric=ces");
    near(&ces["value"], 50.0);
    near(&ces["average"]["mean"], 4.0);
    assert_eq!(ces["average"]["interval"]["low"], json!(1.0), "kept on the scale");
    assert_eq!(ces["enough"], "none");
}

#[test]
fn filters_select_responses() {
    let shop = Shop::new(Worker::shared());
    let first = shop.publish(&every_kind());
    let mut other = every_kind();
    other["touchpoint"] = json!("support");
    let second = shop.publish(&other);
    let mut random = Random::seeded(12);
    answer(&shop, &first, &mut random, "nps", &[9, 10]);
    answer(&shop, &second, &mut random, "nps", &[0, 1, 2]);
    for (filter, n) in [
        (String::new(), 5),
        (format!("&survey={}", first.id), 2),
        (format!("&survey={}", second.id), 3),
        ("&touchpoint=support".into(), 3),
        ("&touchpoint=nowhere".into(), 0),
        ("&language=en".into(), 5),
        ("&language=pl".into(), 0),
        ("&from=2020-01-01&to=2020-12-31".into(), 0),
        ("&from=2099-01-01".into(), 0),
    ] {
        assert_eq!(shop.get(&format!("/v1/metrics?metric=nps{filter}"))["n"], n, "{filter}");
    }
}

#[test]
fn flagged_and_excluded_responses_are_left_out() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let mut random = Random::seeded(13);
    answer(&shop, &survey, &mut random, "nps", &[9, 10]);
    let excluded = shop.all_responses("")[0]["id"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        let mut body = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 0 }]));
        body["website"] = json!("https://pills.example");
        let _ = shop.submit(&body).expect(201);
    }
    let reason = json!({ "excluded": { "reason": "our own test" } });
    let _ = shop.call("PATCH", &format!("/v1/responses/{excluded}"), &reason).expect(200);
    let both = json!({ "total": 4, "reasons": { "excluded": 1, "honeypot": 3 } });
    let one = json!({ "total": 1, "reasons": { "excluded": 1 } });
    let none = json!({ "total": 0, "reasons": {} });
    for (flag, n, value, left_out) in [
        ("", 1, 100.0, &both),
        ("&flag=none", 1, 100.0, &both),
        ("&flag=any", 4, -50.0, &one),
        ("&flag=flagged", 3, -100.0, &none),
    ] {
        for filter in ["", "&language=en", "&page=/thank-you", "&segment_by=survey"] {
            let nps = shop.get(&format!("/v1/metrics?metric=nps{flag}{filter}"));
            assert_eq!((&nps["n"], &nps["left_out"]), (&json!(n), left_out), "{flag} {filter}");
            near(&nps["value"], value);
        }
    }
}

#[test]
fn an_unknown_parameter_is_rejected() {
    let shop = Shop::new(Worker::shared());
    for (query, expected) in [
        ("", vec![("query.metric", "missing")]),
        ("metric=NPS", vec![("query.metric", "unknown_value")]),
        ("metric=nps&touchpiont=support", vec![("query.touchpiont", "unknown_value")]),
        ("metric=nps&metric=ces", vec![("query.metric", "duplicate")]),
        ("metric=nps&from=22.11.2026", vec![("query.from", "invalid_format")]),
        ("metric=nps&from=2026-02-30", vec![("query.from", "invalid_format")]),
        ("metric=nps&from=2026-11-02&to=2026-11-01", vec![("query.from", "out_of_range")]),
        ("metric=nps&from=2020-01-01&to=2026-01-01", vec![("query.from", "out_of_range")]),
        ("metric=nps&interval=hour", vec![("query.interval", "unknown_value")]),
        ("metric=nps&segment_by=theme", vec![("query.segment_by", "unknown_value")]),
        ("metric=nps&order_min=1", vec![("query.currency", "missing")]),
        (
            "metric=x&from=y&form=z",
            vec![("query.form", "unknown_value"), ("query.metric", "unknown_value"), ("query.from", "invalid_format")],
        ),
    ] {
        let refused = shop.call("GET", &format!("/v1/metrics?{query}"), &Value::Null).expect(400);
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
        assert_eq!(refused.problems(), expected, "{query}");
    }
}
