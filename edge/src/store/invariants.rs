//! Invariants that hold after every operation, in random sequences of the store's own methods over the real schema.
//! `GLAS_SEQUENCES=10000 cargo test -p edge invariants` runs more sequences than the default.

mod cost;
mod count;
mod filters;
mod imports;
mod numbers;
mod random;
mod renewal;

use super::{
    By, Change, Erasure,
    fixture::Fixture,
    response::{
        ResponseRecord,
        erase::BATCH_SIZE,
        retention::{Expired, delete_batch},
    },
};
use crate::{
    db::Arg,
    platform::in_process::ready,
    time::{
        calendar::day_at,
        clock::{DAY_MS, day_of},
    },
};
use random::Random;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};
use survey::trust::Budgets;

/// Sequences of a default run, and operations of each.
const SEQUENCES: u64 = 300;
const STEPS: usize = 40;

/// Few values of each kind, so that operations often affect the same rows.
const SHOPS: [&str; 2] = ["shp_a", "shp_b"];
/// Offset of the shops' time zones from UTC, in milliseconds: the two shops are never on the same day.
const AHEAD: [i64; 2] = [14 * 3_600_000, -11 * 3_600_000];
const SURVEYS: [&str; 2] = ["srv_1", "srv_2"];
const IDS: [&str; 6] = ["r0", "r1", "r2", "r3", "r4", "r5"];
const CUSTOMERS: [&str; 2] = ["c-1", "c-2"];
const METRICS: [(&str, &str, u64, u64); 3] = [("q1", "nps", 0, 10), ("q2", "nps", 0, 10), ("q3", "csat", 1, 5)];
/// None, single ones, several at once, and bit 32, which earlier versions set.
const FLAGS: [u8; 10] = [0, 0, 0, 0, 1, 6, 8, 24, 64, 32];
const DAYS: i64 = 4;

impl Fixture {
    fn save(&self, row: serde_json::Value) {
        let row: ResponseRecord = serde_json::from_value(row).unwrap();
        ready(self.store.responses().save(&row, &Budgets::UNLIMITED)).unwrap();
    }
}

/// A database, and the facts about it that its counts do not show.
struct World<'a> {
    database: &'a Fixture,
    random: Random,
    now: i64,
    /// Erased responses: shop and id.
    erased: BTreeSet<(&'static str, &'static str)>,
    /// When a customer was last erased.
    forgotten: BTreeMap<(&'static str, &'static str), i64>,
    /// Numbers erasures and revisions.
    steps: u32,
    /// Existing imports: shop and id.
    imports: BTreeSet<(&'static str, String)>,
}

/// All ids of responses.
fn ids() -> impl Iterator<Item = &'static str> {
    IDS.into_iter().chain(imports::IMPORTED)
}

impl World<'_> {
    fn row(&mut self) -> ResponseRecord {
        let random = &mut self.random;
        let mut scores = Vec::new();
        for (question, metric, low, high) in METRICS {
            if random.below(2) == 0 {
                scores.push((question, metric, low + random.below(high - low + 1)));
            }
        }
        // Received now, or up to two days ago and since then in the queue.
        let waited = if random.below(3) == 0 { random.below(172_800_000) } else { 0 };
        let received_at = self.now - i64::try_from(waited).unwrap();
        let shop = random.pick(&[0, 1]);
        // A queued message may lack the day, like those from before per-shop time zones.
        let day = (waited == 0 || random.below(2) == 0).then(|| day_at(received_at, AHEAD[shop]));
        let row = serde_json::json!({
            "shop": SHOPS[shop], "id": random.pick(&IDS), "survey": random.pick(&SURVEYS),
            "version": 1 + random.below(2), "revision": 1 + random.below(4), "fingerprint": "f",
            "complete": random.below(2) == 0, "touchpoint": random.pick(&["purchase", "delivery"]),
            "language": random.maybe(&["pl", "ro"]), "device": random.maybe(&["mobile", "desktop"]),
            "source": null, "url": null, "answers": "[]", "scores": serde_json::to_string(&scores).unwrap(),
            "order_id": null, "order_value": null, "order_currency": null,
            "customer": random.maybe(&CUSTOMERS), "traits": "{}", "flags": random.pick(&FLAGS),
            "day": day, "received_at": received_at, "secret": random.pick(&["s", "s", "s", "t"]),
            "view": random.maybe(&["v1", "v2"]), "trust": random.pick(&["view", "view", "device", "none"]),
            "form": 1,
        });
        serde_json::from_value(row).unwrap()
    }

    fn save(&mut self) -> String {
        let row = self.row();
        let budgets = self.random.pick(&[Budgets::UNLIMITED, Budgets::UNLIMITED, Budgets::of(5)]);
        ready(self.database.store.responses().save(&row, &budgets)).unwrap();
        let [shop, id] = [(&SHOPS[..], &row.shop), (&IDS[..], &row.id)]
            .map(|(all, wanted)| *all.iter().find(|each| *each == wanted).unwrap());
        let customer = row.customer.as_ref().and_then(|wanted| CUSTOMERS.iter().find(|each| *each == wanted));
        let forgotten = customer.and_then(|customer| self.forgotten.get(&(shop, *customer)));
        if forgotten.is_some_and(|at| *at >= row.received_at) {
            self.erased.insert((shop, id));
        }
        format!("save {} {} revision {} of {:?}", row.shop, row.id, row.revision, row.customer)
    }

    fn erase_response(&mut self) -> String {
        let known: Vec<&'static str> = ids().collect();
        let (shop, id) = (self.random.pick(&SHOPS), self.random.pick(&known));
        let name = self.steps.to_string();
        let erasure = Erasure { shop, id: &name, by: By::Shopper, now: self.now };
        ready(self.database.store.erasures().erase_response(erasure, id)).unwrap();
        self.erased.insert((shop, id));
        format!("erase_response {shop} {id}")
    }

    fn erase_customer(&mut self) -> String {
        let (shop, customer) = (self.random.pick(&SHOPS), self.random.pick(&CUSTOMERS));
        let sql = "SELECT id FROM responses WHERE shop = ?1 AND customer = ?2";
        let gone: Vec<String> = self.strings(sql, &[shop.into(), customer.into()]);
        let name = self.steps.to_string();
        let erasure = Erasure { shop, id: &name, by: By::Owner, now: self.now };
        let erased = ready(self.database.store.erasures().erase_customer(erasure, customer)).unwrap();
        assert_eq!((erased.responses as usize, erased.more), (gone.len(), false));
        let recorded = "SELECT CAST(responses AS TEXT) FROM erasures WHERE shop = ?1 AND id = ?2";
        assert_eq!(self.strings(recorded, &[shop.into(), (&name).into()]), [gone.len().to_string()]);
        self.erased.extend(ids().filter(|id| gone.iter().any(|gone| gone == id)).map(|id| (shop, id)));
        self.forgotten.insert((shop, customer), self.now);
        format!("erase_customer {customer} of {shop}")
    }

    fn retain(&mut self) -> String {
        let shop = self.random.pick(&SHOPS);
        let before = self.now - i64::try_from(self.random.below(3)).unwrap() * DAY_MS;
        let old = "SELECT id FROM responses WHERE shop = ?1 AND received_at < ?2";
        let gone = self.strings(old, &[shop.into(), before.into()]);
        let expired = Expired { shop: shop.to_owned(), before };
        let deleted = ready(delete_batch(&self.database.store, &expired, self.now)).unwrap();
        assert_eq!(deleted as usize, gone.len());
        assert_eq!(self.strings(old, &[shop.into(), before.into()]), [""; 0]);
        self.erased.extend(ids().filter(|id| gone.iter().any(|gone| gone == id)).map(|id| (shop, id)));
        format!("retain {shop} from {before}")
    }

    /// An owner tags a response, excludes it from all numbers, or includes it again.
    fn change(&mut self) -> String {
        let (shop, id) = (self.random.pick(&SHOPS), self.random.pick(&IDS));
        let tags = self.random.pick(&[&[][..], &["late"], &["late", "vip"], &["vip"]]);
        let excluded = self.random.pick(&[None, None, Some("a test"), Some("another")]);
        let what = self.random.below(3);
        let change = Change {
            tags: (what != 1).then(|| tags.iter().map(|tag| (*tag).to_owned()).collect()),
            excluded: (what != 0).then(|| excluded.map(str::to_owned)),
        };
        ready(self.database.store.responses().change(shop, id, &change)).unwrap();
        format!("change {shop} {id}: {what} {tags:?} {excluded:?}")
    }

    /// A response as an earlier version stored it.
    fn age(&mut self) -> String {
        let id = self.random.pick(&IDS);
        self.database.execute("UPDATE responses SET form = 0 WHERE id = ?1", [id]).unwrap();
        format!("age {id}")
    }

    /// A portion of the renewal of rows from earlier versions.
    fn renew(&mut self) -> String {
        let sql = "UPDATE responses SET form = 1, flags = flags & 95 WHERE (shop, id) IN \
                   (SELECT shop, id FROM responses WHERE form = 0 ORDER BY id LIMIT 2)";
        let renewed = self.database.execute(sql, []).unwrap();
        format!("renew {renewed}")
    }

    fn step(&mut self) -> String {
        self.steps += 1;
        self.now += i64::try_from(self.random.below(4 * 3_600_000)).unwrap();
        match self.random.below(21) {
            0 => self.erase_response(),
            1 => self.erase_customer(),
            2 => self.retain(),
            3..=5 => self.import(),
            6 => self.delete_import(),
            7 | 8 => self.change(),
            9 => self.renew(),
            10 | 11 => self.age(),
            _ => self.save(),
        }
    }

    fn strings(&self, sql: &str, arguments: &[Arg]) -> Vec<String> {
        let connection = self.database.connection();
        let mut statement = connection.prepare_cached(sql).unwrap();
        let rows = statement.query_map(rusqlite::params_from_iter(arguments), |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The rows of a query, sorted.
    fn lines(&self, sql: &str) -> Vec<String> {
        let mut lines = self.strings(sql, &[]);
        lines.sort();
        lines
    }
}

fn world(database: &Fixture, seed: u64) -> World<'_> {
    World {
        database,
        random: Random(seed),
        now: 20_000 * DAY_MS,
        erased: BTreeSet::new(),
        forgotten: BTreeMap::new(),
        steps: 0,
        imports: BTreeSet::new(),
    }
}

/// The schema with the shops' surveys and one webhook endpoint each, without which no event is written.
fn database() -> Fixture {
    populated(Fixture::new())
}

fn populated(database: Fixture) -> Fixture {
    for shop in SHOPS {
        for survey in SURVEYS {
            let insert = "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) VALUES (?1, ?2, 'live', 2, '{}', 0, 0)";
            database.execute(insert, [shop, survey]).unwrap();
        }
        let insert = "INSERT INTO webhooks (shop, id, url, events, template, description, status, secret, created_at, \
             updated_at) VALUES (?1, 'w', 'https://shop.example/', '[]', 'standard', '', 'enabled', 'whsec_', 0, 0)";
        database.execute(insert, [shop]).unwrap();
    }
    database
}

#[test]
fn counts_equal_the_responses_after_every_operation() {
    let sequences = env::var("GLAS_SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(SEQUENCES);
    let database = database();
    let mut kinds = BTreeSet::new();
    for seed in 0..sequences {
        database.execute_batch("BEGIN").unwrap();
        let mut world = world(&database, seed);
        let mut story = Vec::new();
        for _ in 0..STEPS {
            story.push(world.step());
            kinds.insert(story.last().unwrap().split(' ').next().unwrap().to_owned());
            let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.check()));
            assert!(checked.is_ok(), "sequence {seed}:\n{}", story.join("\n"));
        }
        assert_eq!(world.differences(), [""; 0], "sequence {seed}:\n{}", story.join("\n"));
        database.execute_batch("ROLLBACK").unwrap();
    }
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}

#[test]
fn the_comparison_finds_a_difference_of_one() {
    for (flags, spoil) in [
        (0, "UPDATE tallies SET c9 = c9 + 1 WHERE facet = 'survey'"),
        (0, "UPDATE tallies SET c9 = c9 - 1, c8 = c8 + 1 WHERE facet = 'all'"),
        (0, "DELETE FROM tallies WHERE facet = 'language'"),
        (0, "UPDATE funnel SET completes = completes - 1"),
        (0, "DELETE FROM funnel"),
        (8, "UPDATE tallies SET x_no_token = x_no_token - 1 WHERE facet = 'all'"),
        (8, "UPDATE tallies SET x_no_token = 0, x_honeypot = 1 WHERE facet = 'question'"),
        (8, "UPDATE tallies SET c9 = c9 + 1 WHERE facet = 'touchpoint'"),
        (8, "DELETE FROM tallies WHERE facet = 'suspect'"),
        (8, "UPDATE funnel_left_out SET completes = completes + 1"),
        (8, "UPDATE funnel_left_out SET is_excluded = 1 - is_excluded, completes = 1"),
    ] {
        let database = database();
        let mut world = world(&database, 1);
        let mut row = serde_json::to_value(world.row()).unwrap();
        row["scores"] = r#"[["q1","nps",9]]"#.into();
        (row["complete"], row["flags"]) = (true.into(), flags.into());
        row["received_at"] = world.now.into();
        row["day"] = day_of(world.now).into();
        let row: ResponseRecord = serde_json::from_value(row).unwrap();
        ready(database.store.responses().save(&row, &Budgets::UNLIMITED)).unwrap();
        assert_eq!(world.differences(), [""; 0]);
        assert_eq!(database.execute(spoil, []).unwrap(), 1, "{spoil}");
        // A row with another key is one that is missing and one too many.
        let expected = if spoil.contains("1 - is_excluded") { 2 } else { 1 };
        assert_eq!(world.differences().len(), expected, "{spoil}");
    }
}

#[test]
fn a_customer_with_many_responses_is_erased_in_batches() {
    let database = database();
    let mut world = world(&database, 1);
    for number in 0..BATCH_SIZE + 7 {
        let mut row = serde_json::to_value(world.row()).unwrap();
        (row["shop"], row["customer"], row["id"]) = ("shp_a".into(), "c-1".into(), format!("n{number}").into());
        database.save(row);
    }
    let erasure = Erasure { shop: "shp_a", id: "e", by: By::Owner, now: world.now };
    for expected in [BATCH_SIZE + 7, 0] {
        let erased = ready(database.store.erasures().erase_customer(erasure, "c-1")).unwrap();
        assert_eq!((erased.responses, erased.more), (expected, false));
        world.check();
    }
    let recorded = world.strings("SELECT CAST(responses AS TEXT) FROM erasures", &[]);
    assert_eq!(recorded, ["207"], "one row for all batches");
    // A deletion event has the time of the deletion, not of the last change.
    let early = "SELECT response FROM outbox WHERE event = 'deleted' AND at <> ?1";
    assert_eq!(world.strings(early, &[world.now.into()]), [""; 0]);
}
