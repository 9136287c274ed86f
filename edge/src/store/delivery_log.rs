//! Reading what was told to an endpoint, and telling it again.

use super::{
    Cursor, Store, StoreError,
    deliveries::{AGAIN, DeliveryMessage, DeliveryRow, State},
};

/// Rows that a page looks at where it wants some of them only; see `list.rs`.
const LOOKED_AT: u32 = 490;

/// Which deliveries of an endpoint to read.
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

impl Store {
    /// An endpoint's deliveries, newest first, and where the next page begins.
    pub(crate) async fn deliveries(
        &self,
        selection: &LogSelection<'_>,
    ) -> Result<(Vec<DeliveryRow>, Option<Cursor>), StoreError> {
        let sql = "SELECT event, type, response, revision, at, state, attempts, next_at, last_at, last_status, \
                   last_error FROM deliveries INDEXED BY deliveries_by_time WHERE shop = ?1 AND webhook = ?2 \
                   AND at >= ?3 AND (at, event) < (?4, ?5) ORDER BY at DESC, event DESC LIMIT ?6";
        // One row more than asked for says whether there is a next page.
        let most = if selection.state.is_none() { selection.limit + 1 } else { LOOKED_AT };
        let after = selection.after.as_ref().filter(|cursor| cursor.received_at < selection.to);
        let (at, event) = after.map_or((selection.to, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let arguments = [
            selection.shop.into(),
            selection.webhook.into(),
            selection.from.into(),
            at.into(),
            event.into(),
            most.into(),
        ];
        let rows = self.database.rows(sql, &arguments).await?;
        Ok(page(rows, selection.state, selection.limit as usize, most as usize))
    }

    /// Sends a delivery again, from the beginning of the schedule; or at once, if it waits for its next attempt. `None` if
    /// there is no such delivery.
    pub(crate) async fn retry_delivery(
        &self,
        shop: &str,
        webhook: &str,
        event: &str,
        now: i64,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        // Due now: should the message be lost, the next cron finds it.
        let arguments = [shop.into(), webhook.into(), event.into(), now.into()];
        let row = self.database.row::<DeliveryRow>(AGAIN, &arguments).await?;
        if row.is_some() {
            let [shop, webhook, event] = [shop, webhook, event].map(str::to_owned);
            let _ = self.post_later(&DeliveryMessage { shop, webhook, event, due: now, at: now }, 0).await;
        }
        Ok(row)
    }
}

/// Of the rows that were read, at most `most`, those that are wanted.
fn page(rows: Vec<DeliveryRow>, state: Option<State>, limit: usize, most: usize) -> (Vec<DeliveryRow>, Option<Cursor>) {
    let read = rows.len();
    let mut wanted = Vec::with_capacity(limit.min(read));
    let mut last = None;
    for row in rows {
        if wanted.len() == limit {
            return (wanted, last);
        }
        last = Some(Cursor { received_at: row.at, id: row.event.clone() });
        if state.is_none_or(|state| row.state == state.as_str()) {
            wanted.push(row);
        }
    }
    (wanted, last.filter(|_| read == most))
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
    fn a_page_ends_behind_what_was_looked_at() {
        let failed = Some(State::Failed);
        for (states, state, limit, most, wanted, next) in [
            ([].as_slice(), None, 2, 3, vec![], None),
            (&["failed", "pending"], None, 2, 3, vec![0, 1], None),
            (&["failed", "pending", "failed"], None, 2, 3, vec![0, 1], Some(1)),
            (&["failed", "pending", "failed"], failed, 2, 4, vec![0, 2], None),
            (&["failed", "pending", "failed", "failed"], failed, 2, 4, vec![0, 2], Some(2)),
            (&["pending", "pending", "delivered"], failed, 2, 3, vec![], Some(2)),
        ] {
            let rows = (0..).zip(states).map(|(at, state)| row(at, state)).collect();
            let (found, cursor) = page(rows, state, limit, most);
            assert_eq!(found.iter().map(|row| row.at).collect::<Vec<_>>(), wanted, "{states:?}");
            assert_eq!(cursor.map(|cursor| cursor.received_at), next, "{states:?}");
        }
    }
}
