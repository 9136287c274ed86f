//! The configuration that the page loader receives.

use super::{survey, with};
use serde_json::{Value, json};
use survey::{
    ShopSettings,
    settings::Consent,
    submission::PageParameters,
    wire::{PageConfig, SurveySummary},
};

/// The entry of a survey with this display and audience in the loader's configuration.
fn summary(display: &Value, audience: &Value) -> Value {
    let mut definition = with("/display", display.clone());
    definition["audience"] = audience.clone();
    definition["questions"][0]["kind"] = json!("ces");
    let survey = survey(&definition);
    serde_json::to_value(SurveySummary::new("srv_x", 3, &survey, "Półka")).unwrap()
}

#[test]
fn default_values_are_left_out() {
    let display = json!({ "pages": ["/a"] });
    let expected = json!({ "id": "srv_x", "v": 3, "l": ["en", "pl"], "p": ["/a"] });
    assert_eq!(summary(&display, &json!({})), expected);
}

#[test]
fn every_member_is_listed() {
    let page = |more: Value| {
        let mut display = json!({ "pages": ["/a"] });
        display.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        display
    };
    let none = json!({});
    for (display, audience, member, expected) in [
        (json!({ "mode": "inline", "selector": "#x" }), &none, "m", json!("inline")),
        (json!({ "mode": "inline", "selector": "#x" }), &none, "q", json!("#x")),
        (json!({ "mode": "inline", "selector": "#x" }), &none, "h", Value::Null),
        (json!({ "mode": "inline", "selector": "#x", "height": 300 }), &none, "h", json!(300)),
        (json!({ "mode": "modal" }), &none, "m", json!("modal")),
        (json!({ "mode": "modal" }), &none, "t", json!([])),
        (json!({ "mode": "button" }), &none, "t", json!([])),
        (json!({ "triggers": [] }), &none, "t", json!([])),
        (json!({ "triggers": [{ "on": "load" }] }), &none, "t", Value::Null),
        (
            json!({ "triggers": [
                { "on": "load" }, { "on": "exit" }, { "on": "scroll", "percent": 50 },
                { "on": "click", "selector": ".x" }, { "on": "visible", "selector": "#y" },
                { "on": "event", "name": "a" }, { "on": "event", "name": "b", "where": { "c": "d", "e": 1, "f": false } },
                { "on": "time", "seconds": 20 }, { "on": "pages", "count": 3 },
            ] }),
            &none,
            "t",
            json!([
                ["load"], ["exit"], ["scroll", 50], ["click", ".x"], ["visible", "#y"], ["event", "a"],
                ["event", "b", { "c": "d", "e": 1, "f": false }], ["time", 20], ["pages", 3],
            ]),
        ),
        (json!({ "delay_ms": 600 }), &none, "d", json!(600)),
        (none.clone(), &json!({ "devices": ["desktop", "mobile"] }), "w", json!("md")),
        (none.clone(), &json!({ "devices": ["tablet"] }), "w", json!("t")),
        (none.clone(), &json!({ "languages": ["pl", "ro"] }), "g", json!(["pl", "ro"])),
        (none.clone(), &json!({ "visitors": "all" }), "n", Value::Null),
        (none.clone(), &json!({ "visitors": "new" }), "n", json!(1)),
        (none.clone(), &json!({ "visitors": "returning" }), "n", json!(2)),
        (none.clone(), &json!({ "sample_percent": 100 }), "r", Value::Null),
        (none.clone(), &json!({ "sample_percent": 10 }), "r", json!(10)),
        // `until` is inclusive: the end is the start of the next day.
        (none.clone(), &json!({ "from": "2026-11-22" }), "b", json!(1_795_305_600_000_i64)),
        (none.clone(), &json!({ "until": "2026-11-22" }), "e", json!(1_795_392_000_000_i64)),
        (none.clone(), &json!({ "stop_after": 5 }), "x", Value::Null),
        (none.clone(), &json!({ "max_views": 5 }), "x", json!(5)),
        (none.clone(), &json!({ "again": { "after_answer_days": 90 } }), "a", Value::Null),
        (none.clone(), &json!({ "again": { "after_view_days": 0 } }), "a", json!([90, 30, 180, 0])),
        (json!({ "mode": "button", "corner": "top_left" }), &none, "y", json!(["top_left", 16, 16, 9000])),
        (
            json!({ "mode": "button", "offset": { "x": 1, "y": 2 }, "z_index": 3 }),
            &none,
            "y",
            json!(["bottom_right", 1, 2, 3]),
        ),
        (json!({ "mode": "button" }), &none, "y", Value::Null),
        (json!({ "corner": "top_left" }), &none, "y", Value::Null),
        (json!({ "mode": "slide_in" }), &none, "z", Value::Null),
        (json!({ "mode": "button" }), &none, "z", json!({ "en": "Feedback", "pl": "Twoja opinia" })),
        (
            json!({ "mode": "button", "label": { "en": "Ask {shop}" } }),
            &none,
            "z",
            json!({ "en": "Ask Półka", "pl": "Twoja opinia" }),
        ),
    ] {
        let entry = summary(&page(display.clone()), audience);
        assert_eq!(entry[member], expected, "{member}: {display} {audience}");
    }
}

#[test]
fn the_default_language_comes_first() {
    let mut definition = with("/language", json!("pl"));
    definition["questions"] =
        json!([{ "id": "q", "kind": "ces", "text": { "cs": "?", "pl": "?", "ar": "?", "pt-BR": "?" } }]);
    definition["display"]["pages"] = json!([]);
    let survey = survey(&definition);
    let entry = serde_json::to_value(SurveySummary::new("srv_x", 1, &survey, "Półka")).unwrap();
    assert_eq!(entry["l"], json!(["pl", "ar", "cs", "pt-BR"]));
}

#[test]
fn checkout_pages_are_excluded_by_default() {
    for (pages, during, is_excluded) in [
        (json!([]), false, true),
        (json!(["!/a"]), false, true),
        (json!(["!/a", "!~b"]), false, true),
        (json!(["/a"]), false, false),
        (json!(["!/a", "/b*"]), false, false),
        (json!(["~^/b"]), false, false),
        (json!([]), true, false),
        (json!(["!/a"]), true, false),
    ] {
        let entry = summary(&json!({ "pages": pages }), &json!({ "during_checkout": during }));
        let found = entry["p"].as_array().cloned().unwrap_or_default();
        let own = pages.as_array().unwrap();
        assert_eq!(found[..own.len()], own[..], "the owner's patterns come first");
        assert_eq!(found.contains(&json!("!*/checkout*")), is_excluded, "{pages} {during}");
        assert_eq!(found.contains(&json!("!*/kasa*")), is_excluded, "{pages} {during}");
        assert!(found.iter().skip(own.len()).all(|page| page.as_str().is_some_and(|page| page.starts_with("!*/"))));
    }
}

#[test]
fn settings_are_listed_unless_they_are_defaults() {
    let none = PageParameters::default();
    for (consent, cooldown_days, expected) in [
        (Consent::Auto, 7, json!({ "k": "pk_x", "s": [] })),
        (Consent::Wait, 7, json!({ "k": "pk_x", "c": "w", "s": [] })),
        (Consent::None, 0, json!({ "k": "pk_x", "c": "n", "o": 0, "s": [] })),
    ] {
        let config = PageConfig::new(
            "pk_x",
            &ShopSettings { consent, cooldown_days, ..ShopSettings::default() },
            &none,
            Vec::new(),
        );
        assert_eq!(serde_json::to_value(&config).unwrap(), expected);
    }
    let settings = ShopSettings { page_parameters: vec!["category".to_owned()], ..ShopSettings::default() };
    let parameters = PageParameters::new(&settings, []);
    let config = PageConfig::new("pk_x", &settings, &parameters, Vec::new());
    assert_eq!(serde_json::to_value(&config).unwrap(), json!({ "k": "pk_x", "u": ["category"], "s": [] }));
}

#[test]
fn only_the_needed_modules_are_loaded() {
    let parts = |displays: &[Value], consent| {
        let surveys: Vec<_> = displays.iter().map(|display| survey(&with("/display", display.clone()))).collect();
        let entries = surveys.iter().map(|survey| SurveySummary::new("srv_x", 1, survey, "Półka")).collect();
        PageConfig::new(
            "pk_x",
            &ShopSettings { consent, ..ShopSettings::default() },
            &PageParameters::default(),
            entries,
        )
        .parts()
    };
    let exit = json!({ "trigger": "exit" });
    let many = json!({ "triggers": [{ "on": "time", "seconds": 1 }, { "on": "load" }, { "on": "exit" }, { "on": "time", "seconds": 2 }] });
    let rest = json!({ "triggers": [
        { "on": "visible", "selector": "a" }, { "on": "scroll", "percent": 1 }, { "on": "pages", "count": 1 },
        { "on": "event", "name": "a" }, { "on": "click", "selector": "a" },
    ] });
    for (displays, consent, expected) in [
        (vec![], Consent::None, [].as_slice()),
        (vec![], Consent::Wait, &["memory"]),
        (vec![], Consent::Auto, &["auto", "memory"]),
        (vec![json!({})], Consent::None, &[]),
        (vec![exit.clone()], Consent::None, &["exit"]),
        (vec![exit.clone(), many, exit], Consent::Wait, &["exit", "memory", "time"]),
        (vec![rest], Consent::None, &["click", "event", "pages", "scroll", "visible"]),
        (vec![json!({ "mode": "button" })], Consent::None, &["button"]),
        (vec![json!({ "mode": "modal" })], Consent::None, &[]),
    ] {
        assert_eq!(parts(&displays, consent), expected, "{displays:?} {consent:?}");
    }
}
