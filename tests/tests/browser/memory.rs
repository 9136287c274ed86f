//! What is remembered of a shopper, only after they agreed, and what follows from it.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// Names of everything that the page has put on the device.
const KEPT: &str =
    "return [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(Boolean)";

/// A shop with two surveys, each on a page of its own.
fn shop(consent: &str) -> Site {
    let site = Site::open(Worker::shared());
    for page in ["/one", "/two"] {
        let _ = site.shop.publish(&json!({
            "name": page, "touchpoint": "purchase", "language": "en", "display": { "pages": [page] },
            "questions": [{ "id": "nps", "kind": "nps", "text": { "en": format!("How likely, {page}?") } },
                          { "id": "why", "kind": "text", "text": { "en": "Why?" } }],
        }));
    }
    let settings = json!({ "consent": consent, "cooldown_days": 7 });
    let _ = site.shop.call("PUT", "/v1/shop/settings", &settings).expect(200);
    for page in ["/one", "/two", "/three"] {
        site.page(page, &site.tag(), "<h1>Shop</h1>");
    }
    site
}

#[track_caller]
fn visit(site: &Site, browser: &Browser, page: &str) {
    browser.visit(&format!("{}{page}", site.origin));
    browser.until_true("window.glas?.key");
}

#[track_caller]
fn nobody_is_asked(browser: &Browser) {
    browser.idle();
    browser.passes(300);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn without_consent_nothing_is_kept_whatever_happens() {
    for consent in ["auto", "wait", "none"] {
        let (site, browser) = (shop(consent), Browser::open(Window::Phone));
        // Where nothing may ever be kept, no word of the page changes that.
        if consent == "none" {
            visit(&site, &browser, "/three");
            browser.run::<Value>("glas('consent', true)");
        }
        visit(&site, &browser, "/one");
        let panel = browser.panel();
        panel.tap(3);
        let _ = panel.part("textarea");
        assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING, "{consent}");
        panel.click(".close");
        panel.goes();
        assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING, "{consent}");
        // Nobody knows this shopper: a new page asks again.
        visit(&site, &browser, "/two");
        let _ = browser.panel();
        assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING, "{consent}");
    }
}

#[test]
fn under_consent_nobody_is_asked_twice() {
    let (site, browser) = (shop("wait"), Browser::open(Window::Phone));
    visit(&site, &browser, "/three");
    browser.run::<Value>("glas('consent', true)");
    visit(&site, &browser, "/one");
    // Consent was kept, too, under the one name.
    browser.until_true("localStorage.getItem('glas')");
    let panel = browser.panel();
    panel.tap(9);
    panel.click(".skip");
    panel.reaches("thanks");
    assert_eq!(browser.run::<Vec<String>>(KEPT), ["glas"]);
    visit(&site, &browser, "/one");
    nobody_is_asked(&browser);
    // Another survey in the same visit, within the days of rest: no.
    visit(&site, &browser, "/two");
    nobody_is_asked(&browser);
    // Whoever asks for it gets it.
    browser.run::<Value>("glas('open')");
    let panel = browser.panel();
    panel.click(".close");
    panel.goes();
    // No longer: everything goes, at once.
    browser.run::<Value>("glas('consent', false)");
    assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING);
    visit(&site, &browser, "/one");
    let _ = browser.panel();
    assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING);
}

#[test]
fn forgetting_starts_anew() {
    let (site, browser) = (shop("wait"), Browser::open(Window::Phone));
    visit(&site, &browser, "/one");
    browser.run::<Value>("glas('consent', true)");
    let panel = browser.panel();
    panel.click(".close");
    panel.goes();
    visit(&site, &browser, "/one");
    nobody_is_asked(&browser);
    browser.run::<Value>("glas('reset')");
    assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING);
    visit(&site, &browser, "/one");
    let _ = browser.panel();
}

#[test]
fn a_delay_survives_a_page_load() {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Late", "touchpoint": "purchase", "language": "en", "display": { "delay_ms": 3000 },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }],
    }));
    let _ = site.shop.call("PUT", "/v1/shop/settings", &json!({ "consent": "wait" })).expect(200);
    for page in ["/one", "/two", "/three"] {
        site.page(page, &site.tag(), "<h1>Shop</h1>");
    }
    let browser = Browser::open(Window::Phone);
    // Each page is open for less than the delay.
    let mut shown = false;
    visit(&site, &browser, "/one");
    browser.run::<Value>("glas('consent', true)");
    // On slow machines a page takes a while to begin.
    for page in ["/two", "/three", "/one"].into_iter().cycle().take(9) {
        if shown {
            break;
        }
        browser.idle();
        browser.passes(1_200);
        shown |= browser.run::<bool>("return Boolean(document.querySelector('glas-survey'))");
        visit(&site, &browser, page);
    }
    assert!(shown, "nine pages of more than a second each, and never asked");
}

/// Consent banners as shops have them, in as many words as Glas needs of each.
const BANNERS: [(&str, &str, &str); 3] = [
    (
        "TCF",
        "window.__tcfapi = (command, version, callback) => { (window.listeners ||= []).push(callback);
           callback({ eventStatus: 'cmpuishown', gdprApplies: true, listenerId: 1, purpose: { consents: {} } }, true) }",
        "listeners.forEach((tell) => tell({ eventStatus: 'useractioncomplete', gdprApplies: true, listenerId: 1, purpose: { consents: { 1: true } } }, true))",
    ),
    (
        "Shopify",
        "window.allowed = false;
         window.Shopify = { customerPrivacy: { analyticsProcessingAllowed: () => allowed, preferencesProcessingAllowed: () => allowed } }",
        "allowed = true; document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { analyticsAllowed: true, preferencesAllowed: true } }))",
    ),
    (
        "Google's consent mode",
        "window.dataLayer = []; window.gtag = function () { dataLayer.push(arguments) }; gtag('consent', 'default', { analytics_storage: 'denied' })",
        "gtag('consent', 'update', { analytics_storage: 'granted' })",
    ),
];

#[test]
fn consent_banners_are_understood() {
    let browser = Browser::open(Window::Phone);
    for (name, banner, agree) in BANNERS {
        let site = shop("auto");
        for page in ["/one", "/two", "/three"] {
            site.page(page, &format!("<script>{banner}</script>{}", site.tag()), "<h1>Shop</h1>");
        }
        visit(&site, &browser, "/three");
        browser.idle();
        browser.passes(200);
        assert_eq!(browser.run::<Vec<String>>(KEPT), NOTHING, "{name}, before");
        browser.run::<Value>(agree);
        browser.until(name, || (browser.run::<Vec<String>>(KEPT) == ["glas"]).then_some(()));
        assert_eq!(browser.complaints(), NOTHING, "{name}");
    }
}

#[test]
fn why_somebody_is_not_asked_is_said_to_whoever_wants_to_know() {
    let (site, browser) = (shop("none"), Browser::open(Window::Desktop));
    browser.before_each_page(
        "window.said = []; for (const name of ['log', 'info', 'debug', 'table']) console[name] = (...words) => said.push(words.join(' '))",
    );
    visit(&site, &browser, "/three?glas-debug");
    let lines: Vec<String> = browser.until("two lines", || {
        let said: Vec<String> = browser.run("return said");
        let lines: Vec<String> = said.into_iter().filter(|line| line.contains("srv_")).collect();
        (lines.len() >= 2).then_some(lines)
    });
    assert!(lines.iter().all(|line| line.contains("page")), "{lines:?}");
    // And to nobody else.
    visit(&site, &browser, "/three");
    nobody_is_asked(&browser);
    assert_eq!(browser.run::<Vec<String>>("return said"), NOTHING);
}
