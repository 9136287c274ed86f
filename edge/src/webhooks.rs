//! Telling a shop's endpoints what happened, by Standard Webhooks 1.0.0.
//!
//! Triggers write what happened into the outbox, in the transaction in which it happened. `store/deliveries.rs` lays it out
//! for each endpoint; [`consume`] sends what the queue brings, and [`run_due`] sees every minute to what nobody has sent.

pub(crate) mod payload;
pub(crate) mod post;
pub(crate) mod sender;
pub(crate) mod signature;

pub(crate) use post::{Post, post};
pub(crate) use sender::{consume, run_due};
pub(crate) use signature::{Signed, new_secret};

/// The queue that brings deliveries.
pub(crate) const QUEUE: &str = "glas-webhooks";
