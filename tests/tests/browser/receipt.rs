//! The receipt page: from the thank-you message to reading and deleting the response.

use serde_json::json;
use tests::{
    axe,
    browser::{Browser, Key, Window},
    shop::every_kind,
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// A survey with one question, in three languages.
fn site() -> Site {
    let site = Site::open(Worker::shared());
    let mut survey = every_kind();
    survey["display"] = json!({ "pages": ["/thanks*"], "delay_ms": 0 });
    survey["questions"] = json!([
        { "id": "nps", "kind": "nps",
          "text": { "en": "How likely?", "pl": "Na ile prawdopodobne?", "ro": "Cât de probabil?" } },
        { "id": "why", "kind": "text", "text": { "en": "Why?", "pl": "Dlaczego?", "ro": "De ce?" } },
    ]);
    let _ = site.shop.publish(&survey);
    for language in ["en", "pl", "ro"] {
        let tag = site.tag().replace("<script", &format!("<script data-lang={language}"));
        site.page(&format!("/thanks-{language}"), &tag, "<main><h1>Shop</h1></main>");
    }
    site
}

/// Completes the survey; returns the receipt link.
fn answer(site: &Site, browser: &Browser, language: &str) -> String {
    browser.visit(&format!("{}/thanks-{language}", site.origin));
    let panel = browser.panel();
    panel.tap(9);
    panel.write("textarea", "Pisz na ala@kot.example, dziękuję");
    panel.send();
    panel.reaches("thanks");
    browser.until("the link", || panel.has(".receipt").then_some(()));
    panel.run("return root.querySelector('.receipt').href")
}

#[test]
fn a_shopper_can_read_and_delete_a_response() {
    let site = site();
    let browser = Browser::open(Window::Phone);
    axe::ready(&browser);
    let link = answer(&site, &browser, "pl");
    let panel = browser.panel();
    assert!(link.starts_with(&format!("{}/r/", site.origin)), "{link}");
    let (text, target, rel): (String, String, String) =
        panel.run("const it = root.querySelector('.receipt'); return [it.textContent, it.target, it.rel]");
    assert_eq!((text.as_str(), target.as_str()), ("Zobacz lub usuń swoją odpowiedź", "_blank"));
    assert_eq!(rel, "noopener noreferrer");
    for dark in [true, false] {
        browser.dark(dark);
        assert_eq!(axe::findings(&browser), NOTHING, "the thanks, dark: {dark}");
    }
    let events = ["shown survey", "answered survey", "answered survey", "completed survey"];
    assert_eq!(browser.events(), events);
    assert_eq!(browser.complaints(), NOTHING);
    let metric = || site.shop.scored("nps", 9).0;
    assert_eq!(metric(), 1);

    panel.click(".receipt");
    browser.newest_tab();
    assert_eq!(browser.url(), link);
    assert_eq!(browser.text("h1"), "Twoja opinia o sklepie Testowy Sklep");
    assert_eq!(browser.text("dl"), "Na ile prawdopodobne?\n9 z 10\nDlaczego?\nPisz na [email], dziękuję");
    assert!(!browser.run::<bool>("return Boolean(document.referrer || window.opener)"));
    assert_eq!(metric(), 1, "viewing deletes nothing");

    browser.click("button");
    browser.until_true("document.querySelector('h1').textContent === 'Twoja odpowiedź została usunięta'");
    assert_eq!(browser.url(), format!("{link}?lang=pl"));
    assert_eq!(metric(), 0);
    // Reloading does not repeat the deletion.
    browser.reload();
    assert_eq!(browser.text("h1"), "Twoja odpowiedź została usunięta");
}

#[test]
fn the_receipt_page_is_accessible() {
    let site = site();
    for (language, window) in [("pl", Window::Narrow), ("ro", Window::Phone), ("en", Window::Desktop)] {
        let browser = Browser::open(window);
        axe::ready(&browser);
        let link = answer(&site, &browser, language);
        browser.visit(&link);
        for dark in [true, false] {
            browser.dark(dark);
            assert_eq!(axe::findings(&browser), NOTHING, "{language}, dark: {dark}");
            let sideways: bool = browser.run("return document.documentElement.scrollWidth > innerWidth");
            assert!(!sideways, "{language}");
        }
        assert_eq!(browser.complaints(), NOTHING);
        // The keyboard reaches the page's only control.
        browser.press(Key::Tab);
        assert_eq!(browser.run::<String>("return document.activeElement.localName"), "button");
        browser.press(Key::Enter);
        browser.until_true("location.search");
        for dark in [true, false] {
            browser.dark(dark);
            assert_eq!(axe::findings(&browser), NOTHING, "{language}, deleted, dark: {dark}");
        }
    }
    assert_eq!(site.shop.scored("nps", 9).0, 0);
}

#[test]
fn the_receipt_link_is_reachable_by_keyboard_and_causes_no_layout_shift() {
    let site = site();
    let browser = Browser::open(Window::Desktop);
    browser.visit(&format!("{}/thanks-en", site.origin));
    let panel = browser.panel();
    panel.tap(9);
    panel.write("textarea", "x");
    panel.send();
    panel.reaches("thanks");
    let height = || panel.run::<f64>("return root.querySelector('.panel').getBoundingClientRect().height");
    let before = height();
    browser.until("the link", || panel.has(".receipt").then_some(()));
    assert!((height() - before).abs() < 0.5, "{before} {}", height());
    browser.press(Key::Tab);
    assert_eq!(panel.focus(), "receipt");
    browser.press(Key::Tab);
    assert_eq!(panel.focus(), "close");
    browser.press(Key::Escape);
    panel.goes();
}
