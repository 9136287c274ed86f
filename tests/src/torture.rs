//! Interrupts a shopper at every step: the tab is closed, the network fails, or the page is reloaded. Every tapped or
//! sent answer must arrive exactly once, and the thank-you message must not be shown for one that does not arrive.

use crate::{
    browser::{Browser, Panel},
    random::Random,
    site::{Fate, Site},
    worker::Worker,
};
use serde_json::{Value, json};

/// The points at which a fault can happen.
pub const POINTS: [&str; 20] = [
    "page loaded",
    "asked",
    "focus in the scale",
    "tapped",
    "score in flight",
    "score stored, response lost",
    "score rejected temporarily",
    "score acknowledged",
    "text started",
    "text typed",
    "text sent",
    "text in flight",
    "text stored, response lost",
    "text acknowledged",
    "own answer chosen",
    "own answer typed",
    "own answer sent",
    "own answer in flight",
    "own answer rejected temporarily",
    "thanked",
];

/// The fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The tab is closed.
    Closed,
    /// The network fails until the shopper's next action, or for as long as one attempt takes.
    Offline,
    /// The page is reloaded.
    Reloaded,
}

/// All faults.
pub const FAULTS: [Fault; 3] = [Fault::Closed, Fault::Offline, Fault::Reloaded];

/// A page script that counts the responses to submissions.
const COUNTING: &str = "<script>
  window.replies = 0;
  const before = fetch;
  window.fetch = async (...given) => {
    const reply = await before(...given);
    if (String(given[0]).endsWith('/v1/submissions')) replies += 1;
    return reply;
  };
</script>";

/// The page has ended.
struct Gone;

/// One response with one fault.
#[derive(Debug)]
pub struct Case {
    point: usize,
    fault: Fault,
    score: u64,
    words: String,
    site: Site,
    /// The answers that the shopper has submitted so far.
    said: Vec<Value>,
    thanked: bool,
    cut: bool,
}

impl Case {
    /// A case with its fault at this point; the shopper's answers come from `random`.
    #[must_use]
    pub fn new(point: usize, fault: Fault, random: &mut Random) -> Self {
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
        Self { point, fault, score, words, site, said: Vec::new(), thanked: false, cut: false }
    }

    /// A description for messages.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:?} at {} ({})", self.fault, self.point, POINTS[self.point])
    }

    /// Runs the case in its own tab and waits until everything has arrived.
    ///
    /// # Panics
    /// If an answer is missing, wrong or duplicated.
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
        browser.until(&format!("{:?} stored", self.said), || {
            let rows = self.site.shop.all_responses("");
            let all = self.said.is_empty()
                || rows.first().is_some_and(|row| {
                    row["answers"].as_array().map(Vec::len) == Some(self.said.len()) && row["complete"] == complete
                });
            all.then_some(())
        });
        self.check();
        if !(gone && self.fault == Fault::Closed) {
            browser.close_tab();
        }
    }

    /// Asserts that the response is stored and counted exactly once.
    ///
    /// # Panics
    /// Otherwise.
    #[track_caller]
    pub fn check(&self) {
        let rows = self.site.shop.all_responses("");
        let name = self.name();
        assert!(!self.thanked || self.said.len() == 3, "{name}: thanked for {:?}", self.said);
        assert_eq!(rows.len(), usize::from(!self.said.is_empty()), "{name}: {rows:?}");
        let Some(row) = rows.first() else { return };
        assert_eq!(row["answers"], Value::from(self.said.clone()), "{name}");
        assert_eq!(self.site.shop.scored("nps", self.score), (1, 1), "{name}");
        let mut ids: Vec<Value> = self.site.submissions().iter().map(|each| each["id"].clone()).collect();
        ids.dedup();
        assert_eq!(ids, [row["id"].clone()], "{name}: every attempt has the same id");
    }

    /// Plays the shopper from the first question to the thank-you message, or until the page ends.
    fn shopper(&mut self, browser: &Browser) -> Result<(), Gone> {
        self.at(0, browser)?;
        if self.point == 0 {
            // The widget may have loaded after the network was cut.
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

    /// Called at point `n`; injects the fault if it belongs here.
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
        match self.fault {
            Fault::Closed => browser.close_tab(),
            Fault::Reloaded => browser.reload(),
            Fault::Offline => {
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

    /// Sets the fate of the next submission if the fault belongs to this point.
    fn fate(&self, point: usize, fate: Fate) {
        if self.point == point {
            self.site.fates([fate]);
        }
    }

    /// If the page ends at this point, blocks the last submission before it from leaving while the page exists; earlier
    /// submissions have left.
    fn jam(&self, point: usize, revision: u64, browser: &Browser) {
        if self.point == point && self.fault != Fault::Offline {
            if revision > 0 {
                self.stored(browser, revision);
            }
            self.site.congest(browser);
        }
    }

    fn tried(&self, browser: &Browser, times: usize) {
        browser.until("a try", || (self.site.tries().len() >= times).then_some(()));
    }

    /// Waits until the widget has received the rejection. A submission rejected while the page unloads is lost, and the
    /// shopper was not thanked for it.
    fn refused(&self, point: usize, browser: &Browser, replies: usize) {
        if self.point == point {
            browser.until_true(&format!("replies >= {replies}"));
            browser.passes(0);
        }
    }

    fn stored(&self, browser: &Browser, revision: u64) {
        let at_least = |row: &Value| row["revision"].as_u64() >= Some(revision);
        browser.until("the response to be stored", || {
            self.site.shop.all_responses("").first().is_some_and(at_least).then_some(())
        });
    }
}
