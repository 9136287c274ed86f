//! Which definitions are accepted, which problems are reported for others, and what pages receive.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test stops at the first surprise, and its rows read better by value"
)]

mod audience;
mod display;
mod page;
mod question;
mod stored;
mod view;

use proptest::prelude::*;
use serde_json::{Value, json};
use survey::{
    Kind, Metric, Survey, Trigger,
    flow::Condition,
    wire::{Definition, View, read_definition},
};

fn valid() -> Value {
    json!({
        "name": "After purchase",
        "touchpoint": "purchase",
        "language": "en",
        "display": { "mode": "slide_in", "pages": ["/thank-you", "*/orders/*"], "trigger": "load", "delay_ms": 800 },
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?", "pl": "Na ile?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" }, "ask_when": { "question": "nps", "to": 6 } },
            {
                "id": "reason", "kind": "choice", "text": { "en": "What?" }, "other": { "en": "Something else" },
                "choices": [
                    { "id": "price", "text": { "en": "Price" } },
                    { "id": "delivery", "text": { "en": "Delivery" } },
                ],
            },
        ],
    })
}

/// Sets the member at a JSON pointer; `null` removes it.
fn with(pointer: &str, value: Value) -> Value {
    let mut definition = valid();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = definition.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(members), Value::Null) => {
            members.remove(name);
        }
        (Value::Object(members), value) => {
            members.insert(name.into(), value);
        }
        (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer} does not point into an object or array"),
    }
    definition
}

fn many_texts(count: usize, max_chars: u16) -> Vec<Value> {
    let text =
        |number| json!({ "id": format!("t{number}"), "kind": "text", "text": { "en": "?" }, "max_chars": max_chars });
    (0..count).map(text).collect()
}

fn problems(definition: &Value) -> Vec<(String, &'static str)> {
    match read_definition(&definition.to_string()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| (problem.at, problem.code.as_str())).collect(),
    }
}

/// Parses a valid definition.
#[track_caller]
fn survey(definition: &Value) -> Survey {
    read_definition(&definition.to_string()).unwrap_or_else(|problems| panic!("{definition}: {problems:?}"))
}

/// Accepts a definition with a changed member, and checks that writing and parsing it gives the same survey.
#[track_caller]
fn accepted(pointer: &str, value: Value) -> Survey {
    let survey = survey(&with(pointer, value));
    let written = serde_json::to_string(&Definition::from(&survey)).unwrap();
    assert_eq!(read_definition(&written), Ok(survey.clone()), "{written}");
    survey
}

#[track_caller]
fn rejected(pointer: &str, value: Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(at, code)| ((*at).to_string(), *code)).collect();
    assert_eq!(problems(&with(pointer, value.clone())), expected, "{pointer} = {value}");
}

#[test]
fn a_valid_definition_is_accepted() {
    let survey = read_definition(&valid().to_string()).unwrap();
    assert_eq!(survey.name(), "After purchase");
    assert_eq!(survey.questions().len(), 3);
    assert_eq!(survey.conditions(), [None, Some(Condition::scored(0, 0, 6)), None]);
    assert_eq!(survey.questions()[0].kind.metric(), Some(Metric::Nps));
    assert!(matches!(survey.questions()[1].kind, Kind::Text { max_chars: Survey::DEFAULT_ANSWER, .. }));
    let languages: Vec<_> = survey.languages().into_iter().map(survey::Language::as_str).collect();
    assert_eq!(languages, ["en", "pl"]);
}

#[test]
fn missing_members_have_defaults() {
    let minimal = json!({
        "name": "n", "touchpoint": "t", "language": "ro",
        "questions": [{ "id": "q", "kind": "csat", "text": { "ro": "Cât de mulțumit(ă) sunteți?" } }],
    });
    let survey = read_definition(&minimal.to_string()).unwrap();
    assert_eq!(survey.display().mode.as_str(), "slide_in");
    assert_eq!(survey.display().triggers, [Trigger::Load]);
    assert!(survey.display().pages.is_empty());
    assert_eq!(survey.display().delay_ms, 0);
    let view = serde_json::to_value(View::new(&survey, "Raft", survey.language())).unwrap();
    assert_eq!(view["questions"][0]["low"], "foarte nemulțumit(ă)");
    assert_eq!(view["thanks"], "Vă mulțumim!");
}

#[test]
fn each_problem_is_reported_with_its_place_and_code() {
    let long = "x".repeat(501);
    for (pointer, value, expected) in [
        ("/name", Value::Null, ("name", "missing")),
        ("/name", json!("  "), ("name", "empty")),
        ("/name", json!(7), ("name", "wrong_type")),
        ("/name", json!("x".repeat(121)), ("name", "too_long")),
        ("/touchpoint", Value::Null, ("touchpoint", "missing")),
        ("/touchpoint", json!("After purchase"), ("touchpoint", "invalid_format")),
        ("/language", Value::Null, ("language", "missing")),
        ("/language", json!("english"), ("language", "invalid_format")),
        ("/display", json!("slide_in"), ("display", "wrong_type")),
        ("/display/mode", json!("popup"), ("display.mode", "unknown_value")),
        ("/display/mode", json!("inline"), ("display.selector", "missing")),
        ("/display/trigger", json!("scroll"), ("display.trigger", "unknown_value")),
        ("/display/delay_ms", json!(-1), ("display.delay_ms", "out_of_range")),
        ("/display/delay_ms", json!(600_001), ("display.delay_ms", "out_of_range")),
        ("/display/delay_ms", json!(1.5), ("display.delay_ms", "wrong_type")),
        ("/display/pages/0", json!("thank-you"), ("display.pages[0]", "invalid_format")),
        ("/display/pages/1", json!(3), ("display.pages[1]", "wrong_type")),
        ("/display/pages/1", json!(format!("/{}", "x".repeat(300))), ("display.pages[1]", "too_long")),
        ("/display/pages", json!(vec!["/"; 51]), ("display.pages", "too_many")),
        ("/questions", Value::Null, ("questions", "missing")),
        ("/questions", json!([]), ("questions", "missing")),
        ("/questions/0", json!("nps"), ("questions[0]", "wrong_type")),
        ("/questions/2/id", Value::Null, ("questions[2].id", "missing")),
        ("/questions/2/id", json!("Reason?"), ("questions[2].id", "invalid_format")),
        ("/questions/2/id", json!("nps"), ("questions[2].id", "duplicate")),
        ("/questions/2/kind", Value::Null, ("questions[2].kind", "missing")),
        ("/questions/2/kind", json!("stars"), ("questions[2].kind", "unknown_value")),
        ("/questions/0/text", Value::Null, ("questions[0].text", "missing")),
        ("/questions/0/text", json!("How likely?"), ("questions[0].text", "wrong_type")),
        ("/questions/0/text/en", Value::Null, ("questions[0].text.en", "missing")),
        ("/questions/0/text/en", json!(""), ("questions[0].text.en", "empty")),
        ("/questions/0/text/pl", json!(long), ("questions[0].text.pl", "too_long")),
        ("/questions/0/text/polish", json!("Na ile?"), ("questions[0].text.polish", "invalid_format")),
        ("/questions/0/low", json!({ "pl": "mało" }), ("questions[0].low.en", "missing")),
        ("/questions/1/max_chars", json!(0), ("questions[1].max_chars", "out_of_range")),
        ("/questions/1/max_chars", json!(5_001), ("questions[1].max_chars", "out_of_range")),
        ("/questions/1/ask_when", json!("nps"), ("questions[1].ask_when", "wrong_type")),
        ("/questions/1/ask_when/question", Value::Null, ("questions[1].ask_when.question", "missing")),
        ("/questions/1/ask_when/question", json!("reason"), ("questions[1].ask_when.question", "invalid_reference")),
        ("/questions/1/ask_when/question", json!("why"), ("questions[1].ask_when.question", "invalid_reference")),
        ("/questions/1/ask_when/to", json!(11), ("questions[1].ask_when.to", "out_of_range")),
        ("/questions/1/ask_when/from", json!(7), ("questions[1].ask_when.from", "out_of_range")),
        ("/questions/2/choices", Value::Null, ("questions[2].choices", "missing")),
        ("/questions/2/choices/1/id", json!("price"), ("questions[2].choices[1].id", "duplicate")),
        ("/questions/2/choices/1/id", Value::Null, ("questions[2].choices[1].id", "missing")),
        ("/questions/2/choices/1/text", json!({}), ("questions[2].choices[1].text.en", "missing")),
        ("/questions/2/multiple", json!("yes"), ("questions[2].multiple", "wrong_type")),
        ("/questions/2/other", json!({ "pl": "Co innego" }), ("questions[2].other.en", "missing")),
        ("/thanks", json!({ "en": " " }), ("thanks.en", "empty")),
        ("/questions", json!(many_texts(5, 2_001)), ("questions", "too_long")),
        ("/questions", json!(many_texts(21, 100)), ("questions", "too_many")),
    ] {
        // A question that is not an object cannot be referred to.
        let lost = expected.0 == "questions[0]";
        let more = lost.then_some(("questions[1].ask_when.question", "invalid_reference"));
        let all: Vec<_> = std::iter::once(expected).chain(more).collect();
        rejected(pointer, value, &all);
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let mut wrong = with("/name", json!(7));
    wrong["touchpoint"] = json!("Kasa");
    wrong["questions"][0]["kind"] = json!("stars");
    wrong["questions"][2]["choices"] = json!([]);
    let expected = [
        ("name", "wrong_type"),
        ("touchpoint", "invalid_format"),
        ("questions[0].kind", "unknown_value"),
        ("questions[1].ask_when.question", "invalid_reference"),
        ("questions[2].choices", "missing"),
    ];
    assert_eq!(problems(&wrong), expected.map(|(at, code)| (at.to_string(), code)));
}

#[test]
fn bodies_that_are_not_an_object_are_rejected() {
    let deep = format!("{}{}", "[".repeat(9), "]".repeat(9));
    for (text, code) in [("", "invalid_json"), ("{", "invalid_json"), ("[]", "wrong_type"), (deep.as_str(), "too_deep")]
    {
        let found = read_definition(text).unwrap_err();
        assert_eq!(found.iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>(), [code], "{text}");
    }
}

proptest! {
    #[test]
    fn writing_and_parsing_gives_the_same_survey(
        name in "[^\\s\\p{C}][^\\p{C}]{0,30}[^\\s\\p{C}]",
        // Without braces, which would be placeholders.
        text in "[^\\s\\p{C}{}][^\\p{C}{}]{0,60}[^\\s\\p{C}{}]",
        delay in 0_u32..=Survey::MAX_DELAY_MS,
        from in 0_u8..=6, to in 6_u8..=10,
        multiple: bool, other: bool, inline: bool,
    ) {
        let mut definition = valid();
        definition["name"] = json!(name);
        definition["display"]["delay_ms"] = json!(delay);
        if inline {
            definition["display"]["mode"] = json!("inline");
            definition["display"]["selector"] = json!("#place");
        }
        definition["questions"][0]["text"]["pl"] = json!(text);
        definition["questions"][1]["ask_when"] = json!({ "question": "nps", "from": from, "to": to });
        definition["questions"][2]["multiple"] = json!(multiple);
        if !other {
            definition["questions"][2].as_object_mut().unwrap().remove("other");
        }
        let survey = read_definition(&definition.to_string()).unwrap();
        let written = serde_json::to_string(&Definition::from(&survey)).unwrap();
        prop_assert_eq!(read_definition(&written).unwrap(), survey);
    }

    #[test]
    fn writing_and_parsing_gives_the_same_display_and_audience(
        mode in prop::sample::select(vec!["slide_in", "inline", "modal", "button"]),
        corner in prop::sample::select(survey::display::Corner::ALL.to_vec()),
        x in 0_u8..=200, z_index in 1_u16..=9_999, height in 0_u16..=2_000, radius in 0_u8..=32,
        colors in prop::collection::vec(prop::option::of("#[0-9a-fA-F]{6}"), 6),
        event in "[^\\s\\p{C}][^\\p{C}]{0,30}[^\\s\\p{C}]", value in ".{0,100}", number in -(1_i64 << 53)..1 << 53,
        days in prop::collection::vec(0_u16..=3_650, 4), sample in 1_u8..=100, from in 0_u32..20_000, rest in 0_u32..9_000,
    ) {
        let mut definition = valid();
        let triggers = json!([{ "on": "event", "name": event, "where": { "a": value, "b": number, "c": true } }]);
        definition["display"] = json!({
            "mode": mode, "selector": "#x", "height": height, "corner": corner.as_str(), "offset": { "x": x },
            "z_index": z_index, "triggers": if mode == "button" { json!([]) } else { triggers },
            "theme": {
                "accent": colors[0], "background": colors[1], "text": colors[2], "radius": radius,
                "dark": { "accent": colors[3], "background": colors[4], "text": colors[5] },
            },
        });
        let day = |number: u32| format!("{}-{:02}-{:02}", 1970 + number / 336, number / 28 % 12 + 1, number % 28 + 1);
        definition["audience"] = json!({
            "sample_percent": sample, "from": day(from), "until": day(from + rest), "max_views": sample,
            "again": {
                "after_answer_days": days[0], "after_dismissal_days": days[1],
                "after_second_dismissal_days": days[2], "after_view_days": days[3],
            },
        });
        let survey = read_definition(&definition.to_string()).unwrap();
        let written = serde_json::to_string(&Definition::from(&survey)).unwrap();
        prop_assert_eq!(read_definition(&written).unwrap(), survey);
    }

    #[test]
    fn no_input_panics(text in ".{0,200}") {
        let _ = read_definition(&text);
    }
}
