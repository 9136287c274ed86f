//! Kinds of questions, their conditions, and placeholders in their texts.

use super::{accepted, problems, rejected, survey, valid, with};
use serde_json::{Value, json};
use survey::{
    Kind, Metric, Slug,
    flow::Condition,
    question::{Channel, Choice, Look},
};

fn append(question: Value) -> Value {
    let mut definition = valid();
    definition["questions"].as_array_mut().unwrap().push(question);
    definition
}

#[test]
fn kinds_are_parsed() {
    let text = json!({ "en": "?" });
    let none = survey::Localized::default;
    let scale = |metric, look| Kind::Scale { metric, low: none(), high: none(), look };
    for (question, kind) in [
        (json!({ "kind": "agree" }), scale(Metric::Agree, Look::Numbers)),
        (json!({ "kind": "agree", "look": "numbers" }), scale(Metric::Agree, Look::Numbers)),
        (json!({ "kind": "csat" }), scale(Metric::Csat, Look::Numbers)),
        (json!({ "kind": "csat", "look": "stars" }), scale(Metric::Csat, Look::Stars)),
        (json!({ "kind": "csat", "look": "faces" }), scale(Metric::Csat, Look::Faces)),
        (json!({ "kind": "contact" }), Kind::Contact { channel: Channel::Email, consent: none() }),
        (json!({ "kind": "contact", "channel": "phone" }), Kind::Contact { channel: Channel::Phone, consent: none() }),
    ] {
        let mut question = question;
        question["id"] = json!("it");
        question["text"] = text.clone();
        let survey = accepted("/questions", json!([question]));
        assert_eq!(survey.questions()[0].kind, kind, "{question}");
    }
    let consent = json!({ "id": "it", "kind": "contact", "text": text, "consent": { "en": "{shop} may write to me" } });
    assert!(
        matches!(&accepted("/questions", json!([consent])).questions()[0].kind, Kind::Contact { consent, .. } if !consent.is_empty())
    );
    for shuffle in [true, false] {
        let survey = accepted("/questions/2/shuffle", json!(shuffle));
        assert!(matches!(survey.questions()[2].kind, Kind::Choice { shuffle: found, .. } if found == shuffle));
    }
}

/// The kind after this one in the order of `Kind::NAMES`. A new kind does not compile until it has a place in the chain.
fn next_kind(kind: &Kind) -> Option<Kind> {
    let texts = survey::Localized::default;
    let scale = |metric| Kind::Scale { metric, low: texts(), high: texts(), look: Look::Numbers };
    match kind {
        Kind::Scale { metric: Metric::Nps, .. } => Some(scale(Metric::Ces)),
        Kind::Scale { metric: Metric::Ces, .. } => Some(scale(Metric::Csat)),
        Kind::Scale { metric: Metric::Csat, .. } => Some(scale(Metric::Agree)),
        Kind::Scale { metric: Metric::Agree, .. } => Some(Kind::Text { placeholder: texts(), max_chars: 9 }),
        Kind::Text { .. } => {
            let choices = ["a", "b"].map(|id| Choice { id: Slug::parse(id).unwrap(), text: texts() });
            Some(Kind::Choice { choices: choices.into(), multiple: false, other: None, shuffle: false })
        }
        Kind::Choice { .. } => Some(Kind::Contact { channel: Channel::Email, consent: texts() }),
        Kind::Contact { .. } => None,
    }
}

#[test]
fn every_kind_is_listed_and_read_as_it_was_written() {
    let text = survey::Localized::default;
    let first = Kind::Scale { metric: Metric::Nps, low: text(), high: text(), look: Look::Numbers };
    let kinds: Vec<Kind> = std::iter::successors(Some(first), next_kind).collect();
    assert_eq!(kinds.iter().map(Kind::as_str).collect::<Vec<_>>(), Kind::NAMES);
    assert_eq!(kinds.iter().filter_map(Kind::metric).collect::<Vec<_>>(), Metric::ALL);
    assert_eq!(Metric::ALL.map(Metric::as_str).join(", "), Metric::ONE_OF.replace(" or ", ", "));
    for name in Kind::NAMES {
        let choices = json!([{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }]);
        let mut question = json!({ "id": "it", "kind": name, "text": { "en": "?" } });
        if name == "choice" {
            question["choices"] = choices;
        }
        assert_eq!(accepted("/questions", json!([question])).questions()[0].kind.as_str(), name);
    }
}

#[test]
fn conditions_on_choices_become_bit_masks() {
    // "price" is bit 0, "delivery" bit 1, "something else" bit 2.
    for (when, any) in [
        (json!({ "choices": ["price"] }), 0b001),
        (json!({ "choices": ["delivery", "price", "price"] }), 0b011),
        (json!({ "choices": ["delivery"], "other": true }), 0b110),
        (json!({ "choices": [], "other": true }), 0b100),
        (json!({ "other": true }), 0b100),
        (json!({ "choices": ["price"], "other": false }), 0b001),
        (json!({}), 0b111),
    ] {
        let mut ask_when = when.clone();
        ask_when["question"] = json!("reason");
        let definition = append(json!({ "id": "more", "kind": "text", "text": { "en": "?" }, "ask_when": ask_when }));
        let survey = accepted("/questions", definition["questions"].clone());
        assert_eq!(survey.questions()[3].when, Some(Condition { question: 2, any }), "{when}");
    }
    // Without "something else" the bit after the last choice is not set.
    let mut definition =
        append(json!({ "id": "more", "kind": "text", "text": { "en": "?" }, "ask_when": { "question": "reason" } }));
    definition["questions"][2].as_object_mut().unwrap().remove("other");
    assert_eq!(survey(&definition).questions()[3].when, Some(Condition { question: 2, any: 0b011 }));
}

#[test]
fn each_invalid_condition_is_reported_with_its_place_and_code() {
    for (when, at, code) in [
        (json!({ "question": "reason", "choices": ["cost"] }), "choices[0]", "unknown_choice"),
        (json!({ "question": "reason", "choices": ["price", 3] }), "choices[1]", "wrong_type"),
        (json!({ "question": "reason", "choices": "price" }), "choices", "wrong_type"),
        (json!({ "question": "reason", "choices": [] }), "choices", "empty"),
        (json!({ "question": "reason", "other": false }), "choices", "empty"),
        (json!({ "question": "reason", "other": "yes" }), "other", "wrong_type"),
        (json!({ "question": "reason", "from": 1 }), "from", "wrong_kind"),
        (json!({ "question": "reason", "to": 1 }), "to", "wrong_kind"),
        (json!({ "question": "nps", "choices": ["price"] }), "choices", "wrong_kind"),
        (json!({ "question": "nps", "other": true }), "other", "wrong_kind"),
        (json!({ "question": "nps", "from": 7, "to": 6 }), "from", "out_of_range"),
        (json!({ "question": "why" }), "question", "invalid_reference"),
        (json!({ "question": "more" }), "question", "invalid_reference"),
    ] {
        let definition = append(json!({ "id": "more", "kind": "text", "text": { "en": "?" }, "ask_when": when }));
        assert_eq!(problems(&definition), [(format!("questions[3].ask_when.{at}"), code)], "{when}");
    }
    let mut definition = append(json!({
        "id": "more", "kind": "text", "text": { "en": "?" }, "ask_when": { "question": "reason", "other": true },
    }));
    definition["questions"][2].as_object_mut().unwrap().remove("other");
    assert_eq!(problems(&definition), [("questions[3].ask_when.other".to_string(), "invalid_reference")]);
}

#[test]
fn the_longest_list_of_choices_can_be_a_condition() {
    let choices: Vec<Value> =
        (0..30).map(|number| json!({ "id": format!("c{number}"), "text": { "en": "?" } })).collect();
    let mut definition =
        append(json!({ "id": "more", "kind": "text", "text": { "en": "?" }, "ask_when": { "question": "reason" } }));
    definition["questions"][2]["choices"] = json!(choices);
    assert_eq!(survey(&definition).questions()[3].when, Some(Condition { question: 2, any: (1 << 31) - 1 }));
    let too_many: Vec<Value> =
        (0..64).map(|number| json!({ "id": format!("c{number}"), "text": { "en": "?" } })).collect();
    definition["questions"][2]["choices"] = json!(too_many);
    definition["questions"][3]["ask_when"]["choices"] = json!(["c63", "c0"]);
    assert_eq!(problems(&definition), [("questions[2].choices".to_string(), "too_many")]);
}

#[test]
fn each_invalid_kind_is_reported_with_its_place_and_code() {
    for (question, at, code) in [
        (json!({ "kind": "nps", "look": "stars" }), "look", "wrong_kind"),
        (json!({ "kind": "agree", "look": "faces" }), "look", "wrong_kind"),
        (json!({ "kind": "csat", "look": "hearts" }), "look", "unknown_value"),
        (json!({ "kind": "contact", "channel": "fax" }), "channel", "unknown_value"),
        (json!({ "kind": "contact", "channel": 1 }), "channel", "wrong_type"),
        (json!({ "kind": "contact", "consent": { "pl": "Zgoda" } }), "consent.en", "missing"),
        (json!({ "kind": "contact", "consent": "yes" }), "consent", "wrong_type"),
    ] {
        let mut question = question;
        question["id"] = json!("it");
        question["text"] = json!({ "en": "?" });
        assert_eq!(problems(&append(question.clone())), [(format!("questions[3].{at}"), code)], "{question}");
    }
    rejected("/questions/2/shuffle", json!("yes"), &[("questions[2].shuffle", "wrong_type")]);
    let contact = |number| json!({ "id": format!("c{number}"), "kind": "contact", "text": { "en": "?" } });
    let mut questions: Vec<Value> = (0..4).map(contact).collect();
    questions.push(json!({ "id": "a", "kind": "text", "text": { "en": "?" }, "max_chars": 5_000 }));
    questions.push(json!({ "id": "b", "kind": "text", "text": { "en": "?" }, "max_chars": 4_000 }));
    rejected("/questions", json!(questions), &[("questions", "too_long")]);
}

#[test]
fn placeholders_refer_to_earlier_questions() {
    for (pointer, text) in [
        ("/questions/0/text/en", "Would you recommend {shop}?"),
        ("/questions/1/text/en", "You gave {shop} a {nps}: why?"),
        ("/questions/1/text/en", "Braces { of } all {kinds of} braces {}"),
        ("/questions/2/text/pl", "{why} {nps}"),
        ("/questions/2/choices/0/text/en", "{nps}"),
        ("/questions/2/other/en", "{why}"),
        ("/thanks", "{reason}"),
    ] {
        let value = if pointer == "/thanks" { json!({ "en": text }) } else { json!(text) };
        accepted(pointer, value);
    }
    for (pointer, text, at) in [
        ("/questions/0/text/en", "{nps}", "questions[0].text.en"),
        ("/questions/0/text/en", "{Shop}", "questions[0].text.en"),
        ("/questions/0/text/pl", "{shop} {why}", "questions[0].text.pl"),
        ("/questions/1/text/en", "{nps} {reason}", "questions[1].text.en"),
        ("/questions/2/choices/1/text/en", "{reason}", "questions[2].choices[1].text.en"),
        ("/questions/2/other/en", "{reason}", "questions[2].other.en"),
    ] {
        rejected(pointer, json!(text), &[(at, "invalid_reference")]);
    }
    rejected("/thanks", json!({ "en": "{unknown}" }), &[("thanks.en", "invalid_reference")]);
    let label = json!({ "mode": "button", "label": { "en": "{nps}" } });
    assert_eq!(problems(&with("/display", label)), [("display.label.en".to_string(), "invalid_reference")]);
}
