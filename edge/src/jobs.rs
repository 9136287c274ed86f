//! Scheduled work.

pub(crate) mod cron;
mod renewal;
