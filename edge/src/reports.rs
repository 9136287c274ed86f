//! Reports: what the JSON API, webhooks and exports show, made once and rendered by each of them.
//!
//! A report takes rows and typed questions and returns a serialisable struct. It knows no request, no query string and no
//! status code. `load` functions read through the [`Store`](crate::store::Store); everything else here is pure.

mod error;
pub(crate) mod funnel;
pub(crate) mod metric;
pub(crate) mod person;
pub(crate) mod response;

pub(crate) use error::ReportError;

/// The days that a report covers, both inclusive, as days since 1970 in the shop's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayRange<'a> {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Name of the zone, such as `Europe/Warsaw`.
    pub(crate) time_zone: &'a str,
}
