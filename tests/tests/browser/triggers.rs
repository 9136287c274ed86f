//! Every trigger, on real pages.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// A tall page with an element in the middle.
const TALL: &str = "<h1>Shop</h1><button class=help>Help</button><div style='height: 1500px'></div>\
                    <p id=middle>Reviews</p><div style='height: 1500px'></div>";

/// A shop whose survey has these triggers on any page.
fn shop(triggers: &Value) -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": { "triggers": triggers },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }],
    }));
    site.page("/", &site.tag(), TALL);
    site
}

/// Opens the page and waits until the loader listens.
#[track_caller]
fn visit(site: &Site, browser: &Browser) {
    browser.visit(&site.origin);
    browser.until_true("window.glas?.key");
    browser.idle();
    assert_no_survey(browser);
}

#[track_caller]
fn assert_no_survey(browser: &Browser) {
    browser.passes(250);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn each_trigger_fires_on_its_event_only() {
    let browser = Browser::open(Window::Desktop);
    let scroll_to = |share: f64| {
        browser.run_with::<Value>(
            "const { scrollHeight } = document.documentElement;
             scrollTo({ top: arguments[0] * (scrollHeight - innerHeight), behavior: 'instant' })",
            vec![share.into()],
        );
    };
    let script = |script: &'static str| {
        let browser = &browser;
        move || {
            browser.run::<Value>(script);
        }
    };
    type Act<'a> = Box<dyn Fn() + 'a>;
    let table: Vec<(Value, Act<'_>, Act<'_>)> = vec![
        (json!({ "on": "scroll", "percent": 60 }), Box::new(|| scroll_to(0.4)), Box::new(|| scroll_to(0.7))),
        (json!({ "on": "visible", "selector": "#middle" }), Box::new(|| scroll_to(0.1)), Box::new(|| scroll_to(0.5))),
        (
            json!({ "on": "click", "selector": ".help" }),
            Box::new(|| browser.click("h1")),
            Box::new(|| browser.click(".help")),
        ),
        (
            json!({ "on": "event", "name": "return", "where": { "step": 3 } }),
            Box::new(script("glas('track', 'return', { step: 2 }); glas('track', 'other', { step: 3 })")),
            Box::new(script("glas('track', 'return', { step: 3, more: 1 })")),
        ),
        (
            json!({ "on": "exit" }),
            Box::new(|| {
                browser.point(600, 300);
                browser.point(700, 200);
            }),
            Box::new(|| {
                browser.point(600, 5);
                browser.run::<Value>(
                    "document.documentElement.dispatchEvent(new MouseEvent('mouseout', { bubbles: true, clientX: 600, clientY: -1 }))",
                );
            }),
        ),
    ];
    for (trigger, too_little, enough) in table {
        let site = shop(&json!([trigger]));
        visit(&site, &browser);
        too_little();
        assert_no_survey(&browser);
        enough();
        browser.panel().tap(9);
        browser.panel().reaches("thanks");
        assert_eq!(site.shop.all_responses("")[0]["trigger"], trigger["on"], "{trigger}");
        assert_eq!(browser.complaints(), NOTHING, "{trigger}");
    }
}

#[test]
fn time_and_page_count_triggers_fire() {
    let browser = Browser::open(Window::Desktop);
    let site = shop(&json!([{ "on": "time", "seconds": 2 }]));
    visit(&site, &browser);
    let _ = browser.panel();

    // Single-page navigation: every path counts as a page.
    let site = shop(&json!([{ "on": "pages", "count": 3 }]));
    visit(&site, &browser);
    browser.run::<Value>("history.pushState(null, '', '/two')");
    assert_no_survey(&browser);
    browser.run::<Value>("history.pushState(null, '', '/three')");
    let _ = browser.panel();
}

#[test]
fn any_of_several_triggers_fires_and_the_survey_appears_once() {
    let browser = Browser::open(Window::Desktop);
    let site = shop(&json!([{ "on": "click", "selector": "#none" }, { "on": "event", "name": "now" }]));
    visit(&site, &browser);
    browser.run::<Value>("glas('track', 'now'); glas('track', 'now')");
    let panel = browser.panel();
    panel.click(".close");
    panel.goes();
    browser.run::<Value>("glas('track', 'now')");
    assert_no_survey(&browser);
}

#[test]
fn exit_intent_is_detected_on_phones() {
    let site = shop(&json!([{ "on": "exit" }]));
    let browser = Browser::open(Window::Phone);
    visit(&site, &browser);
    browser.look_away();
    let _ = browser.panel();

    let browser = Browser::open(Window::Phone);
    visit(&site, &browser);
    browser.run::<Value>("scrollTo({ top: 2500, behavior: 'instant' })");
    assert_no_survey(&browser);
    // A fast scroll back to the top.
    browser.run::<Value>(
        "return new Promise((done) => {
           const flick = () => { scrollBy({ top: -250, behavior: 'instant' }); scrollY > 0 ? requestAnimationFrame(flick) : done(null); };
           flick();
         })",
    );
    let _ = browser.panel();
}
