//! All databases of the deployment together: whether they can be written, and what the operator wants to know of them.

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

/// Writes and nothing else: the row says when somebody last asked.
const PING: &str = "INSERT INTO health (id, at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at = excluded.at";

/// All sums of an instance in one statement, so all of them or none are added.
const ADD: &str = "INSERT INTO counters (day, name, n) SELECT ?1, key, value FROM json_each(?2) WHERE true \
     ON CONFLICT (day, name) DO UPDATE SET n = n + excluded.n";

const READ: &str = "SELECT day, name, n FROM counters WHERE day BETWEEN ?1 AND ?2 ORDER BY day, name";

/// What stands in a database now. The outbox has no gaps to speak of, so its ends say its length; of what should be few,
/// no more are counted than it takes to be alarmed.
const LIVE: &str = "SELECT (SELECT ifnull(max(seq), 0) FROM outbox) - (SELECT ifnull(min(seq), 1) FROM outbox) + 1 \
     AS outbox, \
     (SELECT count(*) FROM (SELECT 1 FROM dead_letters WHERE at > 0 LIMIT 10000)) AS dead_letters, \
     (SELECT count(*) FROM (SELECT 1 FROM configs WHERE published < version AND shop > '' LIMIT 10000)) AS late_configs, \
     (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'pending' AND next_at > 0 LIMIT 10000)) AS deliveries, \
     (SELECT count(*) FROM (SELECT 1 FROM moves WHERE phase <> 'done' AND at > 0 LIMIT 1000)) AS moves, \
     (SELECT ifnull(sum(answers), 0) FROM usage WHERE day = ?1) AS answers";

/// The databases of the deployment.
pub(crate) struct Databases {
    platform: Platform,
    databases: Vec<(String, Database)>,
}

/// What stands in all databases together.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
pub(crate) struct Live {
    /// Rows that tell what happened and are still kept.
    pub(crate) outbox: u64,
    pub(crate) dead_letters: u64,
    /// Shops whose pages do not know their newest state.
    pub(crate) late_configs: u64,
    /// Events that endpoints have not been told of yet.
    pub(crate) deliveries: u64,
    /// Shops on their way from one database to another.
    pub(crate) moves: u64,
    /// New answers of the day.
    pub(crate) answers: u64,
}

/// One sum of one day.
#[derive(Debug, Deserialize)]
pub(crate) struct Sum {
    /// Days since 1970.
    pub(crate) day: i64,
    pub(crate) name: String,
    pub(crate) n: u64,
}

impl Databases {
    /// Opens all of them.
    ///
    /// # Errors
    /// If the deployment lacks one that it says it has.
    pub(crate) fn open(platform: &Platform) -> Result<Self, StoreError> {
        let open = |name: String| platform.database(&name).map(|database| (name, database));
        let databases = Shards::of(platform).all().into_iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self { platform: platform.clone(), databases })
    }

    /// Whether every database can be written and the queue takes messages: a name for each, and whether it passed.
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
        // Not tried again: whether it needs that is the question.
        database.transaction(vec![ping]).await.map(|_| ())
    }

    /// Adds what an instance has counted to a day's sums.
    pub(crate) async fn add(&self, day: i64, sums: &Sums) -> Result<(), StoreError> {
        let by_name: BTreeMap<String, u64> = sums.iter().map(|(counter, n)| (counter.name(), *n)).collect();
        let text = serde_json::to_string(&by_name).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let write = Statement::new(ADD, [day.into(), (&text).into()]);
        // Once: a second time would count twice if the first one was done unseen.
        self.first()?.transaction(vec![write]).await.map(|_| ())
    }

    /// The sums of a range of days, both ends in it.
    pub(crate) async fn sums(&self, from: i64, to: i64) -> Result<Vec<Sum>, StoreError> {
        self.first()?.rows(READ, &[from.into(), to.into()]).await
    }

    /// What stands in all databases. `day` is today, in days since 1970.
    pub(crate) async fn live(&self, day: i64) -> Result<Live, StoreError> {
        let mut all = Live::default();
        for (_, database) in &self.databases {
            let day: Arg = day.into();
            let one = database.row::<Live>(LIVE, &[day]).await?.unwrap_or_default();
            all.outbox += one.outbox;
            all.dead_letters += one.dead_letters;
            all.late_configs += one.late_configs;
            all.deliveries += one.deliveries;
            all.moves += one.moves;
            all.answers += one.answers;
        }
        Ok(all)
    }

    /// Where that is which belongs to no shop.
    fn first(&self) -> Result<&Database, StoreError> {
        let first = self.databases.first().map(|(_, database)| database);
        first.ok_or_else(|| StoreError::Misconfigured("there is no database".to_owned()))
    }
}

fn passes(check: &str, result: &Result<(), StoreError>) -> bool {
    if let Err(error) = result {
        emit(&Event::NotReady { check: check.into(), cause: error.cause().into() });
    }
    result.is_ok()
}

/// Writes what this instance has counted, if it is time.
pub(crate) async fn write_counters(platform: &Platform, now: i64) {
    if counters::are_due(now) {
        write_all_counters(platform, now).await;
    }
}

/// Writes what this instance has counted, or keeps it for the next time.
pub(crate) async fn write_all_counters(platform: &Platform, now: i64) {
    let sums = counters::take(now);
    if sums.is_empty() {
        return;
    }
    let written = match Databases::open(platform) {
        Ok(fleet) => fleet.add(day_of(now), &sums).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        emit(&Event::CountersLate { cause: error.cause().into() });
        counters::restore(sums);
    }
}
