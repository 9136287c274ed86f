//! A shop with a survey, and shoppers who do not give up.

use super::steady;
use crate::{
    checker::{self, Checked},
    ledger::{Content, Ledger},
    load::{self, Answer, Call, Figures, Line, Target},
    random::Random,
    shop::{ORIGIN, Published, Shop, as_operator},
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::time;

/// Nobody tries longer than this.
const PERSISTENCE: Duration = Duration::from_secs(600);
/// What a shopper waits before the next try; a page waits longer.
const PAUSE: Duration = Duration::from_millis(40);

/// Where a test happens. Cheap to clone; clones share the ledger.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// A shop of the test's own.
    pub shop: Shop,
    /// Its survey: how likely to recommend, and why.
    pub survey: Published,
    /// Where answers go.
    pub target: Target,
    /// What became of them.
    pub ledger: Arc<Ledger>,
    database: PathBuf,
    /// What a page that showed the survey was given.
    token: Option<String>,
}

impl Fixture {
    /// A new shop.
    ///
    /// # Panics
    /// If the service does not make one.
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
        // Somebody wants to be told, so what happens is written down; of answers, nothing is sent.
        let endpoint = json!({ "url": "https://hooks.shop.example/", "events": ["response.deleted"] });
        let _ = shop.call("POST", "/v1/webhooks", &endpoint).expect(201);
        let view = format!("/w/{}/{}/{}/en.json", shop.public_key, survey.id, survey.version);
        let token = shop.client.send("GET", &view, &[], "").expect(200).json()["t"].as_str().map(str::to_owned);
        let (target, database) = (supervisor.target(), supervisor.database());
        Self { shop, survey, target, ledger: Arc::default(), database, token }
    }

    /// The same shop at a service that answers somewhere else by now.
    #[must_use]
    pub fn moved(&self, supervisor: &Supervisor) -> Self {
        let mut moved = self.clone();
        moved.shop.client = supervisor.client();
        moved.target = supervisor.target();
        moved
    }

    /// The shop's id.
    #[must_use]
    pub fn shop_id(&self) -> String {
        checker::shop_of(&self.shop.public_key)
    }

    /// The file with its answers.
    #[must_use]
    pub const fn database(&self) -> &PathBuf {
        &self.database
    }

    /// What a revision looks like when it is sent. Every third comes without the token of its view.
    #[must_use]
    pub fn body(&self, id: &str, revision: u32, content: &Content) -> Value {
        let mut answers = vec![json!({ "question": "nps", "score": content.score })];
        if !content.words.is_empty() {
            answers.push(json!({ "question": "why", "text": content.words }));
        }
        let mut body = self.shop.submission(&self.survey, id, revision, &Value::from(answers));
        body["complete"] = content.complete.into();
        if let Some(token) = &self.token
            && !id.ends_with(['0', '3', '6', '9', 'c'])
        {
            body["token"] = token.as_str().into();
        }
        body
    }

    /// The request that sends it.
    #[must_use]
    pub fn call(&self, id: &str, revision: u32, content: &Content) -> Call {
        Call::from_page("/v1/submissions", ORIGIN, self.body(id, revision, content).to_string())
    }

    /// Sends a revision once and notes what comes of it.
    ///
    /// # Errors
    /// If there is no reply.
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

    /// Sends a revision until it is taken or refused, as a page does; returns the last reply.
    ///
    /// # Panics
    /// If that takes ten minutes.
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
            assert!(begin.elapsed() < PERSISTENCE, "{revision:?} is not taken: {}", figures.by_status());
            time::sleep(PAUSE).await;
        }
    }

    /// New answers at a steady rate, whether or not the service keeps up.
    #[must_use]
    pub fn steadily(&self, a_second: usize, during: Duration, seed: u64) -> Figures {
        load::run(steady::open_loop(self, a_second, during, seed))
    }

    /// Waits for what is on its way and holds everything against the ledger.
    ///
    /// # Panics
    /// If anything is lost, doubled, invented or counted wrong.
    #[must_use]
    pub fn check(&self, timeout: Duration) -> Checked {
        let shop = self.shop_id();
        checker::wait_for_all(&self.database, &shop, &self.ledger, timeout);
        checker::check(&self.database, &shop, &self.ledger)
    }
}

/// An id as a page makes it now: a `UUIDv7`.
///
/// # Panics
/// If this machine's clock stands before 1970.
#[must_use]
pub fn new_id(random: &mut Random) -> String {
    let ms = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis();
    let uuid = random.uuid();
    format!("{:08x}-{:04x}{}", (ms >> 16) & 0xffff_ffff, ms & 0xffff, &uuid[13..])
}

/// Something a shopper may say.
#[must_use]
pub fn anything(random: &mut Random) -> Content {
    const WORDS: [&str; 8] =
        ["delivery", "was", "slow", "zażółć gęślą jaźń", "price 💶", "\"quoted\"", "foarte bine", "<b>"];
    let score = u8::try_from(random.below(11)).expect("a score");
    let count = usize::try_from(random.below(6)).expect("a small number");
    let words: Vec<&str> = (0..count).map(|_| *random.pick(&WORDS)).collect();
    Content { score, words: words.join(" "), complete: random.below(2) == 0 }
}
