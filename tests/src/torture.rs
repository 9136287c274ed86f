//! A shopper to whom something happens: at any point of an answer the tab is closed, the network goes, or the page is
//! loaded again. Whatever was tapped or sent arrives, once; nobody is thanked for what does not.

use crate::{
    browser::{Browser, Panel},
    random::Random,
    site::{Fate, Site},
    worker::Worker,
};
use serde_json::{Value, json};

/// Where in an answer it happens.
pub const POINTS: [&str; 20] = [
    "the page is there",
    "asked",
    "in the scale",
    "tapped",
    "score on its way",
    "score stored, reply lost",
    "score refused for now",
    "score acknowledged",
    "words begun",
    "words typed",
    "words sent",
    "words on their way",
    "words stored, reply lost",
    "words acknowledged",
    "own answer chosen",
    "own answer typed",
    "own answer sent",
    "own answer on its way",
    "own answer refused for now",
    "thanked",
];

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The tab is closed.
    Closed,
    /// The network is away until the shopper does the next thing, or for as long as a try takes.
    Offline,
    /// The page is loaded again.
    Reloaded,
}

/// All of them.
pub const MISHAPS: [Mishap; 3] = [Mishap::Closed, Mishap::Offline, Mishap::Reloaded];

/// Counts on the page the replies to answers, as shops watch what their pages fetch.
const COUNTING: &str = "<script>
  window.replies = 0;
  const before = fetch;
  window.fetch = async (...given) => {
    const reply = await before(...given);
    if (String(given[0]).endsWith('/v1/submissions')) replies += 1;
    return reply;
  };
</script>";

/// The page goes on without the shopper.
struct Gone;

/// One answer with one mishap.
#[derive(Debug)]
pub struct Case {
    point: usize,
    mishap: Mishap,
    score: u64,
    words: String,
    site: Site,
    /// What the shopper has said so far, and pressed a button for.
    said: Vec<Value>,
    thanked: bool,
    cut: bool,
}

impl Case {
    /// One at this point; what the shopper says comes from `random`.
    #[must_use]
    pub fn new(point: usize, mishap: Mishap, random: &mut Random) -> Self {
        let site = Site::open(Worker::shared());
        let _ = site.shop.publish(&json!({
            "name": "Torture", "touchpoint": "purchase", "language": "en", "display": {},
            "questions": [
                { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
                { "id": "why", "kind": "text", "text": { "en": "Why?" } },
                { "id": "what", "kind": "choice", "text": { "en": "What?" }, "other": { "en": "Something else" },
                  "choices": [{ "id": "a", "text": { "en": "A" } }, { "id": "b", "text": { "en": "B" } }] },
            ],
        }));
        site.page("/", &format!("{COUNTING}{}", site.tag()), "<h1>Shop</h1>");
        let (score, words) = (random.below(11), format!("Words {}", random.below(1_000_000)));
        Self { point, mishap, score, words, site, said: Vec::new(), thanked: false, cut: false }
    }

    /// What it is, for messages.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:?} at {} ({})", self.mishap, self.point, POINTS[self.point])
    }

    /// Plays it in a tab of its own and sees to it that everything has arrived.
    ///
    /// # Panics
    /// If something is missing, wrong or doubled.
    #[track_caller]
    pub fn play(&mut self, browser: &Browser) {
        self.site.noted_in(browser);
        browser.tab();
        browser.visit(&self.site.origin);
        let gone = self.shopper(browser).is_err();
        self.mend();
        self.site.release();
        let complete = self.said.len() == 3;
        if !gone {
            browser.panel().reaches("thanks");
            self.thanked = true;
        }
        browser.until(&format!("{:?} at the service", self.said), || {
            let rows = self.site.shop.all_responses("");
            let all = self.said.is_empty()
                || rows.first().is_some_and(|row| {
                    row["answers"].as_array().map(Vec::len) == Some(self.said.len()) && row["complete"] == complete
                });
            all.then_some(())
        });
        self.check();
        if !(gone && self.mishap == Mishap::Closed) {
            browser.close_tab();
        }
    }

    /// Exactly what was said is there, once, and counted once.
    ///
    /// # Panics
    /// If not.
    #[track_caller]
    pub fn check(&self) {
        let rows = self.site.shop.all_responses("");
        let name = self.name();
        assert!(!self.thanked || self.said.len() == 3, "{name}: thanked for {:?}", self.said);
        assert_eq!(rows.len(), usize::from(!self.said.is_empty()), "{name}: {rows:?}");
        let Some(row) = rows.first() else { return };
        assert_eq!(row["answers"], Value::from(self.said.clone()), "{name}");
        let today = &row["received_at"].as_str().expect("a time")[..10];
        let metric = self.site.shop.get(&format!("/v1/metrics?metric=nps&from={today}&to={today}"));
        let counted = (&metric["n"], &metric["distribution"][self.score.to_string()]);
        assert_eq!(counted, (&json!(1), &json!(1)), "{name}: {metric}");
        let mut ids: Vec<Value> = self.site.submissions().iter().map(|each| each["id"].clone()).collect();
        ids.dedup();
        assert_eq!(ids, [row["id"].clone()], "{name}: every try has the same id");
    }

    /// From the first look to the thanks, or to the end of the page.
    fn shopper(&mut self, browser: &Browser) -> Result<(), Gone> {
        self.at(0, browser)?;
        if self.point == 0 {
            // The widget may have come too late for the network.
            browser.passes(200);
            self.mend();
            browser.reload();
        }
        let panel = browser.panel();
        self.at(1, browser)?;
        panel.run::<Value>("root.querySelector('input[name=score]').focus(); return null");
        self.at(2, browser)?;
        self.score(browser, panel)?;
        self.words(browser, panel)?;
        self.own_answer(browser, panel)
    }

    fn score(&mut self, browser: &Browser, panel: Panel<'_>) -> Result<(), Gone> {
        self.fate(4, Fate::Held);
        self.fate(5, Fate::Unanswered);
        self.fate(6, Fate::Refused(503, 1));
        self.jam(3, 0, browser);
        panel.tap(u8::try_from(self.score).expect("a score"));
        self.said.push(json!({ "question": "nps", "kind": "nps", "score": self.score }));
        self.at(3, browser)?;
        if matches!(self.point, 4..=6) {
            self.tried(browser, 1);
            self.refused(6, browser, 1);
            self.at(self.point, browser)?;
        }
        let _ = panel.part("textarea");
        if self.point >= 7 {
            self.stored(browser, 1);
            self.at(7, browser)?;
        }
        Ok(())
    }

    fn words(&mut self, browser: &Browser, panel: Panel<'_>) -> Result<(), Gone> {
        let (begin, end) = self.words.split_at(3);
        let (begin, end) = (begin.to_owned(), end.to_owned());
        panel.write("textarea", &begin);
        self.at(8, browser)?;
        panel.write("textarea", &end);
        self.at(9, browser)?;
        self.fate(11, Fate::Held);
        self.fate(12, Fate::Unanswered);
        self.jam(10, 1, browser);
        panel.send();
        self.said.push(json!({ "question": "why", "kind": "text", "text": self.words }));
        self.at(10, browser)?;
        if matches!(self.point, 11 | 12) {
            self.tried(browser, 2);
            self.at(self.point, browser)?;
        }
        let _ = panel.part("input[name=choice]");
        if self.point >= 13 {
            self.stored(browser, 2);
            self.at(13, browser)?;
        }
        Ok(())
    }

    fn own_answer(&mut self, browser: &Browser, panel: Panel<'_>) -> Result<(), Gone> {
        panel.choose("~other");
        self.at(14, browser)?;
        panel.write("input[name=other]", &self.words);
        self.at(15, browser)?;
        self.fate(17, Fate::Held);
        self.fate(18, Fate::Refused(503, 1));
        self.jam(16, 2, browser);
        panel.send();
        self.said.push(json!({ "question": "what", "kind": "choice", "choices": [], "other": self.words }));
        self.at(16, browser)?;
        if matches!(self.point, 17 | 18) {
            self.tried(browser, 3);
            self.refused(18, browser, 3);
            self.at(self.point, browser)?;
        }
        if self.point == 19 {
            panel.reaches("thanks");
            self.thanked = true;
            self.at(19, browser)?;
        }
        Ok(())
    }

    /// This is point `n`: what should happen here happens.
    fn at(&mut self, n: usize, browser: &Browser) -> Result<(), Gone> {
        if self.cut {
            if self.site.tries().len() < self.said.len() && self.said.len() == 1 {
                self.tried(browser, 1);
            }
            self.mend();
        }
        if n != self.point {
            return Ok(());
        }
        match self.mishap {
            Mishap::Closed => browser.close_tab(),
            Mishap::Reloaded => browser.reload(),
            Mishap::Offline => {
                self.cut = true;
                self.site.cut(true);
                self.site.release();
                return Ok(());
            }
        }
        self.site.release();
        Err(Gone)
    }

    fn mend(&mut self) {
        self.cut = false;
        self.site.cut(false);
    }

    /// What becomes of the next submission, if it is here that something happens.
    fn fate(&self, point: usize, fate: Fate) {
        if self.point == point {
            self.site.fates([fate]);
        }
    }

    /// If the page ends at this point, then what is submitted just before it cannot set out while the page is there. What
    /// was submitted earlier has.
    fn jam(&self, point: usize, revision: u64, browser: &Browser) {
        if self.point == point && self.mishap != Mishap::Offline {
            if revision > 0 {
                self.stored(browser, revision);
            }
            self.site.congest(browser);
        }
    }

    fn tried(&self, browser: &Browser, times: usize) {
        browser.until("a try", || (self.site.tries().len() >= times).then_some(()));
    }

    /// At this point the widget has heard the refusal: what is refused while the page goes is lost, and nobody was told
    /// anything else.
    fn refused(&self, point: usize, browser: &Browser, replies: usize) {
        if self.point == point {
            browser.until_true(&format!("replies >= {replies}"));
            browser.passes(0);
        }
    }

    fn stored(&self, browser: &Browser, revision: u64) {
        let at_least = |row: &Value| row["revision"].as_u64() >= Some(revision);
        browser.until("the answer at the service", || {
            self.site.shop.all_responses("").first().is_some_and(at_least).then_some(())
        });
    }
}
