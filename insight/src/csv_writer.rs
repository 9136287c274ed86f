//! CSV files for spreadsheets (RFC 4180), protected against formula injection.
//!
//! Spreadsheets read a cell that starts with `=`, `+`, `-` or `@` as a formula; some also one that starts with a tab, a
//! line break or a full-width form of these characters (OWASP ASVS 5.0, 1.2.10). A leading apostrophe makes it text.
//! The same applies within a text after a semicolon or tab: a reader that expects those as delimiters, like Excel in
//! Polish or Romanian, ignores our quotes and starts a new cell there. A comma needs no treatment: a reader that splits
//! at commas respects the quotes.

use csv::{ByteRecord, Terminator, WriterBuilder};
use std::borrow::Cow;

/// Makes spreadsheets read the file as UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// An empty cell.
    Empty,
    /// Untrusted text.
    Text(&'a str),
    /// A number of the service, which stays a number even if it is negative.
    Number(i64),
}

/// Writes rows of cells. All rows must have as many cells as the first.
#[derive(Debug)]
pub struct CsvWriter {
    writer: csv::Writer<Vec<u8>>,
    record: ByteRecord,
}

impl Default for CsvWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl CsvWriter {
    /// Creates a writer without rows.
    #[must_use]
    pub fn new() -> Self {
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        Self { writer, record: ByteRecord::new() }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// If the number of cells differs from the previous row.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), csv::Error> {
        self.record.clear();
        for cell in cells {
            match cell {
                Cell::Empty => self.record.push_field(b""),
                Cell::Text(text) => self.record.push_field(safe(text).as_bytes()),
                Cell::Number(number) => self.record.push_field(number.to_string().as_bytes()),
            }
        }
        self.writer.write_byte_record(&self.record)
    }

    /// The file's content.
    ///
    /// # Errors
    /// None in practice: writing to memory does not fail.
    pub fn finish(self) -> Result<Vec<u8>, csv::Error> {
        self.writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }
}

/// Protects a text against being read as a formula.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let mut copied = 0;
    let mut at_start = true;
    for (at, character) in text.char_indices() {
        if (at_start && is_formula_start(character)) || (at == 0 && is_unsafe_start(character)) {
            safe.push_str(text.get(copied..at).unwrap_or_default());
            safe.push('\'');
            copied = at;
        }
        at_start = is_separator(character) || (at_start && is_ignored(character));
    }
    if copied == 0 && safe.is_empty() {
        return Cow::Borrowed(text);
    }
    safe.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(safe)
}

/// The characters that start a formula, in all widths that keyboards and fonts produce.
const fn is_formula_start(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '\u{2212}')
}

/// Other characters that must not start a cell.
const fn is_unsafe_start(character: char) -> bool {
    matches!(character, '\t' | '\r' | '\n' | '\0')
}

/// Characters after which some reader starts a new cell or row.
const fn is_separator(character: char) -> bool {
    matches!(character, ';' | '；' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that readers skip before a formula: spaces, invisible characters, quotes.
fn is_ignored(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '"' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEADS: [&str; 8] = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];

    #[test]
    fn no_formula_starts_a_cell_in_any_reader() {
        for lead in LEADS {
            for (before, after) in [
                ("", "1+1"),
                (" \u{a0}\u{200b}", "SUM(A1)"),
                ("\"", "1\""),
                ("words; ", "cmd|' /C calc'!A0"),
                ("words\t", "1"),
                ("words\r\n", "HYPERLINK(\"https://x.example\")"),
            ] {
                let text = format!("{before}{lead}{after}");
                let expected = format!("{before}'{lead}{after}");
                assert_eq!(safe(&text), expected, "{text:?}");
                assert_eq!(safe(&expected), expected, "{text:?} a second time");
            }
        }
        for first in ["\t", "\r", "\n", "\0"] {
            for rest in ["", "words", "=1"] {
                let text = format!("{first}{rest}");
                let found = safe(&text);
                assert!(found.starts_with(&format!("'{first}")), "{text:?}");
                assert!(!found.contains(&format!("{first}=")), "{text:?}");
            }
        }
    }

    #[test]
    fn other_texts_are_unchanged() {
        for text in [
            "",
            "Kurier się spóźnił 😞",
            "5 - 3 = 2, a + b",
            "really, -5 %",
            "a@b.example",
            "good;bad; 7",
            "two\nlines",
            "'=1",
            "{\"plan\":\"-gold\"}",
            "https://shop.example/?a=-1",
        ] {
            assert!(matches!(safe(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn rows_are_written_as_rfc_4180() {
        let mut writer = CsvWriter::new();
        writer.row([Cell::Text("id"), Cell::Text("=header"), Cell::Text("n")]).unwrap();
        writer.row([Cell::Text("a, \"b\""), Cell::Text("two\nlines"), Cell::Number(-5)]).unwrap();
        writer.row([Cell::Empty, Cell::Text("-5"), Cell::Empty]).unwrap();
        assert!(writer.row([Cell::Empty]).is_err());
        let written = String::from_utf8(writer.finish().unwrap()).unwrap();
        assert_eq!(written, "id,'=header,n\r\n\"a, \"\"b\"\"\",\"two\nlines\",-5\r\n,'-5,\r\n");
        assert_eq!(CsvWriter::default().finish().unwrap(), b"");
    }
}
