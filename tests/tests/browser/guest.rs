//! A guest on somebody else's page: takes nothing, leaves nothing, moves nothing, breaks nothing.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::{Request, Site},
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// Names of everything that the page has put on the device.
const KEPT: &str = "
return Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()])
  .then((lists) => [...lists.flat().map(String), document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]
    .filter(Boolean))";

/// A shop whose every page asks for a score.
fn shop() -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/asks"] },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }],
    }));
    site.page("/asks", &site.tag(), "<h1>Shop</h1>");
    site
}

/// What was asked of Glas.
fn asked_of_glas(site: &Site) -> Vec<String> {
    site.seen().into_iter().filter(Request::is_for_glas).map(|each| each.path).collect()
}

#[test]
fn where_nothing_is_asked_the_tag_is_one_request_and_nothing_else() {
    let (site, browser) = (Site::demo(Worker::shared()), Browser::open(Window::Phone));
    browser.visit(&format!("{}/demo/?lang=pl", site.origin));
    browser.until_true("!document.documentElement.dataset.shop && window.glas?.key");
    browser.idle();
    assert_eq!(asked_of_glas(&site), [format!("/w/{}.js", site.shop.public_key)]);
    assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey, iframe, style').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
    let globals: Vec<String> = browser.run(
        "const frame = document.createElement('iframe'); document.body.append(frame);
         const own = Object.keys(window).filter((name) => !(name in frame.contentWindow)); frame.remove(); return own",
    );
    // The others are the harness's, and the frame.
    let added = globals.iter().filter(|name| !["0", "notes", "ret_nodes"].contains(&name.as_str()));
    assert_eq!(added.collect::<Vec<_>>(), ["glas"]);
}

#[test]
fn a_survey_that_is_shown_and_answered_leaves_nothing_on_the_device() {
    let (site, browser) = (Site::demo(Worker::shared()), Browser::open(Window::Phone));
    browser.visit(&format!("{}/demo/thank-you?lang=pl", site.origin));
    let panel = browser.panel();
    assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING);
    panel.tap(10);
    panel.click(".skip");
    panel.reaches("thanks");
    browser.until("the link below the thanks", || panel.has(".receipt").then_some(()));
    assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING);
    for request in site.seen().iter().filter(|each| each.is_for_glas()) {
        assert_eq!(request.header("cookie"), "", "{}", request.path);
    }
    let mut files = asked_of_glas(&site);
    // What the owner is told of views goes when it is convenient.
    files.retain(|path| path != "/v1/events");
    let expected = "tag, its second script, script, module, words, two answers, the link to the receipt";
    assert_eq!(files.len(), 8, "{expected}: {files:?}");
    panel.click(".close");
    panel.goes();
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn nothing_jumps_when_a_survey_appears_or_goes_on() {
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
fn the_tag_twice_on_a_page_asks_once() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    let again = format!("{}{}", site.tag(), site.tag());
    site.page("/asks", &again, &format!("<h1>Shop</h1>{}", site.tag()));
    browser.visit(&format!("{}/asks", site.origin));
    let panel = browser.panel();
    // A script that comes later, as a tag manager brings it.
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
    assert_eq!(site.submissions()[0]["context"]["order"]["id"], "A-2", "the page still talks to the first");
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
    // The browser itself notes the missing script, once for the page and once on the console.
    assert!(complaints.iter().all(|each| each.contains("pk_nope")), "{complaints:?}");
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
}

#[test]
fn a_page_on_another_origin_than_glas_asks_and_answers() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    let glas = &Worker::shared().dev.origin;
    site.page("/asks", &format!("<script async src='{glas}/w/{}.js'></script>", site.shop.public_key), "<h1>Shop</h1>");
    browser.visit(&format!("{}/asks", site.origin));
    let panel = browser.panel();
    panel.tap(9);
    panel.reaches("thanks");
    assert_eq!(site.shop.all_responses("").len(), 1);
    assert_eq!(asked_of_glas(&site), NOTHING, "all of it went to Glas");
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
