//! axe-core reports nothing: on every demo page with a survey, in every state, light and dark.

use serde_json::Value;
use tests::{
    axe,
    browser::{Browser, Key, Window},
    site::{Fate, Site},
    worker::Worker,
};

/// Visits every page and checks every state.
struct Inspector {
    site: Site,
    browser: Browser,
    language: &'static str,
    found: Vec<String>,
}

impl Inspector {
    fn new(window: Window, language: &'static str) -> Self {
        let (site, browser) = (Site::demo(Worker::shared()), Browser::open(window));
        axe::ready(&browser);
        Self { site, browser, language, found: Vec::new() }
    }

    fn visit(&self, page: &str) {
        self.browser.visit(&format!("{}/demo/{page}?lang={}", self.site.origin, self.language));
        self.browser.until_true("!document.documentElement.dataset.shop && window.glas?.key");
    }

    /// Checks the current state, light and dark.
    #[track_caller]
    fn look(&mut self, at: &str) {
        for (theme, dark) in [("dark", true), ("light", false)] {
            self.browser.dark(dark);
            let found: Vec<String> = axe::findings(&self.browser);
            self.found.extend(found.iter().map(|each| format!("{at}, {theme}: {each}")));
        }
    }

    /// Answers a scale and the following text question, and checks each state.
    fn scale(&mut self, page: &str, score: u8, fates: &[Fate], outcome: &str) {
        self.visit(page);
        let _ = self.browser.panel();
        self.look(&format!("{page}, score"));
        self.browser.panel().tap(score);
        self.browser.panel().write("textarea", "Words");
        self.look(&format!("{page}, words"));
        self.site.fates(fates.iter().copied());
        self.browser.panel().send();
        self.browser.panel().reaches(outcome);
        self.look(&format!("{page}, {outcome}"));
    }

    fn list(&mut self) {
        self.visit("cart");
        self.browser.run::<Value>("glas('open')");
        let _ = self.browser.panel();
        self.look("cart, list");
        self.browser.panel().choose("~other");
        self.browser.panel().send();
        self.look("cart, other text missing");
        self.browser.panel().write("input[name=other]", "Words");
        self.look("cart, other text");
    }

    /// On pages without a question, the shop opens the survey by script.
    fn opened(&mut self, page: &str) {
        self.visit(page);
        let surveys = self.site.shop.get("/v1/surveys");
        let survey = surveys["items"].as_array().unwrap().iter().find(|each| each["touchpoint"] == "purchase").unwrap();
        self.browser.run_with::<Value>("glas('open', arguments[0])", vec![survey["id"].clone()]);
        let _ = self.browser.panel();
        self.look(&format!("{page}, opened"));
    }

    fn inspect_all(mut self) {
        self.scale("thank-you", 9, &[Fate::Held], "sending");
        self.site.release();
        self.browser.panel().reaches("thanks");
        self.look("thank-you, thanks");
        self.scale("support", 2, &[Fate::Refused(503, 60)], "saved");
        self.scale("order", 4, &[Fate::Refused(400, 0)], "failed");
        self.list();
        for page in ["", "product", "checkout"] {
            self.opened(page);
        }
        assert!(self.found.is_empty(), "{:#?}", self.found);
    }
}

#[test]
fn axe_finds_nothing_at_320_pixels() {
    Inspector::new(Window::Narrow, "pl").inspect_all();
}

#[test]
fn axe_finds_nothing_on_a_desktop() {
    Inspector::new(Window::Desktop, "ro").inspect_all();
}

#[test]
fn eleven_scores_fit_in_one_row_of_large_enough_targets() {
    let site = Site::demo(Worker::shared());
    let browser = Browser::open(Window::Narrow);
    for language in ["pl", "ro", "en"] {
        browser.visit(&format!("{}/demo/thank-you?lang={language}", site.origin));
        let boxes: Vec<[f64; 4]> = browser.panel().run(
            "return [...root.querySelectorAll('input[name=score]')].map((input) => {
               const { x, y, width, height } = input.getBoundingClientRect(); return [x, y, width, height]; })",
        );
        assert_eq!(boxes.len(), 11);
        for pair in boxes.windows(2) {
            assert!(pair[0][0] + pair[0][2] <= pair[1][0], "from left to right: {pair:?}");
            assert_eq!(pair[0][1].to_bits(), pair[1][1].to_bits(), "in one row: {pair:?}");
        }
        for [x, _, width, height] in boxes {
            assert!(width >= 24.0 && height >= 24.0, "{width} × {height}");
            assert!(x >= 0.0 && x + width <= 320.0, "{x}");
        }
        let width: f64 = browser.run("return document.documentElement.scrollWidth");
        assert!(width <= 320.0, "no horizontal scrolling: {width}");
    }
}

#[test]
fn everything_is_reachable_at_400_percent_zoom() {
    let site = Site::demo(Worker::shared());
    let browser = Browser::open(Window::Desktop);
    // A 1280 × 1024 window at 400 % zoom.
    browser.resize(320, 256);
    browser.visit(&format!("{}/demo/cart?lang=pl", site.origin));
    browser.until_true("window.glas?.key");
    browser.run::<Value>("glas('open')");
    let panel = browser.panel();
    let (top, bottom): (f64, f64) =
        panel.run("const { top, bottom } = root.querySelector('.panel').getBoundingClientRect(); return [top, bottom]");
    assert!(top >= 0.0 && bottom <= 256.0, "{top} to {bottom}");
    panel.choose("~other");
    panel.write("input[name=other]", "Small window");
    panel.send();
    panel.reaches("thanks");
    panel.click(".close");
    panel.goes();
}

#[test]
fn the_focused_element_is_not_covered() {
    let site = Site::demo(Worker::shared());
    for (window, place) in [
        (Window::Phone, "position: fixed; right: 40px; bottom: 60px"),
        (Window::Desktop, "position: fixed; right: 40px; bottom: 60px"),
        (Window::Phone, "margin-top: 92vh; margin-bottom: 50vh; float: right"),
    ] {
        // The focus is in a field when the survey appears, or moves there afterwards.
        for before in [true, false] {
            let browser = Browser::open(window);
            let focus = if before { "autofocus" } else { "" };
            let field = format!("<h1>Shop</h1><input id=coupon {focus} style='{place}' aria-label=Coupon>");
            site.page("/demo/thank-you", &site.tag(), &field);
            browser.visit(&format!("{}/demo/thank-you", site.origin));
            let _ = browser.panel();
            if !before {
                browser.press(Key::Tab);
            }
            let seen: bool = browser.run(
                "const { x, y, width, height } = document.activeElement.getBoundingClientRect();
             return document.activeElement.id === 'coupon'
               && document.elementFromPoint(x + width / 2, y + height / 2) === document.activeElement",
            );
            assert!(seen, "{window:?}, {place}, {focus}");
        }
    }
}
