//! The proof that nothing is lost on its way to a receiver, and nothing goes where it must not: each trial takes its size,
//! so that the tests run a short form of what `cargo xtask torture webhooks` runs at length.

mod addresses;
mod kills;
mod outage;
mod python;

pub use addresses::addresses;
pub use kills::kills;
pub use outage::outage;
pub use python::python;

use crate::{
    checker::{self, shop_of},
    http::Client,
    random::Random,
    receiver::{Received, Receiver},
    shop::{ORIGIN, Published, Shop},
    supervisor::{Entry, Supervisor},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

/// What the Worker of these tests is told: where it may send on this machine.
pub const TEST_ORIGIN: &str = "WEBHOOK_TEST_ORIGIN";

/// Nothing here takes longer on a machine with other things to do.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A Worker that may send to a receiver, and to nobody else on this machine.
///
/// # Panics
/// If it does not come up.
#[must_use]
pub fn start(receiver: &Receiver, entry: Entry) -> Supervisor {
    Supervisor::start_with(entry, &[(TEST_ORIGIN, &receiver.origin)])
}

/// A shop with a survey.
#[derive(Debug)]
pub struct EventSource {
    /// Whose answers are told.
    pub shop: Shop,
    /// What is answered.
    pub survey: Published,
    /// Of the ids of its answers.
    pub random: Random,
}

/// What a delivery says of itself in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryState {
    /// `pending` …
    pub state: String,
    /// Whose outcome is known.
    pub attempts: i64,
    /// When somebody looks after it.
    pub next_at: i64,
}

impl EventSource {
    /// A new shop.
    ///
    /// # Panics
    /// If the service does not make one.
    #[must_use]
    pub fn new(client: Client, admin_token: &str, seed: u64) -> Self {
        let shop = Shop::at(client, admin_token, "EventSource", &[ORIGIN]);
        let survey = shop.publish(&json!({
            "name": "After <purchase>", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/thank-you"] },
            "questions": [
                { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
                { "id": "why", "kind": "text", "text": { "en": "Why?" } },
            ],
        }));
        Self { shop, survey, random: Random::seeded(seed) }
    }

    /// At a Worker of the test's own.
    ///
    /// # Panics
    /// As [`EventSource::new`].
    #[must_use]
    pub fn at(supervisor: &Supervisor, seed: u64) -> Self {
        Self::new(supervisor.client(), &supervisor.dev().admin_token, seed)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> String {
        shop_of(&self.shop.public_key)
    }

    /// Makes an endpoint; the reply with its secret.
    #[must_use]
    #[track_caller]
    pub fn endpoint(&self, url: &str, events: &[&str]) -> Value {
        self.shop.call("POST", "/v1/webhooks", &json!({ "url": url, "events": events })).expect(201).json()
    }

    /// Gives an answer; its id.
    #[track_caller]
    pub fn answers(&mut self, score: u8, words: &str) -> String {
        let id = self.random.uuid();
        self.revises(&id, 1, score, words);
        id
    }

    /// Gives a revision of an answer.
    #[track_caller]
    pub fn revises(&self, id: &str, revision: u32, score: u8, words: &str) {
        let mut answers = vec![json!({ "question": "nps", "score": score })];
        if !words.is_empty() {
            answers.push(json!({ "question": "why", "text": words }));
        }
        let _ = self.shop.submit(&self.shop.submission(&self.survey, id, revision, &answers.into())).expect(201);
    }

    /// How an endpoint's deliveries stand, by id, in the database itself.
    ///
    /// # Panics
    /// If that cannot be read.
    #[must_use]
    pub fn delivery_states(&self, supervisor: &Supervisor, endpoint: &str) -> BTreeMap<String, DeliveryState> {
        let connection = checker::open(&supervisor.database());
        let sql = "SELECT event, state, attempts, next_at FROM deliveries WHERE shop = ?1 AND webhook = ?2";
        let mut statement = connection.prepare(sql).expect("the schema that is known here");
        let rows = statement.query_map([self.id().as_str(), endpoint], |row| {
            Ok((row.get(0)?, DeliveryState { state: row.get(1)?, attempts: row.get(2)?, next_at: row.get(3)? }))
        });
        rows.expect("rows").map(|row| row.expect("a row of the known shape")).collect()
    }

    /// Waits until an endpoint's deliveries stand as they should.
    ///
    /// # Panics
    /// If they never do.
    #[track_caller]
    pub fn until(
        &self,
        supervisor: &Supervisor,
        endpoint: &str,
        what: &str,
        right: impl Fn(&BTreeMap<String, DeliveryState>) -> bool,
    ) -> BTreeMap<String, DeliveryState> {
        let begin = Instant::now();
        loop {
            let states = self.delivery_states(supervisor, endpoint);
            if right(&states) {
                return states;
            }
            let some: Vec<_> = states.iter().take(3).collect();
            assert!(begin.elapsed() < TIMEOUT, "{what}: {} deliveries, among them {some:?}", states.len());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Lets the cron of every minute do what it does at such a time, in milliseconds since 1970.
#[track_caller]
pub fn cron(client: &Client, time: i64) {
    let path = format!("/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time={time}");
    let _ = client.send("GET", &path, &[], "").expect(200);
}

/// By message, when its attempts were made by their own word, in seconds since 1970.
#[must_use]
pub fn attempts(received: &[Received]) -> BTreeMap<String, Vec<i64>> {
    let mut attempts: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for each in received {
        attempts.entry(each.id().to_owned()).or_default().push(each.timestamp());
    }
    attempts
}

/// Milliseconds since 1970.
///
/// # Panics
/// In the past century.
#[must_use]
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("milliseconds")
}
