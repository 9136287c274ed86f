//! A small reader and writer of JSON.
//!
//! The widget reads two texts (the survey's words, what the page told about the shopper) and writes one (the
//! submission). Doing it here keeps `serde` out of the shopper's download, and the answer right on pages that patched
//! `JSON.stringify` or `Array.prototype.toJSON`, which old shop scripts do.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

/// A value that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// A number, `true`, `false` or `null`, as it was written.
    Word(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in the order of writing.
    Map(Vec<(String, Json)>),
}

/// What is read for a member that is not there.
const ABSENT: &Json = &Json::Word(String::new());

/// Deeper texts are refused: a page could hand over anything, and the stack is small.
const MAX_DEPTH: u32 = 8;

impl Json {
    /// The value that `text` holds, or `None` if it is not JSON.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(MAX_DEPTH)?;
        (reader.peek() == 0).then_some(value)
    }

    /// A member of an object; a value without content if there is none.
    #[must_use]
    #[inline(never)]
    pub fn get(&self, name: &str) -> &Self {
        match self {
            Self::Map(members) => members.iter().find(|(known, _)| known == name).map_or(ABSENT, |(_, value)| value),
            _ => ABSENT,
        }
    }

    /// The elements of an array; none for everything else.
    #[must_use]
    pub fn list(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string; empty for everything else.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// The text of a string, number or boolean; empty for everything else.
    #[must_use]
    pub fn scalar(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Word(word) if word != "null" => word,
            _ => "",
        }
    }

    /// The value of a whole number from 0 to 2^53 − 1; `None` for everything else.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Word(word) => whole(word),
            _ => None,
        }
    }

    /// Whether it is `true`.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Word(word) if word == "true")
    }
}

fn whole(word: &str) -> Option<u64> {
    // Sixteen digits stay below 2^63 and reach beyond 2^53.
    if word.is_empty() || word.len() > 16 {
        return None;
    }
    let mut number = 0;
    for byte in word.bytes() {
        number = number * 10 + u64::from(char::from(byte).to_digit(10)?);
    }
    (number < 1 << 53).then_some(number)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is not blank, left where it is; 0 at the end.
    fn peek(&mut self) -> u8 {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    /// Steps over `byte` if it comes next.
    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        match self.peek() {
            b'"' => self.string().map(Json::Text),
            b'[' => {
                let mut items = Vec::new();
                self.members(b']', |reader| {
                    items.push(reader.value(depth)?);
                    Some(())
                })?;
                Some(Json::List(items))
            }
            b'{' => {
                let mut members = Vec::new();
                self.members(b'}', |reader| {
                    let name = reader.string()?;
                    if !reader.skip(b':') {
                        return None;
                    }
                    members.push((name, reader.value(depth)?));
                    Some(())
                })?;
                Some(Json::Map(members))
            }
            _ => self.word(),
        }
    }

    /// Reads what stands between brackets, the opening one being next.
    fn members(&mut self, end: u8, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.skip(end) {
            return Some(());
        }
        loop {
            read(self)?;
            if self.skip(end) {
                return Some(());
            }
            if !self.skip(b',') {
                return None;
            }
        }
    }

    fn word(&mut self) -> Option<Json> {
        let start = self.at;
        while let Some(b'a'..=b'z' | b'0'..=b'9' | b'-' | b'+' | b'.' | b'E') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
        let word = self.text.get(start..self.at)?;
        (!word.is_empty()).then(|| Json::Word(word.to_owned()))
    }

    fn string(&mut self) -> Option<String> {
        if !self.skip(b'"') {
            return None;
        }
        let mut text = String::new();
        loop {
            let start = self.at;
            while !matches!(self.text.as_bytes().get(self.at)?, b'"' | b'\\') {
                self.at += 1;
            }
            text.push_str(self.text.get(start..self.at)?);
            self.at += 1;
            if self.text.as_bytes().get(self.at - 1) == Some(&b'"') {
                return Some(text);
            }
            self.at += 1;
            text.push(match self.text.as_bytes().get(self.at - 1)? {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.escaped()?,
                plain @ (b'"' | b'\\' | b'/') => char::from(*plain),
                _ => return None,
            });
        }
    }

    /// The letter of `\uXXXX`, or of two of them if it lies beyond the first 65,536; a lone half is replaced.
    fn escaped(&mut self) -> Option<char> {
        let mut code = self.hex()?;
        if (0xd800..0xdc00).contains(&code) && self.text.as_bytes().get(self.at..self.at + 2) == Some(b"\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            } else {
                self.at = before;
            }
        }
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().try_fold(0, |code, digit| Some(code * 16 + char::from(digit).to_digit(16)?))
    }
}

/// A JSON text that is being written. The caller writes the brackets and names; this writes the values.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// Writes `text` as it is.
    #[inline(never)] // Forty calls, and a copy in each place is what they would become.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// Writes a string. Control characters other than line break and tab are left out: nobody typed them.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\t' => self.0.push_str("\\t"),
                '\0'..=' ' if letter != ' ' => {}
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
        self
    }

    /// Writes a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.push_str(&decimal(number));
        self
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// The digits of a number. `core::fmt` would add a kilobyte for this.
#[must_use]
pub fn decimal(number: u64) -> String {
    let mut digits = if number > 9 { decimal(number / 10) } else { String::new() };
    // A digit is below 10.
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: &str) {
        assert_eq!(Json::read(text).map(|value| written(&value)).as_deref(), Some(expected), "{text}");
    }

    fn written(value: &Json) -> String {
        let mut writer = Writer::default();
        write(value, &mut writer);
        writer.finish()
    }

    fn write(value: &Json, writer: &mut Writer) {
        match value {
            Json::Word(word) => {
                writer.raw(word);
            }
            Json::Text(text) => {
                writer.text(text);
            }
            Json::List(items) => {
                writer.raw("[");
                for (at, item) in items.iter().enumerate() {
                    writer.raw(if at > 0 { "," } else { "" });
                    write(item, writer);
                }
                writer.raw("]");
            }
            Json::Map(members) => {
                writer.raw("{");
                for (at, (name, item)) in members.iter().enumerate() {
                    writer.raw(if at > 0 { "," } else { "" }).text(name).raw(":");
                    write(item, writer);
                }
                writer.raw("}");
            }
        }
    }

    #[test]
    fn values_are_read() {
        reads("null", "null");
        reads(" true ", "true");
        reads("-1.5E+3", "-1.5E+3");
        reads("[]", "[]");
        reads("[1, 2]", "[1,2]");
        reads("{}", "{}");
        reads(r#"{ "a" : { "b" : [ "c" ] } }"#, r#"{"a":{"b":["c"]}}"#);
        reads(r#""zażółć 😀""#, r#""zażółć 😀""#);
        reads(r#""\"\\\/\n\t""#, "\"\\\"\\\\/\\n\\t\"");
        reads(r#""\u0105\u00E9""#, r#""ąé""#);
        reads(r#""\ud83d\ude00""#, r#""😀""#);
        reads(r#""\ud83d""#, "\"\u{fffd}\"");
        reads(r#""\ud83d\u0061""#, "\"\u{fffd}a\"");
        reads(r#""\ud83dx""#, "\"\u{fffd}x\"");
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            " ",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "{",
            "{}x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\ud83d\\u1\"",
            "'a'",
            "[1 2]",
            "[[[[[[[[1]]]]]]]]",
            "<html>",
        ] {
            assert_eq!(Json::read(text), None, "{text}");
        }
        reads("[[[[[[[1]]]]]]]", "[[[[[[[1]]]]]]]");
    }

    #[test]
    fn members_that_are_missing_or_of_another_kind_are_empty() {
        let value = Json::read(r#"{"text":"a","yes":true,"no":false,"n":7,"list":[1],"nothing":null}"#).unwrap();
        assert_eq!(value.get("text").text(), "a");
        assert_eq!(value.get("n").text(), "");
        assert_eq!(value.get("n").scalar(), "7");
        assert_eq!(value.get("yes").scalar(), "true");
        assert_eq!(value.get("nothing").scalar(), "");
        assert_eq!(value.get("list").scalar(), "");
        assert_eq!(value.get("missing").get("deeper").text(), "");
        assert_eq!(value.get("list").list().len(), 1);
        assert!(value.get("text").list().is_empty());
        assert!(value.get("yes").is_true() && !value.get("no").is_true() && !value.get("n").is_true());
    }

    #[test]
    fn only_whole_numbers_are_numbers() {
        let number = |text: &str| Json::read(text).and_then(|value| value.number());
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("9007199254740991"), Some(9_007_199_254_740_991));
        assert_eq!(number("9007199254740992"), None);
        assert_eq!(number("99999999999999999"), None);
        assert_eq!(number("-1"), None);
        assert_eq!(number("1.5"), None);
        assert_eq!(number("1e3"), None);
        assert_eq!(number("true"), None);
        assert_eq!(number("\"1\""), None);
    }

    #[test]
    fn strings_are_escaped() {
        let mut writer = Writer::default();
        writer.text("\"a\"\\\n\t\r\0\u{1f}\u{7f} é😀</script>");
        assert_eq!(writer.finish(), "\"\\\"a\\\"\\\\\\n\\t\u{7f} é😀</script>\"");
    }

    #[test]
    fn numbers_are_written() {
        for number in [0, 9, 10, 19, 100, 9_007_199_254_740_991] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
