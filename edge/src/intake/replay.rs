//! The other end of the queue: what could not be stored when it came is stored now.
//!
//! A message comes at least once, in any order, perhaps half done. So every effect is one that can be repeated, and every
//! message is either done, kept for later, or laid where somebody sees it. No message makes the others fail.

use crate::platform::{Platform, Queue};
use crate::{
    key,
    store::{Message, Row, SaveResult, Store, StoreError},
    telemetry::{
        counters::{self, Counter},
        log::{Event, emit},
    },
};
use std::collections::BTreeMap;
use survey::revision::Outcome;
use worker::{MessageBatch, MessageExt, QueueRetryOptionsBuilder, RawMessage, js_sys::JSON};

/// Answers of one transaction: two statements each, and D1 takes a transaction's time from everybody else.
const AT_ONCE: usize = 25;
/// Longest wait between two tries, in seconds: what waits is there soon after the database is.
const LONGEST_WAIT: u32 = 60;
/// A message that waits longer goes to the end of the queue as a new one, before the platform gives it up: it counts
/// tries, and an outage may outlast them. In milliseconds.
const RENEWED_AFTER: i64 = 3_600_000;

/// A message of the queue and its text.
struct QueuedMessage {
    raw: RawMessage,
    text: String,
}

/// Takes a batch.
pub(crate) async fn consume(platform: &Platform, batch: &MessageBatch<()>, now: i64) {
    Consumer { platform, now }.take(batch).await;
}

struct Consumer<'a> {
    platform: &'a Platform,
    /// Milliseconds since 1970.
    now: i64,
}

impl Consumer<'_> {
    async fn take(&self, batch: &MessageBatch<()>) {
        // What the platform itself gave up lies in a queue of its own.
        let given_up = batch.queue().ends_with("-dead");
        let mut answers: BTreeMap<String, Vec<(QueuedMessage, Row)>> = BTreeMap::new();
        for raw in batch.raw_iter() {
            let queued = QueuedMessage { text: text_of(&raw), raw };
            match serde_json::from_str::<Message>(&queued.text) {
                Ok(Message::Ping) => queued.raw.ack(),
                Ok(message) if given_up => self.dead_letter(&queued, &message, "was given up by the queue").await,
                Ok(Message::Response { row }) => answers.entry(row.shop.clone()).or_default().push((queued, *row)),
                Ok(message @ Message::FunnelCounts { .. }) => self.count(&queued, &message).await,
                Err(error) => self.reject_unreadable(&queued, &format!("is not understood: {error}")).await,
            }
        }
        for mut waiting in answers.into_values() {
            while !waiting.is_empty() {
                let rest = waiting.split_off(waiting.len().min(AT_ONCE));
                self.save(waiting).await;
                waiting = rest;
            }
        }
    }

    /// Stores answers of one shop together, or, where one of them is at fault, one by one.
    async fn save(&self, queued_messages: Vec<(QueuedMessage, Row)>) {
        let (queued_messages, rows): (Vec<QueuedMessage>, Vec<Row>) = queued_messages.into_iter().unzip();
        match self.write(&rows).await {
            Ok(saved) => {
                for ((queued, row), saved) in queued_messages.iter().zip(rows).zip(saved) {
                    self.settle(queued, row, saved.outcome).await;
                }
            }
            Err(StoreError::Corrupt(_)) => {
                for (queued, row) in queued_messages.iter().zip(rows) {
                    self.save_alone(queued, row).await;
                }
            }
            Err(error) => {
                for queued in &queued_messages {
                    self.later(queued, &error).await;
                }
            }
        }
    }

    async fn save_alone(&self, queued: &QueuedMessage, row: Row) {
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
            Err(error) => self.later(queued, &error).await,
        }
    }

    async fn write(&self, rows: &[Row]) -> Result<Vec<SaveResult>, StoreError> {
        let shop = rows.first().map_or("", |row| &row.shop);
        // Whoever was told that an answer is safe is not told later that there were too many that day.
        Store::open(self.platform, shop).await?.response().save_all(rows, u32::MAX).await
    }

    /// What to do with a message whose answer was written, or not.
    async fn settle(&self, queued: &QueuedMessage, row: Row, outcome: Outcome) {
        match outcome {
            // Its sender was told that it is safe, so somebody has to see that it is not counted.
            Outcome::Conflict | Outcome::OverQuota => {
                let reason = "says something else than what is stored under its id and revision";
                self.dead_letter(queued, &Message::Response { row: Box::new(row) }, reason).await;
            }
            Outcome::Stored | Outcome::Duplicate | Outcome::Superseded | Outcome::Erased => queued.raw.ack(),
        }
    }

    async fn count(&self, queued: &QueuedMessage, message: &Message) {
        let Message::FunnelCounts { id, shop, day, counts } = message else { return queued.raw.ack() };
        let counted = match Store::open(self.platform, shop).await {
            Ok(store) => store.funnel().add_once(id, shop, *day, counts, self.now).await,
            Err(error) => Err(error),
        };
        match counted {
            Ok(()) => queued.raw.ack(),
            Err(StoreError::Corrupt(cause)) => {
                self.dead_letter(queued, message, &format!("cannot be counted: {cause}")).await;
            }
            Err(error) => self.later(queued, &error).await,
        }
    }

    /// Lays a message where its shop's owner sees it.
    async fn dead_letter(&self, queued: &QueuedMessage, message: &Message, reason: &str) {
        self.insert_dead_letter(queued, message.shop(), &message.id(), reason).await;
    }

    /// Lays it where the operator sees it. Named by what it says, so that coming twice it lies there once.
    async fn reject_unreadable(&self, queued: &QueuedMessage, reason: &str) {
        self.insert_dead_letter(queued, "", &key::hash(&queued.text), reason).await;
    }

    async fn insert_dead_letter(&self, queued: &QueuedMessage, shop: &str, id: &str, reason: &str) {
        let done = match Store::open(self.platform, shop).await {
            Ok(store) => store.dead_letters().insert(shop, id, reason, &queued.text, self.now).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {
                counters::count(Counter::DeadLetters, 1);
                emit(&Event::DeadLetter { shop, reason });
                queued.raw.ack();
            }
            Err(error) => self.later(queued, &error).await,
        }
    }

    /// It comes again: soon at first, then every minute.
    async fn later(&self, queued: &QueuedMessage, error: &StoreError) {
        emit(&Event::MessageWaits { cause: error.cause() });
        let sent = i64::try_from(queued.raw.timestamp().as_millis()).unwrap_or(self.now);
        let age = self.now - sent;
        if age > RENEWED_AFTER && self.platform.enqueue(Queue::Intake, vec![queued.text.clone()]).await.is_ok() {
            queued.raw.ack();
            return;
        }
        let wait = QueueRetryOptionsBuilder::new().with_delay_seconds(wait_s(age)).build();
        queued.raw.retry_with_options(&wait);
    }
}

/// The text of a message. Ours are text; anything else is shown as JSON where it can be.
fn text_of(raw: &RawMessage) -> String {
    let body = raw.body();
    let json = || JSON::stringify(&body).ok().and_then(|text| text.as_string());
    body.as_string().or_else(json).unwrap_or_default()
}

/// How long a message waits that has been waiting for so many milliseconds: a quarter more each time.
fn wait_s(age: i64) -> u32 {
    u32::try_from(age / 4_000).unwrap_or(0).clamp(1, LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute() {
        for (age, wait) in [(-5, 1), (0, 1), (3_999, 1), (40_000, 10), (240_000, 60), (RENEWED_AFTER, 60)] {
            assert_eq!(wait_s(age), wait, "{age}");
        }
        // A hundred tries, which the platform grants, outlast the age at which a message is sent anew.
        let mut age = 0;
        for _ in 0..90 {
            age += i64::from(wait_s(age)) * 1_000;
        }
        assert!(age > RENEWED_AFTER, "{age}");
    }
}
