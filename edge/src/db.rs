//! The seam under the store: statements, and the databases that execute them.

mod d1;
pub(crate) mod database;
pub(crate) mod error;
mod retry;
pub(crate) mod shards;
#[cfg(test)]
pub(crate) mod sqlite;
pub(crate) mod statement;

pub(crate) use database::{Database, StatementResult, row_at, rows_at};
pub(crate) use statement::{Arg, Statement};
