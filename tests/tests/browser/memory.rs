//! What is stored about a shopper after consent, and its effects.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// Names of everything that the page has stored on the device.
const STORED: &str =
    "return [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(Boolean)";

/// A shop with two surveys, each on its own page.
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
fn assert_no_survey(browser: &Browser) {
    browser.idle();
    browser.passes(300);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn without_consent_nothing_is_stored() {
    for consent in ["auto", "wait", "none"] {
        let (site, browser) = (shop(consent), Browser::open(Window::Phone));
        // With `consent: never`, calls by the page have no effect.
        if consent == "none" {
            visit(&site, &browser, "/three");
            browser.run::<Value>("glas('consent', true)");
        }
        visit(&site, &browser, "/one");
        let panel = browser.panel();
        panel.tap(3);
        let _ = panel.part("textarea");
        assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING, "{consent}");
        panel.click(".close");
        panel.goes();
        assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING, "{consent}");
        // Nothing is stored, so a new page shows the survey again.
        visit(&site, &browser, "/two");
        let _ = browser.panel();
        assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING, "{consent}");
    }
}

#[test]
fn with_consent_no_survey_is_shown_twice() {
    let (site, browser) = (shop("wait"), Browser::open(Window::Phone));
    visit(&site, &browser, "/three");
    browser.run::<Value>("glas('consent', true)");
    visit(&site, &browser, "/one");
    // Consent itself is stored under the same name.
    browser.until_true("localStorage.getItem('glas')");
    let panel = browser.panel();
    panel.tap(9);
    panel.click(".skip");
    panel.reaches("thanks");
    assert_eq!(browser.run::<Vec<String>>(STORED), ["glas"]);
    visit(&site, &browser, "/one");
    assert_no_survey(&browser);
    // Another survey during the same visit is suppressed by the rest period.
    visit(&site, &browser, "/two");
    assert_no_survey(&browser);
    // A survey that the shopper opens is shown.
    browser.run::<Value>("glas('open')");
    let panel = browser.panel();
    panel.click(".close");
    panel.goes();
    // Withdrawing consent deletes everything at once.
    browser.run::<Value>("glas('consent', false)");
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
    visit(&site, &browser, "/one");
    let _ = browser.panel();
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
}

#[test]
fn forget_deletes_the_memory() {
    let (site, browser) = (shop("wait"), Browser::open(Window::Phone));
    visit(&site, &browser, "/one");
    browser.run::<Value>("glas('consent', true)");
    let panel = browser.panel();
    panel.click(".close");
    panel.goes();
    visit(&site, &browser, "/one");
    assert_no_survey(&browser);
    browser.run::<Value>("glas('reset')");
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
    visit(&site, &browser, "/one");
    let _ = browser.panel();
}

#[test]
fn a_delay_continues_across_pages() {
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
    // Pages load slowly on slow machines.
    for page in ["/two", "/three", "/one"].into_iter().cycle().take(9) {
        if shown {
            break;
        }
        browser.idle();
        browser.passes(1_200);
        shown |= browser.run::<bool>("return Boolean(document.querySelector('glas-survey'))");
        visit(&site, &browser, page);
    }
    assert!(shown, "not shown on nine pages of more than a second each");
}

/// Consent banners of common tools, reduced to the parts that Glas reads.
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
        "Google consent mode",
        "window.dataLayer = []; window.gtag = function () { dataLayer.push(arguments) }; gtag('consent', 'default', { analytics_storage: 'denied' })",
        "gtag('consent', 'update', { analytics_storage: 'granted' })",
    ),
];

#[test]
fn consent_banners_are_detected() {
    let browser = Browser::open(Window::Phone);
    for (name, banner, agree) in BANNERS {
        let site = shop("auto");
        for page in ["/one", "/two", "/three"] {
            site.page(page, &format!("<script>{banner}</script>{}", site.tag()), "<h1>Shop</h1>");
        }
        visit(&site, &browser, "/three");
        browser.idle();
        browser.passes(200);
        assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING, "{name}, before");
        browser.run::<Value>(agree);
        browser.until(name, || (browser.run::<Vec<String>>(STORED) == ["glas"]).then_some(()));
        assert_eq!(browser.complaints(), NOTHING, "{name}");
    }
}

#[test]
fn debug_mode_logs_why_no_survey_is_shown() {
    let (site, browser) = (shop("none"), Browser::open(Window::Desktop));
    browser.before_each_page(
        "window.logged = []; for (const name of ['log', 'info', 'debug', 'table']) console[name] = (...words) => logged.push(words.join(' '))",
    );
    visit(&site, &browser, "/three?glas-debug");
    let lines: Vec<String> = browser.until("two lines", || {
        let logged: Vec<String> = browser.run("return logged");
        let lines: Vec<String> = logged.into_iter().filter(|line| line.contains("srv_")).collect();
        (lines.len() >= 2).then_some(lines)
    });
    assert!(lines.iter().all(|line| line.contains("page")), "{lines:?}");
    // Without debug mode, nothing is logged.
    visit(&site, &browser, "/three");
    assert_no_survey(&browser);
    assert_eq!(browser.run::<Vec<String>>("return logged"), NOTHING);
}
