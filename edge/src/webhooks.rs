//! Delivers events to a shop's webhook endpoints, by Standard Webhooks 1.0.0.
//!
//! Triggers write an event to the outbox in the transaction of its change. `store/webhook/dispatch.rs` creates a delivery for
//! each endpoint, [`consume`] attempts the deliveries from the queue, and [`run_due`] enqueues overdue ones every minute.

pub(crate) mod payload;
pub(crate) mod post;
pub(crate) mod sender;
pub(crate) mod signature;

pub(crate) use post::{Post, post};
pub(crate) use sender::{consume, run_due};
pub(crate) use signature::{Signed, new_secret};

/// The queue that brings deliveries.
pub(crate) const QUEUE: &str = "glas-webhooks";
