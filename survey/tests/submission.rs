//! Which submissions are accepted, and which problems are reported for others.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test stops at the first surprise, and its rows read better by value"
)]

use proptest::prelude::*;
use serde_json::{Value, json};
use survey::{
    Submission, Survey,
    submission::{self, PageParameters},
    wire::{StoredAnswer, read_definition, read_submission},
};

/// One question of each kind. `why` is only asked of detractors, `which` only after "a" or something else.
fn survey() -> Survey {
    let definition = json!({
        "name": "All kinds", "touchpoint": "purchase", "language": "en",
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" }, "max_chars": 20,
              "ask_when": { "question": "nps", "to": 6 } },
            { "id": "ces", "kind": "ces", "text": { "en": "How easy?" } },
            { "id": "csat", "kind": "csat", "text": { "en": "How good?" } },
            { "id": "one", "kind": "choice", "text": { "en": "Which?" }, "other": { "en": "Else" },
              "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }] },
            { "id": "many", "kind": "choice", "text": { "en": "Which?" }, "multiple": true,
              "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }] },
            { "id": "agree", "kind": "agree", "text": { "en": "It is good" } },
            { "id": "which", "kind": "text", "text": { "en": "Which?" },
              "ask_when": { "question": "one", "choices": ["a"], "other": true } },
            { "id": "mail", "kind": "contact", "text": { "en": "Where?" } },
            { "id": "phone", "kind": "contact", "text": { "en": "Where?" }, "channel": "phone" },
        ],
    });
    read_definition(&definition.to_string()).unwrap()
}

fn valid() -> Value {
    json!({
        "id": "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11", "client_secret": "AZaz09-_AZaz09-_AZaz09", "revision": 1,
        "key": "pk_x", "survey": "srv_x", "version": 1,
        "answers": [
            { "question": "nps", "score": 3 },
            { "question": "why", "text": "Too slow" },
            { "question": "one", "choices": ["b"] },
            { "question": "many", "choices": ["b", "a"] },
        ],
        "complete": true,
        "context": {
            "url": "https://shop.example/thank-you?order=1#secret", "language": "pl", "device": "mobile",
            "trigger": "exit", "order": { "id": "1001", "value": 12990, "currency": "PLN" }, "customer": "c-7",
            "traits": { "plan": "gold", "orders": 3, "vip": true },
        },
    })
}

fn check(body: &Value) -> Result<Submission, Vec<(String, &'static str)>> {
    let placed = |problems: Vec<survey::Problem>| {
        problems.into_iter().map(|problem| (problem.at, problem.code.as_str())).collect::<Vec<_>>()
    };
    let (raw, found) = read_submission(&body.to_string()).map_err(placed)?;
    submission::check(&survey(), raw, &PageParameters::default(), found).map_err(placed)
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = valid();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (body.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Value::Null) => {
            members.remove(name);
        }
        (Value::Object(members), value) => {
            members.insert(name.into(), value);
        }
        (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer} does not point into an object or array"),
    }
    body
}

fn answer(answer: Value) -> Value {
    with("/answers", json!([answer]))
}

/// A valid contact answer with changed members.
fn contact(members: Value) -> Value {
    let mut answer_json = json!({ "question": "mail", "contact": "a@b.example", "consent": true });
    answer_json.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    answer(answer_json)
}

/// This answer, and one that may follow from it.
fn two(first: Value) -> Value {
    with("/answers", json!([first, { "question": "which", "text": "This one" }]))
}

#[test]
fn contact_addresses_are_stored_normalized_with_consent() {
    for (question, input, stored) in
        [("mail", " Ala@B.EXAMPLE ", "Ala@b.example"), ("phone", "+48 601-123-456", "+48601123456")]
    {
        let submission = check(&contact(json!({ "question": question, "contact": input }))).unwrap();
        let written = serde_json::to_value(StoredAnswer::from(&submission.answers[0])).unwrap();
        let expected = json!({ "question": question, "kind": "contact", "contact": stored, "consent": true });
        assert_eq!(written, expected);
        let read: StoredAnswer = serde_json::from_value(written).unwrap();
        assert_eq!(read, StoredAnswer::from(&submission.answers[0]));
    }
}

#[test]
fn stored_answers_of_earlier_versions_are_read() {
    let old = r#"{"question":"nps","kind":"nps","score":9}"#;
    assert_eq!(serde_json::to_string(&serde_json::from_str::<StoredAnswer>(old).unwrap()).unwrap(), old);
}

#[test]
fn a_valid_submission_is_accepted() {
    let submission = check(&valid()).unwrap();
    assert_eq!(submission.client_secret.unwrap().as_str(), "AZaz09-_AZaz09-_AZaz09");
    assert_eq!(submission.revision, 1);
    assert!(submission.complete);
    assert_eq!(submission.context.url.as_deref(), Some("https://shop.example/thank-you"), "no secrets");
    assert_eq!(submission.context.order.as_ref().map(|order| order.value), Some(12_990));
    assert_eq!(submission.context.traits.get("orders").map(String::as_str), Some("3"));
    let questions: Vec<_> = submission.answers.iter().map(|answer| answer.question.as_str()).collect();
    assert_eq!(questions, ["nps", "why", "one", "many"]);
}

#[test]
fn equal_submissions_are_equal_after_validation() {
    let mut other = valid();
    other["answers"].as_array_mut().unwrap().reverse();
    other["answers"][0]["choices"] = json!(["a", "b"]);
    other["answers"][2]["text"] = json!("  Too slow\u{0} ");
    other["id"] = json!("0192F7C0-7C5E-7B1A-9D7E-2F1C6C1F0A11");
    assert_eq!(check(&other), check(&valid()));
}

#[test]
fn boundary_values_are_accepted() {
    for body in [
        answer(json!({ "question": "nps", "score": 0 })),
        answer(json!({ "question": "nps", "score": 10 })),
        answer(json!({ "question": "nps", "score": 9.0 })),
        answer(json!({ "question": "ces", "score": 1 })),
        answer(json!({ "question": "ces", "score": 7 })),
        answer(json!({ "question": "csat", "score": 5 })),
        answer(json!({ "question": "agree", "score": 1 })),
        answer(json!({ "question": "agree", "score": 7 })),
        answer(json!({ "question": "mail", "contact": "a@b.example", "consent": true })),
        answer(json!({ "question": "phone", "contact": "123456", "consent": true })),
        two(json!({ "question": "one", "choices": ["a"] })),
        two(json!({ "question": "one", "choices": [], "other": "neither" })),
        with("/context/trigger", json!("scroll")),
        with("/context/trigger", json!("button")),
        with("/context/trigger", json!("email")),
        answer(json!({ "question": "one", "other": "neither" })),
        answer(json!({ "question": "one", "choices": [], "other": "neither" })),
        with("/answers/1/text", json!("ż".repeat(20))),
        with("/revision", json!(60)),
        with("/complete", Value::Null),
        with("/context", Value::Null),
        with("/context/order/id", Value::Null),
        with("/context/order/value", json!(0)),
        with("/context/url", json!(format!("https://shop.example/{}", "ż".repeat(2_000)))),
        with("/unknown", json!("a later version of the page may send more")),
    ] {
        assert!(check(&body).is_ok(), "{body}: {:?}", check(&body));
    }
}

#[test]
fn each_problem_is_reported_with_its_place_and_code() {
    for (body, at, code) in [
        (with("/id", Value::Null), "id", "missing"),
        (with("/id", json!(7)), "id", "wrong_type"),
        (with("/id", json!("7")), "id", "invalid_format"),
        (with("/revision", Value::Null), "revision", "missing"),
        (with("/revision", json!(0)), "revision", "out_of_range"),
        (with("/revision", json!(-1)), "revision", "out_of_range"),
        (with("/revision", json!(61)), "revision", "out_of_range"),
        (with("/client_secret", json!("short")), "client_secret", "invalid_format"),
        (with("/client_secret", json!(7)), "client_secret", "wrong_type"),
        (with("/revision", json!("1")), "revision", "wrong_type"),
        (with("/complete", json!("yes")), "complete", "wrong_type"),
        (with("/answers", Value::Null), "answers", "empty"),
        (with("/answers", json!([])), "answers", "empty"),
        (with("/answers", json!({})), "answers", "wrong_type"),
        (with("/answers/3", json!("a")), "answers[3]", "wrong_type"),
        (with("/answers/3/question", json!("nope")), "answers[3].question", "unknown_question"),
        (with("/answers/3/question", json!("one")), "answers[3].question", "duplicate"),
        (with("/answers/0/question", json!("nope")), "answers[0].question", "unknown_question"),
        (with("/answers/0/question", Value::Null), "answers[0].question", "missing"),
        (with("/answers/0/score", json!(11)), "answers[0].score", "out_of_range"),
        (with("/answers/0/score", json!(3.5)), "answers[0].score", "wrong_type"),
        (with("/answers/0/score", json!("3")), "answers[0].score", "wrong_type"),
        (answer(json!({ "question": "nps" })), "answers[0].score", "missing"),
        (answer(json!({ "question": "nps", "score": -1 })), "answers[0].score", "out_of_range"),
        (answer(json!({ "question": "nps", "score": 1e300 })), "answers[0].score", "wrong_type"),
        (answer(json!({ "question": "ces", "score": 0 })), "answers[0].score", "out_of_range"),
        (answer(json!({ "question": "ces", "score": 8 })), "answers[0].score", "out_of_range"),
        (answer(json!({ "question": "csat", "score": 6 })), "answers[0].score", "out_of_range"),
        (answer(json!({ "question": "nps", "score": 3, "text": "x" })), "answers[0].text", "wrong_kind"),
        (answer(json!({ "question": "nps", "score": 3, "contact": "x" })), "answers[0].contact", "wrong_kind"),
        (answer(json!({ "question": "nps", "score": 3, "consent": true })), "answers[0].consent", "wrong_kind"),
        (answer(json!({ "question": "agree", "score": 0 })), "answers[0].score", "out_of_range"),
        (answer(json!({ "question": "agree", "score": 8 })), "answers[0].score", "out_of_range"),
        (contact(json!({ "contact": Value::Null })), "answers[0].contact", "missing"),
        (contact(json!({ "contact": "" })), "answers[0].contact", "invalid_format"),
        (contact(json!({ "contact": "a@b" })), "answers[0].contact", "invalid_format"),
        (contact(json!({ "contact": 601 })), "answers[0].contact", "wrong_type"),
        (contact(json!({ "question": "phone" })), "answers[0].contact", "invalid_format"),
        (contact(json!({ "consent": Value::Null })), "answers[0].consent", "missing"),
        (contact(json!({ "consent": false })), "answers[0].consent", "out_of_range"),
        (contact(json!({ "consent": "yes" })), "answers[0].consent", "wrong_type"),
        (contact(json!({ "text": "x" })), "answers[0].text", "wrong_kind"),
        (two(json!({ "question": "one", "choices": ["b"] })), "answers[1].question", "not_asked"),
        (two(json!({ "question": "many", "choices": ["a"] })), "answers[1].question", "not_asked"),
        (answer(json!({ "question": "which", "text": "x" })), "answers[0].question", "not_asked"),
        (with("/answers/1", json!({ "question": "why" })), "answers[1].text", "missing"),
        (with("/answers/1/text", json!("   ")), "answers[1].text", "empty"),
        (with("/answers/1/text", json!("x".repeat(21))), "answers[1].text", "too_long"),
        (with("/answers/0/score", json!(9)), "answers[1].question", "not_asked"),
        (answer(json!({ "question": "why", "text": "x" })), "answers[0].question", "not_asked"),
        (answer(json!({ "question": "one" })), "answers[0].choices", "missing"),
        (answer(json!({ "question": "one", "choices": [] })), "answers[0].choices", "empty"),
        (answer(json!({ "question": "one", "choices": ["c"] })), "answers[0].choices[0]", "unknown_choice"),
        (answer(json!({ "question": "one", "choices": ["a", "b"] })), "answers[0].choices", "too_many"),
        (answer(json!({ "question": "one", "choices": ["a"], "other": "x" })), "answers[0].choices", "too_many"),
        (answer(json!({ "question": "one", "other": " " })), "answers[0].other", "empty"),
        (answer(json!({ "question": "one", "other": "x".repeat(501) })), "answers[0].other", "too_long"),
        (answer(json!({ "question": "many", "choices": ["a", "a"] })), "answers[0].choices[1]", "duplicate"),
        (answer(json!({ "question": "many", "choices": ["a"], "other": "x" })), "answers[0].other", "wrong_kind"),
        (answer(json!({ "question": "many", "choices": "a" })), "answers[0].choices", "wrong_type"),
        (answer(json!({ "question": "many", "score": 3, "choices": ["a"] })), "answers[0].score", "wrong_kind"),
        (with("/context", json!([])), "context", "wrong_type"),
        (with("/context/url", json!("javascript:alert(1)")), "context.url", "invalid_format"),
        (with("/context/language", json!("polski")), "context.language", "invalid_format"),
        (with("/context/device", json!("watch")), "context.device", "unknown_value"),
        (with("/context/trigger", json!("hover")), "context.trigger", "unknown_value"),
        (with("/context/customer", json!("")), "context.customer", "invalid_format"),
        (with("/context/customer", json!("x".repeat(129))), "context.customer", "invalid_format"),
        (with("/context/order", json!("1001")), "context.order", "wrong_type"),
        (with("/context/order/value", Value::Null), "context.order.value", "missing"),
        (with("/context/order/value", json!(129.9)), "context.order.value", "wrong_type"),
        (with("/context/order/value", json!(-1)), "context.order.value", "out_of_range"),
        (with("/context/order/value", json!(1_i64 << 53)), "context.order.value", "out_of_range"),
        (with("/context/order/currency", Value::Null), "context.order.currency", "missing"),
        (with("/context/order/currency", json!("zł")), "context.order.currency", "invalid_format"),
        (with("/context/traits", json!({ "plan": {} })), "context.traits.plan", "wrong_type"),
        (with("/context/traits", json!({ "plan": "x".repeat(101) })), "context.traits.plan", "too_long"),
    ] {
        assert_eq!(check(&body).unwrap_err(), [(at.to_string(), code)], "{body}");
    }
}

#[test]
fn lists_that_are_too_long_are_rejected() {
    let traits: serde_json::Map<_, _> = (0..21).map(|number| (format!("t{number}"), json!("x"))).collect();
    assert_eq!(check(&with("/context/traits", json!(traits))).unwrap_err(), [("context.traits".into(), "too_many")]);
    let many = json!(vec![json!({ "question": "nps", "score": 3 }); 11]);
    let found = check(&with("/answers", many)).unwrap_err();
    assert_eq!(found.first(), Some(&("answers".to_string(), "too_many")));
    assert_eq!(found.len(), 11, "ten repeated answers are reported as well");
}

#[test]
fn the_number_of_reported_problems_is_limited() {
    let found = check(&with("/answers", json!(vec![1; 5_000]))).unwrap_err();
    assert_eq!(found.len(), survey::Problems::MAX + 1);
    assert_eq!(found.last(), Some(&(String::new(), "too_many")));
}

#[test]
fn all_problems_are_reported_at_once() {
    let mut body = valid();
    body["id"] = json!("x");
    body["revision"] = json!("1");
    body["answers"][0]["score"] = json!(12);
    body["answers"][2]["choices"] = json!(["z"]);
    body["context"]["device"] = json!("watch");
    let expected = [
        ("revision", "wrong_type"),
        ("id", "invalid_format"),
        ("answers[0].score", "out_of_range"),
        ("answers[2].choices[0]", "unknown_choice"),
        ("context.device", "unknown_value"),
    ];
    assert_eq!(check(&body).unwrap_err(), expected.map(|(at, code)| (at.to_string(), code)));
}

#[test]
fn bodies_that_are_not_an_object_are_rejected() {
    for (text, code) in [
        ("", "invalid_json"),
        ("{\"id\":\"\\ud800\"}", "invalid_json"),
        ("null", "wrong_type"),
        ("[]", "wrong_type"),
        ("[[[[[[[[[1]]]]]]]]]", "too_deep"),
    ] {
        let found = read_submission(text).err().unwrap_or_default();
        let codes: Vec<_> = found.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, [code], "{text}");
    }
}

#[test]
fn a_lone_surrogate_is_rejected_with_its_place() {
    let body = valid().to_string();
    for half in ["\\ud800", "\\udfff", "\\ud83d\\u0041", "\\ud83d!"] {
        let found = read_submission(&body.replace("Too slow", half)).unwrap_err();
        let [problem] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((problem.at.as_str(), problem.code.as_str()), ("answers[1].text", "invalid_json"), "{half}");
        assert!(problem.message.contains("a surrogate must be part of a pair"), "{problem}");
    }
    let whole = check(&with("/answers/1/text", json!("\u{1f600}"))).unwrap();
    assert_eq!(
        read_submission(&body.replace("Too slow", "\\ud83d\\ude00")).unwrap().0.answers[1].text,
        Some("😀".into())
    );
    assert_eq!(whole.answers[1].value, survey::Value::Text("😀".into()));
}

/// Every free text of a submission, as it is sent and as it is stored.
#[test]
fn texts_are_normalized() {
    let pieces = "zo\u{301}\u{142}z\u{307}\0\u{7}\u{85}";
    let whole = "zółż";
    let stored = |pointer: &str, value: &str| check(&with(pointer, json!(value))).unwrap();
    let text = |submission: &Submission, at: usize| match &submission.answers[at].value {
        survey::Value::Text(text) | survey::Value::Choice { other: Some(text), .. } => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(&stored("/answers/1/text", &format!(" {pieces}\n\t{pieces} ")), 1), format!("{whole}\n\t{whole}"));
    let other = check(&answer(json!({ "question": "one", "other": pieces }))).unwrap();
    assert_eq!(text(&other, 0), whole);
    assert_eq!(stored("/context/customer", pieces).context.customer.as_deref(), Some(whole));
    assert_eq!(stored("/context/order/id", pieces).context.order.unwrap().id.as_deref(), Some(whole));
    let url = format!("https://shop.example/{pieces}?utm_term={pieces}");
    assert_eq!(
        stored("/context/url", &url).context.url.unwrap(),
        format!("https://shop.example/{whole}?utm_term={whole}")
    );
}

#[test]
fn traits_are_normalized() {
    let submission = check(&with("/context/traits", json!({ "z\u{307}": "z\u{307}\u{1f}" }))).unwrap();
    assert_eq!(submission.context.traits.into_iter().collect::<Vec<_>>(), [("ż".to_string(), "ż".to_string())]);
}

/// Characters are counted after normalization.
#[test]
fn combining_marks_do_not_count() {
    assert!(check(&with("/answers/1/text", json!("z\u{307}".repeat(20)))).is_ok());
    assert!(check(&with("/answers/1/text", json!("z\u{307}".repeat(21)))).is_err());
}

#[test]
fn plausibility_signals_are_never_a_reason_to_reject() {
    let signs = |token: Value, website: Value| {
        let mut body = valid();
        body["token"] = token;
        body["website"] = website;
        let submission = check(&body).unwrap();
        (submission.token, submission.honeypot)
    };
    assert_eq!(signs(Value::Null, Value::Null), (None, false));
    assert_eq!(signs(json!("abc.def"), json!("")), (Some("abc.def".into()), false));
    assert_eq!(signs(json!("x".repeat(64)), json!(" \n")), (Some("x".repeat(64)), false));
    assert_eq!(signs(json!("x".repeat(65)), json!("http://buy.example")), (None, true));
    assert_eq!(signs(json!(""), json!("0")), (None, true));
    let wrong = check(&with("/token", json!(7))).unwrap_err();
    assert_eq!(wrong, [("token".to_string(), "wrong_type")]);
}

proptest! {
    #[test]
    fn no_input_panics(text in ".{0,300}") {
        let _ = read_submission(&text);
    }

    #[test]
    fn any_json_is_accepted_or_rejected_with_places(score in any::<f64>(), text in ".{0,40}", choice in "[a-c]{0,2}") {
        let mut body = valid();
        body["answers"][0]["score"] = json!(score);
        body["answers"][1]["text"] = json!(text);
        body["answers"][2]["choices"] = json!([choice]);
        if let Err(problems) = check(&body) {
            prop_assert!(problems.iter().all(|(at, _)| !at.is_empty()));
        }
    }
}
