//! Renders the schemas of request and response bodies.

use serde_json::Value;

use super::examples::{kind, resolved};
use super::html::{escape, line};
use super::section;

/// Every schema with members or variants. Enums and formatted strings are described where they are used.
pub(super) fn all(document: &Value) -> String {
    let mut body =
        String::from("<p>The schemas of request and response bodies. New members may be added to a response.</p>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        if !has_place(schema) {
            continue;
        }
        body += &format!("<article class=\"shape\">\n<h3 id=\"{name}\">{name}</h3>\n");
        if let Some(description) = schema["description"].as_str() {
            body += &format!("<p>{}</p>\n", line(description));
        }
        body += &members(document, schema);
        body += "</article>\n";
    }
    section("schemas", "Schemas", &body)
}

fn has_place(schema: &Value) -> bool {
    schema["properties"].is_object()
        || parts(schema).is_some_and(|(_, parts)| parts.iter().any(|part| name(part).is_some()))
}

fn name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

fn parts(schema: &Value) -> Option<(&'static str, &Vec<Value>)> {
    [("allOf", "All of: "), ("anyOf", "One of: "), ("oneOf", "One of: ")]
        .into_iter()
        .find_map(|(how, text)| Some((text, schema[how].as_array()?)))
}

/// The members of a schema, required ones first.
pub(super) fn members(document: &Value, schema: &Value) -> String {
    if let Some((text, parts)) = parts(schema) {
        let names: Vec<String> = parts.iter().map(|part| typed(document, part)).collect();
        return format!("<p>{text}{}</p>\n", names.join(", "));
    }
    let Some(properties) = schema["properties"].as_object() else { return String::new() };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let others = properties.keys().map(String::as_str).filter(|name| !required.contains(name));
    let mut html = String::from("<dl class=\"members\">\n");
    for name in required.iter().copied().chain(others) {
        let member = &properties[name];
        let optional = if required.contains(&name) { "" } else { " <span class=\"soft\">optional</span>" };
        html += &format!(
            "<div><dt><code>{}</code> <span class=\"kind\">{}</span>{optional}</dt>\n<dd>{}</dd></div>\n",
            escape(name),
            typed(document, member),
            described(document, member)
        );
    }
    html + "</dl>\n"
}

/// A member's description, or that of the schema it refers to, and its bounds.
pub(super) fn described(document: &Value, schema: &Value) -> String {
    let inner = not_null(schema);
    let target = resolved(document, inner);
    let description = [schema, inner, target].into_iter().find_map(|schema| schema["description"].as_str());
    let mut html = description.map(line).unwrap_or_default();
    if let Some(words) = target["enum"].as_array() {
        let words: Vec<String> =
            words.iter().filter_map(Value::as_str).map(|word| format!("<code>{}</code>", escape(word))).collect();
        html += &format!(" <span class=\"bounds\">{}</span>", words.join(" "));
    }
    let bounds = bounds(target);
    if !bounds.is_empty() {
        html += &format!(" <span class=\"bounds\">{bounds}</span>");
    }
    html
}

fn bounds(schema: &Value) -> String {
    let range = |least: &Value, most: &Value, of: &str| match (least.as_i64(), most.as_i64()) {
        (Some(least), Some(most)) => format!("{least} to {most}{of}"),
        (None, Some(most)) => format!("at most {most}{of}"),
        // A minimum of zero is not worth mentioning.
        (Some(least), None) if least != 0 => format!("at least {least}{of}"),
        _ => String::new(),
    };
    let ranges = [
        range(&schema["minimum"], &schema["maximum"], ""),
        range(&schema["minLength"], &schema["maxLength"], " characters"),
        range(&schema["minItems"], &schema["maxItems"], " entries"),
    ];
    ranges.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The other schema of a nullable one.
fn not_null(schema: &Value) -> &Value {
    let other = schema["oneOf"].as_array().filter(|parts| parts.iter().any(|part| part["type"] == "null"));
    other.and_then(|parts| parts.iter().find(|part| part["type"] != "null")).unwrap_or(schema)
}

/// The type of a value, with a link to its schema.
pub(super) fn typed(document: &Value, schema: &Value) -> String {
    let inner = not_null(schema);
    let nullable = !std::ptr::eq(inner, schema)
        || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    let or_null = if nullable { " or null" } else { "" };
    let text = match name(inner) {
        Some(name) if has_place(resolved(document, inner)) => format!("<a href=\"#{name}\">{name}</a>"),
        Some(_) => plain(document, resolved(document, inner)),
        None => plain(document, inner),
    };
    text + or_null
}

fn plain(document: &Value, schema: &Value) -> String {
    match kind(schema) {
        "array" => format!("list of {}", typed(document, &schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("object of {}", typed(document, &schema["additionalProperties"]))
        }
        "string" => match schema["format"].as_str() {
            Some("date") => "date".to_owned(),
            Some("date-time") => "timestamp".to_owned(),
            _ if schema["enum"].is_array() => "enum".to_owned(),
            _ => "string".to_owned(),
        },
        "integer" => "integer".to_owned(),
        "boolean" => "boolean".to_owned(),
        "" => "value".to_owned(),
        other => other.to_owned(),
    }
}
