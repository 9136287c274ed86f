//! Answers that another tool collected, from the CSV file that it exports.
//!
//! A file is read record by record ([`Reader`]), its header says what stands where ([`Columns`]), and each row becomes
//! something that may be stored ([`Imported`]) or says what is wrong with it, by line and column. Nothing here knows more of
//! a file than one record, and of the rows before it what tells a repeated one.
//!
//! **What is not kept:** names, addresses, phone numbers and ids of persons. They stay behind unless the owner maps a column
//! to the customer; what is written in comments and traits is masked like what shoppers write here.

mod column_role;
mod header;
mod identity;
mod money;
mod options;
mod reader;
mod row;
mod timestamp;

pub use column_role::ColumnRole;
pub use header::{Columns, Ignored, Why};
pub use identity::Seen;
pub use options::{Options, Source};
pub use reader::{Fault, Reader, Record};
pub use row::{Imported, Importer, Plan, RowProblem};
pub use timestamp::{Form, Timestamp, TimestampError};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Most rows of a file: with its batches of rows an import stays below what the database takes of one request.
pub const MAX_ROWS: u32 = 100_000;
/// Longest record, in bytes: the longest comment, quoted, in the script that takes the most, and room for the rest.
pub const MAX_RECORD: usize = 128 << 10;
/// Most columns.
pub const MAX_COLUMNS: usize = 512;
/// Longest comment that a survey of an import takes, in characters.
pub const MAX_COMMENT: u16 = 5_000;
