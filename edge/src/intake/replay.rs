//! The consumer of the intake queue: stores submissions and events that could not be stored when they arrived.
//!
//! Messages arrive at least once and in any order. So every effect is idempotent, and every message is acknowledged,
//! retried, or stored as a dead letter. No message makes the others of its batch fail.

use crate::platform::{Platform, Queue};
use crate::{
    key,
    store::{AddedCounts, Message, ResponseRecord, SaveResult, Store, StoreError},
    telemetry::{
        counters::{self, Counter},
        log::{Event, emit},
    },
};
use std::{borrow::Cow, collections::BTreeMap};
use survey::{revision::Outcome, submission::PageParameters, trust::Budgets};
use worker::{MessageBatch, MessageExt, QueueRetryOptionsBuilder, RawMessage, js_sys::JSON};

/// Responses per transaction. Each takes two statements, and D1 runs one transaction at a time.
const BATCH_SIZE: usize = 25;
/// Longest delay between two attempts, in seconds. Short, so that messages are stored soon after the database is back.
const MAX_DELAY_S: u32 = 60;
/// An older message is sent again as a new one, in milliseconds. The platform limits the number of attempts, and an outage may
/// outlast them.
const RESEND_AFTER_MS: i64 = 3_600_000;

/// A message and its text.
struct QueuedMessage {
    raw: RawMessage,
    text: String,
}

/// Consumes a batch. `now` in milliseconds since 1970.
pub(crate) async fn consume(platform: &Platform, batch: &MessageBatch<()>, now: i64) {
    Consumer { platform, now }.consume(batch).await;
}

struct Consumer<'a> {
    platform: &'a Platform,
    /// Milliseconds since 1970.
    now: i64,
}

impl Consumer<'_> {
    async fn consume(&self, batch: &MessageBatch<()>) {
        // The platform moves messages to this queue when their attempts are exhausted.
        let is_dead_letter_queue = batch.queue().ends_with("-dead");
        let mut responses: BTreeMap<String, Vec<(QueuedMessage, ResponseRecord)>> = BTreeMap::new();
        for raw in batch.raw_iter() {
            let queued = QueuedMessage { text: text_of(&raw), raw };
            match serde_json::from_str::<Message>(&queued.text) {
                Ok(Message::Ping) => queued.raw.ack(),
                Ok(message) if is_dead_letter_queue => {
                    self.dead_letter(&queued, &message, "the queue exhausted its retries").await;
                }
                Ok(Message::Response { row }) => responses.entry(row.shop.clone()).or_default().push((queued, *row)),
                Ok(message @ Message::FunnelCounts { .. }) => self.count(&queued, &message).await,
                Err(error) => self.reject_unreadable(&queued, &format!("cannot be parsed: {error}")).await,
            }
        }
        for mut pending in responses.into_values() {
            while !pending.is_empty() {
                let rest = pending.split_off(pending.len().min(BATCH_SIZE));
                self.save(pending).await;
                pending = rest;
            }
        }
    }

    /// Stores responses of one shop in one transaction. If one of them cannot be stored, stores them one by one.
    async fn save(&self, queued_messages: Vec<(QueuedMessage, ResponseRecord)>) {
        let (queued_messages, rows): (Vec<QueuedMessage>, Vec<ResponseRecord>) = queued_messages.into_iter().unzip();
        match self.write(&rows).await {
            Ok(saved) => {
                for ((queued, row), saved) in queued_messages.iter().zip(rows).zip(saved) {
                    self.settle(queued, row, saved.outcome).await;
                }
            }
            Err(StoreError::Corrupt(_)) => {
                for (queued, row) in queued_messages.iter().zip(rows) {
                    self.save_one(queued, row).await;
                }
            }
            Err(error) => {
                for queued in &queued_messages {
                    self.retry(queued, &error).await;
                }
            }
        }
    }

    async fn save_one(&self, queued: &QueuedMessage, row: ResponseRecord) {
        match self.write(std::slice::from_ref(&row)).await {
            Ok(saved) => {
                if let Some(saved) = saved.into_iter().next() {
                    self.settle(queued, row, saved.outcome).await;
                }
            }
            Err(StoreError::Corrupt(cause)) => {
                let message = Message::Response { row: Box::new(row) };
                self.dead_letter(queued, &message, &format!("cannot be stored: {cause}")).await;
            }
            Err(error) => self.retry(queued, &error).await,
        }
    }

    async fn write(&self, rows: &[ResponseRecord]) -> Result<Vec<SaveResult>, StoreError> {
        let shop = rows.first().map_or("", |row| &row.shop);
        let store = Store::open(self.platform, shop).await?;
        let rows = renewed(&store, rows, self.now).await?;
        // These submissions were already accepted with 202.
        store.responses().save_all(&rows, &Budgets::UNLIMITED).await
    }

    /// Acknowledges a message or makes it a dead letter, by the outcome in the database.
    async fn settle(&self, queued: &QueuedMessage, row: ResponseRecord, outcome: Outcome) {
        match outcome {
            // The page got a 202 for it, so the owner must see that it is not stored.
            Outcome::Conflict | Outcome::OverQuota | Outcome::TooOld => {
                let reason = match outcome {
                    Outcome::OverQuota => "exceeds the daily quota",
                    Outcome::TooOld => "revises a response that arrived more than 31 days ago",
                    _ => "differs from the response stored with the same id and revision",
                };
                self.dead_letter(queued, &Message::Response { row: Box::new(row) }, reason).await;
            }
            Outcome::WrongSecret if row.has_secret() => {
                // Only a stranger sends another secret.
                counters::count(Counter::Answers(outcome.as_str()), 1);
                queued.raw.ack();
            }
            Outcome::WrongSecret => {
                let reason = "revises a response without the client secret, as an older widget does";
                self.dead_letter(queued, &Message::Response { row: Box::new(row) }, reason).await;
            }
            Outcome::Stored | Outcome::Duplicate | Outcome::Superseded | Outcome::Erased => queued.raw.ack(),
        }
    }

    async fn count(&self, queued: &QueuedMessage, message: &Message) {
        let Message::FunnelCounts { id, shop, day, counts } = message else { return queued.raw.ack() };
        let counted = match Store::open(self.platform, shop).await {
            Ok(store) => {
                let added = AddedCounts { id, shop, day: *day, counts, now: self.now };
                store.funnel().add_once(&added, &Budgets::UNLIMITED).await
            }
            Err(error) => Err(error),
        };
        match counted {
            Ok(()) => queued.raw.ack(),
            Err(StoreError::Corrupt(cause)) => {
                self.dead_letter(queued, message, &format!("cannot be counted: {cause}")).await;
            }
            Err(error) => self.retry(queued, &error).await,
        }
    }

    /// Makes a message a dead letter of its shop.
    async fn dead_letter(&self, queued: &QueuedMessage, message: &Message, reason: &str) {
        self.insert_dead_letter(queued, message.shop(), &message.id(), reason).await;
    }

    /// Makes an unreadable message a dead letter of the operator. Its id is the hash of its text, so a redelivery adds none.
    async fn reject_unreadable(&self, queued: &QueuedMessage, reason: &str) {
        self.insert_dead_letter(queued, "", &key::hash(&queued.text), reason).await;
    }

    async fn insert_dead_letter(&self, queued: &QueuedMessage, shop: &str, id: &str, reason: &str) {
        let stored = match Store::open(self.platform, shop).await {
            Ok(store) => store.dead_letters().insert(shop, id, reason, &queued.text, self.now).await,
            Err(error) => Err(error),
        };
        match stored {
            Ok(()) => {
                counters::count(Counter::DeadLetters, 1);
                emit(&Event::DeadLetter { shop: shop.into(), cause: reason.into() });
                queued.raw.ack();
            }
            Err(error) => self.retry(queued, &error).await,
        }
    }

    /// Retries a message with backoff, up to once a minute.
    async fn retry(&self, queued: &QueuedMessage, error: &StoreError) {
        emit(&Event::MessageWaits { cause: error.cause().into() });
        let sent_at = i64::try_from(queued.raw.timestamp().as_millis()).unwrap_or(self.now);
        let age = self.now - sent_at;
        if age > RESEND_AFTER_MS && self.platform.enqueue(Queue::Intake, vec![queued.text.clone()]).await.is_ok() {
            queued.raw.ack();
            return;
        }
        let options = QueueRetryOptionsBuilder::new().with_delay_seconds(delay_s(age)).build();
        queued.raw.retry_with_options(&options);
    }
}

/// The rows of one shop, those of earlier versions by the current rules. `now` in milliseconds since 1970.
async fn renewed<'a>(
    store: &Store,
    rows: &'a [ResponseRecord],
    now: i64,
) -> Result<Cow<'a, [ResponseRecord]>, StoreError> {
    let Some(first) = rows.iter().find(|row| row.is_old()) else { return Ok(Cow::Borrowed(rows)) };
    let shop = store.config().shop(&first.shop, now).await?;
    let none = PageParameters::default();
    let parameters = shop.as_deref().map_or(&none, |shop| &shop.page_parameters);
    let mut rows = rows.to_vec();
    rows.iter_mut().filter(|row| row.is_old()).for_each(|row| row.renew(parameters));
    Ok(Cow::Owned(rows))
}

/// The text of a message. The service sends text; anything else becomes JSON if possible, for the dead letter.
fn text_of(raw: &RawMessage) -> String {
    let body = raw.body();
    let json = || JSON::stringify(&body).ok().and_then(|text| text.as_string());
    body.as_string().or_else(json).unwrap_or_default()
}

/// The delay before the next attempt: a quarter of the message's age in milliseconds.
fn delay_s(age: i64) -> u32 {
    u32::try_from(age / 4_000).unwrap_or(0).clamp(1, MAX_DELAY_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::in_process::{InProcess, ready},
        store::Old,
    };

    #[test]
    fn delays_grow_to_a_minute() {
        for (age, delay) in [(-5, 1), (0, 1), (3_999, 1), (40_000, 10), (240_000, 60), (RESEND_AFTER_MS, 60)] {
            assert_eq!(delay_s(age), delay, "{age}");
        }
        // The platform's hundred attempts outlast the age at which a message is sent again.
        let mut age = 0;
        for _ in 0..90 {
            age += i64::from(delay_s(age)) * 1_000;
        }
        assert!(age > RESEND_AFTER_MS, "{age}");
    }

    #[test]
    fn messages_of_earlier_versions_are_stored_by_the_current_rules() {
        let platform = InProcess::new(1);
        let store = Store::open_shard(&platform.platform(), "DB_0").unwrap();
        let row = |id: &str, form: &str| -> ResponseRecord {
            let url = "https://shop.example/done?key=x&utm_id=1";
            let text = format!(
                r#"{{"shop":"s","id":"{id}","survey":"v","version":1,"revision":1,"fingerprint":"f","complete":true,
                "touchpoint":"t","language":null,"device":null,"source":null,"url":"{url}","answers":"[]","scores":"[]",
                "order_id":null,"order_value":null,"order_currency":null,"customer":null,"traits":"{{}}","flags":33,
                "received_at":1{form}}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let rows = [row("old", ""), row("new", r#","form":1"#)];
        let renewed = ready(renewed(&store, &rows, 1)).unwrap();
        assert_eq!(renewed[1], rows[1], "a row of the current form stays");
        ready(store.responses().save_all(&renewed, &Budgets::UNLIMITED)).unwrap();
        let stored = ready(store.responses().get("s", "old")).unwrap().unwrap();
        assert_eq!((stored.url.as_deref(), stored.flags), (Some("https://shop.example/done?utm_id=1"), 1));
        assert!(ready(store.renewal().shop(Old::Responses, "")).unwrap().is_none(), "no row is left to renew");
    }
}
