//! Imports responses that another tool collected, from the CSV file that it exports.
//!
//! [`Reader`] splits a file into records, [`Columns`] maps its header, and [`Importer`] turns each row into an
//! [`Imported`] response or a list of problems with line and column. Memory use is bounded by one record, plus 16–20
//! bytes per row to recognise repeated rows.
//!
//! **Personal data:** columns with names, addresses, phone numbers and ids of persons are ignored unless the shop owner
//! maps one to the customer. Comments and traits are redacted like submissions.

mod column_role;
mod header;
mod identity;
mod money;
mod options;
mod reader;
mod row;
mod timestamp;

pub use column_role::ColumnRole;
pub use header::{Columns, IgnoreReason, IgnoredColumn};
pub use identity::RowIds;
pub use options::{Options, Source};
pub use reader::{Fault, Reader, Record};
pub use row::{ImportPlan, Imported, Importer, RowProblem};
pub use timestamp::{DateFormat, Timestamp, TimestampError};

/// Maximum file size, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Maximum rows per file: the batches of an import stay below the database's limits per request.
pub const MAX_ROWS: u32 = 100_000;
/// Maximum record size, in bytes: the longest comment, quoted, in the script with the most bytes per character, plus
/// the other cells.
pub const MAX_RECORD: usize = 128 << 10;
/// Maximum number of columns.
pub const MAX_COLUMNS: usize = 512;
/// Maximum length of a comment in the survey that an import creates, in characters.
pub const MAX_COMMENT: u16 = 5_000;
