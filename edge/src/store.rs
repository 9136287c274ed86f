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
#[cfg(test)]
mod migrations;
mod moves;
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

pub(crate) use crate::db::error::StoreError;
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
pub(crate) use intake_queue::Message;
pub(crate) use key_lookup::Scope;
pub(crate) use list::{Cursor, SCAN_LIMIT, Selection};
pub(crate) use moves::{MoveError, Mover, Progress, maintain_moves};
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

use crate::{db::Database, platform::Platform};
use shop_directory::Location;
use std::future::Future;

/// The data of one shop: its database and the config cache.
#[derive(Clone)]
pub(crate) struct Store {
    platform: Platform,
    database: Database,
}

impl Store {
    /// Opens the database of a shop, which this isolate may remember from up to a minute ago. If the database cannot be
    /// determined, the store still serves what memory and KV hold, and fails calls that need the database.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn open(platform: &Platform, shop: &str) -> Result<Self, StoreError> {
        Self::at(platform, shop_directory::locate(platform, shop).await)
    }

    /// The same without the isolate's memory, for callers that must see a move at once.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn open_now(platform: &Platform, shop: &str) -> Result<Self, StoreError> {
        Self::at(platform, shop_directory::locate_now(platform, shop).await)
    }

    fn at(platform: &Platform, location: Location) -> Result<Self, StoreError> {
        match location {
            Location::In(binding) | Location::New(binding) => Self::open_shard(platform, &binding),
            Location::Unknown(cause) => Ok(Self { platform: platform.clone(), database: Database::unknown(cause) }),
        }
    }

    /// Opens a shard by its binding's name.
    ///
    /// # Errors
    /// If the deployment lacks the binding.
    pub(crate) fn open_shard(platform: &Platform, binding: &str) -> Result<Self, StoreError> {
        Ok(Self { platform: platform.clone(), database: platform.database(binding)? })
    }

    /// Runs work after the reply, if the instance lives that long. Never for what must not be lost.
    fn after_reply(&self, work: impl Future<Output = ()> + 'static) {
        self.platform.after_reply(work);
    }
}
