use super::*;
use serde_json::{Value, json};
use survey::wire::read_stored;
use utoipa::PartialSchema;

fn row(changes: &Value) -> ResponseRow {
    let mut row = json!({
        "id": "r", "survey": "s", "version": 1, "revision": 2, "complete": 1, "touchpoint": "cart", "flags": 4,
        "answers": r#"[{"question":"q","kind":"nps","score":3},{"question":"w","kind":"text","text":"x"}]"#,
        "traits": r#"{"plan":"gold"}"#, "received_at": 0, "updated_at": 1, "tags": r#"["a","b"]"#,
        "excluded": "a test",
    });
    row.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    serde_json::from_value(row).unwrap()
}

fn shown(changes: &Value, projection: Projection, context: SurveyContext<'_>) -> Value {
    serde_json::to_value(ResponseItem::of(row(changes), projection, context).unwrap()).unwrap()
}

#[test]
fn members_of_a_response() {
    let full = Projection::FULL;
    for (name, changes, projection, member, expected) in [
        ("a reason", json!({}), Projection::BASIC, "excluded", json!({ "reason": "a test" })),
        ("no reason", json!({ "excluded": null }), Projection::BASIC, "excluded", Value::Null),
        ("tags", json!({}), Projection::BASIC, "tags", json!(["a", "b"])),
        ("no tags", json!({ "tags": null }), Projection::BASIC, "tags", json!([])),
        ("no order", json!({ "order_id": "7" }), Projection::BASIC, "order", Value::Null),
        (
            "an order",
            json!({ "order_value": 5, "order_currency": "PLN" }),
            Projection::BASIC,
            "order",
            json!({ "id": null, "value": 5, "currency": "PLN" }),
        ),
        ("flags", json!({ "flags": 5 }), Projection::BASIC, "flags", json!(["too_fast", "honeypot"])),
        ("no language", json!({}), Projection::BASIC, "language", Value::Null),
        ("the trigger", json!({ "source": "exit" }), Projection::BASIC, "trigger", json!("exit")),
        ("a time", json!({}), Projection::BASIC, "received_at", json!("1970-01-01T00:00:00.000Z")),
        (
            "answers as stored",
            json!({}),
            Projection::BASIC,
            "answers",
            json!([{ "question": "q", "kind": "nps", "score": 3 }, { "question": "w", "kind": "text", "text": "x" }]),
        ),
        (
            "explained answers to an unknown survey",
            json!({}),
            full,
            "answers",
            json!([
                { "question": "q", "kind": "nps", "score": 3, "class": "detractor", "asked": null },
                { "question": "w", "kind": "text", "text": "x", "asked": null },
            ]),
        ),
        ("the name of an unknown survey", json!({}), full, "survey_name", Value::Null),
    ] {
        assert_eq!(shown(&changes, projection, SurveyContext::NONE)[member], expected, "{name}");
    }
}

#[test]
fn only_the_members_of_the_projection_are_written_in_their_order() {
    for projection in
        [Projection::BASIC, Projection::FULL, Projection::FULL.only([Member::received_at, Member::id, Member::order])]
    {
        let item = ResponseItem::of(row(&json!({})), projection, SurveyContext::NONE).unwrap();
        let value = serde_json::to_value(&item).unwrap();
        let names: Vec<&str> = projection.members().map(Member::as_str).collect();
        assert_eq!(value.as_object().unwrap().len(), names.len(), "{projection:?}");
        let text = serde_json::to_string(&item).unwrap();
        let places: Vec<Option<usize>> = names.iter().map(|name| text.find(&format!("\"{name}\":"))).collect();
        assert!(places.is_sorted() && !places.contains(&None), "{projection:?}: {text}");
    }
}

#[test]
fn questions_are_shown_in_the_language_of_the_response() {
    let definition = json!({
        "name": "After purchase", "touchpoint": "purchase", "language": "en",
        "questions": [{ "id": "q", "kind": "nps", "text": { "en": "Would you recommend {shop}?", "pl": "Czy polecisz {shop}?" } }],
    });
    let survey = read_stored(&definition.to_string()).unwrap();
    let context = SurveyContext { shop_name: "Ala", survey: Some(&survey) };
    for (language, asked) in [
        (json!("pl"), "Czy polecisz Ala?"),
        (json!("ro"), "Would you recommend Ala?"),
        (Value::Null, "Would you recommend Ala?"),
    ] {
        let full = shown(&json!({ "language": language }), Projection::FULL, context);
        assert_eq!(full["answers"][0]["asked"], asked);
        assert_eq!(full["answers"][1]["asked"], Value::Null, "the survey has no such question");
        assert_eq!(full["survey_name"], "After purchase");
    }
}

#[test]
fn the_schema_has_the_members_that_are_written() {
    let schema = serde_json::to_value(ResponseItem::schema()).unwrap();
    let properties: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut members: Vec<&str> = Member::ALL.iter().map(|member| member.as_str()).collect();
    members.sort_unstable();
    let mut sorted = properties.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, members);
    assert!(schema.get("required").is_none(), "any member can be left out: {schema}");
}

#[test]
fn unreadable_columns_are_an_error() {
    for changes in [json!({ "answers": "[" }), json!({ "traits": "[]" }), json!({ "tags": "7" })] {
        let error = ResponseItem::of(row(&changes), Projection::BASIC, SurveyContext::NONE).unwrap_err();
        assert!(
            matches!(&error, ReportError::Corrupt(cause) if cause.starts_with("response r: ")),
            "{changes}: {error:?}"
        );
    }
}
