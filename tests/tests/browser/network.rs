//! The thank-you message appears only after a response is stored; other submissions are retried with the same id and
//! counted once.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Panel, Window},
    site::{Fate, Site},
    worker::Worker,
};

const NOTHING: Vec<Value> = Vec::new();

/// A shop with a one-question survey.
fn shop() -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": {},
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }],
    }));
    site.page("/", &site.tag(), "<h1>Shop</h1>");
    site
}

fn asked<'a>(site: &Site, browser: &'a Browser) -> Panel<'a> {
    browser.visit(&site.origin);
    browser.panel()
}

/// Distinct ids of all submissions.
fn ids(site: &Site) -> Vec<Value> {
    let mut ids: Vec<Value> = site.submissions().iter().map(|each| each["id"].clone()).collect();
    ids.dedup();
    ids
}

#[track_caller]
fn counted_once(site: &Site, score: u8) {
    let responses = site.shop.all_responses("");
    assert_eq!(responses.len(), 1, "{responses:?}");
    assert_eq!(responses[0]["answers"][0]["score"], score);
    assert_eq!(ids(site), [responses[0]["id"].clone()], "every attempt has the same id");
    assert_eq!(site.shop.scored("nps", score.into()), (1, 1));
}

#[test]
fn no_thanks_before_the_response_is_stored() {
    let (site, browser) = (shop(), Browser::open(Window::Phone));
    site.fates([Fate::Held]);
    let panel = asked(&site, &browser);
    panel.tap(10);
    panel.reaches("sending");
    browser.until("the submission", || (site.submissions().len() == 1).then_some(()));
    assert_eq!((panel.state().as_str(), panel.message().as_str()), ("sending", "Sending…"));
    site.release();
    panel.reaches("thanks");
    counted_once(&site, 10);
}

#[test]
fn a_response_is_stored_once_despite_network_faults() {
    use Fate::{Lost, Refused, Unanswered};
    let browser = Browser::open(Window::Desktop);
    for fates in [
        &[Lost][..],
        &[Unanswered],
        &[Refused(503, 0)],
        &[Refused(503, 1)],
        &[Refused(429, 1)],
        &[Refused(500, 0), Unanswered, Lost],
    ] {
        let site = shop();
        site.fates(fates.iter().copied());
        let panel = asked(&site, &browser);
        panel.tap(0);
        panel.reaches("thanks");
        assert_eq!(browser.states(), ["question", "sending", "saved", "thanks"], "{fates:?}");
        assert_eq!(site.submissions().len(), fates.len() + 1, "{fates:?}");
        counted_once(&site, 0);
    }
}

#[test]
fn retry_after_is_respected() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    site.fates([Fate::Refused(503, 2)]);
    let panel = asked(&site, &browser);
    panel.tap(4);
    panel.reaches("saved");
    assert_eq!(panel.message(), "Saved on this page. It will be sent as soon as the connection is back.");
    panel.reaches("thanks");
    let tries = site.tries();
    let waited = tries[1].at - tries[0].at;
    assert!(waited.as_millis() >= 1_990, "{waited:?}");
    counted_once(&site, 4);
}

#[test]
fn an_offline_response_is_sent_when_the_network_is_back() {
    let (site, browser) = (Site::demo(Worker::shared()), Browser::open(Window::Phone));
    browser.visit(&format!("{}/demo/thank-you?lang=en", site.origin));
    let panel = browser.panel();
    browser.offline(true);
    panel.tap(9);
    panel.write("textarea", "From the tunnel");
    panel.send();
    panel.reaches("saved");
    assert!(!browser.states().contains(&"thanks".to_owned()));
    assert_eq!(site.shop.all_responses(""), NOTHING);
    browser.offline(false);
    panel.reaches("thanks");
    let responses = site.shop.all_responses("");
    assert_eq!(responses.len(), 1);
    assert_eq!(responses[0]["answers"][1]["text"], "From the tunnel");
    assert_eq!(ids(&site), [responses[0]["id"].clone()]);
}

#[test]
fn a_rejected_response_is_not_thanked_for() {
    let browser = Browser::open(Window::Desktop);
    for status in [400, 403, 404, 409, 413] {
        let site = shop();
        site.fates([Fate::Refused(status, 0)]);
        let panel = asked(&site, &browser);
        panel.tap(9);
        panel.reaches("failed");
        assert_eq!(panel.message(), "Your answer could not be accepted. We are sorry about that.");
        assert_eq!(site.shop.all_responses(""), NOTHING);
    }
}

#[test]
fn a_page_of_another_origin_is_rejected() {
    let (site, foreign) = (shop(), shop());
    foreign.page("/", &site.tag(), "<h1>Not the shop</h1>");
    let browser = Browser::open(Window::Desktop);
    asked(&foreign, &browser).tap(9);
    browser.panel().reaches("failed");
    assert_eq!(site.shop.all_responses(""), NOTHING);
    assert_eq!(foreign.shop.all_responses(""), NOTHING);
}
