//! Every question kind, with its placement and trigger.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Key, Window},
    site::Site,
    worker::Worker,
};

/// The only response as the owner reads it.
#[track_caller]
fn only_response(site: &Site) -> Value {
    let mut responses = site.shop.all_responses("");
    assert_eq!(responses.len(), 1, "{responses:?}");
    responses.remove(0)
}

#[test]
fn a_follow_up_is_shown_after_low_ces_scores_only() {
    for (score, trouble) in [(3, Some("Prea multe mesaje")), (6, None)] {
        let site = Site::demo(Worker::shared());
        let browser = Browser::open(Window::Desktop);
        browser.visit(&format!("{}/demo/support?lang=ro", site.origin));
        let panel = browser.panel();
        assert!(panel.run::<bool>("return element.parentNode.id === 'glas-support'"), "it is displayed inline");
        assert_eq!(panel.question(), "Magazinul Testowy Sklep mi-a ușurat rezolvarea solicitării.");
        panel.tap(score);
        let mut answers = vec![json!({ "question": "ces", "kind": "ces", "score": score })];
        if let Some(words) = trouble {
            panel.write("textarea", words);
            assert_eq!(panel.question(), "Ce ar fi putut fi mai simplu?");
            panel.send();
            answers.push(json!({ "question": "why", "kind": "text", "text": words }));
        }
        panel.reaches("thanks");
        assert_eq!(panel.message(), "Vă mulțumim pentru răspuns!");

        let response = only_response(&site);
        assert_eq!(response["answers"], Value::from(answers));
        for (member, expected) in [
            ("language", json!("ro")),
            ("device", json!("desktop")),
            ("touchpoint", json!("support")),
            ("trigger", json!("load")),
            ("complete", json!(true)),
            ("order", Value::Null),
        ] {
            assert_eq!(response[member], expected, "{member} after {score}");
        }
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
}

#[test]
fn an_optional_text_can_be_skipped() {
    let site = Site::demo(Worker::shared());
    let browser = Browser::open(Window::Phone);
    browser.visit(&format!("{}/demo/order?lang=en", site.origin));
    let panel = browser.panel();
    assert_eq!(panel.question(), "How satisfied are you with the delivery of your order?");
    assert!(!panel.has(".skip"), "the first question has no skip button");
    panel.tap(5);
    panel.click(".skip");
    panel.reaches("thanks");
    assert_eq!(panel.message(), "Thank you for your answer!");
    let response = only_response(&site);
    assert_eq!(response["answers"], json!([{ "question": "csat", "kind": "csat", "score": 5 }]));
    assert_eq!((&response["complete"], &response["touchpoint"]), (&json!(true), &json!("delivery")));
}

#[test]
fn leaving_the_cart_through_the_top_of_the_window_shows_the_survey() {
    let site = Site::demo(Worker::shared());
    let browser = Browser::open(Window::Desktop);
    browser.visit(&format!("{}/demo/cart?lang=pl", site.origin));
    browser.until_true("document.readyState === 'complete' && window.glas?.key");
    // The loader starts listening when the page is idle.
    let panel = browser.until("the question", || {
        browser.point(600, 300);
        browser.point(600, -2);
        browser.run::<bool>("return Boolean(document.querySelector('glas-survey'))").then(|| browser.panel())
    });
    assert_eq!(panel.question(), "Co powstrzymuje Cię dziś przed złożeniem zamówienia?");
    panel.choose("delivery_cost");
    panel.reaches("thanks");
    let response = only_response(&site);
    assert_eq!(response["answers"], json!([{ "question": "reason", "kind": "choice", "choices": ["delivery_cost"] }]));
    assert_eq!((&response["trigger"], &response["device"]), (&json!("exit"), &json!("desktop")));
}

#[test]
fn returning_to_the_cart_on_a_phone_shows_the_survey() {
    let site = Site::demo(Worker::shared());
    let browser = Browser::open(Window::Phone);
    browser.visit(&format!("{}/demo/cart?lang=pl", site.origin));
    browser.until_true("document.readyState === 'complete' && window.glas?.key");
    let watches = || site.seen().iter().any(|request| request.path.ends_with("/phone.js")).then_some(());
    browser.until("the loader to listen", watches);
    browser.idle();
    assert!(!browser.run::<bool>("return Boolean(document.querySelector('glas-survey'))"), "the shopper has not left");
    browser.look_away();
    let panel = browser.panel();
    panel.choose("~other");
    panel.send();
    let missing = || panel.run::<String>("return root.querySelector('[role=alert]').textContent");
    assert_eq!(missing(), "Napisz to tutaj albo wybierz inną odpowiedź.");
    panel.write("input[name=other]", "Czekam na wypłatę");
    assert_eq!(missing(), "");
    browser.press(Key::Enter);
    panel.reaches("thanks");
    let response = only_response(&site);
    assert_eq!(
        response["answers"],
        json!([{ "question": "reason", "kind": "choice", "choices": [], "other": "Czekam na wypłatę" }])
    );
    assert_eq!((&response["trigger"], &response["device"]), (&json!("exit"), &json!("mobile")));
}

#[test]
fn several_choices_can_be_selected_if_allowed() {
    let site = Site::open(Worker::shared());
    let choice = |id: &str| json!({ "id": id, "text": { "en": id } });
    let _ = site.shop.publish(&json!({
        "name": "Several", "touchpoint": "cart", "language": "en", "display": {},
        "questions": [{ "id": "what", "kind": "choice", "text": { "en": "What matters?" }, "multiple": true,
            "choices": [choice("price"), choice("speed"), choice("green")], "other": { "en": "Something else" } }],
    }));
    site.page("/", &site.tag(), "<h1>Shop</h1>");
    let browser = Browser::open(Window::Desktop);
    browser.visit(&site.origin);
    let panel = browser.panel();
    for choice in ["green", "price", "speed", "price", "~other"] {
        panel.choose(choice);
    }
    panel.write("input[name=other]", "  Kindness ");
    assert!(site.submissions().is_empty(), "nothing is sent before the button is pressed");
    panel.send();
    panel.reaches("thanks");
    let answers = &only_response(&site)["answers"];
    assert_eq!(
        answers,
        &json!([{ "question": "what", "kind": "choice", "choices": ["speed", "green"], "other": "Kindness" }])
    );
}
