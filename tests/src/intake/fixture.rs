//! A shop with a survey, and clients that retry.

use super::{steady, tokens::Tokens};
use crate::{
    checker::{self, Checked},
    ledger::{Content, Ledger},
    load::{self, Answer, Call, Figures, Line, Target},
    random::Random,
    shop::{ORIGIN, Published, Shop, as_operator},
    shopper::{ADDRESS_HEADER, address},
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::time;

/// Maximum time of retries.
const RETRY_BUDGET: Duration = Duration::from_secs(600);
/// Delay between retries; shorter than that of a page.
const PAUSE: Duration = Duration::from_millis(40);
/// Responses that a new fixture has view tokens for.
const STOCK: usize = 48;

/// The setting of a scenario. Clones are cheap and share the ledger.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The shop.
    pub shop: Shop,
    /// Its survey, with the questions `nps` and `why`.
    pub survey: Published,
    /// The server that submissions are sent to.
    pub target: Target,
    /// Records of what was sent and acknowledged.
    pub ledger: Arc<Ledger>,
    database: PathBuf,
    /// View tokens, as pages receive them with the survey.
    tokens: Arc<Tokens>,
}

impl Fixture {
    /// Creates a shop with a survey.
    ///
    /// # Panics
    /// If a request fails.
    #[must_use]
    pub fn new(supervisor: &Supervisor) -> Self {
        let shop = Shop::at(supervisor.client(), &supervisor.dev().admin_token, "Intake", &[ORIGIN]);
        let survey = shop.publish(&json!({
            "name": "Intake", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/thank-you"] },
            "questions": [
                { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
                { "id": "why", "kind": "text", "text": { "en": "Why?" } },
            ],
        }));
        let quota = format!("/v1/shops/{}/quota", checker::shop_of(&shop.public_key));
        let plenty = json!({ "daily_answers": 1_000_000 });
        let _ = as_operator(&shop.client, &supervisor.dev().admin_token, "PUT", &quota, &plenty).expect(200);
        // A webhook makes the outbox record events. It subscribes to deletions only, so no delivery is sent.
        let endpoint = json!({ "url": "https://hooks.shop.example/", "events": ["response.deleted"] });
        let _ = shop.call("POST", "/v1/webhooks", &endpoint).expect(201);
        let (target, database) = (supervisor.target(), supervisor.database());
        let fixture = Self { shop, survey, target, ledger: Arc::default(), database, tokens: Arc::default() };
        fixture.stock(STOCK);
        fixture
    }

    /// Fetches view tokens for this many further responses. The shop's server vouches for the responses after those.
    ///
    /// # Panics
    /// If a request fails, and in asynchronous code.
    pub fn stock(&self, responses: usize) {
        let Published { id, version } = &self.survey;
        self.tokens.fill(&self.target, &format!("/w/{}/{id}/{version}/en.json", self.shop.public_key), responses);
    }

    /// The same shop at a restarted service with another origin, without view tokens.
    #[must_use]
    pub fn moved(&self, supervisor: &Supervisor) -> Self {
        let mut moved = self.clone();
        moved.shop.client = supervisor.client();
        moved.target = supervisor.target();
        moved.tokens = Arc::default();
        moved
    }

    /// The id of the shop.
    #[must_use]
    pub fn shop_id(&self) -> String {
        checker::shop_of(&self.shop.public_key)
    }

    /// The database file.
    #[must_use]
    pub const fn database(&self) -> &PathBuf {
        &self.database
    }

    /// The body of a submission, with a view token unless nothing or the shop's server vouches for the response.
    #[must_use]
    pub fn body(&self, id: &str, revision: u32, content: &Content) -> Value {
        let mut answers = vec![json!({ "question": "nps", "score": content.score })];
        if !content.words.is_empty() {
            answers.push(json!({ "question": "why", "text": content.words }));
        }
        let mut body = self.shop.submission(&self.survey, id, revision, &Value::from(answers));
        body["complete"] = content.complete.into();
        if !is_unvouched(id)
            && let Some(token) = self.tokens.of(id)
        {
            body["token"] = token.into();
        }
        body
    }

    /// The headers of a submission: of a page, from a visitor of its own, or of the shop's server if the body has no view
    /// token and the response is to be vouched for.
    #[must_use]
    pub fn headers(&self, id: &str, body: &Value) -> Vec<(&'static str, String)> {
        let mut headers = Call::from_page("", ORIGIN, "").headers;
        headers.push((ADDRESS_HEADER, address(id)));
        if body["token"].is_null() && !is_unvouched(id) {
            headers.push(("authorization", format!("Bearer {}", self.shop.secret_key)));
        }
        headers
    }

    /// The request that submits a revision.
    #[must_use]
    pub fn call(&self, id: &str, revision: u32, content: &Content) -> Call {
        self.call_with(id, &self.body(id, revision, content))
    }

    /// The request that submits this body.
    #[must_use]
    pub fn call_with(&self, id: &str, body: &Value) -> Call {
        let (path, headers) = ("/v1/submissions".to_owned(), self.headers(id, body));
        Call { method: "POST", path, headers, body: body.to_string().into() }
    }

    /// Sends a revision once and records the outcome.
    ///
    /// # Errors
    /// If there is no response.
    pub async fn send(
        &self,
        line: &mut Line,
        (id, revision, content): (&str, u32, &Content),
        figures: &mut Figures,
    ) -> std::io::Result<Answer> {
        self.ledger.sent(id, revision, content);
        let begin = Instant::now();
        let answer = line.send(&self.call(id, revision, content)).await;
        match &answer {
            Ok(answer) => {
                figures.replied(answer.status, begin.elapsed());
                self.ledger.replied(id, revision, answer.status);
            }
            Err(_) => figures.lost += 1,
        }
        answer
    }

    /// Sends a revision until it is accepted or rejected, as a page does; returns the last response.
    ///
    /// # Panics
    /// After ten minutes.
    pub async fn deliver(&self, line: &mut Line, revision: (&str, u32, &Content), figures: &mut Figures) -> Answer {
        let begin = Instant::now();
        loop {
            let answer = self.send(line, revision, figures).await;
            if let Ok(answer) = answer
                && answer.status < 500
                && answer.status != 429
            {
                return answer;
            }
            assert!(begin.elapsed() < RETRY_BUDGET, "{revision:?} is not accepted: {}", figures.by_status());
            time::sleep(PAUSE).await;
        }
    }

    /// Sends new responses at a steady rate, independent of the service's speed.
    #[must_use]
    pub fn steadily(&self, a_second: usize, during: Duration, seed: u64) -> Figures {
        self.stock(a_second * usize::try_from(during.as_secs()).expect("a short time"));
        load::run(steady::open_loop(self, a_second, during, seed))
    }

    /// Waits until the queue is drained and compares the database with the ledger.
    ///
    /// # Panics
    /// If anything is lost, duplicated, invented or miscounted.
    #[must_use]
    pub fn check(&self, timeout: Duration) -> Checked {
        let shop = self.shop_id();
        checker::wait_for_all(&self.database, &shop, &self.ledger, timeout);
        checker::check(&self.database, &shop, &self.ledger)
    }
}

/// Whether nothing vouches for the response with this id: one of sixteen.
pub(super) fn is_unvouched(id: &str) -> bool {
    id.ends_with('c')
}

/// A new response id, as a page generates it: a `UUIDv7`.
///
/// # Panics
/// If the clock is before 1970.
#[must_use]
pub fn new_id(random: &mut Random) -> String {
    let ms = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis();
    let uuid = random.uuid();
    format!("{:08x}-{:04x}{}", (ms >> 16) & 0xffff_ffff, ms & 0xffff, &uuid[13..])
}

/// Random content of a response.
#[must_use]
pub fn anything(random: &mut Random) -> Content {
    const WORDS: [&str; 8] =
        ["delivery", "was", "slow", "zażółć gęślą jaźń", "price 💶", "\"quoted\"", "foarte bine", "<b>"];
    let score = u8::try_from(random.below(11)).expect("a score");
    let count = usize::try_from(random.below(6)).expect("a small number");
    let words: Vec<&str> = (0..count).map(|_| *random.pick(&WORDS)).collect();
    Content { score, words: words.join(" "), complete: random.below(2) == 0 }
}
