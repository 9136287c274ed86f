//! The main flow: a shopper buys and answers, and the owner reads the response.
//!
//! Only this file answers the demo shop's survey after purchase, so its numbers are known.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Window},
    shop::Shop,
    worker::Worker,
};

/// Waits until the shop's script has filled the page.
fn ready(browser: &Browser) {
    browser.until_true("!document.documentElement.dataset.shop");
}

#[test]
fn a_response_after_a_purchase_reaches_the_owner() {
    let worker = Worker::shared();
    let demo = Shop::demo(worker);
    let browser = Browser::open(Window::Phone);

    browser.visit(&format!("{}/demo/?lang=pl", worker.dev.origin));
    ready(&browser);
    browser.click("button[data-add=monstera]");
    browser.click("#cart-link");
    browser.until_true("document.body.dataset.page === 'cart'");
    ready(&browser);
    browser.click("#go-to-checkout");
    browser.until_true("document.body.dataset.page === 'checkout'");
    ready(&browser);
    for (field, text) in [
        ("#name", "Ewa Nowak"),
        ("#email", "ewa@example.com"),
        ("#street", "Piękna 1"),
        ("#postcode", "00-950"),
        ("#city", "Warszawa"),
    ] {
        browser.fill(field, text);
    }
    browser.click("#pay");
    browser.until_true("document.body.dataset.page === 'thanks'");
    ready(&browser);
    let order = browser.text("#order-number");

    let panel = browser.panel();
    assert_eq!(
        panel.question(),
        "Na ile prawdopodobne jest, że polecisz sklep Zielona Półka znajomemu lub współpracownikowi?"
    );
    panel.tap(9);
    panel.write("textarea", "Piękna monstera, szybka dostawa 🌿");
    assert_eq!(panel.question(), "Jaki jest główny powód tej oceny?");
    panel.send();
    panel.reaches("thanks");
    assert_eq!(panel.message(), "Dziękujemy za odpowiedź!");
    assert_eq!(browser.events(), ["shown survey", "answered survey", "answered survey", "completed survey"]);
    assert_eq!(browser.complaints(), Vec::<String>::new());

    let responses = demo.all_responses("touchpoint=purchase");
    assert_eq!(responses.len(), 1, "{responses:?}");
    let response = &responses[0];
    assert_eq!(
        response["answers"],
        json!([
            { "question": "nps", "kind": "nps", "score": 9 },
            { "question": "why", "kind": "text", "text": "Piękna monstera, szybka dostawa 🌿" },
        ])
    );
    for (member, expected) in [
        ("language", json!("pl")),
        ("device", json!("mobile")),
        ("touchpoint", json!("purchase")),
        ("trigger", json!("load")),
        ("complete", json!(true)),
        ("revision", json!(2)),
        ("url", json!(browser.url().split('?').next())),
        ("order", json!({ "id": order, "value": 10_099, "currency": "PLN" })),
        ("customer", Value::Null),
    ] {
        assert_eq!(response[member], expected, "{member}");
    }

    assert_eq!(demo.scored("nps", 9), (1, 1));
}
