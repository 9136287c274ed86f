//! Display modes: modal dialogs, the feedback button, and the hosted page.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Key, Window},
    gallery,
    shop::{Shop, every_kind},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

fn shop(display: &Value) -> (Site, String) {
    let site = Site::open(Worker::shared());
    let survey = site.shop.publish(&gallery::survey("Modes", display));
    (site, survey.id)
}

/// The id of the page's focused element; for the survey's element, its name.
const FOCUS: &str = "return document.activeElement.id || document.activeElement.localName";

#[test]
fn a_modal_dialog_traps_and_returns_the_focus() {
    let (site, id) = shop(&json!({ "mode": "modal" }));
    let body = format!(
        "<main><h1>Shop</h1><button id=ask data-glas-open={id}>Tell us</button><a href=# id=after>After</a><div style='height: 3000px'></div></main>"
    );
    site.page("/", &site.tag(), &body);
    let browser = Browser::open(Window::Desktop);
    browser.visit(&site.origin);
    browser.until_true("window.glas?.key");
    browser.idle();
    browser.passes(200);
    assert_eq!(
        browser.run::<u64>("return document.querySelectorAll('glas-survey').length"),
        0,
        "it has not been opened"
    );

    for close in ["Escape", "the button", "beside"] {
        browser.click("#ask");
        let panel = browser.panel();
        assert!(panel.run::<bool>("return root.querySelector('dialog').matches(':modal')"), "{close}");
        assert_eq!(browser.run::<String>(FOCUS), "glas-survey", "{close}");
        // The page behind it is inert and does not scroll.
        for _ in 0..6 {
            browser.press(Key::Tab);
            assert_ne!(browser.run::<String>(FOCUS), "after", "{close}");
        }
        assert_eq!(browser.run::<String>("return getComputedStyle(document.documentElement).overflowY"), "hidden");
        match close {
            "Escape" => browser.press(Key::Escape),
            "the button" => panel.click(".close"),
            _ => {
                for kind in ["mousePressed", "mouseReleased"] {
                    let at = json!({ "type": kind, "x": 20, "y": 500, "button": "left", "clickCount": 1 });
                    browser.devtools("Input.dispatchMouseEvent", &at);
                }
            }
        }
        panel.goes();
        assert_eq!(browser.run::<String>(FOCUS), "ask", "{close}");
        assert_ne!(browser.run::<String>("return getComputedStyle(document.documentElement).overflowY"), "hidden");
    }
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn the_feedback_button_opens_the_survey() {
    let (site, _) = shop(&json!({ "mode": "button", "corner": "bottom_left", "label": { "en": "Say it" } }));
    site.page("/", &site.tag(), "<h1>Shop</h1>");
    let browser = Browser::open(Window::Phone);
    browser.visit(&site.origin);
    browser.until_true("document.querySelector('glas-button')?.shadowRoot.querySelector('button')");
    assert!(browser.names("button").contains(&"Say it".to_owned()), "{:?}", browser.names("button"));
    for _ in 0..2 {
        browser.run::<Value>("document.querySelector('glas-button').shadowRoot.querySelector('button').click()");
        let panel = browser.panel();
        assert!(
            !browser.run::<bool>("return document.querySelector('glas-button').checkVisibility()"),
            "the button makes room"
        );
        panel.click(".close");
        panel.goes();
        browser.until_true("document.querySelector('glas-button').checkVisibility()");
    }
    assert_eq!(browser.shifts(), NOTHING);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn a_survey_can_be_answered_on_its_hosted_page() {
    let (site, id) = shop(&json!({ "pages": ["/none"] }));
    let browser = Browser::open(Window::Phone);
    let worker = &Worker::shared().dev.origin;
    browser.visit(&format!("{worker}/s/{id}?lang=ar&trigger=email&order_id=7&order_value=12990&order_currency=PLN"));
    let panel = browser.panel();
    assert_eq!(
        browser.run::<[String; 2]>("return [document.documentElement.lang, document.documentElement.dir]"),
        ["ar", "rtl"]
    );
    panel.tap(2);
    let _ = panel.part(".back");
    let response = browser.until("a response", || site.shop.all_responses("").into_iter().next());
    assert_eq!(response["answers"][0]["score"], 2);
    assert_eq!(
        (&response["trigger"], &response["language"], &response["order"]),
        (&json!("email"), &json!("ar"), &json!({ "id": "7", "value": 12990, "currency": "PLN" }))
    );
    assert_eq!(
        browser.run::<Vec<String>>("return [document.cookie, ...Object.keys(localStorage)].filter(Boolean)"),
        NOTHING
    );
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn destroy_removes_everything() {
    let (site, id) = shop(&json!({ "mode": "inline", "selector": "#here", "height": 300 }));
    site.page("/", &site.tag(), "<h1>Shop</h1><div id=here></div>");
    let browser = Browser::open(Window::Desktop);
    browser.before_each_page("window.push = history.pushState");
    browser.visit(&site.origin);
    let _ = browser.panel();
    assert_eq!(browser.run::<String>("return document.querySelector('#here').style.minHeight"), "300px");
    browser.run::<Value>("glas('destroy')");
    browser.until_true("!document.querySelector('glas-survey') && !document.querySelector('#here').style.minHeight");
    browser.until_true("history.pushState === window.push");
    browser.run_with::<Value>("glas('open', arguments[0])", vec![id.into()]);
    browser.passes(300);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
}

#[test]
fn filling_the_honeypot_flags_the_response() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let mut survey = every_kind();
    survey["questions"] = json!([{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }]);
    let survey = shop.publish(&survey);
    for fills in [false, true] {
        let browser = Browser::open(Window::Desktop);
        browser.visit(&format!("{}/s/{}", worker.dev.origin, survey.id));
        let panel = browser.panel();
        // A person cannot reach it.
        let seen: bool = browser.run(
            "const { right, bottom } = document.querySelector('#website').getBoundingClientRect();
             return right > 0 && bottom > 0 && getComputedStyle(document.querySelector('#website')).opacity !== '0'",
        );
        assert!(!seen);
        if fills {
            browser.run::<Value>("document.querySelector('#website').value = 'https://buy.example'");
        }
        panel.tap(9);
        panel.reaches("thanks");
    }
    let flagged = |flag: &str| shop.all_responses(&format!("flag={flag}")).len();
    assert_eq!((flagged("honeypot"), shop.all_responses("").len()), (1, 2));
}
