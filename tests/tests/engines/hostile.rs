//! Pages with hostile styles and scripts: the response arrives, and the page reports no error.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Engine, Panel, Window},
    site::Site,
    worker::Worker,
};

in_each_engine! { hostile_pages_do_not_break_the_widget }

const PAGES: &[(&str, &str)] = &[
    ("styles for all elements", "<style>* { all: unset !important } body * { all: unset !important; display: none !important }</style>"),
    (
        "styles for custom elements and inputs",
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
        "a library that extends built-in prototypes",
        "<script>Array.prototype.contains = Object.prototype.surprise = function () { return 1 };
           Array.prototype.toJSON = String.prototype.toJSON = undefined</script>",
    ),
    (
        "a library that adds toJSON methods",
        "<script>Array.prototype.toJSON = function () { return '[' + this.join() + ']' }</script>",
    ),
    (
        "a wrapped, slow fetch",
        "<script>{ const before = window.fetch; window.fetch = function (...given) {
           return new Promise((done) => setTimeout(done, 30)).then(() => before.apply(this, given)) } }</script>",
    ),
    (
        "zone.js promises",
        "<script>{ const then = Promise.prototype.then; Promise.prototype.then = function (...given) {
           return then.apply(this, given.map((run) => typeof run === 'function' ? (value) => run(value) : run)) } }</script>",
    ),
    ("no idle callbacks, as in Safari", "<script>delete window.requestIdleCallback</script>"),
    ("no console", "<script>window.console = undefined</script>"),
];

/// A shop whose every page shows every question kind, so that all of the widget runs.
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
    site
}

/// WebKit's driver uses built-ins that these pages break and cannot return elements or lists, so use scripts.
fn by_script(panel: &Panel<'_>) {
    panel.run::<Value>("root.querySelector('input[value=\"9\"]').click(); return null");
    panel.run::<Value>(
        "return new Promise((done) => {
           const go = () => {
             const words = root.querySelector('textarea');
             if (!words) return setTimeout(go, 20);
             words.value = 'Because';
             words.dispatchEvent(new Event('input', { bubbles: true }));
             root.querySelector('.send').click();
             const list = () => {
               const price = root.querySelector('input[value=price]');
               if (!price) return setTimeout(list, 20);
               price.click();
               done(null);
             };
             list();
           };
           go();
         })",
    );
}

fn hostile_pages_do_not_break_the_widget(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    for (about, head) in PAGES {
        let site = shop();
        site.page("/", &format!("{head}{}", site.tag()), "<h1>Shop</h1>");
        site.noted_in(&browser);
        browser.visit(&site.origin);
        let panel = browser.panel();
        if engine == Engine::WebKit && head.contains("toJSON") {
            by_script(&panel);
        } else {
            let (width, height): (f64, f64) = panel.run(
                "const { width, height } = root.querySelector('.panel').getBoundingClientRect(); return [width, height]",
            );
            assert!(width > 250.0 && height > 100.0, "{about}: {width} × {height}");
            panel.tap(9);
            panel.write("textarea", "Because");
            panel.send();
            panel.choose("price");
        }
        panel.reaches("thanks");
        let responses = site.shop.all_responses("");
        assert_eq!(responses.len(), 1, "{about}");
        assert_eq!(
            (&responses[0]["answers"].as_array().map(Vec::len), &responses[0]["complete"]),
            (&Some(3), &json!(true)),
            "{about}"
        );
        if engine == Engine::Chromium {
            // The console is readable in this engine.
            assert_eq!(browser.complaints(), Vec::<String>::new(), "{about}");
        }
        assert_eq!(browser.run::<String>("return [...notes.errors, ...notes.violations].join()"), "", "{about}");
    }
}
