//! The cron jobs, by schedule.

use super::renewal;
use crate::platform::Platform;
use crate::{
    db::shards::Shards,
    store::{Store, StoreError, maintain_moves, retention, tally::reconcile},
    telemetry::log::{Event, emit},
};

/// Configs that one run publishes per database.
const CONFIG_BATCH_SIZE: u32 = 100;

/// Publishes late configs, prunes rows that are no longer needed, and renews those of earlier versions.
pub(crate) const MINUTE: &str = "* * * * *";
/// Deletes rows whose retention period has ended.
const HOUR: &str = "41 * * * *";
/// Compares stored counts with a recount.
const NIGHT: &str = "23 2 * * *";

/// Runs the jobs of a schedule on every database. A database that is unavailable does not stop the others.
pub(crate) async fn run(platform: &Platform, cron: &str, now: i64) {
    for binding in Shards::of(platform).all() {
        let result = match Store::open_shard(platform, &binding) {
            Ok(store) => run_on(&store, cron, now).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            emit(&Event::CronFailed { database: (&binding).into(), cause: error.cause().into() });
        }
        if cron == MINUTE
            && let Err(error) = maintain_moves(platform, &binding, now).await
        {
            emit(&Event::CronFailed { database: (&binding).into(), cause: error.cause().into() });
        }
    }
}

async fn run_on(store: &Store, cron: &str, now: i64) -> Result<(), StoreError> {
    match cron {
        MINUTE => {
            for shop in store.config().unpublished(CONFIG_BATCH_SIZE).await? {
                store.config().write(&shop, now).await?;
            }
            retention::prune(store, now).await?;
            renewal::run(store, now).await?;
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
