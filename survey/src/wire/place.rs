//! Finds the path at which parsing a JSON document stopped.

use alloc::{format, string::String, vec::Vec};

/// A value that was open when parsing stopped.
enum Open {
    /// An object, and the member being parsed.
    Object(Option<String>),
    /// An array, and the index of the entry.
    List(usize),
}

/// The path like `answers[1].text` at which parsing stopped. The text before it was parsed, so it is well-formed.
pub(super) fn of(text: &str, stop: &serde_json::Error) -> String {
    let bytes_before: usize = text.split_inclusive('\n').take(stop.line().saturating_sub(1)).map(str::len).sum();
    // Exclude the byte at which parsing stopped: a misplaced bracket must not close anything.
    let end = bytes_before.saturating_add(stop.column()).saturating_sub(1);
    let parsed = text.as_bytes().get(..end).unwrap_or(text.as_bytes());
    let mut open: Vec<Open> = Vec::new();
    let mut bytes = parsed.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, open.last_mut()) {
            (b'{', _) => open.push(Open::Object(None)),
            (b'[', _) => open.push(Open::List(0)),
            (b'}' | b']', _) => drop(open.pop()),
            (b',', Some(Open::Object(member))) => *member = None,
            (b',', Some(Open::List(number))) => *number += 1,
            (b'"', holder) => {
                let end = loop {
                    match bytes.next() {
                        Some((_, b'\\')) => drop(bytes.next()),
                        Some((end, b'"')) => break Some(end),
                        Some(_) => {}
                        None => break None,
                    }
                };
                if let (Some(Open::Object(member @ None)), Some(end)) = (holder, end) {
                    // Include the quotation marks and decode escapes.
                    *member = parsed.get(at..=end).and_then(|name| serde_json::from_slice(name).ok());
                }
            }
            _ => {}
        }
    }
    open.iter().fold(String::new(), |place, open| match open {
        Open::Object(None) => place,
        Open::Object(Some(member)) if place.is_empty() => member.clone(),
        Open::Object(Some(member)) => format!("{place}.{member}"),
        Open::List(number) => format!("{place}[{number}]"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_path_of_a_syntax_error_is_found() {
        for (text, place) in [
            ("", ""),
            ("{", ""),
            (r#"{"id"#, ""),
            (r#"{"id":"#, "id"),
            (r#"{"id":"\ud800"}"#, "id"),
            (r#"{"id":"x\udc00y"}"#, "id"),
            (r#"{"id":"\ud800\u0041"}"#, "id"),
            ("{\n\"zażółć\":\n\n {\"b\": \"a\n\"}}", "zażółć.b"),
            (r#"{"a":{"b":1},"c":[1,{"d":"e,[{"},{"f\"\u0041":tru}]}"#, "c[2].f\"A"),
            (r#"{"answers":[{"question":"q","text":"ok"},{"question":"r","text":"\ud83d!"}]}"#, "answers[1].text"),
            (r#"{"context":{"traits":{"\ud800":1}}}"#, "context.traits"),
            (r#"[[1,2],[3,[4,x]]]"#, "[1][1][1]"),
            (r#"{"a":1,}"#, ""),
            (r#"{"a":1}}"#, ""),
        ] {
            let stop = serde_json::from_str::<Value>(text).unwrap_err();
            assert_eq!(of(text, &stop), place, "{text}");
        }
    }
}
