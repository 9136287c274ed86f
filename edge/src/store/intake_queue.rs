//! What waits in the queue until the database can take it.

use super::{Row, Store, StoreError};
use crate::platform::Queue;
use serde::{Deserialize, Serialize};

/// A queue message: one thing to do, which may be done twice with the effect of once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Message {
    /// An accepted answer.
    Answer {
        /// As it will be stored.
        row: Box<Row>,
    },
    /// What a page told before any answer.
    Steps {
        /// Its number: what was counted once is found by it.
        id: String,
        /// Id of the shop.
        shop: String,
        /// The shop's day, in days since 1970.
        day: i64,
        /// JSON list of [`super::Seen`].
        seen: String,
    },
    /// Nothing: somebody asks whether the queue takes messages.
    Ping,
}

impl Message {
    /// The shop that it is about; empty if it is about none.
    pub(crate) fn shop(&self) -> &str {
        match self {
            Self::Answer { row } => &row.shop,
            Self::Steps { shop, .. } => shop,
            Self::Ping => "",
        }
    }

    /// What names it among the dead letters of its shop.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Answer { row } => format!("{}.{}", row.id, row.revision),
            Self::Steps { id, .. } => id.clone(),
            Self::Ping => String::new(),
        }
    }
}

impl Store {
    /// Enqueues a message. When this returns, the queue has it on disk.
    pub(crate) async fn enqueue(&self, message: &Message) -> Result<(), StoreError> {
        let text = serde_json::to_string(message).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.enqueue_text(text).await
    }

    /// Enqueues a message that came out of the queue, unchanged.
    pub(crate) async fn enqueue_text(&self, text: String) -> Result<(), StoreError> {
        self.platform.enqueue(Queue::Intake, vec![text]).await
    }
}
