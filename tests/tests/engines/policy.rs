//! Content security policies. For each policy, the test states how the survey is displayed: as WebAssembly, as the same
//! module in JavaScript, as a frame with the hosted page, or as a link to it. The page must not break.

use serde_json::{Value, json};
use std::time::Instant;
use tests::{
    browser::{Browser, Engine, Window},
    site::Site,
    worker::Worker,
};

in_each_engine! { the_survey_is_displayed_in_the_expected_mode }

const NOTHING: Vec<String> = Vec::new();

/// How a survey is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Wasm,
    Js,
    Frame,
    Link,
    /// Even the tag's second script is blocked.
    None,
}
use Mode::{Frame, Js, Link, Wasm};

/// A policy and the expected mode. `{glas}` is the origin of Glas; the tag has the nonce `abc`.
const POLICIES: &[(&str, Mode)] = &[
    ("", Wasm),
    ("script-src 'self'; style-src 'self'", Js),
    ("script-src 'self' 'wasm-unsafe-eval'; style-src 'self'", Wasm),
    ("script-src 'nonce-abc' 'strict-dynamic'; style-src 'nonce-abc'; base-uri 'none'", Js),
    ("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'nonce-abc'; base-uri 'none'", Wasm),
    ("default-src 'none'; script-src {glas} 'wasm-unsafe-eval'; connect-src {glas}; img-src data:", Wasm),
    ("script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; require-trusted-types-for 'script'", Wasm),
    ("script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'", Js),
    ("script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'", Frame),
    ("script-src {glas}/w/; frame-src {glas}", Mode::None),
    ("default-src 'none'; script-src {glas}; connect-src 'none'; frame-src 'none'; img-src data:", Link),
    ("script-src 'self'; connect-src https://other.example; frame-src https://other.example", Link),
];

/// A shop whose page has this policy and the survey.
fn shop(browser: &Browser, policy: &str) -> (Site, String) {
    let site = Site::open(Worker::shared());
    let survey = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": {},
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" } },
        ],
    }));
    site.page("/", &site.tag().replace("async", "async nonce=abc"), "<h1>Shop</h1>");
    if !policy.is_empty() {
        site.header("content-security-policy", &policy.replace("{glas}", &site.origin));
    }
    site.noted_in(browser);
    (site, survey.id)
}

/// The mode in which the survey was displayed.
fn mode(site: &Site, browser: &Browser) -> Mode {
    const SHOWN: &str = "
        const root = document.querySelector('glas-survey')?.shadowRoot;
        return notes.events.includes('shown survey') && root
          ? root.querySelector('iframe') ? 'frame' : root.querySelector('a[target]') ? 'link' : 'panel' : ''";
    let begin = Instant::now();
    let how: String = loop {
        let how: String = browser.run(SHOWN);
        // Do not wait if nothing should appear; the longest wait is 8 seconds for a message of a frame.
        if !how.is_empty() || begin.elapsed().as_secs() >= 12 {
            break how;
        }
        let refused: bool = browser.run("return notes.violations.some((each) => /\\/run\\.js/.test(each))");
        if refused {
            browser.passes(500);
            break browser.run(SHOWN);
        }
        browser.passes(20);
    };
    match how.as_str() {
        "frame" => Frame,
        "link" => Link,
        "panel" if site.seen().iter().any(|each| each.path.ends_with("/glas_js.js")) => Js,
        "panel" => Wasm,
        _ => Mode::None,
    }
}

/// Answers in any mode. In `Link` mode, the shopper opens the hosted page.
#[track_caller]
fn answers(site: &Site, browser: &Browser, mode: Mode, about: &str) {
    match mode {
        Mode::None => {
            assert_eq!(browser.run::<String>("return document.body.innerText.trim()"), "Shop", "{about}");
            return;
        }
        Link => {
            let link: String = browser.run(
                "const link = document.querySelector('glas-survey').shadowRoot.querySelector('a');
                 return link.checkVisibility() && link.textContent ? link.href : ''",
            );
            browser.visit(&link);
        }
        Frame => browser.enter_frame(),
        Wasm | Js => {}
    }
    let panel = browser.panel();
    panel.tap(9);
    panel.write("textarea", "Because");
    panel.send();
    panel.reaches("thanks");
    browser.leave_frame();
    let responses = site.shop.all_responses("");
    assert_eq!(responses.len(), 1, "{about}");
    assert_eq!(
        (&responses[0]["answers"][1]["text"], &responses[0]["complete"]),
        (&json!("Because"), &json!(true)),
        "{about}"
    );
}

fn the_survey_is_displayed_in_the_expected_mode(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let mut wrong = Vec::new();
    for (policy, expected) in POLICIES.iter().copied() {
        let (site, survey) = shop(&browser, policy);
        browser.visit(&site.origin);
        let found = mode(&site, &browser);
        let mut errors: Vec<String> = browser.run("return notes.errors");
        if expected == Wasm {
            // Nothing was blocked, so nothing is reported.
            errors.extend(browser.complaints());
        }
        if (found, errors.len()) == (expected, 0) {
            answers(&site, &browser, found, &format!("{engine:?}, {policy}, {survey}"));
        } else {
            let violations: Vec<String> = browser.run("return notes.violations");
            wrong.push(format!(
                "{policy}\n    {found:?}, not {expected:?}; errors {errors:?}; violations {violations:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

in_each_engine! { a_sandboxed_page_without_an_origin_is_rejected }

/// An opaque origin is rejected on every attempt, and the shopper is informed.
fn a_sandboxed_page_without_an_origin_is_rejected(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let (site, _) = shop(&browser, "sandbox allow-scripts");
    browser.visit(&site.origin);
    let panel = browser.panel();
    panel.tap(9);
    panel.reaches("failed");
    assert_eq!(browser.run::<Vec<String>>("return notes.errors"), NOTHING);
    assert_eq!(site.shop.all_responses(""), Vec::<Value>::new());
}
