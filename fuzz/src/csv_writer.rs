use insight::csv_writer::{Cell, CsvWriter, safe};

/// Invisible characters that a spreadsheet may skip before a formula.
const UNSEEN: [char; 9] =
    ['"', '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}'];
const LEADS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// No cell is read as a formula, whichever delimiter the spreadsheet uses. Splitting at commas gives back every cell,
/// except for added apostrophes; numbers stay numbers.
pub fn csv_writer(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let once = safe(text);
    assert_eq!(safe(&once), once, "{text:?} a second time");
    assert_eq!(without_apostrophes(&once), without_apostrophes(text), "{text:?} loses characters");

    let mut csv = CsvWriter::new();
    let rows =
        [[Cell::Text("id"), Cell::Text(text), Cell::Number(-5)], [Cell::Text(text), Cell::Text("words"), Cell::Empty]];
    for row in rows {
        assert!(csv.row(row).is_ok());
    }
    let Ok(written) = csv.finish() else { panic!("writing failed: {text:?}") };
    let Ok(written) = String::from_utf8(written) else { panic!("no UTF-8: {text:?}") };

    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
    let read: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    let cells: Vec<Vec<&str>> = read.iter().map(|record| record.iter().collect()).collect();
    assert_eq!(cells, [vec!["id", &once, "-5"], vec![&once, "words", ""]], "{text:?}");

    for delimiter in [',', ';', '\t'] {
        for cell in as_a_spreadsheet_splits(&written, delimiter) {
            let seen = cell.trim_start_matches(|letter: char| {
                letter.is_whitespace() || letter.is_control() || UNSEEN.contains(&letter)
            });
            let is_ours = cell == "-5";
            assert!(is_ours || !seen.starts_with(LEADS), "{cell:?} of {text:?}, split at {delimiter:?}");
        }
    }
}

fn without_apostrophes(text: &str) -> String {
    text.replace('\'', "")
}

/// Splits cells at a delimiter as a spreadsheet does; a quote is special only at the start of a cell.
fn as_a_spreadsheet_splits(written: &str, delimiter: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let (mut begins, mut quoted) = (true, false);
    let mut letters = written.chars().peekable();
    while let Some(letter) = letters.next() {
        if quoted {
            if letter != '"' {
                push(&mut cells, letter);
            } else if letters.next_if_eq(&'"').is_some() {
                push(&mut cells, '"');
            } else {
                quoted = false;
            }
        } else if begins && letter == '"' {
            quoted = true;
            begins = false;
        } else if letter == delimiter || letter == '\n' || letter == '\r' {
            cells.push(String::new());
            begins = true;
        } else {
            push(&mut cells, letter);
            begins = false;
        }
    }
    cells
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}
