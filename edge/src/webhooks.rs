//! Webhooks by Standard Webhooks 1.0.0.
//!
//! Triggers write events into the outbox, in the transaction of the change. `store/deliveries.rs` creates a delivery for each
//! endpoint; [`consume`] sends the deliveries of the queue, and [`run_due`] enqueues overdue ones every minute.

pub(crate) mod payload;
pub(crate) mod post;
pub(crate) mod sender;
pub(crate) mod signature;

pub(crate) use post::{Post, post};
pub(crate) use sender::{consume, run_due};
pub(crate) use signature::{Signed, new_secret};

/// The queue of deliveries.
pub(crate) const QUEUE: &str = "glas-webhooks";
