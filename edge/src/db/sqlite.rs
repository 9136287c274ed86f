//! SQLite in the place of D1, so that store methods and the router run in plain `cargo test`.
//!
//! It is stricter than D1. A statement that reads a whole table panics, because every statement is explained before its
//! first execution. A row that lacks a column of the type it is read into is an error, where D1 would leave an `Option`
//! empty. Numbers are bound as floats, as D1 does.

use super::{
    database::StatementResult,
    error::StoreError,
    statement::{Arg, Statement},
};
use rusqlite::{Connection, ToSql, params_from_iter, types::ToSqlOutput, types::ValueRef};
use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, IntoDeserializer, Visitor, value::MapDeserializer},
    forward_to_deserialize_any,
};
use serde_json::Value;
use std::{
    collections::{HashSet, VecDeque},
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A database in memory with the schema of the migrations.
pub(crate) struct Sqlite {
    connection: Mutex<Connection>,
    explained: Mutex<HashSet<String>>,
    /// The failures of the next calls; `None` is a success.
    faults: Mutex<VecDeque<Option<String>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sqlite {
    /// An empty database with the current schema.
    pub(crate) fn new() -> Self {
        Self::over(schema())
    }

    /// The same over a connection that was prepared by a test.
    pub(crate) fn over(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(200);
        Self { connection: Mutex::new(connection), explained: Mutex::default(), faults: Mutex::default() }
    }

    /// Direct access for fixtures and assertions; nothing is explained here.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        lock(&self.connection)
    }

    /// Makes the next call fail with this message of D1, before it has any effect.
    pub(crate) fn fail_next(&self, cause: &str) {
        self.fail_after(0, cause);
    }

    /// Makes a call fail in the same way after this number of other calls.
    pub(crate) fn fail_after(&self, calls: usize, cause: &str) {
        let mut faults = lock(&self.faults);
        faults.extend(std::iter::repeat_n(None, calls));
        faults.push_back(Some(cause.to_owned()));
    }

    /// Lets all calls succeed again.
    pub(crate) fn heal(&self) {
        lock(&self.faults).clear();
    }

    pub(super) fn execute(&self, sql: &str, args: &[Arg]) -> Result<Rows, String> {
        if let Some(cause) = lock(&self.faults).pop_front().flatten() {
            return Err(cause);
        }
        let connection = self.connection();
        self.explain(&connection, sql);
        run(&connection, sql, args)
    }

    pub(super) fn transaction(&self, statements: &[Statement]) -> Result<Vec<StatementResult>, String> {
        if let Some(cause) = lock(&self.faults).pop_front().flatten() {
            return Err(cause);
        }
        let connection = self.connection();
        for statement in statements {
            self.explain(&connection, &statement.sql);
        }
        // A savepoint, because a test may have a transaction of its own around this one.
        connection.execute_batch("SAVEPOINT batch").map_err(|error| error.to_string())?;
        let results: Result<Vec<_>, String> =
            statements.iter().map(|statement| run(&connection, &statement.sql, &statement.args)).collect();
        let end = if results.is_ok() { "RELEASE batch" } else { "ROLLBACK TO batch; RELEASE batch" };
        connection.execute_batch(end).map_err(|error| error.to_string())?;
        Ok(results?.into_iter().map(StatementResult::Sqlite).collect())
    }

    fn explain(&self, connection: &Connection, sql: &str) {
        if lock(&self.explained).contains(sql) {
            return;
        }
        let scans = full_scans(connection, sql);
        assert!(scans.is_empty(), "the statement reads a whole table ({}): {sql}", scans.join(", "));
        lock(&self.explained).insert(sql.to_owned());
    }
}

impl ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Null => Ok(ToSqlOutput::from(rusqlite::types::Null)),
            #[allow(clippy::cast_precision_loss, reason = "as D1 binds numbers")]
            Self::Integer(number) => Ok(ToSqlOutput::from(*number as f64)),
            Self::Text(text) => text.to_sql(),
        }
    }
}

fn run(connection: &Connection, sql: &str, args: &[Arg]) -> Result<Rows, String> {
    let read = || -> rusqlite::Result<Rows> {
        let mut statement = connection.prepare_cached(sql)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut found = statement.query(params_from_iter(args))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let values: rusqlite::Result<_> = (0..columns.len()).map(|index| row.get_ref(index).map(json)).collect();
            rows.push(values?);
        }
        Ok(Rows { columns, rows })
    };
    read().map_err(|error| error.to_string())
}

/// A value as D1 returns it: JavaScript has one kind of number, so a whole float reads as an integer.
fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        ValueRef::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => (number as i64).into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into(),
    }
}

/// Rows that a statement returned.
pub(crate) struct Rows {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<Vec<T>, StoreError> {
        let read = |values| T::deserialize(Row { columns: &self.columns, values });
        self.rows
            .iter()
            .map(|values| read(values))
            .collect::<Result<_, serde_json::Error>>()
            .map_err(|error| StoreError::Corrupt(format!("a row has an unexpected shape: {error}")))
    }
}

/// One row as serde reads it: a struct whose every field must be a column.
struct Row<'a> {
    columns: &'a [String],
    values: &'a [Value],
}

impl<'de> Deserializer<'de> for Row<'_> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let columns = self.columns.iter().map(String::as_str);
        let values = self.values.iter().map(|value| value.clone().into_deserializer());
        visitor.visit_map(MapDeserializer::new(columns.zip(values)))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if let Some(missing) = fields.iter().find(|field| !self.columns.iter().any(|column| column == *field)) {
            return Err(Self::Error::custom(format!("the statement returns no column `{missing}` for `{name}`")));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The migrations in their order.
pub(crate) fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// An empty database with the schema that the migrations produce.
pub(crate) fn schema() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for migration in migrations() {
        connection.execute_batch(&migration).unwrap();
    }
    connection
}

/// The steps of a statement's query plan. They do not depend on its arguments.
pub(crate) fn query_plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut explained =
        connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap_or_else(|error| panic!("{error} in: {sql}"));
    let mut rows = explained.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

/// The steps that read a whole table. A list passed as an argument is no table, nor is the result of a subquery, whose own
/// steps are listed separately.
pub(crate) fn full_scans(connection: &Connection, sql: &str) -> Vec<String> {
    let mut steps = query_plan(connection, sql);
    let no_table = ["VIRTUAL TABLE", "CONSTANT", "(subquery-"];
    steps.retain(|step| step.starts_with("SCAN") && !no_table.iter().any(|name| step.contains(name)));
    steps
}

#[cfg(test)]
mod tests;
