//! Webhooks: endpoints, the dispatch of outbox events to them, the attempts to deliver, and the delivery log.

pub(super) mod delivery;
pub(super) mod dispatch;
mod endpoint;
mod log;

pub(crate) use delivery::{AttemptResult, ClaimedDelivery, DeliveryMessage, State};
pub(crate) use endpoint::{WebhookForm, WebhookRow};
pub(crate) use log::{DeliveryRow, LogSelection};
