//! D1 and KV. Knows no HTTP.

pub(crate) mod assets;
mod config;
mod funnel;
mod keys;
#[cfg(test)]
mod plans;
mod responses;
mod shops;
mod sql;
mod surveys;
mod tallies;

pub(crate) use config::{Published, Shop};
pub(crate) use funnel::{FunnelRow, Seen};
pub(crate) use responses::{Arrival, Cursor, ResponseRow, Selection};
pub(crate) use shops::NewShop;
pub(crate) use surveys::{Counts, SurveyRow};
pub(crate) use tallies::{DayTally, Facet};

use crate::{error::Error, shard::shard_for};
use sql::Database;
use worker::{Env, KvStore};

/// Where the data of one shop is.
pub(crate) struct Store {
    database: Database,
    config: KvStore,
}

impl Store {
    /// Opens the shard of a shop.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) fn open(env: &Env, shop: &str) -> Result<Self, StoreError> {
        let binding = shard_for(shop);
        let database = env.d1(binding).map_err(|error| StoreError::Deployment(format!("D1 {binding}: {error}")))?;
        let config = env.kv("CONFIG").map_err(|error| StoreError::Deployment(format!("KV CONFIG: {error}")))?;
        Ok(Self { database: Database(database), config })
    }
}

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// D1, KV or the assets did not answer, or answered that they could not.
    Away(String),
    /// What is stored is not what was ever written.
    Broken(String),
    /// A binding is missing.
    Deployment(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(cause) => Self::Unavailable(cause),
            StoreError::Broken(cause) | StoreError::Deployment(cause) => Self::Internal(cause),
        }
    }
}
