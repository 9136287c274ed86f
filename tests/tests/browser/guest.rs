//! The widget as a guest on a page: it stores nothing, leaks nothing, moves nothing and breaks nothing.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::{Request, Site},
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// Names of everything that the page has stored on the device.
const STORED: &str = "
return Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()])
  .then((lists) => [...lists.flat().map(String), document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]
    .filter(Boolean))";

/// A shop that asks for a score on every page.
fn shop() -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/asks"] },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }],
    }));
    site.page("/asks", &site.tag(), "<h1>Shop</h1>");
    site
}

/// The requests sent to Glas.
fn requests_to_glas(site: &Site) -> Vec<String> {
    site.seen().into_iter().filter(Request::is_for_glas).map(|each| each.path).collect()
}

#[test]
fn without_a_question_the_tag_sends_one_request_only() {
    let (site, browser) = (Site::demo(Worker::shared()), Browser::open(Window::Phone));
    browser.visit(&format!("{}/demo/?lang=pl", site.origin));
    browser.until_true("!document.documentElement.dataset.shop && window.glas?.key");
    browser.idle();
    assert_eq!(requests_to_glas(&site), [format!("/w/{}.js", site.shop.public_key)]);
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey, iframe, style').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
    let globals: Vec<String> = browser.run(
        "const frame = document.createElement('iframe'); document.body.append(frame);
         const own = Object.keys(window).filter((name) => !(name in frame.contentWindow)); frame.remove(); return own",
    );
    // The other names belong to the harness, and the frame.
    let added = globals.iter().filter(|name| !["0", "notes", "ret_nodes"].contains(&name.as_str()));
    assert_eq!(added.collect::<Vec<_>>(), ["glas"]);
}

#[test]
fn answering_a_survey_stores_nothing_on_the_device() {
    let (site, browser) = (Site::demo(Worker::shared()), Browser::open(Window::Phone));
    browser.visit(&format!("{}/demo/thank-you?lang=pl", site.origin));
    let panel = browser.panel();
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
    panel.tap(10);
    panel.click(".skip");
    panel.reaches("thanks");
    browser.until("the receipt link", || panel.has(".receipt").then_some(()));
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
    for request in site.seen().iter().filter(|each| each.is_for_glas()) {
        assert_eq!(request.header("cookie"), "", "{}", request.path);
    }
    let mut files = requests_to_glas(&site);
    // View events are sent when the page is idle.
    files.retain(|path| path != "/v1/events");
    let expected = "tag, its second script, script, module, texts, two submissions, the receipt link";
    assert_eq!(files.len(), 8, "{expected}: {files:?}");
    panel.click(".close");
    panel.goes();
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn a_survey_causes_no_layout_shift() {
    let site = Site::demo(Worker::shared());
    for window in [Window::Phone, Window::Desktop] {
        let browser = Browser::open(window);
        for page in ["thank-you", "support", "order"] {
            browser.visit(&format!("{}/demo/{page}?lang=pl", site.origin));
            let panel = browser.panel();
            assert_eq!(browser.shifts(), NOTHING, "{page} on {window:?}, when it appears");
            panel.tap(2);
            let _ = panel.part("textarea");
            assert_eq!(browser.shifts(), NOTHING, "{page} on {window:?}, after an answer");
        }
    }
}

#[test]
fn a_duplicate_tag_shows_one_survey() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    let again = format!("{}{}", site.tag(), site.tag());
    site.page("/asks", &again, &format!("<h1>Shop</h1>{}", site.tag()));
    browser.visit(&format!("{}/asks", site.origin));
    let panel = browser.panel();
    // A script added later, as by a tag manager.
    browser.run::<Value>(&format!(
        "const script = document.createElement('script'); script.src = '/w/{}.js?late'; document.head.append(script);
         return new Promise((done) => {{ script.onload = () => done(null); }})",
        site.shop.public_key
    ));
    browser.idle();
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 1);
    browser.run::<Value>("glas('order', { id: 'A-2', value: 500, currency: 'EUR' })");
    panel.tap(6);
    panel.reaches("thanks");
    assert_eq!(site.submissions().len(), 1);
    assert_eq!(site.submissions()[0]["context"]["order"]["id"], "A-2", "the page's calls reach the first one");
    assert_eq!(browser.events(), ["shown survey", "answered survey", "completed survey"]);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn a_tag_with_an_unknown_key_does_no_harm() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    site.page(
        "/",
        "<script async src='/w/pk_nope.js'></script>",
        "<h1>Shop</h1><button onclick='this.id=\"on\"'>Buy</button>",
    );
    browser.visit(&site.origin);
    browser.click("button");
    browser.until_true("document.querySelector('#on')");
    let complaints = browser.complaints();
    // The browser reports the missing script itself, on the page and on the console.
    assert!(complaints.iter().all(|each| each.contains("pk_nope")), "{complaints:?}");
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
}

#[test]
fn a_page_on_another_origin_shows_and_submits_a_survey() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    let glas = &Worker::shared().dev.origin;
    site.page("/asks", &format!("<script async src='{glas}/w/{}.js'></script>", site.shop.public_key), "<h1>Shop</h1>");
    browser.visit(&format!("{}/asks", site.origin));
    let panel = browser.panel();
    panel.tap(9);
    panel.reaches("thanks");
    assert_eq!(site.shop.all_responses("").len(), 1);
    assert_eq!(requests_to_glas(&site), NOTHING, "all requests went to the origin of Glas");
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn calls_made_before_the_tag_has_loaded_are_not_lost() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    let early = "<script>
        window.glas = window.glas || function () { (glas.q = glas.q || []).push(arguments); };
        glas('order', { id: 'A-1', value: 1299, currency: 'RON' });
        glas('identify', 'cus_7', { plan: 'gold' });
        glas('nonsense', 1, 2);
    </script>";
    site.page("/asks", &format!("{early}{}", site.tag()), "<h1>Shop</h1>");
    browser.visit(&format!("{}/asks", site.origin));
    let panel = browser.panel();
    panel.tap(1);
    panel.reaches("thanks");
    let response = &site.shop.all_responses("")[0];
    assert_eq!(response["order"], json!({ "id": "A-1", "value": 1299, "currency": "RON" }));
    assert_eq!((&response["customer"], &response["traits"]), (&json!("cus_7"), &json!({ "plan": "gold" })));
    browser.run::<Value>("glas('close')");
    panel.goes();
    browser.run::<Value>("glas('open')");
    assert_eq!(browser.panel().question(), "How likely?");
    assert_eq!(browser.complaints(), NOTHING);
}
