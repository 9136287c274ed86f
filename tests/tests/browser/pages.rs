//! Changing pages: single-page navigation, a replaced body, the back-forward cache, offline.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// A shop with a survey on one page, after a delay.
fn shop(delay_ms: u32) -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en",
        "display": { "pages": ["/done", "/pl/*"], "delay_ms": delay_ms },
        "thanks": { "en": "<i>Thanks</i> & bye" },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": "How likely, <b>{shop}</b> & \"you\"?" },
                        "low": { "en": "<img src=x onerror=alert(1)>" }, "high": { "en": "&lt;3" } }],
    }));
    for path in ["/", "/done", "/pl/done"] {
        site.page(path, &site.tag(), "<h1>Shop</h1><a href='/'>Home</a>");
    }
    site
}

#[track_caller]
fn assert_no_survey(browser: &Browser) {
    browser.passes(400);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn the_survey_appears_on_the_chosen_pages_only() {
    let (site, browser) = (shop(0), Browser::open(Window::Desktop));
    for path in ["/done", "/done?order=7#top", "/pl/done"] {
        browser.visit(&format!("{}{path}", site.origin));
        let _ = browser.panel();
    }
    browser.visit(&site.origin);
    assert_no_survey(&browser);
}

#[test]
fn texts_are_never_parsed_as_markup() {
    let (site, browser) = (shop(0), Browser::open(Window::Desktop));
    browser.visit(&format!("{}/done", site.origin));
    let panel = browser.panel();
    assert_eq!(panel.question(), "How likely, <b>Testowy Sklep</b> & \"you\"?");
    assert_eq!(
        panel.run::<[String; 2]>(
            "return [root.querySelector('#low').textContent, root.querySelector('#high').textContent]"
        ),
        ["<img src=x onerror=alert(1)>", "&lt;3"]
    );
    panel.tap(3);
    panel.reaches("thanks");
    assert_eq!(panel.message(), "<i>Thanks</i> & bye");
    assert!(!panel.has("img, b, i"));
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn navigating_away_during_the_delay_cancels_the_survey() {
    let (site, browser) = (shop(200), Browser::open(Window::Desktop));
    browser.visit(&format!("{}/done", site.origin));
    browser.run::<Value>("history.pushState(null, '', '/cart')");
    assert_no_survey(&browser);
}

#[test]
fn a_survey_can_appear_again_after_the_body_was_replaced() {
    let (site, browser) = (shop(0), Browser::open(Window::Desktop));
    browser.visit(&format!("{}/done", site.origin));
    let _ = browser.panel();
    browser.run::<Value>("document.body.replaceWith(document.createElement('body'))");
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    browser.run::<Value>("glas('open')");
    let panel = browser.panel();
    panel.tap(5);
    panel.reaches("thanks");
    assert_eq!(site.shop.all_responses("").len(), 1);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn going_back_restores_the_survey() {
    let (site, browser) = (shop(0), Browser::open(Window::Desktop));
    browser.visit(&format!("{}/done", site.origin));
    let _ = browser.panel();
    browser.click("a");
    browser.until_true("location.pathname === '/'");
    browser.back();
    browser.until_true("location.pathname === '/done'");
    let panel = browser.panel();
    panel.tap(5);
    panel.reaches("thanks");
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 1);
    assert_eq!(site.shop.all_responses("").len(), 1);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn reduced_motion_disables_animations() {
    for (wish, moves) in [("reduce", 0), ("no-preference", 1)] {
        let (site, browser) = (shop(0), Browser::open(Window::Phone));
        let media = json!({ "features": [{ "name": "prefers-reduced-motion", "value": wish }] });
        browser.devtools("Emulation.setEmulatedMedia", &media);
        // Records running animations at the time of showing.
        browser.before_each_page(
            "document.addEventListener('glas:shown', () => {
               notes.moving = document.querySelector('glas-survey').shadowRoot.getAnimations().length })",
        );
        browser.visit(&format!("{}/done", site.origin));
        let _ = browser.panel();
        assert_eq!(browser.run::<u64>("return notes.moving"), moves, "{wish}");
    }
}
