//! A tapped score is stored, whatever the shopper does next.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::{Fate, Site},
    worker::Worker,
};

/// Waits for the shop's only response at this revision.
#[track_caller]
fn response(browser: &Browser, site: &Site, revision: u32) -> Value {
    browser.until("the response to be stored", || {
        let responses = site.shop.all_responses("");
        assert!(responses.len() <= 1, "{responses:?}");
        responses.into_iter().find(|each| each["revision"] == revision)
    })
}

fn asked(window: Window) -> (Site, Browser) {
    let site = Site::demo(Worker::shared());
    let browser = Browser::open(window);
    browser.tab();
    browser.visit(&format!("{}/demo/thank-you?lang=en", site.origin));
    (site, browser)
}

#[track_caller]
fn check(response: &Value, score: u8) {
    assert_eq!(response["answers"], json!([{ "question": "nps", "kind": "nps", "score": score }]));
    assert_eq!(response["complete"], false);
}

#[test]
fn a_score_survives_closing_the_tab() {
    let (site, browser) = asked(Window::Phone);
    let panel = browser.panel();
    // The submission cannot be sent before the tab is closed: only a request that outlives the page arrives.
    site.congest(&browser);
    panel.tap(7);
    let _ = panel.part("textarea");
    assert!(site.submissions().is_empty());
    browser.close_tab();
    check(&response(&browser, &site, 1), 7);
}

#[test]
fn a_score_survives_leaving_the_page_at_once() {
    let (site, browser) = asked(Window::Desktop);
    let panel = browser.panel();
    panel.run::<Value>("root.querySelector('input[value=\"3\"]').click(); location.assign('/demo/')");
    check(&response(&browser, &site, 1), 3);
    browser.until_true("document.body.dataset.page === 'home'");
}

#[test]
fn a_pending_text_is_sent_when_the_page_unloads() {
    let (site, browser) = asked(Window::Desktop);
    site.fates([Fate::Held]);
    let panel = browser.panel();
    panel.tap(8);
    panel.write("textarea", "Nice pots");
    panel.send();
    panel.reaches("sending");
    assert_eq!(site.submissions().len(), 1, "the second submission waits for the first");
    browser.close_tab();
    let response = response(&browser, &site, 2);
    assert_eq!(response["answers"][1]["text"], "Nice pots");
    assert_eq!(response["complete"], true);
    // The delayed submission arrives last and changes nothing.
    site.release();
    browser.until("the first to arrive", || (site.arrived() == 2).then_some(()));
    assert_eq!(site.shop.all_responses("")[0], response);
}

#[test]
fn text_that_was_not_submitted_is_not_sent() {
    let (site, browser) = asked(Window::Desktop);
    let panel = browser.panel();
    panel.tap(8);
    panel.write("textarea", "I am not sure whether");
    browser.close_tab();
    check(&response(&browser, &site, 1), 8);
    assert!(site.submissions().iter().all(|each| !each.to_string().contains("not sure")));
}
