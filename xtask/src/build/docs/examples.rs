//! The example of a schema: its own, or one composed from its parts.

use serde_json::{Map, Value, json};

/// Recursion limit for schemas that refer to themselves; deeper than any response.
const DEPTH: usize = 12;

pub(super) fn of(document: &Value, schema: &Value) -> Value {
    example(document, schema, 0)
}

/// Follows a reference.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|reference| document.pointer(reference.strip_prefix('#')?));
    target.unwrap_or(schema)
}

fn example(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolved(document, schema);
    if let Some(given) = schema["examples"].get(0).or_else(|| schema["enum"].get(0)) {
        return given.clone();
    }
    if depth > DEPTH {
        return Value::Null;
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(members) = example(document, part, depth + 1) {
                whole.extend(members);
            }
        }
        return Value::Object(whole);
    }
    if let Some(first) = schema["oneOf"].get(0).or_else(|| schema["anyOf"].get(0)) {
        return example(document, first, depth + 1);
    }
    match kind(schema) {
        "object" => object(document, schema, depth),
        "array" => json!([example(document, &schema["items"], depth + 1)]),
        "integer" => schema["minimum"].as_i64().map_or(json!(12), |least| json!(least.max(1))),
        "number" => json!(33.333),
        "boolean" => json!(true),
        "string" => match schema["format"].as_str() {
            Some("date") => json!("2026-11-22"),
            Some("date-time") => json!("2026-11-22T13:00:00.000Z"),
            _ => json!("…"),
        },
        _ => Value::Null,
    }
}

fn object(document: &Value, schema: &Value, depth: usize) -> Value {
    let Some(properties) = schema["properties"].as_object() else {
        let other = &schema["additionalProperties"];
        return if other.is_object() { json!({ "…": example(document, other, depth + 1) }) } else { json!({}) };
    };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let members = properties.iter().filter(|(name, _)| required.contains(&name.as_str()));
    members.map(|(name, member)| (name.clone(), example(document, member, depth + 1))).collect()
}

/// The type of a schema; of several types, the one that is not null.
pub(super) fn kind(schema: &Value) -> &str {
    let several = schema["type"].as_array().into_iter().flatten().filter_map(Value::as_str);
    schema["type"].as_str().or_else(|| several.into_iter().find(|kind| *kind != "null")).unwrap_or_default()
}
