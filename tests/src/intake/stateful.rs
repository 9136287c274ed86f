//! Random sequences of everything that can happen to a response (submitted, revised, repeated, erased, resent after
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
    supervisor::Supervisor,
};
use serde_json::json;
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
    erased: bool,
}

impl Known {
    fn highest(&self) -> u32 {
        self.revisions.iter().map(|(revision, _)| *revision).max().unwrap_or(0)
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
        let choice = if all.is_empty() { 0 } else { self.random.below(10) };
        if choice < 3 {
            let id = new_id(&mut self.random);
            // Two responses of a sequence may belong to the same customer.
            let customer = match all.last() {
                Some(last) if self.random.below(2) == 0 => last.customer.clone(),
                _ => format!("c-{id}"),
            };
            all.push(Known { id, revisions: Vec::new(), customer, erased: false });
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
            8 => {
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

    async fn send(&mut self, known: &Known, revision: u32, content: &Content) {
        let mut body = self.fixture.body(&known.id, revision, content);
        body["context"]["customer"] = json!(known.customer);
        self.fixture.ledger.sent(&known.id, revision, content);
        let call = Call::from_page("/v1/submissions", crate::shop::ORIGIN, body.to_string());
        let begin = Instant::now();
        let answer = self.line.send(&call).await.expect("a reply");
        self.figures.replied(answer.status, begin.elapsed());
        self.fixture.ledger.replied(&known.id, revision, answer.status);
        if known.erased {
            assert_eq!((answer.status, &answer.json()["result"]), (200, &json!("erased")), "{:?}", answer.body);
        } else {
            assert!(matches!(answer.status, 200 | 201), "{:?}", answer.body);
        }
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
