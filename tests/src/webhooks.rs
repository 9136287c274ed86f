//! Scenarios that prove that no event is lost on its way to a receiver and none is sent to a forbidden address. Each
//! takes its size as a parameter: the tests run the short form, `cargo xtask torture webhooks` the long one.

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

/// The Worker's variable that names the allowed local receiver.
pub const TEST_ORIGIN: &str = "WEBHOOK_TEST_ORIGIN";

/// A generous timeout for slow machines.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Starts a Worker that may send to this receiver and to no other local address.
///
/// # Panics
/// If it does not start.
#[must_use]
pub fn start(receiver: &Receiver, entry: Entry) -> Supervisor {
    Supervisor::start_with(entry, &[(TEST_ORIGIN, &receiver.origin)])
}

/// A shop with a survey, whose responses cause events.
#[derive(Debug)]
pub struct EventSource {
    /// The shop.
    pub shop: Shop,
    /// The survey.
    pub survey: Published,
    /// Source of the response ids.
    pub random: Random,
}

/// The state of a delivery in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryState {
    /// `pending`, `delivered` and so on.
    pub state: String,
    /// The number of finished attempts.
    pub attempts: i64,
    /// The time of the next attempt.
    pub next_at: i64,
}

impl EventSource {
    /// Creates a shop with a survey.
    ///
    /// # Panics
    /// If a request fails.
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

    /// Creates a shop at this Worker.
    ///
    /// # Panics
    /// As [`EventSource::new`].
    #[must_use]
    pub fn at(supervisor: &Supervisor, seed: u64) -> Self {
        Self::new(supervisor.client(), &supervisor.dev().admin_token, seed)
    }

    /// The id of the shop.
    #[must_use]
    pub fn id(&self) -> String {
        shop_of(&self.shop.public_key)
    }

    /// Creates an endpoint; returns the response with its secret.
    #[must_use]
    #[track_caller]
    pub fn endpoint(&self, url: &str, events: &[&str]) -> Value {
        self.shop.call("POST", "/v1/webhooks", &json!({ "url": url, "events": events })).expect(201).json()
    }

    /// Submits a response; returns its id.
    #[track_caller]
    pub fn submit(&mut self, score: u8, words: &str) -> String {
        let id = self.random.uuid();
        self.revise(&id, 1, score, words);
        id
    }

    /// Submits a further revision of a response.
    #[track_caller]
    pub fn revise(&self, id: &str, revision: u32, score: u8, words: &str) {
        let mut answers = vec![json!({ "question": "nps", "score": score })];
        if !words.is_empty() {
            answers.push(json!({ "question": "why", "text": words }));
        }
        let _ = self.shop.submit(&self.shop.submission(&self.survey, id, revision, &answers.into())).expect(201);
    }

    /// The deliveries of an endpoint, by id, read from the database.
    ///
    /// # Panics
    /// If the database cannot be read.
    #[must_use]
    pub fn delivery_states(&self, supervisor: &Supervisor, endpoint: &str) -> BTreeMap<String, DeliveryState> {
        let connection = checker::open(&supervisor.database());
        let sql = "SELECT event, state, attempts, next_at FROM deliveries WHERE shop = ?1 AND webhook = ?2";
        let mut statement = connection.prepare(sql).expect("the current schema");
        let rows = statement.query_map([self.id().as_str(), endpoint], |row| {
            Ok((row.get(0)?, DeliveryState { state: row.get(1)?, attempts: row.get(2)?, next_at: row.get(3)? }))
        });
        rows.expect("rows").map(|row| row.expect("a row of the expected shape")).collect()
    }

    /// Waits until an endpoint's deliveries reach a state.
    ///
    /// # Panics
    /// On timeout.
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

/// Runs the every-minute cron job with this time, in milliseconds since 1970.
#[track_caller]
pub fn cron(client: &Client, time: i64) {
    let path = format!("/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time={time}");
    let _ = client.send("GET", &path, &[], "").expect(200);
}

/// The times of the attempts of each message, from its own timestamps, in seconds since 1970.
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
/// If the clock is before 1970.
#[must_use]
pub fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("milliseconds")
}
