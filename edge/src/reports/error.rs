//! Why a report could not be made. `http::error` maps each reason to a status.

use crate::store::StoreError;
use std::fmt;

/// Why a report could not be made.
#[derive(Debug)]
pub(crate) enum ReportError {
    /// The rows could not be read.
    Store(StoreError),
    /// The shop no longer exists.
    ShopNotFound,
    /// The stored data is unreadable or contradicts itself.
    Corrupt(String),
    /// No tally covers the filters, and counting the answers one by one would scan more than a request may.
    TooManyAnswers {
        /// At least this many answers are in the range.
        found: i64,
        limit: i64,
    },
}

impl ReportError {
    /// An error about data that the Worker itself has written.
    pub(crate) fn corrupt(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self::Corrupt(format!("{what}: {cause}"))
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => f.write_str(error.cause()),
            Self::ShopNotFound => f.write_str("the shop no longer exists"),
            Self::Corrupt(cause) => f.write_str(cause),
            Self::TooManyAnswers { found, limit } => write!(f, "at least {found} answers, more than {limit}"),
        }
    }
}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
