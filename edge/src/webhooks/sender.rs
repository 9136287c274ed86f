//! Sends the deliveries of the queue, one message each, and enqueues overdue ones.
//!
//! A crash between any two steps must not lose a delivery. The steps are numbered in the code:
//!
//! 1. *claim*: succeeds only with the due time in the message, so a duplicate message claims nothing. After a crash, the
//!    delivery is due again in a minute, and the attempt is not counted.
//! 2. *read*: the payload is read now, so data erased since the event is not sent.
//! 3. *post*: repeated if the isolate ends before step 4. The receiver recognises the message by its id.
//! 4. *settle*: records the result, unless another attempt has claimed the delivery since. Idempotent.
//! 5. *retry*: enqueues a message for a short delay. If it is lost or duplicated, the cron job enqueues another at the same
//!    time, and only one of them claims the delivery.
//!
//! So messages need no redelivery: all are acknowledged, and the cron job finds unfinished deliveries by their due time.

use super::{
    Signed,
    payload::{self, ResponseEvent},
    post::{Post, post},
};
use crate::platform::Platform;
use crate::{
    db::shards::Shards,
    store::{AttemptResult, ClaimedDelivery, DeliveryMessage, State, Store, StoreError, WebhookRow},
    telemetry::{
        counters::{self, Counter},
        log::{Event, emit},
    },
    time::clock,
};
use futures_util::future::join_all;
use survey::webhook::{EventType, Failure, Next, Outcome, Template, next};
use worker::{MessageBatch, MessageExt};

/// Deliveries that one run of the cron job enqueues per database.
const DUE_BATCH_SIZE: u32 = 5_000;
/// Shorter delays are the queue's; longer ones are left to the cron job, which runs once a minute.
const MAX_QUEUE_DELAY_MS: i64 = 60_000;

/// Dispatches the outbox of every database and enqueues overdue deliveries. `now` in milliseconds since 1970.
pub(crate) async fn run_due(platform: &Platform, now: i64) {
    for binding in Shards::of(platform).all() {
        if let Err(error) = run_due_in(platform, &binding, now).await {
            emit(&Event::CronFailed { database: (&binding).into(), cause: error.cause().into() });
        }
    }
}

async fn run_due_in(platform: &Platform, binding: &str, now: i64) -> Result<(), StoreError> {
    let store = Store::open_shard(platform, binding)?;
    while store.deliveries().dispatch(now).await? {}
    store.deliveries().enqueue_due(now, DUE_BATCH_SIZE).await.map(|_| ())
}

/// Consumes a batch. `now` in milliseconds since 1970.
pub(crate) async fn consume(platform: &Platform, batch: &MessageBatch<()>, now: i64) {
    let mut messages = Vec::new();
    for raw in batch.raw_iter() {
        if let Some(Ok(message)) = raw.body().as_string().map(|text| serde_json::from_str::<DeliveryMessage>(&text)) {
            messages.push(message);
        }
        raw.ack();
    }
    join_all(messages.iter().map(|message| async move {
        if let Err(error) = (Sender { platform, message, now: now.max(message.at) }).run().await {
            emit(&Event::DeliveryWaits { shop: (&message.shop).into(), cause: error.cause().into() });
        }
    }))
    .await;
}

struct Sender<'a> {
    platform: &'a Platform,
    message: &'a DeliveryMessage,
    /// Milliseconds since 1970.
    now: i64,
}

/// The next step of a claimed delivery.
enum Plan {
    /// Send this body to this endpoint.
    Send(Box<WebhookRow>, String),
    /// Fail without an attempt, for this reason.
    Drop(&'static str),
}

impl Sender<'_> {
    async fn run(&self) -> Result<(), StoreError> {
        let store = Store::open(self.platform, &self.message.shop).await?;
        // 1
        let Some(delivery) = store.deliveries().claim(self.message, self.now).await? else { return Ok(()) };
        let (due, attempt) = (delivery.claim.due, delivery.claim.attempts + 1);
        // 2
        let (webhook, body) = match self.plan(&store, delivery).await? {
            Plan::Send(webhook, body) => (webhook, body),
            Plan::Drop(reason) => {
                let dropped = AttemptResult {
                    state: State::Failed,
                    next_at: self.now,
                    sent_at: None,
                    status: None,
                    error: Some(reason),
                    is_gone: false,
                };
                counters::count(Counter::Webhooks("dropped"), 1);
                return store.deliveries().record_attempt(self.message, due, &dropped, self.now).await.map(|_| ());
            }
        };
        let secrets = secrets(&webhook, self.now);
        let signed = Signed::new(&self.message.event, self.now, &body, secrets)
            .ok_or_else(|| StoreError::Corrupt("invalid secret of an endpoint".to_owned()))?;
        // 3
        let (outcome, duration) = post(self.platform, &Post { url: &webhook.url, body: &body, signed: &signed }).await;
        let now = self.now + duration;
        let next = next(attempt, outcome, random());
        // 4
        let result = attempt_result(outcome, next, now, due);
        counters::count(Counter::Webhooks(counter_name(next)), 1);
        if let Some(reason) = store.deliveries().record_attempt(self.message, due, &result, now).await? {
            emit(&Event::WebhookDisabled {
                shop: (&self.message.shop).into(),
                webhook: (&webhook.id).into(),
                reason: (&reason).into(),
            });
        }
        // 5
        if let Next::Retry(delay) = next
            && delay < MAX_QUEUE_DELAY_MS
        {
            let retry = DeliveryMessage { due: result.next_at, at: result.next_at, ..self.message.clone() };
            let seconds = u32::try_from((delay + 999) / 1_000).unwrap_or(0);
            let _ = store.deliveries().enqueue_after(&retry, seconds).await;
        }
        Ok(())
    }

    async fn plan(&self, store: &Store, delivery: ClaimedDelivery) -> Result<Plan, StoreError> {
        let Some(webhook) = delivery.webhook else { return Ok(Plan::Drop("endpoint_deleted")) };
        if !webhook.is_enabled() {
            return Ok(Plan::Drop("endpoint_disabled"));
        }
        let (kind, template) = (EventType::parse(&delivery.claim.r#type), Template::parse(&webhook.template));
        let (Some(kind), Some(template)) = (kind, template) else {
            return Err(StoreError::Corrupt(format!(
                "delivery with event type {} and template {}",
                delivery.claim.r#type, webhook.template
            )));
        };
        let row = store.responses().get(&self.message.shop, &delivery.claim.response).await?;
        let event = ResponseEvent {
            kind,
            at: delivery.claim.at,
            response: &delivery.claim.response,
            revision: delivery.claim.revision,
            row,
            survey_name: delivery.survey_name.as_deref(),
        };
        let body = payload::write(template, webhook.recipient.as_deref(), event)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(body.map_or(Plan::Drop("response_gone"), |body| Plan::Send(Box::new(webhook), body)))
    }
}

/// The secrets that sign. For a day after a rotation, the old secret also signs.
pub(crate) fn secrets(webhook: &WebhookRow, now: i64) -> Vec<&str> {
    let old = webhook.old_secret.as_deref().filter(|_| webhook.old_until.is_some_and(|until| now < until));
    [Some(webhook.secret.as_str()), old].into_iter().flatten().collect()
}

/// The result to record. `due` is the due time while the delivery was sent; the next one must differ, so that a duplicate
/// message claims nothing.
fn attempt_result(outcome: Outcome, next: Next, now: i64, due: i64) -> AttemptResult {
    let (state, next_at) = match next {
        Next::Delivered => (State::Delivered, now),
        Next::Retry(delay) => (State::Pending, now + delay + i64::from(now + delay == due)),
        Next::GiveUp | Next::Disable => (State::Failed, now),
    };
    AttemptResult {
        state,
        next_at,
        sent_at: Some(now),
        status: outcome.status(),
        error: outcome.failure().map(Failure::as_str),
        is_gone: next == Next::Disable,
    }
}

const fn counter_name(next: Next) -> &'static str {
    match next {
        Next::Delivered => "delivered",
        Next::Retry(_) => "again",
        Next::GiveUp | Next::Disable => "failed",
    }
}

/// Randomness for the jitter. Without it, retries follow the schedule without jitter.
fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_or(0, |()| u64::from_le_bytes(bytes))
}

/// The later of the current time and the scheduled time of a cron run. Tests schedule runs days ahead.
#[allow(clippy::cast_possible_truncation, reason = "milliseconds of this millennium")]
pub(crate) fn effective_time(scheduled_ms: f64) -> i64 {
    clock::now_ms().max(scheduled_ms as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_follow_from_outcomes() {
        let replied = |status| Outcome::Replied { status, retry_after_s: None };
        let result = attempt_result(replied(204), Next::Delivered, 100, 5);
        assert_eq!((result.state, result.status, result.error), (State::Delivered, Some(204), None));
        let result = attempt_result(replied(500), Next::Retry(5_000), 100, 5);
        assert_eq!((result.state, result.next_at, result.error), (State::Pending, 5_100, Some("status")));
        let result = attempt_result(Outcome::Failed(Failure::Timeout), Next::Retry(5_000), 100, 5_100);
        assert_eq!(result.next_at, 5_101, "a duplicate message claims nothing");
        let result = attempt_result(replied(410), Next::Disable, 100, 5);
        assert_eq!((result.state, result.is_gone, result.sent_at), (State::Failed, true, Some(100)));
    }
}
