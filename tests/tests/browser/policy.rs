//! Pages that allow little, and pages that are hostile without meaning it.

use serde_json::json;
use tests::{
    browser::{Browser, Window},
    site::Site,
    worker::Worker,
};

const NOTHING: Vec<String> = Vec::new();

/// A shop whose every page asks every kind of question, so that all of the widget runs.
fn shop() -> Site {
    let site = Site::open(Worker::shared());
    let text = |text: &str| json!({ "en": text });
    let _ = site.shop.publish(&json!({
        "name": "All", "touchpoint": "purchase", "language": "en", "display": {},
        "questions": [
            { "id": "nps", "kind": "nps", "text": text("How likely?") },
            { "id": "why", "kind": "text", "text": text("Why?") },
            { "id": "what", "kind": "choice", "text": text("What?"),
              "choices": [{ "id": "price", "text": text("Price") }, { "id": "speed", "text": text("Speed") }], "other": text("Other") },
        ],
    }));
    site.page("/", &site.tag(), "<h1>Shop</h1>");
    site
}

/// Answers everything, and sees to it that all of it arrived and that the page has nothing to complain about.
#[track_caller]
fn answers(site: &Site, browser: &Browser, about: &str) {
    browser.visit(&site.origin);
    let panel = browser.panel();
    let (width, height): (f64, f64) = panel
        .run("const { width, height } = root.querySelector('.panel').getBoundingClientRect(); return [width, height]");
    assert!(width > 250.0 && height > 100.0, "{about}: {width} × {height}");
    panel.tap(9);
    panel.write("textarea", "Because");
    panel.send();
    panel.choose("price");
    panel.reaches("thanks");
    let responses = site.shop.all_responses("");
    assert_eq!(responses.len(), 1, "{about}");
    assert_eq!(
        (&responses[0]["answers"].as_array().map(Vec::len), &responses[0]["complete"]),
        (&Some(3), &json!(true)),
        "{about}"
    );
    assert_eq!(browser.complaints(), NOTHING, "{about}");
}

#[test]
fn a_strict_policy_is_kept() {
    let browser = Browser::open(Window::Desktop);
    for policy in [
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src data:",
        "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; require-trusted-types-for 'script'",
        "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
        "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'nonce-abc'; base-uri 'none'",
    ] {
        let site = shop();
        site.page("/", &site.tag().replace("async", "async nonce=abc"), "<h1>Shop</h1>");
        site.header("content-security-policy", policy);
        answers(&site, &browser, policy);
    }
}

#[test]
fn where_the_policy_forbids_modules_the_page_stays_as_it_was() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    site.header("content-security-policy", "script-src 'self'; style-src 'self'");
    browser.visit(&site.origin);
    browser.until("the refusal", || (!browser.run::<Vec<String>>("return notes.violations").is_empty()).then_some(()));
    browser.idle();
    assert_eq!(browser.run::<Vec<String>>("return notes.errors"), NOTHING);
    assert_eq!(browser.run::<String>("return document.body.innerText.trim()"), "Shop");
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
}

#[test]
fn hostile_pages_are_answered_all_the_same() {
    let browser = Browser::open(Window::Phone);
    for (about, head) in [
        ("rules for everything", "<style>body * { all: unset !important; display: none !important }</style>"),
        (
            "rules for custom elements and boxes",
            "<style>:root { font-size: 1px; direction: rtl } body * { position: relative !important; opacity: 0 !important;
              transform: scale(0) !important; filter: blur(9px) !important; width: 1px !important; color: #fff !important;
              visibility: hidden !important; pointer-events: none !important; z-index: -1 !important }</style>",
        ),
        ("no randomUUID, as on plain http", "<script>delete Crypto.prototype.randomUUID</script>"),
        (
            "storage that throws",
            "<script>for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
               Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } });
               Object.defineProperty(document, 'cookie', { get() { throw new Error('no') }, set() { throw new Error('no') } })</script>",
        ),
        (
            "an old library that extends what it should not",
            "<script>Array.prototype.contains = Object.prototype.surprise = function () { return 1 };
               Array.prototype.toJSON = String.prototype.toJSON = undefined</script>",
        ),
        (
            "a library that serialises in its own way",
            "<script>Array.prototype.toJSON = function () { return '[' + this.join() + ']' }</script>",
        ),
        ("no idle callbacks, as in Safari", "<script>delete window.requestIdleCallback</script>"),
    ] {
        let site = shop();
        site.page("/", &format!("{head}{}", site.tag()), "<h1>Shop</h1>");
        answers(&site, &browser, about);
    }
}

#[test]
fn a_sandboxed_page_without_an_origin_is_not_thanked_and_not_harmed() {
    let (site, browser) = (shop(), Browser::open(Window::Desktop));
    site.header("content-security-policy", "sandbox allow-scripts");
    browser.visit(&site.origin);
    let panel = browser.panel();
    panel.tap(9);
    // Nothing will arrive, however often it is tried: so that is what is said.
    panel.reaches("failed");
    assert_eq!(browser.run::<Vec<String>>("return notes.errors"), NOTHING);
    assert!(site.shop.all_responses("").is_empty(), "nobody knows whose page it is");
}
