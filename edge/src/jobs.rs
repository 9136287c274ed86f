//! Scheduled work.

pub(crate) mod cron;
