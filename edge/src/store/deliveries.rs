//! What is told to whom: laid out once for each event and endpoint, taken on by one at a time, settled with what came of it.
//!
//! A delivery that is pending says when somebody has to look after it (`next_at`). Whoever changes that has taken it on:
//! the message in the queue, the consumer and the cron all name the time that they found, and only one of them finds it. So
//! a message that comes twice does nothing the second time, and one that is lost is found by the cron.

use super::{Store, StoreError, WebhookRow, webhooks};
use crate::db::{Arg, Statement, StatementResult, row_at, rows_at};
use crate::platform::{self, Queue};
use crate::time::clock;
use serde::{Deserialize, Serialize};
use std::{cell::Cell, time::Duration};
use survey::webhook::FAILING_MS;

/// Events that one transaction lays out.
const AT_ONCE: u32 = 500;
/// Deliveries that are taken on together: as many messages as the queue takes at once.
const TAKEN: u32 = 100;
/// How long a message may be on its way before the cron looks after its delivery, in milliseconds.
const ON_ITS_WAY_MS: i64 = 300_000;
/// How long sending may take in all, in milliseconds.
const SENDING_MS: i64 = 60_000;
/// What an instance leaves between two looks after answers, in milliseconds.
const APART_MS: i64 = 1_000;

/// Lays out what happened since the last time for every endpoint that wants to hear of it. `?1` is when the cron looks
/// after it, `?2` how many events. A shop that is moving has had its turn when it was frozen.
pub(super) const DISPATCH: &str = "INSERT INTO deliveries (shop, webhook, event, type, response, revision, at, state, \
     attempts, next_at) SELECT owner, w.id, 'evt_' || subject || '_' || number || '_' || replace(what, '.', '_'), \
     iif(instr(what, '.') > 0, what, 'response.' || what), subject, number, happened, 'pending', 0, ?1 \
     FROM (SELECT shop AS owner, event AS what, response AS subject, revision AS number, at AS happened FROM outbox \
     WHERE seq > (SELECT seq FROM dispatched WHERE id = 1) ORDER BY seq LIMIT ?2) \
     CROSS JOIN webhooks AS w ON w.shop = owner AND w.status = 'enabled' \
     WHERE EXISTS (SELECT 1 FROM json_each(w.events) \
     WHERE value = iif(instr(what, '.') > 0, what, 'response.' || what)) \
     AND NOT EXISTS (SELECT 1 FROM moves WHERE shop = owner AND state IN ('frozen', 'left', 'arriving')) \
     ON CONFLICT (shop, webhook, event) DO NOTHING RETURNING shop, webhook, event";

/// In the same transaction: how far it is now, and whether there is more. `?1` is how many events.
pub(super) const ADVANCE: &str = "UPDATE dispatched SET seq = (SELECT max(seq) FROM (SELECT seq FROM outbox \
     WHERE seq > (SELECT seq FROM dispatched WHERE id = 1) ORDER BY seq LIMIT ?1)) \
     WHERE id = 1 AND seq < (SELECT max(seq) FROM outbox) \
     RETURNING (SELECT max(seq) FROM outbox) > seq AS more";

/// Lays out everything of one shop (`?1`), in the transaction that freezes it for its move: from then on nothing happens
/// there. `?2` is when the cron looks after it.
pub(super) const DISPATCH_SHOP: &str = "INSERT INTO deliveries (shop, webhook, event, type, response, revision, at, \
     state, attempts, next_at) SELECT owner, w.id, 'evt_' || subject || '_' || number || '_' || replace(what, '.', '_'), \
     iif(instr(what, '.') > 0, what, 'response.' || what), subject, number, happened, 'pending', 0, ?2 \
     FROM (SELECT shop AS owner, event AS what, response AS subject, revision AS number, at AS happened FROM outbox \
     WHERE seq > (SELECT seq FROM dispatched WHERE id = 1) AND shop = ?1) \
     CROSS JOIN webhooks AS w ON w.shop = owner AND w.status = 'enabled' \
     WHERE EXISTS (SELECT 1 FROM json_each(w.events) \
     WHERE value = iif(instr(what, '.') > 0, what, 'response.' || what)) \
     AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND state = 'leaving') \
     ON CONFLICT (shop, webhook, event) DO NOTHING";

/// Takes on what is due (`?1`) until `?2`, at most `?3`.
pub(super) const DUE: &str = "UPDATE deliveries SET next_at = ?2 WHERE (shop, webhook, event) IN \
     (SELECT d.shop, d.webhook, d.event FROM deliveries AS d INDEXED BY deliveries_due \
     WHERE d.state = 'pending' AND d.next_at <= ?1 AND NOT EXISTS \
     (SELECT 1 FROM moves WHERE shop = d.shop AND state IN ('frozen', 'left', 'arriving')) \
     ORDER BY d.next_at LIMIT ?3) RETURNING shop, webhook, event";

/// Takes on one that is as a message says (`?4`), until `?5`.
pub(super) const TAKE: &str = "UPDATE deliveries SET next_at = ?5 WHERE shop = ?1 AND webhook = ?2 AND event = ?3 \
     AND state = 'pending' AND next_at = ?4 RETURNING type, response, revision, at, attempts";

/// What the survey is called that was answered.
const SURVEY_NAME: &str = "SELECT json_extract(s.definition, '$.name') AS name FROM deliveries AS d \
     JOIN responses AS r ON r.shop = d.shop AND r.id = d.response \
     JOIN surveys AS s ON s.shop = r.shop AND s.id = r.survey WHERE d.shop = ?1 AND d.webhook = ?2 AND d.event = ?3";

/// Writes down what came of an attempt, if nobody else has taken it on since (`?4`).
pub(super) const SETTLE: &str = "UPDATE deliveries SET state = ?5, attempts = attempts + ?6, next_at = ?7, \
     last_at = ifnull(?8, last_at), last_status = iif(?8 IS NULL, last_status, ?9), last_error = ?10 \
     WHERE shop = ?1 AND webhook = ?2 AND event = ?3 AND state = 'pending' AND next_at = ?4";

const WENT_WELL: &str =
    "UPDATE webhooks SET failing_since = NULL WHERE shop = ?1 AND id = ?2 AND failing_since IS NOT NULL";

const WENT_BADLY: &str = "UPDATE webhooks SET failing_since = ?3 WHERE shop = ?1 AND id = ?2 AND failing_since IS NULL";

/// Where nothing has arrived for long (`?4`), or nothing is wanted any more.
pub(super) const DISABLE: &str = "UPDATE webhooks SET status = 'disabled', reason = ?5, updated_at = ?3 \
     WHERE shop = ?1 AND id = ?2 AND status = 'enabled' AND (?5 = 'gone' OR failing_since <= ?4) RETURNING reason";

/// Once more from the beginning, or, while it is pending, at once.
pub(super) const AGAIN: &str = "UPDATE deliveries SET state = 'pending', attempts = iif(state = 'pending', attempts, 0), \
     next_at = ?4 WHERE shop = ?1 AND webhook = ?2 AND event = ?3 \
     RETURNING event, type, response, revision, at, state, attempts, next_at, last_at, last_status, last_error";

/// A message: somebody is to be told of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeliveryMessage {
    pub(crate) shop: String,
    pub(crate) webhook: String,
    pub(crate) event: String,
    /// What the delivery says for as long as this message is the one that counts.
    pub(crate) due: i64,
    /// What time it is, at least, in milliseconds since 1970.
    pub(crate) at: i64,
}

impl DeliveryMessage {
    fn place(&self) -> Vec<Arg> {
        vec![(&self.shop).into(), (&self.webhook).into(), (&self.event).into()]
    }
}

#[derive(Deserialize)]
struct LaidOut {
    shop: String,
    webhook: String,
    event: String,
}

/// A delivery that was taken on.
#[derive(Debug, Deserialize)]
pub(crate) struct Taken {
    pub(crate) r#type: String,
    pub(crate) response: String,
    pub(crate) revision: u32,
    /// When it happened, in milliseconds since 1970.
    pub(crate) at: i64,
    /// Before this one.
    pub(crate) attempts: u32,
    /// Until when it is taken on: with this it is settled.
    #[serde(skip)]
    pub(crate) due: i64,
}

/// A delivery with what it needs.
pub(crate) struct ClaimedDelivery {
    pub(crate) taken: Taken,
    /// `None`: it was deleted.
    pub(crate) webhook: Option<WebhookRow>,
    /// What the survey is called.
    pub(crate) survey_name: Option<String>,
}

/// What is written down of an attempt.
pub(crate) struct AttemptResult {
    pub(crate) state: State,
    /// When to try again.
    pub(crate) next_at: i64,
    /// Whether something was sent; when.
    pub(crate) sent_at: Option<i64>,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'static str>,
    /// The receiver wants nothing more.
    pub(crate) is_gone: bool,
}

/// Where a delivery stands.
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

/// A delivery as its owner may read it.
#[derive(Debug, Deserialize)]
pub(crate) struct DeliveryRow {
    pub(crate) event: String,
    pub(crate) r#type: String,
    pub(crate) response: String,
    pub(crate) revision: u32,
    pub(crate) at: i64,
    pub(crate) state: String,
    pub(crate) attempts: u32,
    pub(crate) next_at: i64,
    pub(crate) last_at: Option<i64>,
    pub(crate) last_status: Option<u16>,
    pub(crate) last_error: Option<String>,
}

thread_local! {
    /// When this instance looks next after what happened.
    static LOOKS_AT: Cell<i64> = const { Cell::new(0) };
}

/// When to look after something that happened now: `None` if somebody is about to anyway.
fn look(planned: i64, now: i64) -> Option<i64> {
    if planned > now && planned <= now + APART_MS {
        return None;
    }
    // A clock that was put back must not keep it from looking.
    Some(if planned > now { now } else { now.max(planned + APART_MS) })
}

impl Store {
    /// Looks, after the reply, after what has just happened. An instance looks once a second; what one does not come to is
    /// there for the cron.
    pub(crate) fn dispatch_soon(&self, now: i64) {
        let Some(at) = look(LOOKS_AT.get(), now) else { return };
        LOOKS_AT.set(at);
        let store = self.clone();
        self.after_reply(async move {
            if at > now {
                platform::sleep(Duration::from_millis((at - now).unsigned_abs())).await;
            }
            // A failure is the cron's to make good.
            let _ = store.dispatch(clock::now_ms()).await;
        });
    }

    /// Lays out what happened and sends a message for each delivery; whether there is more. Twice is the same as once: what
    /// is laid out is marked in the same transaction, and what is there already is left alone.
    pub(crate) async fn dispatch(&self, now: i64) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Advanced {
            /// 0 or 1.
            more: u8,
        }
        let results = self.database.transaction(self.dispatching(now)?).await?;
        self.post_dispatched(&results, now).await;
        let advanced = rows_at::<Advanced>(&results, 1)?;
        Ok(advanced.first().is_some_and(|advanced| advanced.more == 1))
    }

    /// The two statements of it.
    pub(super) fn dispatching(&self, now: i64) -> Result<Vec<Statement>, StoreError> {
        Ok(vec![
            Statement::new(DISPATCH, [(now + ON_ITS_WAY_MS).into(), AT_ONCE.into()]),
            Statement::new(ADVANCE, [AT_ONCE.into()]),
        ])
    }

    /// Sends the messages of what was laid out by the first of those statements. What cannot be sent is the cron's.
    pub(super) async fn post_dispatched(&self, results: &[StatementResult], now: i64) {
        if let Ok(laid) = rows_at::<LaidOut>(results, 0) {
            let _ = self.post(laid, now).await;
        }
    }

    /// Sends messages again for what is due; how many. `now` in milliseconds since 1970.
    pub(crate) async fn post_due(&self, now: i64, most: u32) -> Result<u32, StoreError> {
        let mut posted = 0;
        while posted < most {
            let arguments = [now.into(), (now + ON_ITS_WAY_MS).into(), TAKEN.into()];
            let due = self.database.rows::<LaidOut>(DUE, &arguments).await?;
            let count = u32::try_from(due.len()).unwrap_or(TAKEN);
            self.post(due, now).await?;
            posted += count;
            if count < TAKEN {
                break;
            }
        }
        Ok(posted)
    }

    async fn post(&self, laid: Vec<LaidOut>, now: i64) -> Result<(), StoreError> {
        let errands: Vec<DeliveryMessage> = laid
            .into_iter()
            .map(|LaidOut { shop, webhook, event }| DeliveryMessage {
                shop,
                webhook,
                event,
                due: now + ON_ITS_WAY_MS,
                at: now,
            })
            .collect();
        for some in errands.chunks(TAKEN as usize) {
            let texts = some.iter().map(text).collect::<Result<_, _>>()?;
            self.platform.enqueue(Queue::Webhooks, texts).await?;
        }
        Ok(())
    }

    /// Enqueues a message that is delivered after `seconds`.
    pub(crate) async fn post_later(&self, errand: &DeliveryMessage, seconds: u32) -> Result<(), StoreError> {
        self.platform.enqueue_delayed(Queue::Webhooks, text(errand)?, seconds).await
    }

    /// Takes a delivery on. `None` if the message is not the one that counts: it was settled, or somebody else has it.
    pub(crate) async fn take_delivery(
        &self,
        errand: &DeliveryMessage,
        now: i64,
    ) -> Result<Option<ClaimedDelivery>, StoreError> {
        #[derive(Deserialize)]
        struct Named {
            name: Option<String>,
        }
        // Another time than the message's, or a copy of it would be right as well.
        let due = now + SENDING_MS + i64::from(now + SENDING_MS == errand.due);
        let mut take = errand.place();
        take.extend([errand.due.into(), due.into()]);
        let statements = vec![
            Statement::new(TAKE, take),
            Statement::new(webhooks::READ, [(&errand.shop).into(), (&errand.webhook).into()]),
            Statement::new(SURVEY_NAME, errand.place()),
        ];
        // Once: after a failure nobody knows whether it was taken. If it was, it is due again in a minute.
        let results = self.database.transaction(statements).await?;
        let [taken, webhook, name] = results.as_slice() else {
            return Err(StoreError::Corrupt("three statements gave another number of results".to_owned()));
        };
        let Some(taken) = taken.rows::<Taken>()?.into_iter().next() else { return Ok(None) };
        Ok(Some(ClaimedDelivery {
            taken: Taken { due, ..taken },
            webhook: webhook.rows::<WebhookRow>()?.into_iter().next(),
            survey_name: name.rows::<Named>()?.into_iter().next().and_then(|named| named.name),
        }))
    }

    /// Writes down what came of it; why the endpoint was disabled by that, if it was. May be written twice.
    pub(crate) async fn settle_delivery(
        &self,
        errand: &DeliveryMessage,
        due: i64,
        settlement: &AttemptResult,
        now: i64,
    ) -> Result<Option<String>, StoreError> {
        #[derive(Deserialize)]
        struct Disabled {
            reason: String,
        }
        let mut settle = errand.place();
        settle.extend([
            due.into(),
            settlement.state.as_str().into(),
            settlement.sent_at.is_some().into(),
            settlement.next_at.into(),
            settlement.sent_at.into(),
            settlement.status.map(u32::from).into(),
            settlement.error.into(),
        ]);
        let mut statements = vec![Statement::new(SETTLE, settle)];
        let endpoint = || -> Vec<Arg> { vec![(&errand.shop).into(), (&errand.webhook).into()] };
        if settlement.sent_at.is_some() {
            if settlement.error.is_none() {
                statements.push(Statement::new(WENT_WELL, endpoint()));
            } else {
                let with = |more: Vec<Arg>| endpoint().into_iter().chain(more).collect::<Vec<_>>();
                statements.push(Statement::new(WENT_BADLY, with(vec![now.into()])));
                let reason = if settlement.is_gone { "gone" } else { "failing" };
                let disable = with(vec![now.into(), (now - FAILING_MS).into(), reason.into()]);
                statements.push(Statement::new(DISABLE, disable));
            }
        }
        let results = self.database.idempotent(statements).await?;
        let disabled = row_at::<Disabled>(&results, 2)?;
        if disabled.is_some() {
            self.publish(&errand.shop, clock::now_ms()).await;
        }
        Ok(disabled.map(|disabled| disabled.reason))
    }
}

fn text(errand: &DeliveryMessage) -> Result<String, StoreError> {
    serde_json::to_string(errand).map_err(|error| StoreError::Corrupt(error.to_string()))
}

#[cfg(test)]
mod tests;
