//! D1 and KV. Knows no HTTP.

mod access_path;
mod api_keys;
pub(crate) mod assets;
mod audit;
mod config;
mod databases;
mod dead_letters;
mod deliveries;
mod delivery_log;
mod erasures;
mod funnel;
mod imports;
mod intake_queue;
#[cfg(test)]
mod invariants;
mod kept;
mod key_lookup;
mod list;
mod moves;
#[cfg(test)]
mod plans;
pub(crate) mod reconcile;
mod response_filter;
mod response_row;
mod responses;
pub(crate) mod retention;
pub(crate) mod shop_directory;
mod shops;
mod surveys;
mod tags;
mod tallies;
mod webhooks;

pub(crate) use api_keys::{KeyError, KeyRow, KeyStatus, MOST as MAX_KEYS, NewKey};
pub(crate) use audit::{AuditRow, Audited, Entry};
pub(crate) use config::{Published, Shop};
pub(crate) use databases::{Databases, write_all_counters, write_counters};
pub(crate) use dead_letters::DeadLetter;
pub(crate) use deliveries::{AttemptResult, ClaimedDelivery, DeliveryMessage, DeliveryRow, State};
pub(crate) use delivery_log::LogSelection;
pub(crate) use erasures::{By, Erasure, ErasureRow};
pub(crate) use funnel::{FunnelRow, Seen};
pub(crate) use imports::{Import, ImportRow, Judged, Portion, Reached};
pub(crate) use intake_queue::{Message, send};
pub(crate) use key_lookup::Scope;
pub(crate) use list::{Cursor, SCAN_LIMIT, Selection};
pub(crate) use moves::{MoveError, Mover, Progress, tend};
pub(crate) use response_filter::{
    ChoiceFilter, FlagFilter, OrderFilter, PathFilter, ResponseFilter, ScoreFilter, TimeRange,
};
pub(crate) use response_row::ResponseRow;
pub(crate) use responses::{NewResponse, Row, SaveResult};
pub(crate) use shops::NewShop;
pub(crate) use surveys::{Counts, SurveyRow};
pub(crate) use tags::{Change, Column, TagRow};
pub(crate) use tallies::{
    ALL_SCORES, AnswerFilter, CountResult, MAX_SCANNED_RESPONSES, MetricCounts, MetricFilter, MetricQuery, SEGMENTS,
    Segment, SegmentTally,
};
#[cfg(test)]
pub(crate) use tallies::{DayTally, Source};
pub(crate) use webhooks::{WebhookForm, WebhookRow};

pub(crate) use crate::db::error::StoreError;

use crate::db::database::Database;
use shop_directory::Location;
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
        Self::open_place(env, shop_directory::locate(env, shop).await)
    }

    /// The same at this moment, whatever this instance remembers: for those who must not see what was true a minute ago.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn open_now(env: &Env, shop: &str) -> Result<Self, StoreError> {
        Self::open_place(env, shop_directory::locate_now(env, shop).await)
    }

    fn open_place(env: &Env, place: Location) -> Result<Self, StoreError> {
        match place {
            Location::In(binding) | Location::New(binding) => Self::open_shard(env, &binding),
            Location::Unknown(cause) => Self::over(env, Database::nowhere(cause)),
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
        let config = env.kv("CONFIG").map_err(|error| StoreError::Misconfigured(format!("KV CONFIG: {error}")))?;
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
