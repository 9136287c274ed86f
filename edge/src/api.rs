//! The JSON API. A handler extracts, calls a report or the store, and replies.

pub(crate) mod audit;
pub(crate) mod counters;
pub(crate) mod dead_letters;
pub(crate) mod erasures;
pub(crate) mod exports;
pub(crate) mod funnel;
pub(crate) mod health;
pub(crate) mod identity;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod metrics;
pub(crate) mod moves;
mod person;
pub(crate) mod responses;
pub(crate) mod settings;
pub(crate) mod shops;
pub(crate) mod surveys;
pub(crate) mod tags;
pub(crate) mod templates;
pub(crate) mod webhooks;
