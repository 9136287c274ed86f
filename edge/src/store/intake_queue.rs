//! The queue of responses and page events that the database could not take at once.

use super::{IntakeQueue, Row, StoreError};
use crate::platform::Queue;
use serde::{Deserialize, Serialize};

/// A queue message. Processing a message is idempotent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Message {
    /// An accepted response.
    Answer {
        /// The row to store.
        row: Box<Row>,
    },
    /// Page events that precede a response.
    Steps {
        /// Id of the message, by which a repeated message is recognised.
        id: String,
        /// Id of the shop.
        shop: String,
        /// The day in the shop's time zone, in days since 1970.
        day: i64,
        /// JSON list of [`super::FunnelCounts`].
        seen: String,
    },
    /// A health check of the queue; processing it does nothing.
    Ping,
}

impl Message {
    /// The shop of the message; empty for a ping.
    pub(crate) fn shop(&self) -> &str {
        match self {
            Self::Answer { row } => &row.shop,
            Self::Steps { shop, .. } => shop,
            Self::Ping => "",
        }
    }

    /// The id of the message among the dead letters of its shop.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Answer { row } => format!("{}.{}", row.id, row.revision),
            Self::Steps { id, .. } => id.clone(),
            Self::Ping => String::new(),
        }
    }
}

impl IntakeQueue<'_> {
    /// Enqueues a message. When this returns, the message is durable.
    pub(crate) async fn enqueue(&self, message: &Message) -> Result<(), StoreError> {
        let text = serde_json::to_string(message).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        self.enqueue_text(text).await
    }

    /// Enqueues the text of a message that was read from the queue earlier, unchanged.
    pub(crate) async fn enqueue_text(&self, text: String) -> Result<(), StoreError> {
        self.0.platform.enqueue(Queue::Intake, vec![text]).await
    }
}
