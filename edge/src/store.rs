//! Everything that is stored in D1 and KV, by aggregate. Knows no HTTP.
//!
//! [`Store`] is the data of one shop. Each aggregate has a handle (`store.surveys()`), whose methods live in the
//! aggregate's module.

mod api_key;
pub(crate) mod assets;
mod audit;
mod databases;
mod dead_letter;
#[cfg(test)]
mod fixture;
mod funnel;
mod import;
mod intake_queue;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod migrations;
mod renewal;
mod response;
mod shop;
mod shop_move;
mod survey;
pub(crate) mod tally;
mod webhook;

pub(crate) use crate::db::error::StoreError;
pub(crate) use api_key::{KeyError, KeyRow, KeyStatus, MAX_KEYS, NewKey, Scope};
pub(crate) use audit::{AuditEntry, AuditQuery, AuditRow};
pub(crate) use databases::{Databases, write_all_counters, write_counters};
pub(crate) use dead_letter::DeadLetter;
pub(crate) use funnel::{AddedCounts, FunnelCounts, FunnelRow};
pub(crate) use import::{Import, ImportBatch, ImportProgress, ImportRow, RowVerdict};
pub(crate) use intake_queue::Message;
pub(crate) use renewal::Old;
pub(crate) use response::{
    By, Change, ChoiceFilter, Cursor, Erasure, ErasureRow, FlagFilter, NewResponse, OrderFilter, PathFilter,
    PublishedQuestion, ResponseFilter, ResponseRecord, ResponseRow, SCAN_LIMIT, SaveResult, ScoreFilter, Selection,
    TagRow, TimeRange, retention,
};
pub(crate) use shop::{
    IdentityRow, NewShop,
    config::{Published, Shop},
    directory as shop_directory,
};
pub(crate) use shop_move::{MoveError, Mover, Progress, maintain_moves};
pub(crate) use survey::{Counts, SurveyRow};
pub(crate) use tally::{
    ALL_SCORES, AnswerFilter, CountResult, LeftOut, MAX_SCANNED_RESPONSES, MAX_SEGMENTS, MetricCounts, MetricFilter,
    MetricQuery, Segment, SegmentTally,
};
#[cfg(test)]
pub(crate) use tally::{DayTally, Source};
pub(crate) use webhook::{
    AttemptResult, ClaimedDelivery, DeliveryMessage, DeliveryRow, LogSelection, State, WebhookForm, WebhookRow,
};

use crate::{db::Database, platform::Platform};
use shop_directory::Location;
use std::future::Future;

/// The data of one shop: its database, the config cache and the queues.
#[derive(Clone)]
pub(crate) struct Store {
    platform: Platform,
    database: Database,
}

/// Declares the handle of each aggregate and the method of [`Store`] that returns it.
macro_rules! aggregates {
    ($($(#[$doc:meta])* $method:ident: $Handle:ident,)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub(crate) struct $Handle<'a>(&'a Store);
        )+

        impl Store {
            $(
                $(#[$doc])*
                pub(crate) const fn $method(&self) -> $Handle<'_> {
                    $Handle(self)
                }
            )+
        }
    };
}

aggregates! {
    /// API keys.
    api_keys: ApiKeys,
    /// The audit log of owners' changes.
    audit: Audit,
    /// The published config, from memory, KV or D1.
    config: Config,
    /// Messages that could not be stored.
    dead_letters: DeadLetters,
    /// Webhook deliveries: dispatch, attempts and the log.
    deliveries: Deliveries,
    /// Erasures of responses on request.
    erasures: Erasures,
    /// The funnel from impression to complete response.
    funnel: Funnel,
    /// Imports from other tools.
    imports: Imports,
    /// The queue of responses and events that wait for the database.
    intake_queue: IntakeQueue,
    /// Rows of earlier versions.
    renewal: Renewal,
    /// Responses: save, get, list, tag.
    responses: Responses,
    /// Settings of a shop.
    settings: Settings,
    /// Shops: creation, quota, time zone.
    shops: Shops,
    /// Surveys and their versions.
    surveys: Surveys,
    /// Counts of scores.
    tallies: Tallies,
    /// Webhook endpoints.
    webhooks: Webhooks,
}

impl Store {
    /// Opens the database of a shop, whose location may come from this isolate's cache and be up to a minute old. If the
    /// location is unknown, the store still serves what memory and KV hold, and fails calls that need the database.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn open(platform: &Platform, shop: &str) -> Result<Self, StoreError> {
        Self::at(platform, shop_directory::locate(platform, shop).await)
    }

    /// The same without the cached location, for callers that must see a move at once.
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

    /// Runs work after the response, if the isolate lives that long. Only for work that may be lost.
    fn after_reply(&self, work: impl Future<Output = ()> + 'static) {
        self.platform.after_reply(work);
    }
}

impl Cursor {
    /// The position after which a list starts: the cursor's, or one before the newest row.
    fn or_newest(cursor: Option<&Self>) -> (i64, &str) {
        cursor.map_or(((1 << 53) - 1, ""), |cursor| (cursor.received_at, cursor.id.as_str()))
    }
}
