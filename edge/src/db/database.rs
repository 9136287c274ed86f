//! One database: D1 in the Worker, SQLite in tests.

#[cfg(test)]
use super::sqlite::Sqlite;
use super::{
    d1,
    error::StoreError,
    retry::{Failure, RetryPolicy},
    statement::{Arg, Statement},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use worker::{D1Database, D1Result};

/// A handle to one physical database.
#[derive(Clone)]
pub(crate) struct Database {
    backend: Backend,
    /// Called when a trigger reports that the shop has moved to another database.
    on_shop_moved: fn(),
}

#[derive(Clone)]
enum Backend {
    D1(Arc<D1Database>),
    /// The database that holds the shop could not be determined; every call fails with this cause.
    Unknown(Arc<str>),
    #[cfg(test)]
    Sqlite(Arc<Sqlite>),
}

/// The rows that one statement of a transaction returned.
pub(crate) enum StatementResult {
    /// From D1.
    D1(D1Result),
    /// From SQLite.
    #[cfg(test)]
    Sqlite(super::sqlite::Rows),
}

impl StatementResult {
    /// The rows as values of `T`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a row does not have the shape of `T`.
    pub(crate) fn rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, StoreError> {
        match self {
            Self::D1(result) => d1::rows(result),
            #[cfg(test)]
            Self::Sqlite(rows) => rows.read(),
        }
    }
}

/// Rows of the statement at `index` in a transaction; none if the transaction had fewer statements.
pub(crate) fn rows_at<T: DeserializeOwned>(results: &[StatementResult], index: usize) -> Result<Vec<T>, StoreError> {
    results.get(index).map(StatementResult::rows).transpose().map(Option::unwrap_or_default)
}

/// The first row of the statement at `index` in a transaction.
pub(crate) fn row_at<T: DeserializeOwned>(results: &[StatementResult], index: usize) -> Result<Option<T>, StoreError> {
    Ok(rows_at(results, index)?.into_iter().next())
}

impl Database {
    /// A D1 database.
    pub(crate) fn d1(database: D1Database) -> Self {
        Self { backend: Backend::D1(Arc::new(database)), on_shop_moved: || {} }
    }

    /// A database that fails every call, because the one that holds the shop could not be determined.
    pub(crate) fn unknown(cause: String) -> Self {
        Self { backend: Backend::Unknown(cause.into()), on_shop_moved: || {} }
    }

    /// A SQLite database in memory.
    #[cfg(test)]
    pub(crate) fn sqlite(database: Arc<Sqlite>) -> Self {
        Self { backend: Backend::Sqlite(database), on_shop_moved: || {} }
    }

    /// The same database, with a callback for writes that were rejected because the shop has moved.
    pub(crate) fn on_shop_moved(self, on_shop_moved: fn()) -> Self {
        Self { on_shop_moved, ..self }
    }

    /// The rows of a query, or of a statement with `RETURNING`. A query is retried where that may help. A write is not:
    /// after a failure it is unknown whether it was committed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) async fn rows<T: DeserializeOwned>(&self, sql: &str, args: &[Arg]) -> Result<Vec<T>, StoreError> {
        let mut policy = if sql.starts_with("SELECT") { RetryPolicy::standard() } else { RetryPolicy::never() };
        loop {
            let cause = match &self.backend {
                Backend::D1(database) => match d1::all(database, sql, args).await {
                    Ok(result) => return d1::rows(&result),
                    Err(cause) => cause,
                },
                Backend::Unknown(cause) => return Err(StoreError::Unavailable(cause.to_string())),
                #[cfg(test)]
                Backend::Sqlite(database) => match database.execute(sql, args) {
                    Ok(rows) => return rows.read(),
                    Err(cause) => cause,
                },
            };
            self.retry_or_fail(&mut policy, cause).await?;
        }
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) async fn row<T: DeserializeOwned>(&self, sql: &str, args: &[Arg]) -> Result<Option<T>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Executes all statements in one transaction, once: after a failure it is unknown whether it was committed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) async fn transaction(
        &self,
        statements: impl Into<Vec<Statement>>,
    ) -> Result<Vec<StatementResult>, StoreError> {
        self.batch(&statements.into(), RetryPolicy::never()).await
    }

    /// Executes all statements in one transaction that is idempotent, and therefore retried where that may help.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) async fn idempotent(
        &self,
        statements: impl Into<Vec<Statement>>,
    ) -> Result<Vec<StatementResult>, StoreError> {
        self.batch(&statements.into(), RetryPolicy::standard()).await
    }

    async fn batch(
        &self,
        statements: &[Statement],
        mut policy: RetryPolicy,
    ) -> Result<Vec<StatementResult>, StoreError> {
        loop {
            let result = match &self.backend {
                Backend::D1(database) => d1::batch(database, statements).await,
                Backend::Unknown(cause) => return Err(StoreError::Unavailable(cause.to_string())),
                #[cfg(test)]
                Backend::Sqlite(database) => database.transaction(statements),
            };
            match result {
                Ok(results) => return Ok(results),
                Err(cause) => self.retry_or_fail(&mut policy, cause).await?,
            }
        }
    }

    async fn retry_or_fail(&self, policy: &mut RetryPolicy, cause: String) -> Result<(), StoreError> {
        policy.backoff(cause).await.map_err(|failure| match failure {
            Failure::ShopMoved(cause) => {
                (self.on_shop_moved)();
                StoreError::Unavailable(cause)
            }
            Failure::Final(error) => error,
        })
    }
}
