//! Splits a file that arrives in chunks into records, buffering at most one record.

use super::{MAX_COLUMNS, MAX_RECORD};
use alloc::vec::Vec;
use csv_core::{ReadRecordResult, ReaderBuilder};

/// How many bytes to buffer to detect the delimiter; a header line is shorter.
const HEAD: usize = 64 << 10;
/// The UTF-8 byte order mark.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The delimiters that are recognised.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Why a record cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Larger than [`MAX_RECORD`], usually because of an unclosed quote.
    TooLong,
    /// More than [`MAX_COLUMNS`] cells.
    TooManyCells,
    /// The file ends inside quotes.
    Unclosed,
}

/// A record of the file.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The line on which it starts, from 1.
    pub line: u64,
    /// The contents of all cells, concatenated.
    bytes: &'a [u8],
    /// Where each cell ends.
    ends: &'a [usize],
    /// Why the record has no cells, if it could not be parsed.
    pub fault: Option<Fault>,
}

impl<'a> Record<'a> {
    /// The number of cells.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no cells, because it could not be parsed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of a cell; empty past the last one.
    #[must_use]
    pub fn bytes(&self, at: usize) -> &'a [u8] {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The text of a cell; `None` if it is not valid UTF-8.
    #[must_use]
    pub fn text(&self, at: usize) -> Option<&'a str> {
        core::str::from_utf8(self.bytes(at)).ok()
    }
}

/// Counts lines.
#[derive(Debug, Default)]
struct Lines {
    /// Complete lines so far.
    ended: u64,
    /// Whether the last byte was a carriage return: a following line feed belongs to the same line break.
    after_return: bool,
}

impl Lines {
    fn pass(&mut self, byte: u8) {
        let ends = byte == b'\r' || (byte == b'\n' && !self.after_return);
        self.ended += u64::from(ends);
        self.after_return = byte == b'\r';
    }
}

/// Splits a file into records.
#[derive(Debug, Default)]
pub struct Reader {
    /// Set once the delimiter is known.
    core: Option<alloc::boxed::Box<csv_core::Reader>>,
    /// Input buffered until then.
    head: Vec<u8>,
    lines: Lines,
    /// The first line of the record being read; `None` between records.
    started_on: Option<u64>,
    bytes: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    ended: usize,
    fault: Option<Fault>,
}

impl Reader {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next record, if `input` contains its end. Advances `input` past the bytes read: all of it if there is no
    /// record.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Record<'_>> {
        if self.core.is_none() {
            let (taken, rest) = input.split_at(input.len().min(HEAD.saturating_sub(self.head.len())));
            self.head.extend_from_slice(taken);
            *input = rest;
            if self.head.len() < HEAD && !has_whole_line(&self.head) {
                return None;
            }
            self.detect_delimiter();
        }
        self.next(input)
    }

    /// The remaining records at the end of the file; `None` after the last.
    pub fn end(&mut self) -> Option<Record<'_>> {
        if self.core.is_none() {
            self.detect_delimiter();
        }
        // A line break ends the last record, unless it is inside quotes.
        let mut nothing: &[u8] = &[];
        if self.step_all(&mut nothing) {
            return Some(self.record());
        }
        self.started_on?;
        let mut probe: &[u8] = b"\n";
        if !self.step(&mut probe) {
            self.fault = Some(Fault::Unclosed);
            self.core = Some(csv_reader(b','));
        }
        Some(self.record())
    }

    fn next(&mut self, input: &mut &[u8]) -> Option<Record<'_>> {
        if self.step_all(input) { Some(self.record()) } else { None }
    }

    /// Continues with the rest of the head, then with `input`. Returns whether a record is complete.
    fn step_all(&mut self, input: &mut &[u8]) -> bool {
        if !self.head.is_empty() {
            let head = core::mem::take(&mut self.head);
            let mut rest = head.as_slice();
            let complete = self.step(&mut rest);
            self.head = rest.to_vec();
            if complete {
                return true;
            }
        }
        self.step(input)
    }

    fn step(&mut self, input: &mut &[u8]) -> bool {
        let Some(core) = &mut self.core else { return false };
        loop {
            if self.started_on.is_none() {
                // Empty lines are not records; a record's line is the line of its first character.
                while let [byte @ (b'\n' | b'\r'), rest @ ..] = *input {
                    self.lines.pass(*byte);
                    *input = rest;
                }
                if input.is_empty() {
                    return false;
                }
                self.started_on = Some(self.lines.ended + 1);
                (self.filled, self.ended, self.fault) = (0, 0, None);
            }
            if input.is_empty() {
                return false;
            }
            let (Some(output), Some(ends)) = (self.bytes.get_mut(self.filled..), self.ends.get_mut(self.ended..))
            else {
                return false;
            };
            let (result, read, written, ended) = core.read_record(input, output, ends);
            let (taken, rest) = input.split_at(read);
            taken.iter().for_each(|byte| self.lines.pass(*byte));
            *input = rest;
            self.filled += written;
            self.ended += ended;
            match result {
                ReadRecordResult::Record => return true,
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return false,
                ReadRecordResult::OutputFull if self.bytes.len() < MAX_RECORD => {
                    self.bytes.resize((self.bytes.len() * 2).clamp(4_096, MAX_RECORD), 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MAX_COLUMNS => {
                    self.ends.resize((self.ends.len() * 2).clamp(64, MAX_COLUMNS), 0);
                }
                // Skip the rest of the record without storing it, to find the next one.
                ReadRecordResult::OutputFull => {
                    self.fault = Some(Fault::TooLong);
                    self.filled = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    self.fault = self.fault.or(Some(Fault::TooManyCells));
                    self.ended = 0;
                }
            }
        }
    }

    fn record(&mut self) -> Record<'_> {
        let line = self.started_on.take().unwrap_or(self.lines.ended);
        let ended = if self.fault.is_some() { 0 } else { self.ended };
        Record {
            line,
            bytes: self.bytes.get(..self.filled).unwrap_or_default(),
            ends: self.ends.get(..ended).unwrap_or_default(),
            fault: self.fault,
        }
    }

    fn detect_delimiter(&mut self) {
        if self.head.starts_with(BYTE_ORDER_MARK) {
            self.head.drain(..BYTE_ORDER_MARK.len());
        }
        self.core = Some(csv_reader(delimiter(&self.head)));
        self.bytes.resize(4_096, 0);
        self.ends.resize(64, 0);
    }
}

fn csv_reader(delimiter: u8) -> alloc::boxed::Box<csv_core::Reader> {
    alloc::boxed::Box::new(ReaderBuilder::new().delimiter(delimiter).build())
}

/// The bytes of a text that are outside quotes.
fn outside_quotes(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut within = false;
    text.iter().copied().filter(move |byte| {
        within ^= *byte == b'"';
        !within
    })
}

/// The head from its first character on, without leading empty lines.
fn skip_empty_lines(head: &[u8]) -> &[u8] {
    let start = head.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(head.len());
    head.get(start..).unwrap_or_default()
}

fn has_whole_line(head: &[u8]) -> bool {
    // Strip one mark only: a second one is content.
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    outside_quotes(skip_empty_lines(head)).any(|byte| byte == b'\n' || byte == b'\r')
}

/// The most frequent delimiter of the first line; a comma if there is none.
fn delimiter(head: &[u8]) -> u8 {
    let line = outside_quotes(skip_empty_lines(head)).take_while(|byte| !matches!(byte, b'\n' | b'\r'));
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in line {
        for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
            *count += usize::from(byte == delimiter);
        }
    }
    // On a tie the earlier delimiter wins, so the comma comes first. `max_by_key` returns the last maximum, hence
    // `rev`.
    let most = counts.into_iter().zip(DELIMITERS).rev().max_by_key(|(count, _)| *count);
    most.map_or(b',', |(_, delimiter)| delimiter)
}

#[cfg(test)]
mod tests;
