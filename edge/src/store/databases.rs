//! All databases of the deployment together: health checks, counters and live figures for the operator.

use super::{Message, StoreError};
use crate::db::{Arg, Database, Statement};
use crate::platform::{Platform, Queue};
use crate::{
    db::shards::Shards,
    telemetry::{
        counters::{self, Sums},
        log::{Event, emit},
    },
    time::clock::day_of,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A write for the health check; the row holds the time of the last one.
const PING: &str = "INSERT INTO health (id, at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at = excluded.at";

/// Adds all counters of an isolate in one statement, so all or none are added.
const ADD_COUNTERS: &str = "INSERT INTO counters (day, name, n) SELECT ?1, key, value FROM json_each(?2) WHERE true \
     ON CONFLICT (day, name) DO UPDATE SET n = n + excluded.n";

const SELECT_COUNTERS: &str = "SELECT day, name, n FROM counters WHERE day BETWEEN ?1 AND ?2 ORDER BY day, name";

/// Live figures of a database. The length of the outbox follows from its ends, since `seq` has almost no gaps. Other rows
/// should be few, and counting them stops at a number that is alarming anyway.
const SELECT_LIVE: &str = "SELECT (SELECT ifnull(max(seq), 0) FROM outbox) - (SELECT ifnull(min(seq), 1) FROM outbox) + 1 \
     AS outbox, \
     (SELECT count(*) FROM (SELECT 1 FROM dead_letters WHERE at > 0 LIMIT 10000)) AS dead_letters, \
     (SELECT count(*) FROM (SELECT 1 FROM configs WHERE published < version AND shop > '' LIMIT 10000)) AS late_configs, \
     (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'pending' AND next_at > 0 LIMIT 10000)) AS deliveries, \
     (SELECT count(*) FROM (SELECT 1 FROM moves WHERE phase <> 'done' AND at > 0 LIMIT 1000)) AS moves, \
     (SELECT ifnull(sum(answers + small_answers), 0) FROM usage WHERE day = ?1) AS answers, \
     ifnull((SELECT done FROM renewal WHERE what = 'responses'), 0) AS renewed_responses, \
     (SELECT count(*) FROM (SELECT 1 FROM responses INDEXED BY responses_to_renew WHERE form = 0 AND shop > '' LIMIT 10001)) \
     AS old_responses, \
     ifnull((SELECT done FROM renewal WHERE what = 'dead_letters'), 0) AS renewed_dead_letters, \
     (SELECT count(*) FROM (SELECT 1 FROM dead_letters INDEXED BY dead_letters_to_renew WHERE form = 0 AND shop >= '' \
     LIMIT 10001)) AS old_dead_letters";

/// The databases of the deployment.
pub(crate) struct Databases {
    platform: Platform,
    databases: Vec<(String, Database)>,
}

/// Live figures, summed over all databases.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
pub(crate) struct Live {
    /// Events in the outbox.
    pub(crate) outbox: u64,
    pub(crate) dead_letters: u64,
    /// Shops with an unpublished config.
    pub(crate) late_configs: u64,
    /// Pending webhook deliveries.
    pub(crate) deliveries: u64,
    /// Moves of shops between databases that are not finished.
    pub(crate) moves: u64,
    /// New responses of the day.
    pub(crate) answers: u64,
    /// Responses of earlier versions that were renewed.
    pub(crate) renewed_responses: u64,
    /// Responses of earlier versions that are left; counting stops at 10,001 per database.
    pub(crate) old_responses: u64,
    /// The same of dead letters.
    pub(crate) renewed_dead_letters: u64,
    pub(crate) old_dead_letters: u64,
}

/// The sum of one counter on one day.
#[derive(Debug, Deserialize)]
pub(crate) struct Sum {
    /// Days since 1970.
    pub(crate) day: i64,
    pub(crate) name: String,
    pub(crate) n: u64,
}

impl Databases {
    /// Opens all databases.
    ///
    /// # Errors
    /// If the deployment lacks one of its configured databases.
    pub(crate) fn open(platform: &Platform) -> Result<Self, StoreError> {
        let open = |name: String| platform.database(&name).map(|database| (name, database));
        let databases = Shards::of(platform).all().into_iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self { platform: platform.clone(), databases })
    }

    /// Whether every database accepts a write and the queue accepts a message, by the name of its binding.
    pub(crate) async fn check(&self, now: i64) -> BTreeMap<String, bool> {
        let mut passed = BTreeMap::new();
        for (name, database) in &self.databases {
            let result = Self::ping(database, now).await;
            passed.insert(name.clone(), passes(name, &result));
        }
        let ping = match serde_json::to_string(&Message::Ping) {
            Ok(ping) => self.platform.enqueue(Queue::Intake, vec![ping]).await,
            Err(error) => Err(StoreError::Corrupt(error.to_string())),
        };
        passed.insert("INTAKE".to_owned(), passes("INTAKE", &ping));
        passed
    }

    async fn ping(database: &Database, now: i64) -> Result<(), StoreError> {
        let ping = Statement::new(PING, [now.into()]);
        // Not retried: the check is about the first attempt.
        database.transaction(vec![ping]).await.map(|_| ())
    }

    /// Adds the counters of an isolate to a day's sums.
    pub(crate) async fn add(&self, day: i64, sums: &Sums) -> Result<(), StoreError> {
        let by_name: BTreeMap<String, u64> = sums.iter().map(|(counter, n)| (counter.name(), *n)).collect();
        let text = serde_json::to_string(&by_name).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let write = Statement::new(ADD_COUNTERS, [day.into(), (&text).into()]);
        // Not idempotent, so not retried.
        self.first()?.transaction(vec![write]).await.map(|_| ())
    }

    /// The sums of a range of days, both ends included.
    pub(crate) async fn sums(&self, from: i64, to: i64) -> Result<Vec<Sum>, StoreError> {
        self.first()?.rows(SELECT_COUNTERS, &[from.into(), to.into()]).await
    }

    /// Live figures of all databases. `day` is today, in days since 1970.
    pub(crate) async fn live(&self, day: i64) -> Result<Live, StoreError> {
        let mut all = Live::default();
        for (_, database) in &self.databases {
            let day: Arg = day.into();
            let one = database.row::<Live>(SELECT_LIVE, &[day]).await?.unwrap_or_default();
            all.outbox += one.outbox;
            all.dead_letters += one.dead_letters;
            all.late_configs += one.late_configs;
            all.deliveries += one.deliveries;
            all.moves += one.moves;
            all.answers += one.answers;
            all.renewed_responses += one.renewed_responses;
            all.old_responses += one.old_responses;
            all.renewed_dead_letters += one.renewed_dead_letters;
            all.old_dead_letters += one.old_dead_letters;
        }
        Ok(all)
    }

    /// The database that holds rows without a shop.
    fn first(&self) -> Result<&Database, StoreError> {
        let first = self.databases.first().map(|(_, database)| database);
        first.ok_or_else(|| StoreError::Misconfigured("the deployment has no database".to_owned()))
    }
}

fn passes(check: &str, result: &Result<(), StoreError>) -> bool {
    if let Err(error) = result {
        emit(&Event::NotReady { check: check.into(), cause: error.cause().into() });
    }
    result.is_ok()
}

/// Writes the counters of this isolate if they are due.
pub(crate) async fn write_counters(platform: &Platform, now: i64) {
    if counters::are_due(now) {
        write_all_counters(platform, now).await;
    }
}

/// Writes the counters of this isolate, or keeps them for the next time if that fails.
pub(crate) async fn write_all_counters(platform: &Platform, now: i64) {
    let sums = counters::take(now);
    if sums.is_empty() {
        return;
    }
    let written = match Databases::open(platform) {
        Ok(databases) => databases.add(day_of(now), &sums).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        emit(&Event::CountersLate { cause: error.cause().into() });
        counters::restore(sums);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::in_process::{InProcess, ready},
        telemetry::counters::Counter,
    };

    #[test]
    fn a_health_check_writes_to_every_database_and_the_queue() {
        let platform = InProcess::new(2);
        let databases = Databases::open(&platform.platform()).unwrap();
        let passed = ready(databases.check(1));
        assert_eq!(passed.keys().collect::<Vec<_>>(), ["DB_0", "DB_1", "INTAKE"]);
        assert!(passed.values().all(|passed| *passed));
        assert_eq!(platform.drain(Queue::Intake), [r#"{"kind":"ping"}"#]);
    }

    #[test]
    fn counters_are_summed_by_day() {
        let platform = InProcess::new(2);
        let databases = Databases::open(&platform.platform()).unwrap();
        let sums = Sums::from([(Counter::Retried, 2)]);
        for day in [7, 7, 8] {
            ready(databases.add(day, &sums)).unwrap();
        }
        let read = ready(databases.sums(7, 8)).unwrap();
        assert_eq!(read.iter().map(|sum| (sum.day, sum.n)).collect::<Vec<_>>(), [(7, 4), (8, 2)]);
        assert_eq!(read[0].name, Counter::Retried.name());
    }

    #[test]
    fn live_figures_are_summed_over_all_databases() {
        let platform = InProcess::new(2);
        for binding in ["DB_0", "DB_1"] {
            let insert = "INSERT INTO dead_letters VALUES ('s', 'd', '', '', 1, 1)";
            platform.sqlite(binding).connection().execute(insert, []).unwrap();
        }
        let live = ready(Databases::open(&platform.platform()).unwrap().live(7)).unwrap();
        assert_eq!((live.dead_letters, live.outbox, live.answers), (2, 0, 0));
    }
}
