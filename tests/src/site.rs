//! A shop's own site: a small server between a browser and the Worker. It shows the demo's pages or pages of its own,
//! writes down who asked for what, and loses, delays or refuses answers when a test says so.

mod inject;
mod serve;

use crate::{
    browser::{Browser, Engine, NOTES},
    shop::Shop,
    worker::Worker,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, VecDeque},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Instant,
};

/// What happens to an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It never arrives, and nobody says so.
    Lost,
    /// It arrives; the reply to it is lost.
    Unanswered,
    /// It is refused with this status, and with this `Retry-After` in seconds unless 0.
    Refused(u16, u8),
    /// It is held back until [`Site::release`].
    Held,
}

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it was read.
    pub at: Instant,
    /// `GET` …
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Empty if there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value; empty if it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether it goes to Glas and not to the shop.
    #[must_use]
    pub fn is_for_glas(&self) -> bool {
        ["/w/", "/a/", "/v1/", "/s/"].iter().any(|start| self.path.starts_with(start))
    }
}

#[derive(Debug, Default)]
struct Rules {
    pages: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
    scripts: Vec<String>,
    fates: VecDeque<Fate>,
    cut: bool,
    losing: bool,
    released: bool,
    arrived: usize,
    closed: bool,
    seen: Vec<Request>,
}

#[derive(Debug)]
struct Shared {
    rules: Mutex<Rules>,
    changed: Condvar,
    agent: ureq::Agent,
    worker: String,
    /// In the demo's pages the first key is replaced by the second.
    keys: (String, String),
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().expect("no panic while serving")
    }
}

/// A site with a shop of its own at the Worker. Dropping it takes it off the network.
#[derive(Debug)]
pub struct Site {
    /// Where it is.
    pub origin: String,
    /// Whose it is.
    pub shop: Shop,
    shared: Arc<Shared>,
}

impl Site {
    /// Opens one, without surveys.
    ///
    /// # Panics
    /// If this machine has no port left.
    #[must_use]
    pub fn open(worker: &Worker) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let shop = Shop::with_origins(worker, &[&origin]);
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).max_redirects(0).build();
        let shared = Arc::new(Shared {
            rules: Mutex::default(),
            changed: Condvar::new(),
            agent: config.into(),
            worker: worker.dev.origin.clone(),
            keys: (worker.dev.public_key.clone(), shop.public_key.clone()),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if server.rules().closed {
                    return;
                }
                let server = Arc::clone(&server);
                // A browser that goes away in the middle is none of the test's business.
                thread::spawn(move || server.serve(stream));
            }
        });
        Self { origin, shop, shared }
    }

    /// One with the demo's surveys, and so a demo shop of the test's own.
    #[must_use]
    pub fn demo(worker: &Worker) -> Self {
        let site = Self::open(worker);
        for survey in Shop::demo(worker).get("/v1/surveys")["items"].as_array().expect("surveys") {
            let _ = site.shop.publish(survey);
        }
        site
    }

    /// The tag that an owner pastes.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("<script async src=\"/w/{}.js\"></script>", self.shop.public_key)
    }

    /// Puts a page in: `head` and `body` as HTML.
    pub fn page(&self, path: &str, head: &str, body: &str) {
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shop</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">{head}\
             <body>{body}"
        );
        self.rules().pages.insert(path.to_owned(), html);
    }

    /// Sends a header with every page of the shop from now on.
    pub fn header(&self, name: &str, value: &str) {
        self.rules().headers.push((name.to_owned(), value.to_owned()));
    }

    /// Runs a script on every page from now on, before the page's own. Where a page has a policy, the script is allowed
    /// by name and nothing else is changed: what the policy refuses to others it goes on refusing.
    pub fn before_each_page(&self, script: &str) {
        self.rules().scripts.push(script.to_owned());
    }

    /// Notes in this browser what the site's pages suffer. Chromium's does so by itself.
    pub fn noted_in(&self, browser: &Browser) {
        if browser.engine() != Engine::Chromium {
            self.before_each_page(NOTES);
        }
    }

    /// Says what becomes of the next submissions; later ones arrive.
    pub fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.rules().fates.extend(fates);
    }

    /// Takes all connections that a browser opens to one server for requests without credentials (six, by HTTP/1.1), so
    /// that an answer has to wait until the page is gone or [`Site::release`].
    pub fn congest(&self, browser: &Browser) {
        browser.run::<Value>(
            "for (let n = 0; n < 6; n += 1) fetch(`/never?${n}`, { credentials: 'omit' }).catch(() => {})",
        );
        let waiting = || self.seen().iter().filter(|each| each.path.starts_with(serve::NEVER)).count();
        browser.until("all connections taken", || (waiting() == 6).then_some(()));
    }

    /// Cuts the network: every connection ends without a reply. Or mends it.
    pub fn cut(&self, cut: bool) {
        self.rules().cut = cut;
    }

    /// Loses every answer, whatever else was said of it; or no longer. Everything else arrives.
    pub fn lose_answers(&self, losing: bool) {
        self.rules().losing = losing;
    }

    /// Lets through what was held back.
    pub fn release(&self) {
        self.rules().released = true;
        self.shared.changed.notify_all();
    }

    /// All requests so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Request> {
        self.rules().seen.clone()
    }

    /// Everything that was submitted so far, arrived or not.
    #[must_use]
    pub fn submissions(&self) -> Vec<Value> {
        self.tries().iter().map(|each| serde_json::from_slice(&each.body).expect("JSON")).collect()
    }

    /// The requests by which it was submitted.
    #[must_use]
    pub fn tries(&self) -> Vec<Request> {
        self.rules().seen.iter().filter(|each| serve::is_answer(each)).cloned().collect()
    }

    /// How many submissions the Worker has replied to.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.rules().arrived
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.shared.rules()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.rules().closed = true;
        self.release();
        // Whoever waits for a visitor gets one, and sees that the site is gone.
        let _ = TcpStream::connect(self.origin.trim_start_matches("http://"));
    }
}
