//! Work that a schedule starts instead of a request.

pub(crate) mod cron;
