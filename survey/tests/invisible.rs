//! Characters that are never drawn are dropped from everything that a page sends, before it is measured.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test stops at the first surprise"
)]

use serde_json::{Value, json};
use survey::{
    Submission, submission,
    submission::PageParameters,
    wire::{read_definition, read_submission},
};

/// The check of an answer and a context.
fn check(answer: Value, context: Value) -> Result<Submission, Vec<(String, &'static str)>> {
    let survey = json!({
        "name": "S", "touchpoint": "purchase", "language": "en",
        "questions": [
            { "id": "why", "kind": "text", "text": { "en": "Why?" }, "max_chars": 20 },
            { "id": "one", "kind": "choice", "text": { "en": "Which?" }, "other": { "en": "Else" },
              "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }] },
            { "id": "mail", "kind": "contact", "text": { "en": "Where?" } },
            { "id": "phone", "kind": "contact", "text": { "en": "Where?" }, "channel": "phone" },
        ],
    });
    let survey = read_definition(&survey.to_string()).unwrap();
    let body = json!({
        "id": "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11", "revision": 1, "key": "pk_x", "survey": "srv_x", "version": 1,
        "answers": [answer], "context": context,
    });
    let (raw, found) = read_submission(&body.to_string()).unwrap();
    submission::check(&survey, raw, &PageParameters::default(), found)
        .map_err(|problems| problems.into_iter().map(|problem| (problem.at, problem.code.as_str())).collect())
}

fn text(text: &str) -> Result<Submission, Vec<(String, &'static str)>> {
    check(json!({ "question": "why", "text": text }), json!({}))
}

#[test]
fn invisible_characters_are_dropped_from_everything() {
    let submission = text("To\u{200b}o sl\u{ad}ow\u{202e}").unwrap();
    assert_eq!(submission.answers[0].value, survey::Value::Text("Too slow".into()));
    let context = json!({
        "customer": "\u{feff}c-7\u{2060}", "order": { "id": "10\u{200e}01", "value": 1, "currency": "PLN" },
        "url": "https://shop.example/a\u{200b}b", "traits": { "pl\u{200b}an": "go\u{200d}ld" },
    });
    let context = check(json!({ "question": "why", "text": "x" }), context).unwrap().context;
    assert_eq!(context.customer.as_deref(), Some("c-7"));
    assert_eq!(context.order.unwrap().id.as_deref(), Some("1001"));
    assert_eq!(context.url.as_deref(), Some("https://shop.example/ab"));
    assert_eq!(context.traits.into_iter().collect::<Vec<_>>(), [("plan".to_owned(), "gold".to_owned())]);
    for (question, sent, stored) in [
        ("mail", "\u{202a}jan@poczta.example\u{202c}\u{200b}", "jan@poczta.example"),
        ("phone", "\u{202a}+48 601 123 456\u{202c}", "+48601123456"),
    ] {
        let answer = json!({ "question": question, "contact": sent, "consent": true });
        let answer = check(answer, json!({})).unwrap().answers.remove(0);
        assert!(matches!(&answer.value, survey::Value::Contact { contact, .. } if contact == stored), "{answer:?}");
    }
}

#[test]
fn a_text_of_invisible_characters_is_empty() {
    for blank in ["\u{200b}\u{2060}", "\u{2800}", "\u{feff}\u{ad}", "\u{fe0f}", " \u{200d} "] {
        assert_eq!(text(blank).unwrap_err(), [("answers[0].text".to_owned(), "empty")], "{blank:?}");
        let other = check(json!({ "question": "one", "other": blank }), json!({})).unwrap_err();
        assert!(other.contains(&("answers[0].other".to_owned(), "empty")), "{blank:?} {other:?}");
        let customer = check(json!({ "question": "why", "text": "x" }), json!({ "customer": blank })).unwrap_err();
        assert_eq!(customer, [("context.customer".to_owned(), "invalid_format")], "{blank:?}");
    }
}

#[test]
fn invisible_characters_do_not_count() {
    assert!(text(&"a\u{200b}".repeat(20)).is_ok());
    assert!(text(&"a\u{200b}".repeat(21)).is_err());
}
