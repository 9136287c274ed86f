//! Records of a file that arrives in pieces, in memory that one record fills at most.

use super::{MAX_COLUMNS, MAX_RECORD};
use alloc::vec::Vec;
use csv_core::{ReadRecordResult, ReaderBuilder};

/// How much is looked at to find out what separates cells: a header line is shorter.
const HEAD: usize = 64 << 10;
/// What some programs begin a file of UTF-8 with.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// What may separate cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Why a record cannot be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Over [`MAX_RECORD`]: mostly a quote that was never closed.
    TooLong,
    /// Over [`MAX_COLUMNS`].
    TooManyCells,
    /// The file ends within quotes.
    Unclosed,
}

/// A row of the file.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its cells, one behind the other.
    bytes: &'a [u8],
    /// Where each cell ends.
    ends: &'a [usize],
    /// Why there are no cells to look at.
    pub fault: Option<Fault>,
}

impl<'a> Record<'a> {
    /// How many cells it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none, as one that cannot be taken apart.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell's bytes; empty behind the last one.
    #[must_use]
    pub fn bytes(&self, at: usize) -> &'a [u8] {
        let begin = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(begin);
        self.bytes.get(begin..end).unwrap_or_default()
    }

    /// A cell's text; `None` if it is no UTF-8.
    #[must_use]
    pub fn text(&self, at: usize) -> Option<&'a str> {
        core::str::from_utf8(self.bytes(at)).ok()
    }
}

/// Where in the file it is.
#[derive(Debug, Default)]
struct Lines {
    /// Lines that have ended.
    ended: u64,
    /// Whether the last byte was a carriage return: a line feed behind it ends no second line.
    after_return: bool,
}

impl Lines {
    fn pass(&mut self, byte: u8) {
        let ends = byte == b'\r' || (byte == b'\n' && !self.after_return);
        self.ended += u64::from(ends);
        self.after_return = byte == b'\r';
    }
}

/// Takes a file apart.
#[derive(Debug, Default)]
pub struct Reader {
    /// Once it is known what separates cells.
    core: Option<alloc::boxed::Box<csv_core::Reader>>,
    /// What arrived before that.
    head: Vec<u8>,
    lines: Lines,
    /// Where the record began that is being read; `None` between two.
    begun: Option<u64>,
    bytes: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    ended: usize,
    fault: Option<Fault>,
}

impl Reader {
    /// One that has read nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next record, if `input` holds its end; what was read is taken off `input`. Without one, all of it was.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Record<'_>> {
        if self.core.is_none() {
            let (taken, rest) = input.split_at(input.len().min(HEAD.saturating_sub(self.head.len())));
            self.head.extend_from_slice(taken);
            *input = rest;
            if self.head.len() < HEAD && !has_whole_line(&self.head) {
                return None;
            }
            self.decide();
        }
        self.next(input)
    }

    /// The records that are left when the file has ended; `None` behind the last.
    pub fn end(&mut self) -> Option<Record<'_>> {
        if self.core.is_none() {
            self.decide();
        }
        // A line's end closes a record, unless it stands within quotes.
        let mut nothing: &[u8] = &[];
        if self.step_all(&mut nothing) {
            return Some(self.record());
        }
        self.begun?;
        let mut probe: &[u8] = b"\n";
        if !self.step(&mut probe) {
            self.fault = Some(Fault::Unclosed);
            self.core = Some(core_of(b','));
        }
        Some(self.record())
    }

    fn next(&mut self, input: &mut &[u8]) -> Option<Record<'_>> {
        if self.step_all(input) { Some(self.record()) } else { None }
    }

    /// Reads on in what is left of the head, then in `input`; whether a record is complete.
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
            if self.begun.is_none() {
                // Empty lines are no records, and the line of a record is where its first letter stands.
                while let [byte @ (b'\n' | b'\r'), rest @ ..] = *input {
                    self.lines.pass(*byte);
                    *input = rest;
                }
                if input.is_empty() {
                    return false;
                }
                self.begun = Some(self.lines.ended + 1);
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
                // The rest of it is read and forgotten, so that the next record is found.
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
        let line = self.begun.take().unwrap_or(self.lines.ended);
        let ended = if self.fault.is_some() { 0 } else { self.ended };
        Record {
            line,
            bytes: self.bytes.get(..self.filled).unwrap_or_default(),
            ends: self.ends.get(..ended).unwrap_or_default(),
            fault: self.fault,
        }
    }

    fn decide(&mut self) {
        if self.head.starts_with(MARK) {
            self.head.drain(..MARK.len());
        }
        self.core = Some(core_of(delimiter(&self.head)));
        self.bytes.resize(4_096, 0);
        self.ends.resize(64, 0);
    }
}

fn core_of(delimiter: u8) -> alloc::boxed::Box<csv_core::Reader> {
    alloc::boxed::Box::new(ReaderBuilder::new().delimiter(delimiter).build())
}

/// The bytes of a text that stand outside quotes.
fn outside_quotes(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut within = false;
    text.iter().copied().filter(move |byte| {
        within ^= *byte == b'"';
        !within
    })
}

/// The head from its first letter on: behind empty lines.
fn from_first_letter(head: &[u8]) -> &[u8] {
    let begin = head.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(head.len());
    head.get(begin..).unwrap_or_default()
}

fn has_whole_line(head: &[u8]) -> bool {
    // One mark, as it is taken off: what looks like a second one is a letter.
    let head = head.strip_prefix(MARK).unwrap_or(head);
    outside_quotes(from_first_letter(head)).any(|byte| byte == b'\n' || byte == b'\r')
}

/// What stands most often between the cells of the first line; a comma if nothing does.
fn delimiter(head: &[u8]) -> u8 {
    let line = outside_quotes(from_first_letter(head)).take_while(|byte| !matches!(byte, b'\n' | b'\r'));
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in line {
        for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
            *count += usize::from(byte == delimiter);
        }
    }
    // The last of the highest would win: the comma is the usual one.
    let most = counts.into_iter().zip(DELIMITERS).rev().max_by_key(|(count, _)| *count);
    most.map_or(b',', |(_, delimiter)| delimiter)
}

#[cfg(test)]
mod tests;
