//! Random sequences of everything that can happen to a response (submitted, revised, repeated, forged, erased, resent after
//! erasure, expired), compared with a simple model.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    faults::Faults,
    ledger::Content,
    load::{self, Call, Figures, Line},
    random::Random,
    shopper::{ADDRESS_HEADER, address, client_secret},
    supervisor::Supervisor,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const LINES: usize = 12;
const STEPS: usize = 8;
/// Days between two rounds.
const PASS: u64 = 16;
/// Retention of the shop, in days.
const RETENTION: u64 = 30;
/// Schedule of the hourly cron job.
const HOUR: &str = "41 * * * *";

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (rounds, each) = scale.of((3, 2), (20, 42));
    let fixture = Fixture::new(supervisor);
    let faults = Faults::of(supervisor);
    let settings = json!({ "retention_days": RETENTION });
    let _ = fixture.shop.call("PUT", "/v1/shop/settings", &settings).expect(200);

    let (mut sequences, mut figures, mut old) = (0, Figures::default(), 0);
    // The unerased responses of each round, with the day.
    let mut living: Vec<(u64, Vec<String>)> = Vec::new();
    for round in 0..rounds {
        let day = round * PASS;
        faults.set(&json!({ "seed": seed, "days": day }));
        let results = load::run(load::on_lines(&fixture.target, LINES, |number, line| {
            let random = Random::seeded(seed.wrapping_add(round * 1_000 + number as u64));
            let shopper =
                Shopper { fixture: fixture.clone(), line, random, figures: Figures::default(), ids: Vec::new() };
            shopper.act(each)
        }));
        sequences += LINES * each;
        let mut ids = Vec::new();
        for (submitted, counts) in results {
            ids.extend(submitted);
            figures.add(counts);
        }
        living.push((day, ids));

        // The hourly job deletes expired responses.
        let (expired, remaining): (Vec<_>, Vec<_>) =
            living.into_iter().partition(|(created, _)| created + RETENTION < day);
        living = remaining;
        for id in expired.iter().flat_map(|(_, ids)| ids) {
            fixture.ledger.erased(id);
            old += 1;
        }
        let begin = Instant::now();
        let expected = fixture.ledger.acknowledged();
        loop {
            faults.cron(HOUR);
            let rows = crate::checker::count(fixture.database(), &fixture.shop_id());
            if rows == expected {
                break;
            }
            assert!(rows > expected && begin.elapsed() < Duration::from_secs(60), "{rows} rows, {expected} expected");
        }
        let checked = fixture.check(Duration::from_secs(1));
        assert_eq!(checked.rows, expected);
        let total: u64 = fixture.shop.get("/v1/funnel")["surveys"].as_array().map_or(0, |all| all.len() as u64);
        assert!(total <= 1, "at most one survey");
    }
    // Restore the present time for the next test.
    faults.none();
    supervisor.kill();
    supervisor.wait_until_healthy();
    let erased = fixture.ledger.all().values().filter(|entry| entry.erased).count() - old;
    assert!(erased > 0 && old > 0, "nothing was erased or expired");
    format!(
        "{sequences} sequences of {STEPS} steps over {} days ({}): {erased} erased, {old} expired, {} rows, all counts match after each of {rounds} rounds",
        (rounds - 1) * PASS,
        figures.by_status(),
        fixture.ledger.acknowledged()
    )
}

/// A shopper who performs random actions.
struct Shopper {
    fixture: Fixture,
    line: Line,
    random: Random,
    figures: Figures,
    /// Ids that were submitted and not erased.
    ids: Vec<String>,
}

/// A response of a sequence, as the model knows it.
struct Known {
    id: String,
    revisions: Vec<(u32, Content)>,
    customer: String,
    /// The secret that it was submitted with. Without one it takes no revision.
    secret: Option<String>,
    /// The view token of the page that it was submitted from; the shop's server submitted it if there is none.
    token: Option<Value>,
    /// The revisions that were stored.
    stored: Vec<u32>,
    erased: bool,
}

/// The status of a submission, with its result or the code of its problem.
type Outcome = (u16, &'static str);

impl Known {
    fn highest(&self) -> u32 {
        self.revisions.iter().map(|(revision, _)| *revision).max().unwrap_or(0)
    }

    /// The service's reply to a revision.
    fn expected(&self, revision: u32) -> Outcome {
        match self.stored.iter().max() {
            _ if self.erased => (200, "erased"),
            None => (201, "stored"),
            Some(highest) if revision == *highest => (200, "duplicate"),
            Some(highest) if revision < *highest => (200, "superseded"),
            Some(_) if self.secret.is_none() => (409, "wrong_secret"),
            Some(_) => (201, "stored"),
        }
    }
}

impl Shopper {
    async fn act(mut self, sequences: usize) -> (Vec<String>, Figures) {
        for _ in 0..sequences {
            let mut all: Vec<Known> = Vec::new();
            for _ in 0..STEPS {
                self.step(&mut all).await;
            }
            self.ids.extend(all.into_iter().filter(|known| !known.erased).map(|known| known.id));
        }
        (self.ids, self.figures)
    }

    async fn step(&mut self, all: &mut Vec<Known>) {
        let choice = if all.is_empty() { 0 } else { self.random.below(11) };
        if choice < 3 {
            let id = new_id(&mut self.random);
            // Two responses of a sequence may belong to the same customer.
            let customer = match all.last() {
                Some(last) if self.random.below(2) == 0 => last.customer.clone(),
                _ => format!("c-{id}"),
            };
            // One of six pages sends no secret, and half of the responses come from a page.
            let secret = (self.random.below(6) > 0).then(|| client_secret(&id));
            let token = if self.random.below(2) == 0 { Some(self.view_token().await) } else { None };
            let (revisions, stored) = (Vec::new(), Vec::new());
            all.push(Known { id, revisions, customer, secret, token, stored, erased: false });
            let last = all.len() - 1;
            return self.send_random(&mut all[last], 1).await;
        }
        let at = usize::try_from(self.random.below(all.len() as u64)).expect("an index");
        let known = &mut all[at];
        match choice {
            // The next revision, possibly with a gap.
            3..=5 => {
                let revision = known.highest() + 1 + u32::try_from(self.random.below(2)).expect("0 or 1");
                self.send_random(known, revision).await;
            }
            // A revision that was sent before.
            6 | 7 => {
                let (revision, content) = self.random.pick(&known.revisions).clone();
                self.send(known, revision, &content).await;
            }
            // A later revision of a stranger, who knows the id but not the secret.
            8 => self.forge(known).await,
            9 => {
                self.erase("response", &known.id).await;
                known.erased = true;
                self.fixture.ledger.erased(&known.id);
            }
            _ => {
                let customer = known.customer.clone();
                self.erase("customer", &customer).await;
                for known in all.iter_mut().filter(|known| known.customer == customer) {
                    known.erased = true;
                    self.fixture.ledger.erased(&known.id);
                }
            }
        }
    }

    async fn send_random(&mut self, known: &mut Known, revision: u32) {
        let content = anything(&mut self.random);
        known.revisions.push((revision, content.clone()));
        self.send(known, revision, &content).await;
    }

    async fn send(&mut self, known: &mut Known, revision: u32, content: &Content) {
        let expected = known.expected(revision);
        self.fixture.ledger.sent(&known.id, revision, content);
        let body = self.body(known, revision, content);
        let reply = self.submit(known, &body, expected).await;
        self.fixture.ledger.replied(&known.id, revision, expected.0);
        if expected.1 == "stored" {
            known.stored.push(revision);
        }
        // Only the page that gave the answer receives the receipt.
        let has_receipt = known.secret.is_some() && matches!(expected.1, "stored" | "duplicate");
        assert_eq!(reply["receipt"].is_string(), has_receipt, "{expected:?}: {reply}");
    }

    /// Sends a later revision with another secret, or with none.
    async fn forge(&mut self, known: &Known) {
        let content = anything(&mut self.random);
        let mut body = self.body(known, known.highest() + 1, &content);
        let stranger = (self.random.below(2) == 0).then(|| client_secret("a stranger"));
        body["client_secret"] = json!(stranger);
        let expected = if known.erased { (200, "erased") } else { (409, "wrong_secret") };
        let reply = self.submit(known, &body, expected).await;
        assert!(reply["receipt"].is_null(), "a stranger receives no receipt: {reply}");
    }

    fn body(&self, known: &Known, revision: u32, content: &Content) -> Value {
        let mut body = self.fixture.body(&known.id, revision, content);
        body["context"]["customer"] = json!(known.customer);
        body["client_secret"] = json!(known.secret);
        body["token"] = json!(known.token);
        body
    }

    /// Sends a body and compares the outcome.
    async fn submit(&mut self, known: &Known, body: &Value, expected: Outcome) -> Value {
        let call = self.fixture.call_with(&known.id, body);
        let begin = Instant::now();
        let answer = self.line.send(&call).await.expect("a reply");
        self.figures.replied(answer.status, begin.elapsed());
        let reply = answer.json();
        let name = reply["result"].as_str().or_else(|| reply["problems"][0]["code"].as_str());
        assert_eq!((answer.status, name), (expected.0, Some(expected.1)), "{body}: {reply}");
        reply
    }

    /// The view token that a page receives now, by the Worker's clock.
    async fn view_token(&mut self) -> Value {
        let (shop, survey) = (&self.fixture.shop, &self.fixture.survey);
        let path = format!("/w/{}/{}/{}/en.json", shop.public_key, survey.id, survey.version);
        let visitor = address(&format!("visitor {}", self.random.next()));
        let call = Call { method: "GET", path, headers: vec![(ADDRESS_HEADER, visitor)], body: Bytes::new() };
        let token = self.line.send(&call).await.expect("a reply").json()["t"].clone();
        assert!(token.is_string(), "the texts contain a view token");
        token
    }

    async fn erase(&mut self, what: &str, value: &str) {
        let mut body = json!({});
        body[what] = json!(value);
        let headers = vec![
            ("authorization", format!("Bearer {}", self.fixture.shop.secret_key)),
            ("content-type", "application/json".to_owned()),
        ];
        let path = "/v1/erasures".to_owned();
        let call = Call { method: "POST", path, headers, body: body.to_string().into() };
        let answer = self.line.send(&call).await.expect("a reply");
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }
}
