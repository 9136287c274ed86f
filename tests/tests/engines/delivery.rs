//! Whatever happens to the page, the tab or the network, every submitted answer arrives exactly once.

use serde_json::json;
use std::collections::BTreeSet;
use tests::{
    browser::{Browser, Engine, Window},
    random::Random,
    site::{Request, Site},
    torture::{Case, FAULTS, POINTS},
    worker::Worker,
};

in_each_engine! {
    a_fault_at_any_point
    an_unsent_response_is_sent_from_the_next_page
}

const SEED: u64 = 20_261_122;

/// Each engine runs a third of all combinations of point and fault. The long form, `cargo xtask torture widget`, runs
/// all of them in each engine.
fn a_fault_at_any_point(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let mut random = Random::seeded(SEED);
    let mut cases = Vec::new();
    for point in 0..POINTS.len() {
        let fault = FAULTS[(point + engine as usize) % FAULTS.len()];
        let mut case = Case::new(point, fault, &mut random);
        println!("{}", case.name());
        case.play(&browser);
        cases.push(case);
    }
    // Nothing arrived late or twice.
    for case in &cases {
        case.check();
    }
}

/// Only with consent to store data; without it, a submission is lost when its page is closed.
fn an_unsent_response_is_sent_from_the_next_page(engine: Engine) {
    const STORED: &str = "return Object.keys(localStorage).filter((name) => name.startsWith('glas.o.')).length";
    let browser = Browser::open_in(engine, Window::Desktop);
    for consent in ["granted", "denied"] {
        let site = Site::open(Worker::shared());
        let _ = site.shop.publish(&json!({
            "name": "Score", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/done"] },
            "questions": [
                { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
                { "id": "why", "kind": "text", "text": { "en": "Why?" } },
            ],
        }));
        for path in ["/done", "/next"] {
            let tag = site.tag().replace("async", &format!("async data-consent={consent}"));
            site.page(path, &tag, "<h1>Shop</h1>");
        }
        site.noted_in(&browser);
        site.lose_answers(true);
        browser.visit(&format!("{}/done", site.origin));
        browser.panel().tap(8);
        browser.until("an attempt", || (!site.tries().is_empty()).then_some(()));
        assert_eq!(browser.run::<u64>(STORED), u64::from(consent == "granted"), "{consent}");
        browser.visit("about:blank");
        site.lose_answers(false);
        browser.visit(&format!("{}/next", site.origin));
        if consent == "granted" {
            browser.until("the response to be stored", || (!site.shop.all_responses("").is_empty()).then_some(()));
            let rows = site.shop.all_responses("");
            assert_eq!(rows.len(), 1, "{rows:?}");
            assert_eq!(rows[0]["answers"], json!([{ "question": "nps", "kind": "nps", "score": 8 }]));
            let secrets: BTreeSet<String> =
                site.submissions().iter().map(|each| each["client_secret"].to_string()).collect();
            assert_eq!(secrets.len(), 1, "every page sends the secret of the page that gave the answer: {secrets:?}");
            browser.until("an empty outbox", || (browser.run::<u64>(STORED) == 0).then_some(()));
        } else {
            browser.until_true("window.glas");
            browser.idle();
            browser.passes(300);
            // The closing page may have tried once more, late.
            let from_here = |each: &Request| each.header("referer").ends_with("/next");
            assert!(!site.tries().iter().any(from_here), "nothing is left to send");
            assert_eq!(browser.run::<Vec<String>>("return Object.keys(localStorage)"), Vec::<String>::new());
        }
        assert_eq!(browser.run::<Vec<String>>("return notes.errors"), Vec::<String>::new());
    }
}
