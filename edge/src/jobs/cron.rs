//! What is done by the clock instead of by a request.

use crate::platform::Platform;
use crate::{
    db::shards::Shards,
    store::{Store, StoreError, maintain_moves, reconcile, retention},
    telemetry::log::{Event, emit},
};

/// Late configs that one run writes for a database.
const CONFIGS: u32 = 100;

/// Every minute: what pages do not know yet, and what helps nobody any more.
pub(crate) const MINUTE: &str = "* * * * *";
/// Every hour: what has been kept for long enough.
const HOUR: &str = "41 * * * *";
/// Every night: whether what was counted is there.
const NIGHT: &str = "23 2 * * *";

/// Does what is due. A database that is away does not keep the others from their turn.
pub(crate) async fn run(platform: &Platform, cron: &str, now: i64) {
    for binding in Shards::of(platform).all() {
        let done = match Store::open_shard(platform, &binding) {
            Ok(store) => work(&store, cron, now).await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            emit(&Event::CronFailed { database: &binding, cause: error.cause() });
        }
        if cron == MINUTE
            && let Err(error) = maintain_moves(platform, &binding, now).await
        {
            emit(&Event::CronFailed { database: &binding, cause: error.cause() });
        }
    }
}

async fn work(store: &Store, cron: &str, now: i64) -> Result<(), StoreError> {
    match cron {
        MINUTE => {
            for shop in store.config().unpublished(CONFIGS).await? {
                store.config().write(&shop, now).await?;
            }
            retention::prune(store, now).await?;
        }
        HOUR => {
            retention::run(store, now).await?;
        }
        NIGHT => {
            reconcile::check(store, now).await?;
        }
        _ => {}
    }
    Ok(())
}
