//! A shop's site: a proxy between a browser and the Worker. It serves the demo's pages or its own, records all
//! requests, and loses, delays or rejects submissions as a test demands.

mod inject;
mod serve;

use crate::{
    browser::{Browser, Engine, NOTES},
    shop::Shop,
    shopper::new_address,
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

/// What happens to a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is lost, and the connection stays open.
    Lost,
    /// It arrives, but its response is lost.
    Unanswered,
    /// It is rejected with this status, and with this `Retry-After` in seconds unless 0.
    Refused(u16, u8),
    /// It is held back until [`Site::release`].
    Held,
}

/// A recorded request.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it was read.
    pub at: Instant,
    /// `GET` …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty if none.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header; empty if missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether it is addressed to Glas and not to the shop.
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
    /// The demo's key, and the key that replaces it in the demo's pages.
    keys: (String, String),
    /// The network address of the site's visitor.
    visitor: String,
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().expect("no panic while serving")
    }
}

/// A site with a shop of its own. It stops when dropped.
#[derive(Debug)]
pub struct Site {
    /// Its origin.
    pub origin: String,
    /// Its shop.
    pub shop: Shop,
    shared: Arc<Shared>,
}

impl Site {
    /// Starts a site without surveys.
    ///
    /// # Panics
    /// If no port is free.
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
            visitor: new_address(),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if server.rules().closed {
                    return;
                }
                let server = Arc::clone(&server);
                // A browser may close its connection at any time.
                thread::spawn(move || server.serve(stream));
            }
        });
        Self { origin, shop, shared }
    }

    /// Starts a site with the surveys and pages of the demo.
    #[must_use]
    pub fn demo(worker: &Worker) -> Self {
        let site = Self::open(worker);
        for survey in Shop::demo(worker).get("/v1/surveys")["items"].as_array().expect("surveys") {
            let _ = site.shop.publish(survey);
        }
        site
    }

    /// The script tag that an owner pastes.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("<script async src=\"/w/{}.js\"></script>", self.shop.public_key)
    }

    /// Adds a page with this HTML in `head` and `body`.
    pub fn page(&self, path: &str, head: &str, body: &str) {
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shop</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">{head}\
             <body>{body}"
        );
        self.rules().pages.insert(path.to_owned(), html);
    }

    /// Adds a header to every page of the shop.
    pub fn header(&self, name: &str, value: &str) {
        self.rules().headers.push((name.to_owned(), value.to_owned()));
    }

    /// Injects a script into every page, before the page's own scripts. If the page has a content security policy, the
    /// script's nonce is added to it; the policy is otherwise unchanged.
    pub fn before_each_page(&self, script: &str) {
        self.rules().scripts.push(script.to_owned());
    }

    /// Records errors on the site's pages in this browser. Chromium does so without this.
    pub fn noted_in(&self, browser: &Browser) {
        if browser.engine() != Engine::Chromium {
            self.before_each_page(NOTES);
        }
    }

    /// Sets the fates of the next submissions; later ones arrive.
    pub fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.rules().fates.extend(fates);
    }

    /// Occupies all connections that a browser opens to a server for requests without credentials (six for HTTP/1.1),
    /// so that a submission waits until the page is closed or [`Site::release`] is called.
    pub fn congest(&self, browser: &Browser) {
        browser.run::<Value>(
            "for (let n = 0; n < 6; n += 1) fetch(`/never?${n}`, { credentials: 'omit' }).catch(() => {})",
        );
        let waiting = || self.seen().iter().filter(|each| each.path.starts_with(serve::NEVER)).count();
        browser.until("all connections taken", || (waiting() == 6).then_some(()));
    }

    /// Cuts the network, so that every connection closes without a response, or restores it.
    pub fn cut(&self, cut: bool) {
        self.rules().cut = cut;
    }

    /// Starts or stops losing every submission, whatever its fate; other requests arrive.
    pub fn lose_answers(&self, losing: bool) {
        self.rules().losing = losing;
    }

    /// Releases everything that was held back.
    pub fn release(&self) {
        self.rules().released = true;
        self.shared.changed.notify_all();
    }

    /// All requests so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Request> {
        self.rules().seen.clone()
    }

    /// All submissions so far, whether or not they arrived.
    #[must_use]
    pub fn submissions(&self) -> Vec<Value> {
        self.tries().iter().map(|each| serde_json::from_slice(&each.body).expect("JSON")).collect()
    }

    /// The requests that carried them.
    #[must_use]
    pub fn tries(&self) -> Vec<Request> {
        self.rules().seen.iter().filter(|each| serve::is_answer(each)).cloned().collect()
    }

    /// The number of submissions that the Worker has responded to.
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
        // Wakes the listener, so that it notices the end.
        let _ = TcpStream::connect(self.origin.trim_start_matches("http://"));
    }
}
