//! A strict variant of the OpenAPI document. The served document allows unknown members in responses, so that members
//! can be added; this one does not, so that undocumented members are found.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Closes every schema that is used in responses only.
pub(super) fn strict(mut document: Value) -> Value {
    let mut sent = BTreeSet::new();
    let mut got = BTreeSet::new();
    let mut joined = BTreeSet::new();
    for operation in document["paths"].as_object().into_iter().flat_map(Map::values) {
        for operation in operation.as_object().into_iter().flat_map(Map::values) {
            follow(&document, &operation["requestBody"], &mut sent);
            follow(&document, &operation["responses"], &mut got);
        }
    }
    for schema in document["components"]["schemas"].as_object().into_iter().flat_map(Map::values) {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            joined.extend(name(part));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if got.contains(name) && !sent.contains(name) && !joined.contains(name) {
            close(schema);
        }
    }
    document
}

/// Collects the names of all schemas reachable from a part of the document.
fn follow(document: &Value, part: &Value, known: &mut BTreeSet<String>) {
    match part {
        Value::Array(items) => items.iter().for_each(|item| follow(document, item, known)),
        Value::Object(members) => {
            for (member, value) in members {
                match (member.as_str(), value) {
                    ("$ref", Value::String(reference)) => {
                        let new = name(part).is_none_or(|name| known.insert(name));
                        let target = reference.strip_prefix('#').and_then(|path| document.pointer(path));
                        if let Some(target) = target.filter(|_| new) {
                            follow(document, target, known);
                        }
                    }
                    ("examples" | "example", _) => {}
                    _ => follow(document, value, known),
                }
            }
        }
        _ => {}
    }
}

fn name(part: &Value) -> Option<String> {
    part["$ref"].as_str()?.strip_prefix("#/components/schemas/").map(str::to_owned)
}

fn close(schema: &mut Value) {
    if let Some(members) = schema.as_object_mut()
        && members.contains_key("properties")
        && !members.contains_key("additionalProperties")
    {
        members.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}
