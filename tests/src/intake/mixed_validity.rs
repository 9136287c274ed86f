//! Valid submissions mixed with invalid ones: the valid ones are stored, the others rejected, each for its own reason.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    ledger::Content,
    load::{self, Call, Figures},
    random::Random,
    shop::ORIGIN,
    shopper::{ADDRESS_HEADER, address},
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

const LINES: usize = 32;

/// The defect, and the status, location and code of the rejection.
const DEFECTS: [(&str, u16, &str, &str); 14] = [
    ("no JSON", 400, "id", "invalid_json"),
    ("no id", 400, "id", "missing"),
    ("a UUIDv4", 400, "id", "invalid_format"),
    ("no revision", 400, "revision", "missing"),
    ("revision 0", 400, "revision", "out_of_range"),
    ("revision as text", 400, "revision", "wrong_type"),
    ("no answers", 400, "answers", "empty"),
    ("score 11", 400, "answers[0].score", "out_of_range"),
    ("a question of another survey", 400, "answers[0].question", "unknown_question"),
    ("the same question twice", 400, "answers[1].question", "duplicate"),
    ("an unknown key", 404, "key", "not_found"),
    ("an unknown version", 404, "survey", "not_found"),
    ("another origin", 403, "header.origin", "origin_not_allowed"),
    ("another media type", 415, "header.content-type", "unsupported_media_type"),
];

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (good, bad) = scale.of((320, 64), (10_000, 500));
    let fixture = Fixture::new(supervisor);
    let results = load::run(load::on_lines(&fixture.target, LINES, |number, mut line| {
        let fixture = fixture.clone();
        let mut random = Random::seeded(seed.wrapping_add(number as u64));
        let mine = |all: usize| all / LINES + usize::from(number < all % LINES);
        let (good, bad) = (mine(good), mine(bad));
        async move {
            let (mut figures, mut refusals) = (Figures::default(), BTreeMap::<&str, u64>::new());
            let (mut good_left, mut bad_left) = (good, bad);
            while good_left + bad_left > 0 {
                if random.below((good_left + bad_left) as u64) < bad_left as u64 {
                    bad_left -= 1;
                    let wrong = &DEFECTS[(number + bad_left) % DEFECTS.len()];
                    let call = with_defect(&fixture, wrong.0, &new_id(&mut random), &anything(&mut random));
                    let answer = line.send(&call).await.expect("a reply");
                    let json = answer.json();
                    let problem = &json["problems"][0];
                    let found = (answer.status, problem["at"].as_str(), problem["code"].as_str());
                    assert_eq!(found, (wrong.1, Some(wrong.2), Some(wrong.3)), "{}: {json}", wrong.0);
                    *refusals.entry(wrong.0).or_default() += 1;
                } else {
                    good_left -= 1;
                    let (id, content) = (new_id(&mut random), anything(&mut random));
                    let answer = fixture.deliver(&mut line, (&id, 1, &content), &mut figures).await;
                    assert_eq!(answer.status, 201, "{:?}", answer.body);
                }
            }
            (figures, refusals)
        }
    }));
    let mut reasons = BTreeMap::<&str, u64>::new();
    for (name, count) in results.iter().flat_map(|(_, refusals)| refusals) {
        *reasons.entry(name).or_default() += count;
    }
    let refused: u64 = reasons.values().sum();
    let checked = fixture.check(Duration::from_secs(10));
    assert_eq!((checked.rows, refused), (good, bad as u64));
    assert_eq!(reasons.len(), DEFECTS.len(), "every reason occurred");
    format!("{good} valid: {} rows; {bad} invalid: {refused} rejected for {} reasons", checked.rows, reasons.len())
}

/// A submission with one defect.
fn with_defect(fixture: &Fixture, wrong: &str, id: &str, content: &Content) -> Call {
    let mut body = fixture.body(id, 1, content);
    let mut call = Call::from_page("/v1/submissions", ORIGIN, "");
    call.headers.push((ADDRESS_HEADER, address(id)));
    let without = |body: &mut Value, name: &str| body.as_object_mut().expect("an object").remove(name);
    match wrong {
        "no id" => drop(without(&mut body, "id")),
        "a UUIDv4" => body["id"] = json!("6f1c2d3e-4a5b-4c6d-8e9f-0a1b2c3d4e5f"),
        "no revision" => drop(without(&mut body, "revision")),
        "revision 0" => body["revision"] = json!(0),
        "revision as text" => body["revision"] = json!("1"),
        "no answers" => body["answers"] = json!([]),
        "score 11" => body["answers"][0]["score"] = json!(11),
        "a question of another survey" => body["answers"] = json!([{ "question": "other", "score": 1 }]),
        "the same question twice" => {
            body["answers"] = json!([{ "question": "nps", "score": 1 }, { "question": "nps", "score": 2 }]);
        }
        "an unknown key" => body["key"] = json!("pk_0000000000000000zzzzzzzzzzzzzzzz"),
        "an unknown version" => body["version"] = json!(99),
        "another origin" => call.headers[0].1 = "https://shop.example.evil.example".to_owned(),
        "another media type" => call.headers[1].1 = "application/x-www-form-urlencoded".to_owned(),
        _ => {}
    }
    call.body = if wrong == "no JSON" { "{\"id\":".into() } else { body.to_string().into() };
    call
}
