//! Mutates JSON documents.

use crate::random::Random;
use serde_json::{Map, Value, json};

/// Mutates a document in up to three places, or its text.
pub(super) fn text(document: &Value, random: &mut Random) -> Vec<u8> {
    let mut document = document.clone();
    // One in five stays unchanged.
    for _ in 0..random.below(5).saturating_sub(1) {
        let mut left = random.below(count(&document));
        at(&mut document, &mut left, random);
    }
    let mut text = document.to_string().into_bytes();
    match random.below(24) {
        0 => text.truncate(usize::try_from(random.below(text.len() as u64 + 1)).expect("a length")),
        1 => flip(&mut text, random),
        2 => text.extend_from_slice(b" {}"),
        3 => text = [b"[".repeat(500), text, b"]".repeat(500)].concat(),
        4 => text.splice(0..0, *b"\xef\xbb\xbf").for_each(drop),
        5 => text = twice(&document),
        _ => {}
    }
    text
}

fn flip(text: &mut [u8], random: &mut Random) {
    if !text.is_empty() {
        let at = usize::try_from(random.below(text.len() as u64)).expect("an index");
        text[at] ^= 1 << random.below(8);
    }
}

/// Duplicates the first member with another value.
fn twice(document: &Value) -> Vec<u8> {
    let name = document.as_object().and_then(|members| members.keys().next().cloned()).unwrap_or_default();
    let rest = document.to_string();
    format!("{{{}:0,{}", Value::from(name), rest.trim_start_matches('{')).into_bytes()
}

fn count(value: &Value) -> u64 {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Walks to a node and changes it.
fn at(value: &mut Value, left: &mut u64, random: &mut Random) -> bool {
    if *left == 0 {
        change(value, random);
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| at(item, left, random)),
        Value::Object(members) => members.values_mut().any(|member| at(member, left, random)),
        _ => false,
    }
}

fn change(value: &mut Value, random: &mut Random) {
    match (value, random.below(4)) {
        (Value::Object(members), 0) => drop(one_key(members, random).and_then(|key| members.remove(&key))),
        (Value::Object(members), 1) => {
            if let Some(key) = one_key(members, random)
                && let Some(value) = members.remove(&key)
            {
                members.insert(format!("{key}x"), value);
            }
        }
        (Value::Object(members), 2) => drop(members.insert(anything(random).to_string(), anything(random))),
        (Value::Array(items), 0) => drop(items.pop()),
        (Value::Array(items), 1) => items.extend(items.first().cloned()),
        (Value::Array(items), 2) => {
            let more = items.clone();
            (0..random.below(40)).for_each(|_| items.extend(more.iter().take(2).cloned()));
        }
        (Value::String(text), 0) => *text = text.repeat(usize::try_from(random.below(200)).expect("a number")),
        (Value::String(text), 1) => text.push('\u{0}'),
        (Value::String(text), 2) => drop(text.pop()),
        (Value::Number(number), 0..=2) => {
            let moved =
                number.as_f64().unwrap_or(0.0) + [1.0, -1.0, 0.5][usize::try_from(random.below(3)).expect("an index")];
            *number = serde_json::Number::from_f64(moved).unwrap_or_else(|| 0.into());
        }
        (value, _) => *value = anything(random),
    }
}

fn one_key(members: &Map<String, Value>, random: &mut Random) -> Option<String> {
    let keys: Vec<&String> = members.keys().collect();
    if keys.is_empty() { None } else { Some((*random.pick(&keys)).clone()) }
}

/// A random JSON value of an unexpected kind.
pub(super) fn anything(random: &mut Random) -> Value {
    match random.below(20) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(i64::MIN),
        6 => json!(1e308),
        7 => json!(0.1),
        8 => json!(9_007_199_254_740_993_i64),
        9 => json!(""),
        10 => json!(" "),
        11 => json!("null"),
        12 => json!("x".repeat(6_000)),
        13 => json!("zażółć 💶 \u{202e}\u{200d}\u{0}\u{7f}\u{feff}"),
        14 => json!("=1+1<script>'\";--%00../"),
        15 => json!([]),
        16 => json!({}),
        17 => json!([[[[[[[[[]]]]]]]]]),
        18 => json!({ "__proto__": { "a": 1 }, "constructor": null }),
        _ => json!("2026-11-22"),
    }
}

/// A random word for a query or a path, percent-encoded.
pub(super) fn word(random: &mut Random) -> String {
    let text = match anything(random) {
        Value::String(text) => text.chars().take(200).collect(),
        other => other.to_string(),
    };
    text.bytes().fold(String::new(), |word, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => format!("{word}{}", char::from(byte)),
        _ => format!("{word}%{byte:02X}"),
    })
}
