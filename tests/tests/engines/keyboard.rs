//! Keyboard operation.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Engine, Key, Panel, Window},
    site::Site,
    worker::Worker,
};

in_each_engine! {
    keys_move_along_the_scale
    the_scale_runs_from_right_to_left
    a_survey_is_completed_by_keyboard
    escape_closes_the_survey_only_when_it_has_the_focus
}

const PAGE: &str = "<h1>Shop</h1><label>Search <input id=search autofocus></label> <button id=buy>Buy</button>";

/// A shop whose every page asks for a score and then for the reason.
fn shop(browser: &Browser) -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": {},
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" } },
        ],
    }));
    site.page("/", &site.tag(), PAGE);
    site.noted_in(browser);
    site
}

/// Opens the page and moves into the survey with the Tab key.
fn inside<'a>(site: &Site, browser: &'a Browser) -> Panel<'a> {
    browser.visit(&site.origin);
    let panel = browser.panel();
    browser.click("#search");
    browser.press(Key::Tab + Key::Tab);
    assert_eq!(panel.focus(), "0", "from the page's last button into the scale");
    panel
}

fn keys_move_along_the_scale(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    let panel = inside(&site, &browser);
    for (keys, expected) in [
        (vec![Key::Left], "0"),
        (vec![Key::Right, Key::Right, Key::Down], "3"),
        (vec![Key::Up, Key::Left], "1"),
        (vec![Key::End], "10"),
        (vec![Key::Right, Key::Down], "10"),
        (vec![Key::Home], "0"),
    ] {
        for key in keys {
            browser.press(key);
        }
        assert_eq!(panel.focus(), expected);
    }
    for (digit, expected) in [("7", "7"), ("1", "1"), ("0", "10"), ("0", "0"), ("5", "5"), ("x", "5")] {
        browser.press(digit);
        assert_eq!(panel.focus(), expected, "after pressing {digit}");
    }
    assert!(!panel.has("input:checked"), "nothing is chosen");
    assert!(site.submissions().is_empty(), "nothing is sent");
    browser.press(Key::Tab);
    assert_eq!(panel.focus(), "close", "the scale is a single tab stop");
    browser.press_tab_backwards();
    // Where the focus returns to differs: Chromium restores it, Firefox takes the first option and WebKit the last.
    assert!(panel.focus().parse::<u8>().is_ok(), "the focus returns to the scale, not to {}", panel.focus());
    browser.press_tab_backwards();
    assert_eq!(browser.run::<String>("return document.activeElement.id"), "buy", "the focus leaves to the page");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn the_scale_runs_from_right_to_left(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Arabic", "touchpoint": "purchase", "language": "ar", "display": {},
        "questions": [{ "id": "nps", "kind": "nps", "text": { "ar": "ما مدى احتمال أن توصي بنا؟" } }],
    }));
    site.page("/", &site.tag(), PAGE);
    site.noted_in(&browser);
    let panel = inside(&site, &browser);
    let (first, last): (f64, f64) = panel.run(
        "const [first, last] = [0, 10].map((n) => root.querySelectorAll('input[name=score]')[n].getBoundingClientRect().x);
         return [first, last]",
    );
    assert!(first > last, "0 is on the right");
    browser.press(Key::Left + Key::Left + Key::Right + Key::Left);
    assert_eq!(panel.focus(), "2", "left means forward");
    browser.press(Key::Space);
    panel.reaches("thanks");
    assert_eq!(site.shop.all_responses("")[0]["answers"][0]["score"], 2);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn a_survey_is_completed_by_keyboard(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    for key in [Key::Space, Key::Enter] {
        let site = shop(&browser);
        let panel = inside(&site, &browser);
        browser.press("8");
        browser.press(key.clone());
        let _ = panel.part("textarea");
        browser.press(Key::Tab);
        assert_eq!(panel.focus(), "textarea");
        browser.press("So good");
        browser.press(Key::Tab);
        assert_eq!(panel.focus(), "send");
        browser.press(key);
        panel.reaches("thanks");
        let answers = &site.shop.all_responses("")[0]["answers"];
        assert_eq!((&answers[0]["score"], &answers[1]["text"]), (&json!(8), &json!("So good")));
        browser.press(Key::Escape);
        panel.goes();
        assert_eq!(browser.run::<String>("return document.activeElement.id"), "buy", "the focus returns to the page");
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
}

fn escape_closes_the_survey_only_when_it_has_the_focus(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&site.origin);
    let panel = browser.panel();
    browser.click("#buy");
    browser.press(Key::Escape);
    browser.idle();
    assert_eq!(panel.state(), "question", "a key pressed on the page does not affect the survey");
    browser.press(Key::Tab);
    browser.press(Key::Escape);
    panel.goes();
    assert_eq!(browser.run::<String>("return document.activeElement.id"), "buy");
    assert_eq!(browser.events(), ["shown survey", "dismissed survey"]);
    let _: Value = browser.run("return null");
    assert!(site.submissions().is_empty());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
