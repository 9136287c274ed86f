//! D1 and KV. Knows no HTTP.

pub(crate) mod assets;
mod audit;
mod config;
mod deliveries;
mod delivery_log;
mod erasures;
mod fleet;
mod funnel;
mod imports;
mod kept;
mod keyring;
mod keys;
#[cfg(test)]
mod laws;
mod letters;
mod list;
mod moves;
mod places;
#[cfg(test)]
mod plans;
pub(crate) mod reconcile;
mod responses;
pub(crate) mod retention;
mod retry;
mod shops;
mod spill;
mod sql;
mod surveys;
mod tags;
mod tallies;
mod webhooks;

pub(crate) use audit::{AuditRow, Audited, Entry};
pub(crate) use config::{Published, Shop};
pub(crate) use deliveries::{DeliveryRow, Errand, Job, Settlement, State};
pub(crate) use delivery_log::LogSelection;
pub(crate) use erasures::{By, Erasure, ErasureRow};
pub(crate) use fleet::{Fleet, write_all_counters, write_counters};
pub(crate) use funnel::{FunnelRow, Seen};
pub(crate) use imports::{Import, ImportRow, Judged, Portion, Reached};
pub(crate) use keyring::{KeyRow, KeyStatus, KeyTrouble, MOST as MOST_KEYS, NewKey};
pub(crate) use keys::Scope;
pub(crate) use letters::Letter;
pub(crate) use list::{Chosen, Cursor, Filter, LOOKED_AT, OrderRange, Page, ResponseRow, Scores, Selection, Wanted};
pub(crate) use moves::{Mover, Obstacle, Progress, tend};
pub(crate) use responses::{Arrival, Row, Saved};
pub(crate) use shops::NewShop;
pub(crate) use spill::{Message, send};
pub(crate) use surveys::{Counts, SurveyRow};
pub(crate) use tags::{Change, Column, TagRow};
pub(crate) use tallies::{
    ALL_SCORES, Counted, Found as CountedAs, MOST, SEGMENTS, Segment, SegmentTally, Subset, Wish,
};
#[cfg(test)]
pub(crate) use tallies::{DayTally, Source};
pub(crate) use webhooks::{WebhookForm, WebhookRow};

use crate::error::Error;
use places::Place;
use sql::Database;
use std::{future::Future, sync::Arc};
use worker::{Context, Env, KvStore};

/// Where the data of one shop is.
#[derive(Clone)]
pub(crate) struct Store {
    env: Env,
    database: Database,
    config: KvStore,
    /// Where a request leaves what may be done after its reply.
    context: Option<Arc<Context>>,
}

impl Store {
    /// Opens the database of a shop, as far as this instance knows. While nobody can say which one it is, there is a store
    /// that knows what memory and KV hold, and whose database is away.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn open(env: &Env, shop: &str) -> Result<Self, StoreError> {
        Self::open_place(env, places::find(env, shop).await)
    }

    /// The same at this moment, whatever this instance remembers: for those who must not see what was true a minute ago.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn open_now(env: &Env, shop: &str) -> Result<Self, StoreError> {
        Self::open_place(env, places::find_now(env, shop).await)
    }

    fn open_place(env: &Env, place: Place) -> Result<Self, StoreError> {
        match place {
            Place::In(binding) | Place::New(binding) => Self::open_shard(env, &binding),
            Place::Unknown(cause) => Self::over(env, Database::nowhere(cause)),
        }
    }

    /// Opens a shard by its binding's name.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) fn open_shard(env: &Env, binding: &str) -> Result<Self, StoreError> {
        Self::over(env, Database::open(env, binding)?)
    }

    fn over(env: &Env, database: Database) -> Result<Self, StoreError> {
        let config = env.kv("CONFIG").map_err(|error| StoreError::Deployment(format!("KV CONFIG: {error}")))?;
        Ok(Self { env: env.clone(), database, config, context: None })
    }

    /// The same with a place for what may be done after the reply.
    pub(crate) fn within(mut self, context: &Arc<Context>) -> Self {
        self.context = Some(Arc::clone(context));
        self
    }

    /// Does something after the reply, if it still comes to that. Never what matters: that is written down before.
    fn afterwards(&self, work: impl Future<Output = ()> + 'static) {
        if let Some(context) = &self.context {
            context.wait_until(work);
        }
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

impl StoreError {
    /// What was said, for the log: it may quote what is stored, so it is cleaned there.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::Away(cause) | Self::Broken(cause) | Self::Deployment(cause) => cause,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(cause) => Self::Unavailable(cause),
            StoreError::Broken(cause) | StoreError::Deployment(cause) => Self::Internal(cause),
        }
    }
}
