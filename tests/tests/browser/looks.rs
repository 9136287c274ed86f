//! axe-core finds nothing in any mode, at any question, in any state, light and dark, left to right and right to left,
//! and every target is big enough for a finger.

use std::fs;
use tests::{
    browser::{Browser, Window},
    looks,
    site::Site,
    worker::{Worker, tool},
};

/// Runs on the whole page, and through open shadow roots; returns a line for each finding.
const CHECK: &str = "
return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) =>
    `${id}: ${help}: ${target.flat().join(' ')}: ${any.map(({ message }) => message).join(' ')}`)))";

/// What a finger cannot hit: less than 24 × 24 CSS pixels, or beyond the screen's sides. A box with a label is hit by its label.
const SMALL: &str = "
return [...document.querySelectorAll('glas-survey, glas-button')].flatMap(({ shadowRoot }) =>
  [...shadowRoot.querySelectorAll('button, input, textarea, label:has(input)')].filter((part) => part.checkVisibility()
    && !(part.localName === 'input' && part.parentNode.localName === 'label' && part.parentNode.textContent.trim()
      && getComputedStyle(part).position !== 'absolute')).map((part) => {
    const { left, right, width, height } = part.getBoundingClientRect();
    return width >= 24 && height >= 24 && left >= -0.5 && right <= innerWidth + 0.5 ? ''
      : `${part.localName}.${part.className} ${part.value ?? ''}: ${left} to ${right}, ${width} x ${height}`;
  }).filter(Boolean)).concat(
    document.documentElement.scrollWidth > innerWidth ? `the page scrolls sideways: ${document.documentElement.scrollWidth}` : [])";

#[track_caller]
fn inspect(window: Window, language: &str) {
    let axe = fs::read_to_string(tool("GLAS_NPM").join("axe-core/axe.min.js")).expect("axe-core");
    let site = Site::open(Worker::shared());
    let surveys = looks::open(&site);
    let browser = Browser::open(window);
    browser.before_each_page(&axe);
    let mut found = Vec::new();
    let mut looked = 0;
    for (at, (mode, id)) in surveys.iter().enumerate() {
        let path = if *mode == "button" { "/button" } else { "/page" };
        looks::page(&site, path, language);
        let mut look = |state: &str| {
            for (scheme, dark) in [("dark", true), ("light", false)] {
                browser.dark(dark);
                let findings: Vec<String> = browser.run(CHECK);
                found.extend(findings.into_iter().map(|each| format!("{mode}, {state}, {scheme}: {each}")));
            }
            let small: Vec<String> = browser.run(SMALL);
            found.extend(small.into_iter().map(|each| format!("{mode}, {state}: {each}")));
            looked += 1;
        };
        browser.visit(&format!("{}{path}", site.origin));
        if *mode == "button" {
            browser.until_true("document.querySelector('glas-button')");
            look("closed");
        }
        looks::show(&browser, id);
        look("open");
        // The way through is the same in every mode: once as a card, once with an owner's colours.
        if at == 0 || *mode == "themed" {
            looks::walk(&browser, &mut look);
        }
    }
    assert!(looked > 30, "{looked}");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn axe_finds_nothing_in_any_mode_at_320_pixels() {
    inspect(Window::Narrow, "en");
}

#[test]
fn axe_finds_nothing_in_any_mode_from_right_to_left() {
    inspect(Window::Desktop, "ar");
}
