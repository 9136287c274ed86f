//! Dispatch: creates a delivery for each outbox event and endpoint that subscribes to it.
//!
//! The position in the outbox advances in the transaction that creates the deliveries, and a delivery that exists already is
//! left alone. So dispatching is idempotent.

use super::{
    super::{Deliveries, StoreError},
    delivery::{DeliveryKey, QUEUE_GRACE_MS},
};
use crate::db::{Statement, StatementResult, rows_at};
use crate::platform;
use crate::time::clock;
use serde::Deserialize;
use std::{cell::Cell, time::Duration};

/// Events that one transaction dispatches.
const BATCH_SIZE: u32 = 500;
/// Shortest time between two dispatches of one isolate, in milliseconds.
const INTERVAL_MS: i64 = 1_000;

/// The columns of a new delivery, and the values of one for event and endpoint; `?1` is when the cron job enqueues it again.
const INSERT_DELIVERIES: &str = "INSERT INTO deliveries (shop, webhook, event, type, response, revision, at, state, \
     attempts, next_at) SELECT owner, w.id, 'evt_' || subject || '_' || number || '_' || replace(what, '.', '_'), \
     iif(instr(what, '.') > 0, what, 'response.' || what), subject, number, happened, 'pending', 0, ?1";

/// Matches events with the enabled endpoints that subscribe to their type.
const JOIN_ENDPOINTS: &str = "CROSS JOIN webhooks AS w ON w.shop = owner AND w.status = 'enabled' \
     WHERE EXISTS (SELECT 1 FROM json_each(w.events) \
     WHERE value = iif(instr(what, '.') > 0, what, 'response.' || what))";

/// The events of the outbox that are not dispatched yet.
const NEW_EVENTS: &str = "SELECT shop AS owner, event AS what, response AS subject, revision AS number, at AS happened \
     FROM outbox WHERE seq > (SELECT seq FROM dispatched WHERE id = 1)";

/// Creates the deliveries of the next `?2` events. Events of a shop that is moving were dispatched when it was frozen.
fn create_deliveries() -> String {
    format!(
        "{INSERT_DELIVERIES} FROM ({NEW_EVENTS} ORDER BY seq LIMIT ?2) {JOIN_ENDPOINTS} \
         AND NOT EXISTS (SELECT 1 FROM moves WHERE shop = owner AND state IN ('frozen', 'left', 'arriving')) \
         ON CONFLICT (shop, webhook, event) DO NOTHING RETURNING shop, webhook, event"
    )
}

/// Creates the deliveries of all events of one shop (`?2`), if the shop is about to be frozen.
fn create_deliveries_of_shop() -> String {
    format!(
        "{INSERT_DELIVERIES} FROM ({NEW_EVENTS} AND shop = ?2) {JOIN_ENDPOINTS} \
         AND EXISTS (SELECT 1 FROM moves WHERE shop = ?2 AND state = 'leaving') \
         ON CONFLICT (shop, webhook, event) DO NOTHING"
    )
}

/// Advances the position by `?1` events and returns whether there are more.
const ADVANCE: &str = "UPDATE dispatched SET seq = (SELECT max(seq) FROM (SELECT seq FROM outbox \
     WHERE seq > (SELECT seq FROM dispatched WHERE id = 1) ORDER BY seq LIMIT ?1)) \
     WHERE id = 1 AND seq < (SELECT max(seq) FROM outbox) \
     RETURNING (SELECT max(seq) FROM outbox) > seq AS more";

/// The two statements of a dispatch; the first returns the new deliveries.
pub(super) fn statements(now: i64) -> Vec<Statement> {
    vec![
        Statement::new(create_deliveries(), [(now + QUEUE_GRACE_MS).into(), BATCH_SIZE.into()]),
        Statement::new(ADVANCE, [BATCH_SIZE.into()]),
    ]
}

/// Dispatches all events of a shop in the transaction that freezes it for its move, after which it has no new events.
pub(in crate::store) fn dispatch_shop(shop: &str, now: i64) -> Statement {
    Statement::new(create_deliveries_of_shop(), [now.into(), shop.into()])
}

thread_local! {
    /// The time of this isolate's next dispatch.
    static NEXT_DISPATCH: Cell<i64> = const { Cell::new(0) };
}

/// When to dispatch an event that was written now; `None` if a dispatch is already scheduled.
fn schedule(next: i64, now: i64) -> Option<i64> {
    if next > now && next <= now + INTERVAL_MS {
        return None;
    }
    // If the clock was set back, the scheduled time is too far in the future to wait for.
    Some(if next > now { now } else { now.max(next + INTERVAL_MS) })
}

impl Deliveries<'_> {
    /// Dispatches new outbox events after the response, at most once per second per isolate. The cron job picks up the rest.
    pub(crate) fn dispatch_soon(&self, now: i64) {
        let Some(at) = schedule(NEXT_DISPATCH.get(), now) else { return };
        NEXT_DISPATCH.set(at);
        let store = self.0.clone();
        self.0.after_reply(async move {
            if at > now {
                platform::sleep(Duration::from_millis((at - now).unsigned_abs())).await;
            }
            // The cron job repeats a failed dispatch.
            let _ = store.deliveries().dispatch(clock::now_ms()).await;
        });
    }

    /// Dispatches the next batch of outbox events; returns whether there are more.
    pub(crate) async fn dispatch(&self, now: i64) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Advanced {
            /// 0 or 1.
            more: u8,
        }
        let results = self.0.database.transaction(statements(now)).await?;
        self.enqueue_dispatched(&results, now).await;
        let advanced = rows_at::<Advanced>(&results, 1)?;
        Ok(advanced.first().is_some_and(|advanced| advanced.more == 1))
    }

    /// Enqueues the deliveries that [`statements`] created. After a failure the cron job enqueues them.
    pub(super) async fn enqueue_dispatched(&self, results: &[StatementResult], now: i64) {
        if let Ok(created) = rows_at::<DeliveryKey>(results, 0) {
            let _ = self.enqueue(created, now).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isolate_dispatches_once_per_second() {
        for (next, now, expected) in [
            (0, 5_000, Some(5_000)),
            (5_000, 5_000, Some(6_000)),
            (5_000, 5_400, Some(6_000)),
            (6_000, 5_500, None),
            (6_000, 6_000, Some(7_000)),
            (6_000, 9_000, Some(9_000)),
            (90_000, 5_000, Some(5_000)),
        ] {
            assert_eq!(schedule(next, now), expected, "{next} {now}");
        }
    }
}
