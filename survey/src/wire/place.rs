//! Where in a document its reader stopped.

use alloc::{format, string::String, vec::Vec};

/// What was open when the reader stopped.
enum Open {
    /// An object, and the member that was being read.
    Object(Option<String>),
    /// A list, and the number of the entry.
    List(usize),
}

/// The place like `answers[1].text` at which the reader stopped. What stands before it was read, so it is well-formed.
pub(super) fn of(text: &str, stop: &serde_json::Error) -> String {
    let before: usize = text.split_inclusive('\n').take(stop.line().saturating_sub(1)).map(str::len).sum();
    // Without the byte at which it stopped: a bracket that closes too early closes nothing.
    let end = before.saturating_add(stop.column()).saturating_sub(1);
    let read = text.as_bytes().get(..end).unwrap_or(text.as_bytes());
    let mut open: Vec<Open> = Vec::new();
    let mut bytes = read.iter().enumerate();
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
                    // With its quotation marks: the name as it was sent, escapes and all.
                    *member = read.get(at..=end).and_then(|name| serde_json::from_slice(name).ok());
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
    fn places() {
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
