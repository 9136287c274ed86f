//! One visitor floods a shop with everything that needs no secret key, while shoppers answer its survey: no shopper is
//! refused, and most of the shop's day is left for them.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    load::{self, Answer, Call, Line},
    random::Random,
    shop::{ORIGIN, as_operator},
    shopper::{ADDRESS_HEADER, address},
    supervisor::Supervisor,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time;

/// The visitor's address.
const VISITOR: &str = "203.0.113.29";
/// Connections of the visitor.
const LINES: usize = 20;
/// Shoppers at a time.
const SHOPPERS: usize = 8;
/// How long a shopper thinks before the first answer.
const THINKING: Duration = Duration::from_secs(1);
/// A longer `Retry-After` names the end of a budget's day, a shorter one the end of a limit's period.
const LIMIT_PERIOD_S: u64 = 600;
/// Responses that one view token vouches for.
const RESPONSES_EACH: usize = 3;

/// Number of the visitor's requests by kind and outcome.
type Outcomes = BTreeMap<(&'static str, String), u64>;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    // The short form sends as fast as the service replies, the long one for ten minutes.
    let (requests, pause) = scale.of((3_000, Duration::ZERO), (30_000, Duration::from_millis(400)));
    let daily = requests / 2;
    let fixture = Fixture::new(supervisor);
    let quota = format!("/v1/shops/{}/quota", fixture.shop_id());
    let admin = &supervisor.dev().admin_token;
    let _ = as_operator(&fixture.shop.client, admin, "PUT", &quota, &json!({ "daily_answers": daily })).expect(200);

    let (busy, begin) = (Arc::new(AtomicUsize::new(LINES)), Instant::now());
    let results = load::run(load::on_lines(&fixture.target, LINES + SHOPPERS, |number, line| {
        let (fixture, busy) = (fixture.clone(), Arc::clone(&busy));
        let random = Random::seeded(seed.wrapping_add(number as u64));
        async move {
            if number < LINES {
                let visitor = Visitor { fixture, line, random, token: None, known: None, outcomes: Outcomes::new() };
                let outcomes = visitor.flood(requests / LINES, pause).await;
                busy.fetch_sub(1, Ordering::Relaxed);
                (outcomes, 0)
            } else {
                (Outcomes::new(), answer_until(&fixture, line, random, &busy).await)
            }
        }
    }));
    let took = begin.elapsed();
    let answered: u64 = results.iter().map(|(_, answered)| answered).sum();
    let mut outcomes = Outcomes::new();
    for (outcome, count) in results.into_iter().flat_map(|(outcomes, _)| outcomes) {
        *outcomes.entry(outcome).or_default() += count;
    }
    let checked = fixture.check(Duration::from_secs(60));
    let counted = fixture.shop.get("/v1/metrics?metric=nps")["n"].as_u64().expect("a number");
    assert!(counted >= answered, "{counted} responses count, the shoppers gave {answered}");
    let through = outcomes.get(&("response", "accepted".to_owned())).copied().unwrap_or(0);
    assert!(through * 4 < daily as u64, "{through} unvouched responses were stored of {daily} a day: {outcomes:?}");
    let figures: Vec<String> =
        outcomes.iter().map(|((kind, outcome), count)| format!("{kind} {outcome} {count}")).collect();
    format!(
        "{requests} requests of one visitor in {:.0} s at a shop of {daily} responses a day: {}; {answered} responses of shoppers, 0 refused; {} rows, {counted} count",
        took.as_secs_f64(),
        figures.join(", "),
        checked.rows
    )
}

/// A shopper after the other, each with an address and a view token of its own, until the flood is over. Returns the number
/// of responses.
async fn answer_until(fixture: &Fixture, mut line: Line, mut random: Random, busy: &AtomicUsize) -> u64 {
    let mut answered = 0;
    while busy.load(Ordering::Relaxed) > 0 {
        let (id, mut content) = (new_id(&mut random), anything(&mut random));
        // In a second a shopper gives a score and types nothing.
        content.words.clear();
        let visitor = address(&id);
        let token = line.send(&view(fixture, &visitor)).await.expect("a reply").json()["t"].clone();
        assert!(token.is_string(), "every shopper receives a view token");
        time::sleep(THINKING).await;
        let mut body = fixture.body(&id, 1, &content);
        body["token"] = token;
        fixture.ledger.sent(&id, 1, &content);
        let answer = line.send(&from(&visitor, "/v1/submissions", &body)).await.expect("a reply");
        fixture.ledger.replied(&id, 1, answer.status);
        assert_eq!(answer.status, 201, "a shopper is refused during the flood: {:?}", answer.body);
        answered += 1;
    }
    answered
}

/// One connection of the visitor.
struct Visitor {
    fixture: Fixture,
    line: Line,
    random: Random,
    /// A view token, and how often it may still be used.
    token: Option<(Value, usize)>,
    /// An own response that is stored, with its newest revision.
    known: Option<(String, u32)>,
    outcomes: Outcomes,
}

impl Visitor {
    async fn flood(mut self, requests: usize, pause: Duration) -> Outcomes {
        let begin = Instant::now();
        for turn in 0..requests {
            time::sleep_until((begin + pause * u32::try_from(turn).expect("a small number")).into()).await;
            match turn % 10 {
                0..=5 => self.respond().await,
                6 => self.revise().await,
                7 | 8 => self.send_event().await,
                _ => self.load_view().await,
            }
        }
        self.outcomes
    }

    /// A new response, with a token if the visitor has one.
    async fn respond(&mut self) {
        let id = new_id(&mut self.random);
        let token = self.token.take();
        self.submit(if token.is_some() { "response with a token" } else { "response" }, &id, 1, token).await;
    }

    /// A further revision of the same response.
    async fn revise(&mut self) {
        if let Some((id, revision)) = self.known.clone() {
            self.submit("revision", &id, revision + 1, None).await;
        }
    }

    async fn submit(&mut self, kind: &'static str, id: &str, revision: u32, token: Option<(Value, usize)>) {
        // A refused revision is tried again later, with the same content.
        let content = match revision {
            1 => anything(&mut self.random),
            _ => anything(&mut Random::seeded(revision.into())),
        };
        let mut body = self.fixture.body(id, revision, &content);
        body["token"] = token.as_ref().map_or(Value::Null, |(token, _)| token.clone());
        self.fixture.ledger.sent(id, revision, &content);
        let answer = self.line.send(&from(VISITOR, "/v1/submissions", &body)).await.expect("a reply");
        self.fixture.ledger.replied(id, revision, answer.status);
        if answer.status == 201 {
            self.known = Some((id.to_owned(), revision));
        }
        self.token = token.filter(|(_, left)| *left > 1).map(|(token, left)| (token, left - 1));
        self.record(kind, &answer);
    }

    /// A funnel event without a token.
    async fn send_event(&mut self) {
        let (shop, survey) = (&self.fixture.shop, &self.fixture.survey);
        let event = json!({ "survey": survey.id, "version": survey.version, "event": "impression" });
        let body = json!({ "key": shop.public_key, "events": [event] });
        let answer = self.line.send(&from(VISITOR, "/v1/events", &body)).await.expect("a reply");
        self.record("event", &answer);
    }

    /// The texts of the survey, which contain a view token until the visitor's limit is reached.
    async fn load_view(&mut self) {
        let answer = self.line.send(&view(&self.fixture, VISITOR)).await.expect("a reply");
        assert_eq!(answer.status, 200, "the texts are served to every visitor: {:?}", answer.body);
        let token = answer.json()["t"].clone();
        let outcome = if token.is_string() { "with a token" } else { "without a token" };
        *self.outcomes.entry(("texts", outcome.to_owned())).or_default() += 1;
        self.token = token.is_string().then_some((token, RESPONSES_EACH));
    }

    fn record(&mut self, kind: &'static str, answer: &Answer) {
        let outcome = match (answer.status, answer.header("retry-after").parse::<u64>()) {
            (200..=202, _) => "accepted".to_owned(),
            (429, Ok(after)) if after > LIMIT_PERIOD_S => "over budget".to_owned(),
            (429, Ok(_)) => "over the visitor's limit".to_owned(),
            _ => panic!("{kind}: {} {:?}", answer.status, answer.body),
        };
        *self.outcomes.entry((kind, outcome)).or_default() += 1;
    }
}

/// A request of a page, from this address.
fn from(visitor: &str, path: &str, body: &Value) -> Call {
    let mut call = Call::from_page(path, ORIGIN, body.to_string());
    call.headers.push((ADDRESS_HEADER, visitor.to_owned()));
    call
}

/// The request for the survey's texts, from this address.
fn view(fixture: &Fixture, visitor: &str) -> Call {
    let path = format!("/w/{}/{}/{}/en.json", fixture.shop.public_key, fixture.survey.id, fixture.survey.version);
    Call { method: "GET", path, headers: vec![(ADDRESS_HEADER, visitor.to_owned())], body: Bytes::new() }
}
