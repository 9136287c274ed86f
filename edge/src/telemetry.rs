//! What the Worker reports about itself: log lines and counters.

pub(crate) mod cause;
pub(crate) mod counters;
pub(crate) mod log;
