//! The delivery log of an endpoint, and repeated deliveries.

use super::{
    super::{Cursor, Deliveries, StoreError},
    delivery::{DeliveryMessage, State},
};
use serde::Deserialize;

/// Rows that one page reads when they are filtered by state; see `list.rs`.
const MAX_SCANNED: u32 = 490;

/// The columns of [`DeliveryRow`].
const COLUMNS: &str = "event, type, response, revision, at, state, attempts, next_at, last_at, last_status, last_error";

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

/// Which deliveries of an endpoint to list.
pub(crate) struct LogSelection<'a> {
    pub(crate) shop: &'a str,
    pub(crate) webhook: &'a str,
    pub(crate) state: Option<State>,
    /// Milliseconds since 1970, inclusive.
    pub(crate) from: i64,
    /// Milliseconds since 1970, exclusive.
    pub(crate) to: i64,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
}

impl Deliveries<'_> {
    /// An endpoint's deliveries, newest first, and the cursor of the next page.
    pub(crate) async fn list(
        &self,
        selection: &LogSelection<'_>,
    ) -> Result<(Vec<DeliveryRow>, Option<Cursor>), StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM deliveries INDEXED BY deliveries_by_time WHERE shop = ?1 AND webhook = ?2 \
             AND at >= ?3 AND (at, event) < (?4, ?5) ORDER BY at DESC, event DESC LIMIT ?6"
        );
        // One row more than requested shows whether there is a next page.
        let scanned = if selection.state.is_none() { selection.limit + 1 } else { MAX_SCANNED };
        let after = selection.after.as_ref().filter(|cursor| cursor.received_at < selection.to);
        let (at, event) = after.map_or((selection.to, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let arguments = [
            selection.shop.into(),
            selection.webhook.into(),
            selection.from.into(),
            at.into(),
            event.into(),
            scanned.into(),
        ];
        let rows = self.0.database.rows(&sql, &arguments).await?;
        Ok(page(rows, selection.state, selection.limit as usize, scanned as usize))
    }

    /// Repeats a finished delivery from the beginning of the retry schedule, or makes a pending one due at once. `None` if
    /// there is no such delivery.
    pub(crate) async fn retry(
        &self,
        shop: &str,
        webhook: &str,
        event: &str,
        now: i64,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let sql = format!(
            "UPDATE deliveries SET state = 'pending', attempts = iif(state = 'pending', attempts, 0), next_at = ?4 \
             WHERE shop = ?1 AND webhook = ?2 AND event = ?3 RETURNING {COLUMNS}"
        );
        let arguments = [shop.into(), webhook.into(), event.into(), now.into()];
        let row = self.0.database.row::<DeliveryRow>(&sql, &arguments).await?;
        if row.is_some() {
            let [shop, webhook, event] = [shop, webhook, event].map(str::to_owned);
            // If the message is lost, the cron job finds that the delivery is due.
            let _ = self.enqueue_after(&DeliveryMessage { shop, webhook, event, due: now, at: now }, 0).await;
        }
        Ok(row)
    }
}

/// The first `limit` rows with the state, and the cursor of the next page. `scanned` is the limit with which rows were read.
fn page(
    rows: Vec<DeliveryRow>,
    state: Option<State>,
    limit: usize,
    scanned: usize,
) -> (Vec<DeliveryRow>, Option<Cursor>) {
    let read = rows.len();
    let mut page = Vec::with_capacity(limit.min(read));
    let mut last = None;
    for row in rows {
        if page.len() == limit {
            return (page, last);
        }
        last = Some(Cursor { received_at: row.at, id: row.event.clone() });
        if state.is_none_or(|state| row.state == state.as_str()) {
            page.push(row);
        }
    }
    (page, last.filter(|_| read == scanned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: i64, state: &str) -> DeliveryRow {
        let row = serde_json::json!({
            "event": format!("e{at}"), "type": "response.created", "response": "r", "revision": 1, "at": at,
            "state": state, "attempts": 1, "next_at": 0,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn the_cursor_follows_the_last_row_that_was_scanned() {
        let failed = Some(State::Failed);
        for (states, state, limit, scanned, expected, next) in [
            ([].as_slice(), None, 2, 3, vec![], None),
            (&["failed", "pending"], None, 2, 3, vec![0, 1], None),
            (&["failed", "pending", "failed"], None, 2, 3, vec![0, 1], Some(1)),
            (&["failed", "pending", "failed"], failed, 2, 4, vec![0, 2], None),
            (&["failed", "pending", "failed", "failed"], failed, 2, 4, vec![0, 2], Some(2)),
            (&["pending", "pending", "delivered"], failed, 2, 3, vec![], Some(2)),
        ] {
            let rows = (0..).zip(states).map(|(at, state)| row(at, state)).collect();
            let (found, cursor) = page(rows, state, limit, scanned);
            assert_eq!(found.iter().map(|row| row.at).collect::<Vec<_>>(), expected, "{states:?}");
            assert_eq!(cursor.map(|cursor| cursor.received_at), next, "{states:?}");
        }
    }
}
