//! Pages that allow little. For each policy it is stated by which way the survey comes in: as WebAssembly, as the same
//! module in JavaScript, as a frame with its own page, or as a link to that. None of it breaks the page.

use serde_json::{Value, json};
use std::time::Instant;
use tests::{
    browser::{Browser, Engine, Window},
    site::Site,
    worker::Worker,
};

in_each_engine! { the_stated_way_in }

const NOTHING: Vec<String> = Vec::new();

/// How a survey comes onto a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Wasm,
    Js,
    Frame,
    Link,
    /// Not even the tag's second script may run.
    None,
}
use Mode::{Frame, Js, Link, Wasm};

/// What the policy says and what comes of it. `{glas}` is the origin of Glas. The tag has the nonce `abc`.
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

/// A shop whose page has this policy, and the survey.
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

/// By which way it came.
fn way(site: &Site, browser: &Browser) -> Mode {
    const SHOWN: &str = "
        const root = document.querySelector('glas-survey')?.shadowRoot;
        return notes.events.includes('shown survey') && root
          ? root.querySelector('iframe') ? 'frame' : root.querySelector('a[target]') ? 'link' : 'panel' : ''";
    let begin = Instant::now();
    let how: String = loop {
        let how: String = browser.run(SHOWN);
        // Nothing is waited for where nothing should come; the longest wait is for the word of a frame, 8 seconds.
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

/// Answers by the way that there is. Whoever gets a link has the page behind it.
#[track_caller]
fn answers(site: &Site, browser: &Browser, way: Mode, about: &str) {
    match way {
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

fn the_stated_way_in(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let mut wrong = Vec::new();
    for (policy, expected) in POLICIES.iter().copied() {
        let (site, survey) = shop(&browser, policy);
        browser.visit(&site.origin);
        let found = way(&site, &browser);
        let mut errors: Vec<String> = browser.run("return notes.errors");
        if expected == Wasm {
            // Nothing is refused, so nothing is noted.
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

in_each_engine! { a_sandbox_without_an_origin }

/// Nobody knows whose page it is: nothing will arrive, however often it is tried, and so that is what is said.
fn a_sandbox_without_an_origin(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let (site, _) = shop(&browser, "sandbox allow-scripts");
    browser.visit(&site.origin);
    let panel = browser.panel();
    panel.tap(9);
    panel.reaches("failed");
    assert_eq!(browser.run::<Vec<String>>("return notes.errors"), NOTHING);
    assert_eq!(site.shop.all_responses(""), Vec::<Value>::new());
}
