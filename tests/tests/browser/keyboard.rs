//! Keyboard operation, without taking the focus from other fields.

use serde_json::json;
use tests::{
    browser::{Browser, Key, Panel, Window},
    site::Site,
    worker::Worker,
};

const PAGE: &str = "<h1>Shop</h1><label>Search <input id=search autofocus></label> <button id=buy>Buy</button>";

/// A shop whose every page asks for a score and then for the reason, in Polish if the page is in Polish.
fn shop() -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": {},
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?", "pl": "Na ile?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?", "pl": "Dlaczego?" } },
        ],
    }));
    site.page("/", &site.tag(), PAGE);
    site
}

/// Opens the page and moves into the survey with the Tab key.
fn inside<'a>(site: &Site, browser: &'a Browser) -> Panel<'a> {
    browser.visit(&site.origin);
    let panel = browser.panel();
    browser.press(Key::Tab + Key::Tab);
    assert_eq!(panel.focus(), "0", "from the page's last button into the scale");
    panel
}

#[track_caller]
fn untouched(site: &Site, panel: &Panel<'_>) {
    assert!(!panel.has("input:checked"), "nothing is chosen");
    assert!(site.submissions().is_empty(), "nothing is sent");
    assert_eq!(panel.question(), "How likely?");
}

#[test]
fn keys_move_along_the_scale_and_send_nothing() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
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
        untouched(&site, &panel);
    }
    for (digits, expected) in [("7", "7"), ("1", "1"), ("0", "10"), ("0", "0"), ("5", "5"), ("x", "5")] {
        browser.press(digits);
        assert_eq!(panel.focus(), expected, "after pressing {digits}");
        untouched(&site, &panel);
    }
    browser.press(Key::Tab);
    assert_eq!(panel.focus(), "close", "the scale is a single tab stop");
}

#[test]
fn the_scale_runs_from_right_to_left_in_such_languages() {
    let (site, browser) = (Site::open(Worker::shared()), Browser::open(Window::Desktop));
    let _ = site.shop.publish(&json!({
        "name": "Arabic", "touchpoint": "purchase", "language": "ar", "display": { "pages": ["/ar"] },
        "questions": [{ "id": "nps", "kind": "nps", "text": { "ar": "ما مدى احتمال أن توصي بنا؟" } }],
    }));
    site.page("/ar", &site.tag(), PAGE);
    browser.visit(&format!("{}/ar", site.origin));
    let panel = browser.panel();
    let (first, last): (f64, f64) = panel.run(
        "const [first, last] = [0, 10].map((n) => root.querySelectorAll('input[name=score]')[n].getBoundingClientRect().x);
         return [first, last]",
    );
    assert!(first > last, "0 is on the right");
    panel.run::<serde_json::Value>("root.querySelector('input').focus()");
    browser.press(Key::Left + Key::Left + Key::Right + Key::Left);
    assert_eq!(panel.focus(), "2", "left means forward");
}

#[test]
fn a_survey_can_be_completed_by_keyboard() {
    for key in [Key::Space, Key::Enter] {
        let (site, browser) = (shop(), Browser::open(Window::Desktop));
        let panel = inside(&site, &browser);
        browser.press("8");
        browser.press(key.clone());
        let _ = panel.part("textarea");
        assert_eq!(panel.focus(), "fieldset", "the focus moves to the question and opens no on-screen keyboard");
        browser.press(Key::Tab);
        assert_eq!(panel.focus(), "textarea");
        browser.press("So good");
        browser.press(Key::Tab);
        assert_eq!(panel.focus(), "send");
        browser.press(key);
        panel.reaches("thanks");
        assert_eq!(panel.focus(), "panel", "the focus is not lost when the button is removed");
        let answers = &site.shop.all_responses("")[0]["answers"];
        assert_eq!((&answers[0]["score"], &answers[1]["text"]), (&json!(8), &json!("So good")));
        browser.press(Key::Escape);
        panel.goes();
        assert_eq!(browser.run::<String>("return document.activeElement.id"), "buy", "the focus returns to the page");
    }
}

#[test]
fn escape_closes_the_survey_only_when_it_has_the_focus() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    browser.visit(&site.origin);
    let panel = browser.panel();
    browser.press(Key::Escape);
    browser.idle();
    assert_eq!(panel.state(), "question", "a key pressed on the page does not affect the survey");
    browser.press(Key::Tab + Key::Tab);
    browser.press(Key::Escape);
    panel.goes();
    assert_eq!(browser.run::<String>("return document.activeElement.id"), "buy");
    assert_eq!(browser.events(), ["shown survey", "dismissed survey"]);
    assert!(site.submissions().is_empty());
}

#[test]
fn typing_on_the_page_is_not_interrupted() {
    for window in [Window::Desktop, Window::Phone] {
        let (site, browser) = (shop(), Browser::open(window));
        site.page("/long", &site.tag(), &format!("{PAGE}<p style='height:300vh'>Long</p>"));
        browser.visit(&format!("{}/long", site.origin));
        browser.press("monst");
        let panel = browser.panel();
        browser.press("era");
        let at = browser
            .run::<(String, String, f64)>("return [document.activeElement.id, document.activeElement.value, scrollY]");
        assert_eq!(at, ("search".to_owned(), "monstera".to_owned(), 0.0));
        assert_eq!(panel.focus(), "");
        panel.tap(9);
        let _ = panel.part("textarea");
        assert_ne!(panel.focus(), "textarea", "no on-screen keyboard opens unasked");
    }
}

#[test]
fn the_question_and_the_scale_have_accessible_names() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    site.page("/", &site.tag(), &format!("<script>document.documentElement.lang = 'pl'</script>{PAGE}"));
    browser.visit(&site.origin);
    let panel = browser.panel();
    assert!(!panel.has("input:checked"), "nothing is preselected");
    let scores: Vec<String> = (0..=10).map(|score| format!("{score} z 10")).collect();
    assert_eq!(browser.names("radio"), scores);
    assert_eq!(browser.names("group"), ["Na ile?"]);
    assert_eq!(browser.names("dialog"), ["Twoja opinia o sklepie Testowy Sklep"]);
    assert!(browser.names("button").contains(&"Zamknij".to_owned()));
    assert_eq!(panel.run::<String>("return root.querySelector('[lang]').lang"), "pl");
    browser.until_true("document.querySelector('glas-survey').shadowRoot.querySelector('[role=status]').textContent");
    panel.tap(2);
    let _ = panel.part("textarea");
    assert_eq!(browser.names("textbox"), ["Search", "Dlaczego?"]);
}
