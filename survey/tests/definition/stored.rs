//! Definitions stored by earlier versions of the service can still be read.

use serde_json::json;
use survey::{
    Survey, Trigger,
    audience::Again,
    flow::Condition,
    wire::{Definition, read_definition, read_stored},
};

/// As version 0.1 wrote it, including the `null` selector.
fn version_0_1() -> serde_json::Value {
    json!({
        "name": "After purchase", "touchpoint": "purchase", "language": "en",
        "display": {
            "mode": "slide_in", "selector": null, "pages": ["/thank-you", "*"], "trigger": "exit", "delay_ms": 800,
        },
        "questions": [
            { "id": "ces", "kind": "ces", "text": { "en": "Easy?", "pl": "Łatwo?" }, "low": { "en": "no" } },
            { "id": "why", "kind": "text", "text": { "en": "Why {not}?" }, "max_chars": 2000,
              "ask_when": { "question": "ces", "from": 1, "to": 4 } },
            { "id": "reason", "kind": "choice", "text": { "en": "What?" }, "multiple": false, "other": { "en": "Else" },
              "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B {b}" } }] },
        ],
        "thanks": { "en": "{thanks}" },
    })
}

fn read(text: &str) -> Survey {
    read_stored(text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn a_definition_of_version_0_1_keeps_its_meaning() {
    let survey = read(&version_0_1().to_string());
    assert_eq!(survey.display().triggers, [Trigger::Exit]);
    assert_eq!((survey.display().delay_ms, survey.display().pages.len()), (800, 2));
    assert_eq!(survey.conditions(), [None, Some(Condition::scored(0, 1, 4)), None]);
    assert_eq!(survey.audience().again, Again::default_for(false));
    assert_eq!(survey.thanks().iter().next().map(|(_, text)| text), Some("{thanks}"));

    let written = serde_json::to_string(&Definition::from(&survey)).unwrap();
    assert_eq!(read(&written), survey);
}

#[test]
fn unknown_placeholders_are_reported_to_owners() {
    let found = read_definition(&version_0_1().to_string()).unwrap_err();
    let places: Vec<_> = found.iter().map(|problem| (problem.at.as_str(), problem.code.as_str())).collect();
    let expected = ["questions[1].text.en", "questions[2].choices[1].text.en", "thanks.en"];
    assert_eq!(places, expected.map(|at| (at, "invalid_reference")));
}

#[test]
fn an_inline_survey_of_version_0_1_has_no_height() {
    let mut definition = version_0_1();
    definition["display"]["mode"] = json!("inline");
    definition["display"]["selector"] = json!("#place");
    let survey = read(&definition.to_string());
    assert_eq!((survey.display().mode.selector(), survey.display().mode.height()), (Some("#place"), 0));
}
