//! Attempts to deliver: a message in the queue leads to a claim, the claim to an attempt, the attempt to a recorded result.
//!
//! A pending delivery has a time at which it is next due (`next_at`), and changing that time claims the delivery. The queue
//! consumer and the cron job both name the time that they have read, and only one of them finds it unchanged. So a duplicate
//! message does nothing, and the cron job picks up a delivery whose message was lost.

use super::{
    super::{Deliveries, StoreError},
    endpoint::{self, WebhookRow},
};
use crate::db::{Arg, Statement, row_at, rows_at};
use crate::platform::Queue;
use crate::time::clock;
use serde::{Deserialize, Serialize};
use survey::webhook::FAILING_MS;

/// Deliveries that are claimed together: as many messages as the queue accepts in one call.
const BATCH_SIZE: u32 = 100;
/// How long a message may be in the queue before the cron job enqueues its delivery again, in milliseconds.
pub(super) const QUEUE_GRACE_MS: i64 = 300_000;
/// The longest time that an attempt may take, in milliseconds.
const ATTEMPT_MS: i64 = 60_000;

/// Claims up to `?3` deliveries that are due at `?1`, until `?2`.
const CLAIM_DUE: &str = "UPDATE deliveries SET next_at = ?2 WHERE (shop, webhook, event) IN \
     (SELECT d.shop, d.webhook, d.event FROM deliveries AS d INDEXED BY deliveries_due \
     WHERE d.state = 'pending' AND d.next_at <= ?1 AND NOT EXISTS \
     (SELECT 1 FROM moves WHERE shop = d.shop AND state IN ('frozen', 'left', 'arriving')) \
     ORDER BY d.next_at LIMIT ?3) RETURNING shop, webhook, event";

/// Claims the delivery of a message until `?5`, if the delivery is still due at the message's time (`?4`).
const CLAIM: &str = "UPDATE deliveries SET next_at = ?5 WHERE shop = ?1 AND webhook = ?2 AND event = ?3 \
     AND state = 'pending' AND next_at = ?4 RETURNING type, response, revision, at, attempts, next_at";

/// The name of the survey that the response belongs to.
const SELECT_SURVEY_NAME: &str = "SELECT json_extract(s.definition, '$.name') AS name FROM deliveries AS d \
     JOIN responses AS r ON r.shop = d.shop AND r.id = d.response \
     JOIN surveys AS s ON s.shop = r.shop AND s.id = r.survey WHERE d.shop = ?1 AND d.webhook = ?2 AND d.event = ?3";

/// Records the result of an attempt, if the claim (`?4`) still holds.
const RECORD_ATTEMPT: &str = "UPDATE deliveries SET state = ?5, attempts = attempts + ?6, next_at = ?7, \
     last_at = ifnull(?8, last_at), last_status = iif(?8 IS NULL, last_status, ?9), last_error = ?10 \
     WHERE shop = ?1 AND webhook = ?2 AND event = ?3 AND state = 'pending' AND next_at = ?4";

/// A message of the webhook queue: attempt one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeliveryMessage {
    pub(crate) shop: String,
    pub(crate) webhook: String,
    pub(crate) event: String,
    /// The delivery's `next_at` when the message was enqueued. A message with another value is outdated.
    pub(crate) due: i64,
    /// The time at which the attempt is due, in milliseconds since 1970.
    pub(crate) at: i64,
}

impl DeliveryMessage {
    fn key(&self) -> Vec<Arg> {
        vec![(&self.shop).into(), (&self.webhook).into(), (&self.event).into()]
    }
}

/// The primary key of a delivery.
#[derive(Debug, Deserialize)]
pub(super) struct DeliveryKey {
    shop: String,
    webhook: String,
    event: String,
}

/// A delivery that is claimed for an attempt.
#[derive(Debug, Deserialize)]
pub(crate) struct DeliveryClaim {
    pub(crate) r#type: String,
    pub(crate) response: String,
    pub(crate) revision: u32,
    /// The time of the event, in milliseconds since 1970.
    pub(crate) at: i64,
    /// Attempts before this one.
    pub(crate) attempts: u32,
    /// The end of the claim, which the result of the attempt has to name.
    #[serde(rename = "next_at")]
    pub(crate) due: i64,
}

/// A claimed delivery with everything that the attempt needs.
pub(crate) struct ClaimedDelivery {
    pub(crate) claim: DeliveryClaim,
    /// `None` if the endpoint was deleted.
    pub(crate) webhook: Option<WebhookRow>,
    /// `None` if the response or its survey was deleted.
    pub(crate) survey_name: Option<String>,
}

/// The result of an attempt.
pub(crate) struct AttemptResult {
    pub(crate) state: State,
    /// When the next attempt is due.
    pub(crate) next_at: i64,
    /// When the request was sent; `None` if none was sent.
    pub(crate) sent_at: Option<i64>,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'static str>,
    /// Whether the receiver replied `410 Gone`.
    pub(crate) is_gone: bool,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    Delivered,
    Failed,
}

impl State {
    pub(crate) const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl Deliveries<'_> {
    /// Enqueues up to `limit` deliveries that are due, and returns how many. `now` in milliseconds since 1970.
    pub(crate) async fn enqueue_due(&self, now: i64, limit: u32) -> Result<u32, StoreError> {
        let mut enqueued = 0;
        while enqueued < limit {
            let arguments = [now.into(), (now + QUEUE_GRACE_MS).into(), BATCH_SIZE.into()];
            let due = self.0.database.rows::<DeliveryKey>(CLAIM_DUE, &arguments).await?;
            let count = u32::try_from(due.len()).unwrap_or(BATCH_SIZE);
            self.enqueue(due, now).await?;
            enqueued += count;
            if count < BATCH_SIZE {
                break;
            }
        }
        Ok(enqueued)
    }

    /// Enqueues deliveries that were created or claimed at `now`.
    pub(super) async fn enqueue(&self, keys: Vec<DeliveryKey>, now: i64) -> Result<(), StoreError> {
        let due = now + QUEUE_GRACE_MS;
        let messages: Vec<DeliveryMessage> = keys
            .into_iter()
            .map(|DeliveryKey { shop, webhook, event }| DeliveryMessage { shop, webhook, event, due, at: now })
            .collect();
        for batch in messages.chunks(BATCH_SIZE as usize) {
            let texts = batch.iter().map(text).collect::<Result<_, _>>()?;
            self.0.platform.enqueue(Queue::Webhooks, texts).await?;
        }
        Ok(())
    }

    /// Enqueues a message with a delay in seconds.
    pub(crate) async fn enqueue_after(&self, message: &DeliveryMessage, seconds: u32) -> Result<(), StoreError> {
        self.0.platform.enqueue_delayed(Queue::Webhooks, text(message)?, seconds).await
    }

    /// Claims the delivery of a message. `None` if the message is outdated: the delivery is claimed elsewhere or finished.
    pub(crate) async fn claim(
        &self,
        message: &DeliveryMessage,
        now: i64,
    ) -> Result<Option<ClaimedDelivery>, StoreError> {
        #[derive(Deserialize)]
        struct SurveyName {
            name: Option<String>,
        }
        // Differs from the message's time, or a duplicate of the message could claim the delivery as well.
        let due = now + ATTEMPT_MS + i64::from(now + ATTEMPT_MS == message.due);
        let mut claim = message.key();
        claim.extend([message.due.into(), due.into()]);
        let statements = vec![
            Statement::new(CLAIM, claim),
            endpoint::select(&message.shop, &message.webhook),
            Statement::new(SELECT_SURVEY_NAME, message.key()),
        ];
        // Not retried: after a failure it is unknown whether the claim was committed. If it was, it ends in a minute.
        let results = self.0.database.transaction(statements).await?;
        let Some(claim) = row_at::<DeliveryClaim>(&results, 0)? else { return Ok(None) };
        Ok(Some(ClaimedDelivery {
            claim,
            webhook: row_at(&results, 1)?,
            survey_name: row_at::<SurveyName>(&results, 2)?.and_then(|survey| survey.name),
        }))
    }

    /// Records the result of an attempt, and returns the reason if that disabled the endpoint. Idempotent.
    pub(crate) async fn record_attempt(
        &self,
        message: &DeliveryMessage,
        due: i64,
        result: &AttemptResult,
        now: i64,
    ) -> Result<Option<String>, StoreError> {
        #[derive(Deserialize)]
        struct Disabled {
            reason: String,
        }
        let mut record = message.key();
        record.extend([
            due.into(),
            result.state.as_str().into(),
            result.sent_at.is_some().into(),
            result.next_at.into(),
            result.sent_at.into(),
            result.status.map(u32::from).into(),
            result.error.into(),
        ]);
        let mut statements = vec![Statement::new(RECORD_ATTEMPT, record)];
        if result.sent_at.is_some() {
            let (shop, webhook) = (&message.shop, &message.webhook);
            if result.error.is_none() {
                statements.push(endpoint::mark_healthy(shop, webhook));
            } else {
                let reason = if result.is_gone { "gone" } else { "failing" };
                statements.push(endpoint::mark_failing(shop, webhook, now));
                statements.push(endpoint::disable(shop, webhook, reason, now, now - FAILING_MS));
            }
        }
        let results = self.0.database.idempotent(statements).await?;
        let disabled = rows_at::<Disabled>(&results, 2)?.pop();
        if disabled.is_some() {
            self.0.config().publish(&message.shop, clock::now_ms()).await;
        }
        Ok(disabled.map(|disabled| disabled.reason))
    }
}

fn text(message: &DeliveryMessage) -> Result<String, StoreError> {
    serde_json::to_string(message).map_err(|error| StoreError::Corrupt(error.to_string()))
}

#[cfg(test)]
mod tests;
