//! How each metric is computed from a [`Tally`](crate::Tally).
//!
//! A skipped question leaves no score, so it is in no tally and in no denominator.

pub mod agree;
pub mod ces;
pub mod csat;
pub mod nps;

pub use survey::Metric;
