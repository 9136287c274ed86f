//! From the question to the response that the owner reads.

use serde_json::{Value, json};
use tests::{
    browser::{Browser, Engine, Window},
    site::{Request, Site},
    worker::Worker,
};

in_each_engine! {
    a_score_and_a_comment_are_stored
    an_other_text_is_stored
    the_close_button_dismisses_the_survey
    the_survey_fits_on_a_phone
    texts_are_readable_on_a_dark_page
    a_reload_after_the_tap_loses_nothing
    closing_the_tab_after_the_tap_loses_nothing
    single_page_navigation_keeps_the_survey_and_its_url
    a_page_without_a_question_loads_only_the_tag
    a_page_works_while_glas_is_unavailable
}

const NOTHING: Vec<String> = Vec::new();

/// A shop that asks for a score and the reason on the page `/done`.
fn shop(browser: &Browser) -> Site {
    let site = Site::open(Worker::shared());
    let _ = site.shop.publish(&json!({
        "name": "Score", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/done"] },
        "questions": [
            { "id": "nps", "kind": "nps", "text": { "en": "How likely?" } },
            { "id": "why", "kind": "text", "text": { "en": "Why?" } },
        ],
    }));
    for path in ["/", "/done"] {
        site.page(path, &site.tag(), "<h1>Shop</h1><button>Buy</button>");
    }
    site.noted_in(browser);
    site
}

fn done(site: &Site) -> String {
    format!("{}/done", site.origin)
}

#[track_caller]
fn only_response(site: &Site) -> Value {
    let mut responses = site.shop.all_responses("");
    assert_eq!(responses.len(), 1, "{responses:?}");
    responses.remove(0)
}

fn a_score_and_a_comment_are_stored(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&done(&site));
    let panel = browser.panel();
    assert_eq!(panel.question(), "How likely?");
    panel.tap(9);
    panel.write("textarea", "Zażółć gęślą jaźń");
    assert_eq!(panel.question(), "Why?");
    panel.send();
    panel.reaches("thanks");
    let response = only_response(&site);
    assert_eq!(
        response["answers"],
        json!([
            { "question": "nps", "kind": "nps", "score": 9 },
            { "question": "why", "kind": "text", "text": "Zażółć gęślą jaźń" },
        ])
    );
    for (member, expected) in [
        ("complete", json!(true)),
        ("revision", json!(2)),
        ("url", json!(done(&site))),
        ("device", json!("desktop")),
        ("language", json!("en")),
    ] {
        assert_eq!(response[member], expected, "{member}");
    }
    assert_eq!(browser.events(), ["shown survey", "answered survey", "answered survey", "completed survey"]);
    assert_eq!(browser.complaints(), NOTHING);
}

fn an_other_text_is_stored(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = Site::open(Worker::shared());
    let choice = |id: &str| json!({ "id": id, "text": { "en": id } });
    let _ = site.shop.publish(&json!({
        "name": "List", "touchpoint": "cart", "language": "en", "display": {},
        "questions": [{ "id": "what", "kind": "choice", "text": { "en": "What matters?" },
            "choices": [choice("price"), choice("speed")], "other": { "en": "Something else" } }],
    }));
    site.page("/", &site.tag(), "<h1>Shop</h1>");
    site.noted_in(&browser);
    browser.visit(&site.origin);
    let panel = browser.panel();
    panel.choose("~other");
    panel.send();
    assert_ne!(panel.run::<String>("return root.querySelector('[role=alert]').textContent"), "", "the text is missing");
    panel.write("input[name=other]", "  Kindness ");
    panel.send();
    panel.reaches("thanks");
    assert_eq!(
        only_response(&site)["answers"],
        json!([{ "question": "what", "kind": "choice", "choices": [], "other": "Kindness" }])
    );
    assert_eq!(browser.complaints(), NOTHING);
}

fn the_close_button_dismisses_the_survey(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&done(&site));
    let panel = browser.panel();
    panel.click(".close");
    panel.goes();
    assert_eq!(browser.events(), ["shown survey", "dismissed survey"]);
    assert!(site.submissions().is_empty());
    assert_eq!(browser.complaints(), NOTHING);
}

fn the_survey_fits_on_a_phone(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Phone);
    let site = shop(&browser);
    browser.visit(&done(&site));
    let panel = browser.panel();
    let (width, scroll): (f64, f64) = browser.run("return [innerWidth, document.documentElement.scrollWidth]");
    assert!((width - 390.0).abs() < 1.0 && scroll <= 390.0, "{width}, {scroll}");
    let boxes: Vec<[f64; 4]> = panel.run(
        "return [...root.querySelectorAll('input[name=score]')].map((input) => {
           const { x, y, width, height } = input.getBoundingClientRect(); return [x, y, width, height]; })",
    );
    assert_eq!(boxes.len(), 11);
    for [x, y, width, height] in boxes.iter().copied() {
        assert!(width >= 24.0 && height >= 24.0, "{width} × {height}");
        assert!(x >= 0.0 && x + width <= 390.0 && (y - boxes[0][1]).abs() < 1.0, "{x}, {y}");
    }
    panel.tap(0);
    panel.click(".skip");
    panel.reaches("thanks");
    assert_eq!(only_response(&site)["answers"], json!([{ "question": "nps", "kind": "nps", "score": 0 }]));
    assert_eq!(browser.complaints(), NOTHING);
}

fn texts_are_readable_on_a_dark_page(engine: Engine) {
    /// Relative luminance, as defined by WCAG, of the panel and of its text.
    const LUMINANCES: &str = "
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const linear = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        const luminance = (colour) => {
          canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(linear);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        return [luminance(getComputedStyle(root.querySelector('.panel')).backgroundColor),
                luminance(getComputedStyle(root.querySelector('legend')).color)]";
    for (window, dark) in [(Window::Night, true), (Window::Desktop, false)] {
        let browser = Browser::open_in(engine, window);
        let site = shop(&browser);
        browser.visit(&done(&site));
        let (paper, ink): (f64, f64) = browser.panel().run(LUMINANCES);
        assert_eq!(paper < ink, dark, "{window:?}: {paper} {ink}");
        let contrast = (paper.max(ink) + 0.05) / (paper.min(ink) + 0.05);
        assert!(contrast >= 4.5, "{window:?}: {contrast}");
        assert_eq!(browser.complaints(), NOTHING);
    }
}

fn a_reload_after_the_tap_loses_nothing(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&done(&site));
    browser.panel().tap(7);
    let _ = browser.panel().part("textarea");
    browser.visit(&done(&site));
    browser.until("the response to be stored", || (site.arrived() >= 1).then_some(()));
    let response = only_response(&site);
    assert_eq!(response["answers"], json!([{ "question": "nps", "kind": "nps", "score": 7 }]));
    assert_eq!(response["complete"], false);
    assert_eq!(browser.complaints(), NOTHING);
}

fn closing_the_tab_after_the_tap_loses_nothing(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.tab();
    browser.visit(&done(&site));
    let panel = browser.panel();
    // The submission cannot be sent before the tab is closed: only a request that outlives the page arrives.
    site.congest(&browser);
    panel.tap(4);
    let _ = panel.part("textarea");
    assert!(site.submissions().is_empty());
    browser.close_tab();
    site.release();
    browser.until("the response to be stored", || (site.arrived() >= 1).then_some(()));
    assert_eq!(only_response(&site)["answers"], json!([{ "question": "nps", "kind": "nps", "score": 4 }]));
}

fn single_page_navigation_keeps_the_survey_and_its_url(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&done(&site));
    let panel = browser.panel();
    browser.run::<Value>("history.pushState(null, '', '/cart'); history.replaceState(null, '', '/cart#2')");
    panel.tap(6);
    panel.click(".skip");
    panel.reaches("thanks");
    assert_eq!(only_response(&site)["url"], done(&site), "the URL of the page with the question");
    // WebKit's back button skips history entries that a page created without user interaction.
    browser.run::<Value>("history.back()");
    browser.until_true("location.pathname === '/done'");
    assert_eq!(browser.complaints(), NOTHING);
}

/// Names of everything that the page has stored on the device.
const STORED: &str = "
return Promise.all([indexedDB.databases(), window.caches?.keys() ?? [], navigator.serviceWorker?.getRegistrations() ?? []])
  .then((lists) => [...lists.flat().map(String), document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)]
    .filter(Boolean))";

fn a_page_without_a_question_loads_only_the_tag(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&site.origin);
    browser.until_true("window.glas");
    browser.idle();
    browser.passes(300);
    assert_eq!(browser.run::<Vec<String>>(STORED), NOTHING);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey, iframe, style').length"), 0);
    assert_eq!(browser.complaints(), NOTHING);
    browser.visit("about:blank");
    let asked: Vec<Request> = site.seen().into_iter().filter(Request::is_for_glas).collect();
    assert!(asked.len() <= 1, "{asked:?}");
    assert!(asked.iter().all(|each| each.header("cookie").is_empty()));
}

/// The page is not affected, and the survey may appear later.
fn a_page_works_while_glas_is_unavailable(engine: Engine) {
    let browser = Browser::open_in(engine, Window::Desktop);
    let site = shop(&browser);
    browser.visit(&site.origin);
    browser.until_true("window.glas?.key");
    browser.idle();
    let before = site.seen().len();
    site.cut(true);
    let survey = site.shop.get("/v1/surveys")["items"][0]["id"].clone();
    browser.run_with::<Value>("glas('open', arguments[0])", vec![survey.clone()]);
    browser.until("an attempt", || (site.seen().len() > before).then_some(()));
    browser.passes(400);
    assert_eq!(browser.run::<Vec<String>>("return notes.errors"), NOTHING);
    assert_eq!(browser.run::<u64>("return document.querySelectorAll('glas-survey').length"), 0);
    site.cut(false);
    browser.run_with::<Value>("glas('open', arguments[0])", vec![survey]);
    assert_eq!(browser.panel().question(), "How likely?");
}
