//! Sends what the queue brings, one message for each delivery, and sees to what was left.
//!
//! What may happen between any two steps, and what then follows. The steps are numbered where they are done.
//!
//! 1. *take*: whoever names the time that the delivery says has it. A second copy of a message names an old one, and is
//!    done. If the instance ends here, the delivery is due again in a minute, with the attempt not counted.
//! 2. *read*: what is sent is read now, so that what was erased since is not sent.
//! 3. *post*: may happen twice, if the instance ends before 4. The receiver knows the message by its id.
//! 4. *settle*: writes down what came of it, if nobody else has the delivery by now. Twice is the same as once.
//! 5. *later*: a message for a short wait. Lost or doubled, the cron comes at the same time and only one of them takes it.
//!
//! So a message never has to come again: all are acknowledged, and what was not done is found by its time.

use super::{
    Signed,
    payload::{self, Happened},
    post::{Post, post},
};
use crate::platform::Platform;
use crate::{
    db::shards::Shards,
    http::error::Error,
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

/// Deliveries that one run of the cron sends on for a database.
const DUE: u32 = 5_000;
/// A wait shorter than this is the queue's: the cron comes once a minute.
const SHORT_MS: i64 = 60_000;

/// What was left to tell: of every database, what happened and is not laid out, and what is due. `now` in milliseconds
/// since 1970.
pub(crate) async fn run_due(platform: &Platform, now: i64) {
    for binding in Shards::of(platform).all() {
        if let Err(error) = run_due_in(platform, &binding, now).await {
            emit(&Event::CronFailed { database: &binding, cause: error.cause() });
        }
    }
}

async fn run_due_in(platform: &Platform, binding: &str, now: i64) -> Result<(), StoreError> {
    let store = Store::open_shard(platform, binding)?;
    while store.deliveries().dispatch(now).await? {}
    store.deliveries().enqueue_due(now, DUE).await.map(|_| ())
}

/// Takes a batch. `now` in milliseconds since 1970.
pub(crate) async fn consume(platform: &Platform, batch: &MessageBatch<()>, now: i64) {
    let mut errands = Vec::new();
    for raw in batch.raw_iter() {
        if let Some(Ok(errand)) = raw.body().as_string().map(|text| serde_json::from_str::<DeliveryMessage>(&text)) {
            errands.push(errand);
        }
        raw.ack();
    }
    join_all(errands.iter().map(|errand| async move {
        if let Err(error) = (Sender { platform, errand, now: now.max(errand.at) }).run().await {
            emit(&Event::DeliveryWaits { shop: &errand.shop, cause: error.cause() });
        }
    }))
    .await;
}

struct Sender<'a> {
    platform: &'a Platform,
    errand: &'a DeliveryMessage,
    /// Milliseconds since 1970.
    now: i64,
}

/// What there is to do about a delivery.
enum Plan {
    /// To be sent: where, what.
    Send(Box<WebhookRow>, String),
    /// Nothing, for this reason.
    Drop(&'static str),
}

impl Sender<'_> {
    async fn run(&self) -> Result<(), StoreError> {
        let store = Store::open(self.platform, &self.errand.shop).await?;
        // 1
        let Some(job) = store.deliveries().claim(self.errand, self.now).await? else { return Ok(()) };
        let (due, attempt) = (job.claim.due, job.claim.attempts + 1);
        // 2
        let (webhook, text) = match self.plan(&store, job).await? {
            Plan::Send(webhook, text) => (webhook, text),
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
                return store.deliveries().record_attempt(self.errand, due, &dropped, self.now).await.map(|_| ());
            }
        };
        let secrets = secrets(&webhook, self.now);
        let signed = Signed::new(&self.errand.event, self.now, &text, secrets)
            .ok_or_else(|| StoreError::Corrupt("an endpoint's secret is none".to_owned()))?;
        // 3
        let (outcome, took) = post(self.platform, &Post { url: &webhook.url, body: &text, signed: &signed }).await;
        let now = self.now + took;
        let next = next(attempt, outcome, random());
        // 4
        let settlement = settlement(outcome, next, now, due);
        counters::count(Counter::Webhooks(word(next)), 1);
        if let Some(reason) = store.deliveries().record_attempt(self.errand, due, &settlement, now).await? {
            emit(&Event::WebhookDisabled { shop: &self.errand.shop, webhook: &webhook.id, reason: &reason });
        }
        // 5
        if let Next::Retry(wait) = next
            && wait < SHORT_MS
        {
            let again = DeliveryMessage { due: settlement.next_at, at: settlement.next_at, ..self.errand.clone() };
            let seconds = u32::try_from((wait + 999) / 1_000).unwrap_or(0);
            let _ = store.deliveries().enqueue_after(&again, seconds).await;
        }
        Ok(())
    }

    async fn plan(&self, store: &Store, job: ClaimedDelivery) -> Result<Plan, StoreError> {
        let Some(webhook) = job.webhook else { return Ok(Plan::Drop("endpoint_deleted")) };
        if !webhook.is_enabled() {
            return Ok(Plan::Drop("endpoint_disabled"));
        }
        let (event, template) = (EventType::parse(&job.claim.r#type), Template::parse(&webhook.template));
        let (Some(event), Some(template)) = (event, template) else {
            return Err(StoreError::Corrupt(format!("a delivery of {} by {}", job.claim.r#type, webhook.template)));
        };
        let row = store.response().get(&self.errand.shop, &job.claim.response).await?;
        let happened = Happened {
            event,
            at: job.claim.at,
            response: &job.claim.response,
            revision: job.claim.revision,
            row,
            survey_name: job.survey_name.as_deref(),
        };
        let text = payload::write(template, webhook.recipient.as_deref(), happened).map_err(|error| broken(&error))?;
        Ok(text.map_or(Plan::Drop("response_gone"), |text| Plan::Send(Box::new(webhook), text)))
    }
}

fn broken(error: &Error) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// The secrets that sign: for a day after a rotation there are two.
pub(crate) fn secrets(webhook: &WebhookRow, now: i64) -> Vec<&str> {
    let old = webhook.old_secret.as_deref().filter(|_| webhook.old_until.is_some_and(|until| now < until));
    [Some(webhook.secret.as_str()), old].into_iter().flatten().collect()
}

/// What is written down. `due` is what the delivery said while it was sent: what it says next is something else.
fn settlement(outcome: Outcome, next: Next, now: i64, due: i64) -> AttemptResult {
    let (state, next_at) = match next {
        Next::Delivered => (State::Delivered, now),
        Next::Retry(wait) => (State::Pending, now + wait + i64::from(now + wait == due)),
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

const fn word(next: Next) -> &'static str {
    match next {
        Next::Delivered => "delivered",
        Next::Retry(_) => "again",
        Next::GiveUp | Next::Disable => "failed",
    }
}

/// No randomness, no jitter: the schedule all the same.
fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_or(0, |()| u64::from_le_bytes(bytes))
}

/// The later of the two: what the clock says, and the time for which a cron was planned. Tests plan it for days to come.
#[allow(clippy::cast_possible_truncation, reason = "milliseconds of this millennium")]
pub(crate) fn time_of(planned_ms: f64) -> i64 {
    clock::now_ms().max(planned_ms as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_written_down() {
        let replied = |status| Outcome::Replied { status, retry_after_s: None };
        let settled = settlement(replied(204), Next::Delivered, 100, 5);
        assert_eq!((settled.state, settled.status, settled.error), (State::Delivered, Some(204), None));
        let settled = settlement(replied(500), Next::Retry(5_000), 100, 5);
        assert_eq!((settled.state, settled.next_at, settled.error), (State::Pending, 5_100, Some("status")));
        let settled = settlement(Outcome::Failed(Failure::Timeout), Next::Retry(5_000), 100, 5_100);
        assert_eq!(settled.next_at, 5_101, "a copy of the message does not find it again");
        let settled = settlement(replied(410), Next::Disable, 100, 5);
        assert_eq!((settled.state, settled.is_gone, settled.sent_at), (State::Failed, true, Some(100)));
    }
}
