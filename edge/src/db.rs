//! Databases: D1 in the Worker, SQLite in tests.

pub(crate) mod database;
pub(crate) mod error;
pub(crate) mod retry;
pub(crate) mod shards;
