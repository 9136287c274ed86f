//! How texts, names and ids are normalized.

use super::*;

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
fn invisible_characters_are_dropped_from_everything() {
    let seen = |pointer: &str, value: &str| check(&with(pointer, json!(value)));
    let text = seen("/answers/1/text", "To\u{200b}o sl\u{ad}ow\u{202e}").unwrap();
    assert_eq!(text.answers[1].value, survey::Value::Text("Too slow".into()));
    let context = seen("/context/customer", "\u{feff}c-7\u{2060}").unwrap().context;
    assert_eq!(context.customer.as_deref(), Some("c-7"));
    let context = seen("/context/order/id", "10\u{200e}01").unwrap().context;
    assert_eq!(context.order.unwrap().id.as_deref(), Some("1001"));
    let context = seen("/context/url", "https://shop.example/a\u{200b}b").unwrap().context;
    assert_eq!(context.url.as_deref(), Some("https://shop.example/ab"));
    let traits = check(&with("/context/traits", json!({ "pl\u{200b}an": "go\u{200d}ld" }))).unwrap().context.traits;
    assert_eq!(traits.into_iter().collect::<Vec<_>>(), [("plan".to_string(), "gold".to_string())]);
    for (members, stored) in [
        (json!({ "contact": "\u{202a}jan@poczta.example\u{202c}\u{200b}" }), "jan@poczta.example"),
        (json!({ "question": "phone", "contact": "\u{202a}+48 601 123 456\u{202c}" }), "+48601123456"),
    ] {
        let answer = check(&contact(members)).unwrap().answers.remove(0);
        assert!(matches!(&answer.value, survey::Value::Contact { contact, .. } if contact == stored), "{answer:?}");
    }
}

#[test]
fn a_text_of_invisible_characters_is_empty() {
    for text in ["\u{200b}\u{2060}", "\u{2800}", "\u{feff}\u{ad}", "\u{fe0f}", " \u{200d} "] {
        let empty = |place: &str| Err(vec![(place.to_string(), "empty")]);
        assert_eq!(check(&with("/answers/1/text", json!(text))), empty("answers[1].text"), "{text:?}");
        let other = check(&answer(json!({ "question": "one", "other": text }))).unwrap_err();
        assert!(other.contains(&("answers[0].other".to_string(), "empty")), "{text:?} {other:?}");
        let customer = check(&with("/context/customer", json!(text))).unwrap_err();
        assert_eq!(customer, [("context.customer".to_string(), "invalid_format")], "{text:?}");
    }
}

/// Characters are counted after the invisible ones are dropped.
#[test]
fn invisible_characters_do_not_count() {
    assert!(check(&with("/answers/1/text", json!("a\u{200b}".repeat(20)))).is_ok());
    assert!(check(&with("/answers/1/text", json!("a\u{200b}".repeat(21)))).is_err());
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
