//! axe-core reports nothing in any mode, at any question, in any state, light and dark, left to right and right to
//! left, and every target is large enough.

use serde_json::json;
use std::collections::BTreeMap;
use tests::{
    axe,
    browser::{Browser, Window},
    gallery,
    site::Site,
    worker::Worker,
};

/// Finds targets smaller than 24 × 24 CSS pixels or partly outside the screen. The label of an input is part of its
/// target.
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
    let site = Site::open(Worker::shared());
    let surveys = gallery::open(&site);
    let browser = Browser::open(window);
    axe::ready(&browser);
    let mut found = Vec::new();
    let mut looked = 0;
    for (at, (mode, id)) in surveys.iter().enumerate() {
        let path = if *mode == "button" { "/button" } else { "/page" };
        gallery::page(&site, path, language);
        let mut look = |state: &str| {
            for (scheme, dark) in [("dark", true), ("light", false)] {
                browser.dark(dark);
                let findings: Vec<String> = axe::findings(&browser);
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
        gallery::show(&browser, id);
        look("open");
        // The steps are the same in every mode: run them once as a card and once with an owner's colours.
        if at == 0 || *mode == "themed" {
            gallery::walk(&browser, &mut look);
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

/// The built-in texts of every language, whatever their length.
#[test]
fn axe_finds_nothing_in_any_language_at_320_pixels() {
    const LANGUAGES: [&str; 12] = ["ar", "cs", "de", "en", "es", "fr", "hu", "it", "pl", "ro", "sk", "uk"];
    let texts: BTreeMap<_, _> = LANGUAGES.map(|language| (language, "?")).into();
    let site = Site::open(Worker::shared());
    let questions =
        ["nps", "ces", "csat", "agree", "contact"].map(|kind| json!({ "id": kind, "kind": kind, "text": texts }));
    let survey = json!({ "name": "Words", "touchpoint": "purchase", "language": "en", "display": { "pages": ["/none"] }, "questions": questions });
    let id = site.shop.publish(&survey).id;
    let browser = Browser::open(Window::Narrow);
    axe::ready(&browser);
    let mut found = Vec::new();
    for language in LANGUAGES {
        gallery::page(&site, "/page", language);
        browser.visit(&format!("{}/page", site.origin));
        gallery::show(&browser, &id);
        let panel = browser.panel();
        assert_eq!(panel.run::<String>("return root.querySelector('.panel').lang"), language);
        for highest in [10, 7, 5, 7] {
            let _ = panel.part(&format!("input[name=score][value='{highest}']"));
            let findings = [axe::findings(&browser), browser.run(SMALL)].concat();
            found.extend(findings.into_iter().map(|each| format!("{language}, up to {highest}: {each}")));
            panel.tap(1);
        }
        panel.write("input[name=contact]", "incomplete");
        panel.send();
        let findings = [axe::findings(&browser), browser.run(SMALL)].concat();
        found.extend(findings.into_iter().map(|each| format!("{language}, contact: {each}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// With forced colours, boxes keep their borders and the selected option is distinguishable.
#[test]
fn forced_colours_keep_borders_and_the_selection() {
    let site = Site::open(Worker::shared());
    let id = site.shop.publish(&gallery::survey("Forced", &json!({ "pages": ["/none"] }))).id;
    gallery::page(&site, "/page", "en");
    let browser = Browser::open(Window::Desktop);
    browser.visit(&format!("{}/page", site.origin));
    browser.devtools(
        "Emulation.setEmulatedMedia",
        &json!({ "features": [{ "name": "forced-colors", "value": "active" }] }),
    );
    assert!(browser.run::<bool>("return matchMedia('(forced-colors: active)').matches"));
    gallery::show(&browser, &id);
    let panel = browser.panel();
    let bare: Vec<String> = panel.run(
        "return [root.querySelector('.panel'), ...root.querySelectorAll('[name=score]')]
           .filter((part) => { const { borderTopStyle, borderTopWidth } = getComputedStyle(part); return borderTopStyle === 'none' || borderTopWidth === '0px' })
           .map((part) => part.className + part.value)",
    );
    assert_eq!(bare, Vec::<String>::new());
    panel.tap(9);
    panel.click(".back");
    let _ = panel.part("[name=score]:checked");
    let [chosen, other]: [String; 2] = panel.run(
        "return ['9', '8'].map((value) => getComputedStyle(root.querySelector(`[name=score][value='${value}']`)).backgroundColor)",
    );
    assert_ne!(chosen, other);
}
