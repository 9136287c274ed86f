//! The queue of responses and page events that the database could not take at once.

use super::{IntakeQueue, ResponseRecord, StoreError};
use crate::platform::Queue;
use serde::{Deserialize, Serialize};

/// A queue message. Processing a message is idempotent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Message {
    /// An accepted response.
    #[serde(rename = "answer")]
    Response {
        /// The row to store.
        row: Box<ResponseRecord>,
    },
    /// Counts of page events that precede a response.
    #[serde(rename = "steps")]
    FunnelCounts {
        /// Id of the message, by which a repeated message is recognised.
        id: String,
        /// Id of the shop.
        shop: String,
        /// The day in the shop's time zone, in days since 1970.
        day: i64,
        /// JSON list of [`super::FunnelCounts`].
        #[serde(rename = "seen")]
        counts: String,
    },
    /// A health check of the queue; processing it does nothing.
    Ping,
}

impl Message {
    /// The shop of the message; empty for a ping.
    pub(crate) fn shop(&self) -> &str {
        match self {
            Self::Response { row } => &row.shop,
            Self::FunnelCounts { shop, .. } => shop,
            Self::Ping => "",
        }
    }

    /// The id of the message among the dead letters of its shop.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Response { row } => format!("{}.{}", row.id, row.revision),
            Self::FunnelCounts { id, .. } => id.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_messages_keep_their_format() {
        let text = r#"{"kind":"steps","id":"m","shop":"s","day":7,"seen":"[]"}"#;
        let message: Message = serde_json::from_str(text).unwrap();
        assert_eq!((message.shop(), message.id().as_str()), ("s", "m"));
        assert_eq!(serde_json::to_string(&message).unwrap(), text);
        assert_eq!(serde_json::to_string(&Message::Ping).unwrap(), r#"{"kind":"ping"}"#);
        let row = r#"{"kind":"answer","row":{}}"#;
        let error = serde_json::from_str::<Message>(row).unwrap_err().to_string();
        assert!(error.contains("missing field"), "the kind is known: {error}");
    }
}
