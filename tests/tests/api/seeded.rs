//! Two thousand submissions from a seeded generator, a tenth of them repeated and a tenth invalid: tallies, rows and
//! accepted ids agree, and each rejection names its location and code.

use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use tests::{
    http::Reply,
    random::Random,
    shop::{Published, Shop, every_kind},
    worker::Worker,
};

const SUBMISSIONS: usize = 2_000;
const PARALLEL: usize = 8;

/// The name of a defect, how to apply it, and the status, location and code of the rejection.
type Defect = (&'static str, fn(&mut Value), u16, &'static str, &'static str);
const DEFECTS: [Defect; 20] = [
    ("no id", |body| body["id"] = Value::Null, 400, "id", "missing"),
    ("a UUIDv4", |body| body["id"] = json!("9b2f7c0e-7c5e-4b1a-9d7e-2f1c6c1f0a11"), 400, "id", "invalid_format"),
    ("revision 0", |body| body["revision"] = json!(0), 400, "revision", "out_of_range"),
    ("revision as text", |body| body["revision"] = json!("1"), 400, "revision", "wrong_type"),
    ("no key", |body| body["key"] = Value::Null, 400, "key", "missing"),
    ("unknown key", |body| body["key"] = json!("pk_zzz"), 404, "key", "not_found"),
    ("unknown survey", |body| body["survey"] = json!("srv_zzz"), 404, "survey", "not_found"),
    ("unknown version", |body| body["version"] = json!(99), 404, "survey", "not_found"),
    ("no answers", |body| body["answers"] = json!([]), 400, "answers", "empty"),
    ("answers as object", |body| body["answers"] = json!({}), 400, "answers", "wrong_type"),
    ("score 11", |body| body["answers"][0]["score"] = json!(11), 400, "answers[0].score", "out_of_range"),
    ("score -1", |body| body["answers"][0]["score"] = json!(-1), 400, "answers[0].score", "out_of_range"),
    ("score 4.5", |body| body["answers"][0]["score"] = json!(4.5), 400, "answers[0].score", "wrong_type"),
    ("score as text", |body| body["answers"][0]["score"] = json!("9"), 400, "answers[0].score", "wrong_type"),
    (
        "unknown question",
        |body| body["answers"][0]["question"] = json!("q"),
        400,
        "answers[0].question",
        "unknown_question",
    ),
    (
        "unknown choice",
        |body| body["answers"] = json!([{ "question": "reason", "choices": ["colour"] }]),
        400,
        "answers[0].choices[0]",
        "unknown_choice",
    ),
    ("unknown device", |body| body["context"]["device"] = json!("fridge"), 400, "context.device", "unknown_value"),
    ("no web page", |body| body["context"]["url"] = json!("file:///etc"), 400, "context.url", "invalid_format"),
    (
        "fractional order value",
        |body| body["context"]["order"] = json!({ "value": 129.9, "currency": "PLN" }),
        400,
        "context.order.value",
        "wrong_type",
    ),
    (
        "non-ASCII currency",
        |body| body["context"]["order"] = json!({ "value": 12990, "currency": "zł" }),
        400,
        "context.order.currency",
        "invalid_format",
    ),
];

enum Plan {
    Right(Value),
    Repeat(Value),
    Broken(Value, &'static Defect),
}

fn plan(shop: &Shop, survey: &Published) -> Vec<Plan> {
    let mut random = Random::seeded(20_261_122);
    let mut plans = Vec::with_capacity(SUBMISSIONS);
    let mut sent: Vec<Value> = Vec::new();
    for number in 0..SUBMISSIONS {
        let (nps, ces, csat) = (random.below(11), 1 + random.below(7), 1 + random.below(5));
        let mut answers = vec![json!({ "question": "nps", "score": nps })];
        if nps <= 6 && random.below(2) == 0 {
            answers.push(json!({ "question": "why", "text": format!("Zażółć gęślą jaźń nr {number}") }));
        }
        if random.below(3) == 0 {
            answers.push(json!({ "question": "ces", "score": ces }));
        }
        if random.below(3) == 0 {
            answers.push(json!({ "question": "csat", "score": csat }));
        }
        if random.below(4) == 0 {
            answers.push(json!({ "question": "reason", "choices": [*random.pick(&["price", "delivery"])] }));
        }
        let mut body = shop.submission(survey, &random.uuid(), 1, &json!(answers));
        body["context"]["language"] = json!(*random.pick(&["pl", "ro", "en"]));
        // Every tenth is invalid, with each defect in turn; every other tenth repeats an earlier one.
        match number % 10 {
            3 => {
                let way = &DEFECTS[(number / 10) % DEFECTS.len()];
                way.1(&mut body);
                plans.push(Plan::Broken(body, way));
            }
            7 => plans.push(Plan::Repeat(random.pick(&sent).clone())),
            _ => {
                sent.push(body.clone());
                plans.push(Plan::Right(body));
            }
        }
    }
    plans
}

#[test]
fn tallies_rows_and_accepted_ids_agree() {
    let shop = Shop::new(Worker::shared());
    let survey = shop.publish(&every_kind());
    let plans = plan(&shop, &survey);
    let (broken, repeated) = plans.iter().fold((0, 0), |(broken, repeated), plan| match plan {
        Plan::Right(_) => (broken, repeated),
        Plan::Repeat(_) => (broken, repeated + 1),
        Plan::Broken(..) => (broken + 1, repeated),
    });
    assert_eq!((plans.len(), broken, repeated), (SUBMISSIONS, 200, 200));

    let next = AtomicUsize::new(0);
    let replies: Vec<(usize, Reply)> = thread::scope(|scope| {
        let work = || {
            let mut replies = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(plan) = plans.get(index) else { return replies };
                let (Plan::Right(body) | Plan::Repeat(body) | Plan::Broken(body, _)) = plan;
                // The shop's server needs no public key.
                let reply = if body["key"].is_null() { shop.submit_from_page(body) } else { shop.submit(body) };
                replies.push((index, reply));
            }
        };
        let workers: Vec<_> = (0..PARALLEL).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(replies.len(), SUBMISSIONS);

    // A repeat may arrive before the original; then the repeat is stored.
    let mut stored: BTreeMap<String, usize> = BTreeMap::new();
    let mut defects: BTreeSet<&str> = BTreeSet::new();
    for (index, reply) in &replies {
        match &plans[*index] {
            Plan::Right(body) | Plan::Repeat(body) => {
                assert!(matches!(reply.status, 200 | 201), "{}", reply.text);
                let id = body["id"].as_str().unwrap().to_owned();
                *stored.entry(id).or_default() += usize::from(reply.status == 201);
            }
            Plan::Broken(_, (name, _, status, at, code)) => {
                assert_eq!(reply.status, *status, "{name}: {}", reply.text);
                assert_eq!(reply.problems(), [((*at).to_owned(), (*code).to_owned())], "{name}");
                defects.insert(name);
            }
        }
    }
    assert_eq!(defects.len(), DEFECTS.len(), "every defect was tried");
    assert!(stored.values().all(|times| *times == 1), "each id was stored once");

    let rows = shop.all_responses("");
    let ids: BTreeSet<String> = rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(rows.len(), ids.len(), "no duplicate rows");
    assert_eq!(ids, stored.into_keys().collect(), "rows = accepted ids");
    assert_eq!(ids.len(), 1_600);

    for metric in ["nps", "ces", "csat"] {
        assert_eq!(tally(&shop, metric, ""), recount(&rows, metric, |_| true), "{metric}");
        for language in ["pl", "ro", "en"] {
            let counted = recount(&rows, metric, |row| row["language"] == language);
            assert_eq!(tally(&shop, metric, &format!("&language={language}")), counted, "{metric} in {language}");
        }
        let by_survey = tally(&shop, metric, &format!("&survey={}", survey.id));
        assert_eq!(by_survey, recount(&rows, metric, |_| true), "{metric} of the survey");
        let by_touchpoint = tally(&shop, metric, "&touchpoint=purchase");
        assert_eq!(by_touchpoint, recount(&rows, metric, |_| true), "{metric} at the touchpoint");
    }
}

/// Counts per score from the metrics.
fn tally(shop: &Shop, metric: &str, filter: &str) -> BTreeMap<u64, u64> {
    let reply = shop.get(&format!("/v1/metrics?metric={metric}{filter}"));
    let counts = reply["distribution"].as_object().unwrap().iter();
    counts
        .map(|(score, count)| (score.parse().unwrap(), count.as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// Counts per score from the listed rows.
fn recount(rows: &[Value], metric: &str, selected: impl Fn(&Value) -> bool) -> BTreeMap<u64, u64> {
    let mut counts = BTreeMap::new();
    for row in rows.iter().filter(|row| selected(row)) {
        for answer in row["answers"].as_array().unwrap() {
            if answer["kind"] == metric {
                *counts.entry(answer["score"].as_u64().unwrap()).or_default() += 1;
            }
        }
    }
    counts
}
