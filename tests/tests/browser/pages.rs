//! Pages live: they change their address, throw away their body, come back from the past, lose the network.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// A shop that asks on one page, after a while.
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
fn nobody_is_asked(browser: &Browser) {
    browser.passes(400);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn only_pages_that_the_owner_chose_ask() {
    let (site, browser) = (shop(0), Browser::open(Window::Desktop));
    for path in ["/done", "/done?order=7#top", "/pl/done"] {
        browser.visit(&format!("{}{path}", site.origin));
        let _ = browser.panel();
    }
    browser.visit(&site.origin);
    nobody_is_asked(&browser);
}

#[test]
fn words_are_words_and_never_markup() {
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
fn a_page_that_has_become_another_one_meanwhile_is_not_asked() {
    let (site, browser) = (shop(200), Browser::open(Window::Desktop));
    browser.visit(&format!("{}/done", site.origin));
    browser.run::<Value>("history.pushState(null, '', '/cart')");
    nobody_is_asked(&browser);
}

#[test]
fn a_page_that_throws_its_body_away_can_ask_again() {
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
fn whoever_comes_back_finds_the_survey_as_it_was() {
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
fn nothing_moves_for_those_who_do_not_like_it() {
    for (wish, moves) in [("reduce", 0), ("no-preference", 1)] {
        let (site, browser) = (shop(0), Browser::open(Window::Phone));
        let media = json!({ "features": [{ "name": "prefers-reduced-motion", "value": wish }] });
        browser.devtools("Emulation.setEmulatedMedia", &media);
        // Notes what is in motion in the moment of the showing.
        browser.before_each_page(
            "document.addEventListener('glas:shown', () => {
               notes.moving = document.querySelector('glas-survey').shadowRoot.getAnimations().length })",
        );
        browser.visit(&format!("{}/done", site.origin));
        let _ = browser.panel();
        assert_eq!(browser.run::<u64>("return notes.moving"), moves, "{wish}");
    }
}
