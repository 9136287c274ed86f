//! Tables for spreadsheets: comma-separated values (RFC 4180) in which nothing that somebody wrote is taken for a formula.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, some also one that begins with a tab, a
//! line break or their full-width forms (OWASP ASVS 5.0, 1.2.10). An apostrophe before it makes it text. The same is done in
//! the middle of a text where a reader that expects semicolons or tabs between cells would begin a new one: in Polish or
//! Romanian, Excel is such a reader, and to it our quotes are no quotes. Behind a comma nothing has to be done: whoever
//! splits there knows the quotes.

use csv::{ByteRecord, Terminator, WriterBuilder};
use std::borrow::Cow;

/// What makes a spreadsheet read UTF-8 as UTF-8 where it would not by itself.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Words, whoever wrote them.
    Text(&'a str),
    /// A number of ours: it stays one, also below zero.
    Number(i64),
}

/// Rows as they are written into a file. All have as many cells as the first.
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
    /// No row yet.
    #[must_use]
    pub fn new() -> Self {
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        Self { writer, record: ByteRecord::new() }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// If it has more or fewer cells than the one before.
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

    /// What was written.
    ///
    /// # Errors
    /// None that is known: memory takes everything.
    pub fn finish(self) -> Result<Vec<u8>, csv::Error> {
        self.writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }
}

/// A text as a cell may hold it.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    let mut safe = String::new();
    let mut copied = 0;
    let mut begins = true;
    for (at, letter) in text.char_indices() {
        if (begins && is_lead(letter)) || (at == 0 && is_first_lead(letter)) {
            safe.push_str(text.get(copied..at).unwrap_or_default());
            safe.push('\'');
            copied = at;
        }
        begins = is_separator(letter) || (begins && is_passed_over(letter));
    }
    if copied == 0 && safe.is_empty() {
        return Cow::Borrowed(text);
    }
    safe.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(safe)
}

/// What a formula begins with, in every width in which a keyboard or a font brings it.
const fn is_lead(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '\u{2212}')
}

/// What must not begin a cell either.
const fn is_first_lead(letter: char) -> bool {
    matches!(letter, '\t' | '\r' | '\n' | '\0')
}

/// Behind what some reader begins a new cell or row.
const fn is_separator(letter: char) -> bool {
    matches!(letter, ';' | '；' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What may stand before a formula and does not keep it from being one: blanks, what nobody sees, quotes.
fn is_passed_over(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '"' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEADS: [&str; 8] = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];

    #[test]
    fn no_lead_begins_what_anybody_takes_for_a_cell() {
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
    fn what_is_no_formula_stays_as_it_was() {
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
    fn rows_are_written_by_the_rules() {
        let mut sheet = CsvWriter::new();
        sheet.row([Cell::Text("id"), Cell::Text("=header"), Cell::Text("n")]).unwrap();
        sheet.row([Cell::Text("a, \"b\""), Cell::Text("two\nlines"), Cell::Number(-5)]).unwrap();
        sheet.row([Cell::Empty, Cell::Text("-5"), Cell::Empty]).unwrap();
        assert!(sheet.row([Cell::Empty]).is_err());
        let written = String::from_utf8(sheet.finish().unwrap()).unwrap();
        assert_eq!(written, "id,'=header,n\r\n\"a, \"\"b\"\"\",\"two\nlines\",-5\r\n,'-5,\r\n");
        assert_eq!(CsvWriter::default().finish().unwrap(), b"");
    }
}
