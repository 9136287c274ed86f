//! A database in memory with the store over it, for tests.

use super::Store;
use crate::platform::in_process::InProcess;
use rusqlite::Connection;
use std::sync::{Arc, MutexGuard};

/// An empty deployment with one database.
pub(super) struct Fixture {
    pub(super) platform: Arc<InProcess>,
    pub(super) store: Store,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let platform = InProcess::new(1);
        let store = Store::open_shard(&platform.platform(), "DB_0").unwrap();
        Self { platform, store }
    }

    /// Direct access, for rows that no store method writes and for assertions.
    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.platform.sqlite("DB_0").connection()
    }

    pub(super) fn execute_batch(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection().execute_batch(sql)
    }

    pub(super) fn execute(&self, sql: &str, arguments: impl rusqlite::Params) -> rusqlite::Result<usize> {
        self.connection().execute(sql, arguments)
    }

    /// The rows of a query, each as its columns separated by spaces.
    pub(super) fn strings(&self, sql: &str, arguments: impl rusqlite::Params) -> Vec<String> {
        use rusqlite::types::Value;
        let connection = self.connection();
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map(arguments, |row| {
            let texts = (0..columns).map(|column| match row.get(column)? {
                Value::Text(text) => Ok(text),
                Value::Integer(number) => Ok(number.to_string()),
                other => Ok(format!("{other:?}")),
            });
            Ok(texts.collect::<rusqlite::Result<Vec<_>>>()?.join(" "))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}
