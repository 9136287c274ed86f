//! Where and when a survey is shown.

use super::{accepted, problems, rejected, survey, with};
use serde_json::{Value, json};
use survey::{
    Mode, Trigger,
    display::{Corner, Placement, PropertyValue},
    submission::Source,
    theme::{Rgb, Scheme, Theme},
};

#[test]
fn modes_are_parsed() {
    for (display, mode) in [
        (json!({}), Mode::SlideIn),
        (json!({ "mode": "slide_in", "selector": "#x", "height": 3 }), Mode::SlideIn),
        (json!({ "mode": "inline", "selector": " #x " }), Mode::Inline { selector: "#x".into(), height: 0 }),
        (
            json!({ "mode": "inline", "selector": "#x", "height": 320 }),
            Mode::Inline { selector: "#x".into(), height: 320 },
        ),
        (json!({ "mode": "modal" }), Mode::Modal),
        (json!({ "mode": "button" }), Mode::Button { label: survey::Localized::default() }),
    ] {
        assert_eq!(accepted("/display", display.clone()).display().mode, mode, "{display}");
    }
    let survey = accepted("/display", json!({ "mode": "button", "label": { "en": "Tell us", "pl": "Napisz" } }));
    let Mode::Button { label } = &survey.display().mode else { panic!("no button") };
    assert_eq!(label.iter().map(|(_, text)| text).collect::<Vec<_>>(), ["Tell us", "Napisz"]);
}

#[test]
fn positions_are_parsed() {
    for (display, placement) in [
        (json!({}), Placement { corner: Corner::BottomRight, x: 16, y: 16, z_index: 9000 }),
        (
            json!({ "corner": "top_left", "offset": { "x": 0, "y": 200 }, "z_index": 1 }),
            Placement { corner: Corner::TopLeft, x: 0, y: 200, z_index: 1 },
        ),
        (
            json!({ "corner": "bottom_left", "offset": { "y": 80 }, "z_index": 9999 }),
            Placement { corner: Corner::BottomLeft, x: 16, y: 80, z_index: 9999 },
        ),
    ] {
        assert_eq!(accepted("/display", display.clone()).display().placement, placement, "{display}");
    }
}

#[test]
fn themes_are_parsed() {
    let theme = accepted("/display/theme", json!({})).display().theme;
    assert_eq!(theme, Theme::default());
    let theme = json!({
        "scheme": "dark", "accent": "#0A7D33", "text": "#111111", "radius": 0, "dark": { "background": "#000000" },
    });
    let theme = accepted("/display/theme", theme).display().theme;
    assert_eq!((theme.scheme, theme.radius), (Scheme::Dark, Some(0)));
    assert_eq!((theme.light.accent, theme.light.background), (Some(Rgb::new(0x0a_7d_33)), None));
    assert_eq!((theme.dark.accent, theme.dark.background), (None, Some(Rgb::BLACK)));
}

#[test]
fn triggers_are_parsed() {
    let event = |props: &[(&str, PropertyValue)]| Trigger::Event {
        name: "bought".into(),
        props: props.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
    };
    for (trigger, expected) in [
        (json!({ "on": "load" }), Trigger::Load),
        (json!({ "on": "exit" }), Trigger::Exit),
        (json!({ "on": "scroll", "percent": 50.0 }), Trigger::Scroll { percent: 50 }),
        (json!({ "on": "click", "selector": ".ask" }), Trigger::Click { selector: ".ask".into() }),
        (json!({ "on": "visible", "selector": "#end" }), Trigger::Visible { selector: "#end".into() }),
        (json!({ "on": "event", "name": "bought" }), event(&[])),
        (
            json!({ "on": "event", "name": "bought", "where": { "plan": "gold", "items": 3, "new": true, "gone": null } }),
            event(&[
                ("plan", PropertyValue::Text("gold".into())),
                ("items", PropertyValue::Number(3)),
                ("new", PropertyValue::Flag(true)),
            ]),
        ),
        (json!({ "on": "time", "seconds": 30 }), Trigger::Time { seconds: 30 }),
        (json!({ "on": "pages", "count": 3 }), Trigger::Pages { count: 3 }),
    ] {
        let display = json!({ "triggers": [trigger] });
        assert_eq!(accepted("/display", display).display().triggers, [expected], "{trigger}");
    }
}

/// The trigger after this one in the order of `Trigger::NAMES`. A new trigger does not compile until it has a place in the
/// chain.
fn next_trigger(trigger: &Trigger) -> Option<Trigger> {
    match trigger {
        Trigger::Load => Some(Trigger::Exit),
        Trigger::Exit => Some(Trigger::Scroll { percent: 50 }),
        Trigger::Scroll { .. } => Some(Trigger::Click { selector: "#a".into() }),
        Trigger::Click { .. } => Some(Trigger::Visible { selector: "#a".into() }),
        Trigger::Visible { .. } => Some(Trigger::Event { name: "a".into(), props: [].into() }),
        Trigger::Event { .. } => Some(Trigger::Time { seconds: 5 }),
        Trigger::Time { .. } => Some(Trigger::Pages { count: 2 }),
        Trigger::Pages { .. } => None,
    }
}

#[test]
fn every_trigger_is_listed_and_read_as_it_was_written() {
    let triggers: Vec<Trigger> = std::iter::successors(Some(Trigger::Load), next_trigger).collect();
    assert_eq!(triggers.iter().map(Trigger::as_str).collect::<Vec<_>>(), Trigger::NAMES);
    for expected in triggers {
        // Each trigger reads the parameters that it has.
        let trigger = json!({
            "on": expected.as_str(), "percent": 50, "selector": "#a", "name": "a", "seconds": 5, "count": 2,
        });
        let survey = accepted("/display", json!({ "triggers": [trigger] }));
        assert_eq!(survey.display().triggers, std::slice::from_ref(&expected));
        let source = Source::parse(expected.as_str());
        assert_eq!(source.map(Source::as_str), Some(expected.as_str()), "submissions name the trigger");
    }
}

#[test]
fn modes_have_default_triggers() {
    for (display, expected) in [
        (json!({}), [Trigger::Load].as_slice()),
        (json!({ "trigger": "load" }), &[Trigger::Load]),
        (json!({ "trigger": "exit" }), &[Trigger::Exit]),
        (json!({ "triggers": [] }), &[]),
        (json!({ "mode": "inline", "selector": "#x" }), &[Trigger::Load]),
        (json!({ "mode": "modal" }), &[]),
        (json!({ "mode": "button" }), &[]),
        (json!({ "mode": "button", "triggers": [] }), &[]),
    ] {
        assert_eq!(accepted("/display", display.clone()).display().triggers, expected, "{display}");
    }
}

#[test]
fn page_patterns_are_accepted() {
    let pages = json!(["/", "/p/*", "*", "!/p/secret", "!*kasa*", "~^/p/\\d+$", "!~(a|b)"]);
    assert_eq!(json!(accepted("/display/pages", pages.clone()).display().pages), pages);
}

#[test]
fn each_problem_is_reported_with_its_place_and_code() {
    let long = "x".repeat(301);
    for (member, value, at, code) in [
        ("mode", json!("inline"), "selector", "missing"),
        ("corner", json!("middle"), "corner", "unknown_value"),
        ("corner", json!(1), "corner", "wrong_type"),
        ("offset", json!(16), "offset", "wrong_type"),
        ("offset", json!({ "x": -1 }), "offset.x", "out_of_range"),
        ("offset", json!({ "y": 201 }), "offset.y", "out_of_range"),
        ("offset", json!({ "y": "16px" }), "offset.y", "wrong_type"),
        ("z_index", json!(0), "z_index", "out_of_range"),
        ("z_index", json!(10_000), "z_index", "out_of_range"),
        ("theme", json!("dark"), "theme", "wrong_type"),
        ("theme", json!({ "scheme": "blue" }), "theme.scheme", "unknown_value"),
        ("theme", json!({ "accent": "red" }), "theme.accent", "invalid_format"),
        ("theme", json!({ "background": "#fff" }), "theme.background", "invalid_format"),
        ("theme", json!({ "text": 0 }), "theme.text", "wrong_type"),
        ("theme", json!({ "radius": 33 }), "theme.radius", "out_of_range"),
        ("theme", json!({ "dark": [] }), "theme.dark", "wrong_type"),
        ("theme", json!({ "dark": { "accent": "#12345g" } }), "theme.dark.accent", "invalid_format"),
        ("pages", json!(["!"]), "pages[0]", "invalid_format"),
        ("pages", json!(["!kasa"]), "pages[0]", "invalid_format"),
        ("pages", json!(["~"]), "pages[0]", "invalid_format"),
        ("pages", json!(["/", "!~(a"]), "pages[1]", "invalid_format"),
        ("pages", json!([format!("~{long}")]), "pages[0]", "too_long"),
        ("triggers", json!("load"), "triggers", "wrong_type"),
        ("triggers", json!(["load"]), "triggers[0]", "wrong_type"),
        ("triggers", json!([{}]), "triggers[0].on", "missing"),
        ("triggers", json!([{ "on": "hover" }]), "triggers[0].on", "unknown_value"),
        ("triggers", json!([{ "on": "load" }, { "on": "scroll" }]), "triggers[1].percent", "missing"),
        ("triggers", json!([{ "on": "scroll", "percent": 0 }]), "triggers[0].percent", "out_of_range"),
        ("triggers", json!([{ "on": "scroll", "percent": 101 }]), "triggers[0].percent", "out_of_range"),
        ("triggers", json!([{ "on": "click" }]), "triggers[0].selector", "missing"),
        ("triggers", json!([{ "on": "visible", "selector": " " }]), "triggers[0].selector", "empty"),
        ("triggers", json!([{ "on": "visible", "selector": long }]), "triggers[0].selector", "too_long"),
        ("triggers", json!([{ "on": "event" }]), "triggers[0].name", "missing"),
        ("triggers", json!([{ "on": "event", "name": "x".repeat(101) }]), "triggers[0].name", "too_long"),
        ("triggers", json!([{ "on": "event", "name": "a", "where": [] }]), "triggers[0].where", "wrong_type"),
        (
            "triggers",
            json!([{ "on": "event", "name": "a", "where": { "b": 1.5 } }]),
            "triggers[0].where.b",
            "wrong_type",
        ),
        (
            "triggers",
            json!([{ "on": "event", "name": "a", "where": { "b": {} } }]),
            "triggers[0].where.b",
            "wrong_type",
        ),
        (
            "triggers",
            json!([{ "on": "event", "name": "a", "where": { "b": "x".repeat(101) } }]),
            "triggers[0].where.b",
            "too_long",
        ),
        ("triggers", json!([{ "on": "time", "seconds": 0 }]), "triggers[0].seconds", "out_of_range"),
        ("triggers", json!([{ "on": "time", "seconds": 3_601 }]), "triggers[0].seconds", "out_of_range"),
        ("triggers", json!([{ "on": "pages", "count": 101 }]), "triggers[0].count", "out_of_range"),
        ("triggers", json!(vec![json!({ "on": "load" }); 11]), "triggers", "too_many"),
    ] {
        let mut definition = with("/display", json!({}));
        definition["display"][member] = value;
        assert_eq!(problems(&definition), [(format!("display.{at}"), code)], "{definition}");
    }
    let props: serde_json::Map<_, _> = (0..11).map(|number| (format!("p{number}"), json!(1))).collect();
    let display = json!({ "triggers": [{ "on": "event", "name": "a", "where": props }] });
    rejected("/display", display, &[("display.triggers[0].where", "too_many")]);
    rejected(
        "/display",
        json!({ "mode": "inline", "selector": "#x", "height": 2_001 }),
        &[("display.height", "out_of_range")],
    );
    let label = json!({ "mode": "button", "label": { "pl": "Napisz" } });
    rejected("/display", label, &[("display.label.en", "missing")]);
}

#[test]
fn a_modal_survey_opens_only_on_request() {
    let on_request = json!([{ "on": "click", "selector": "#x" }, { "on": "event", "name": "help" }]);
    assert_eq!(accepted("/display", json!({ "mode": "modal", "triggers": on_request })).display().triggers.len(), 2);
    for on in ["load", "exit"] {
        let short = json!({ "mode": "modal", "trigger": on });
        rejected("/display", short, &[("display.triggers[0].on", "wrong_kind")]);
    }
    let triggers = json!([{ "on": "event", "name": "help" }, { "on": "time", "seconds": 3 }]);
    let modal = json!({ "mode": "modal", "triggers": triggers });
    rejected("/display", modal, &[("display.triggers[1].on", "wrong_kind")]);
    let button = json!({ "mode": "button", "triggers": [{ "on": "click", "selector": "#x" }] });
    rejected("/display", button, &[("display.triggers", "wrong_kind")]);
    let both = json!({ "trigger": "exit", "triggers": [] });
    rejected("/display", both, &[("display.trigger", "duplicate")]);
}

#[test]
fn the_short_form_is_written_back_in_full() {
    let survey = survey(&with("/display", json!({ "trigger": "exit" })));
    let written: Value = serde_json::to_value(survey::wire::Definition::from(&survey)).unwrap();
    assert_eq!(written["display"]["triggers"], json!([{ "on": "exit" }]));
    assert_eq!(written["display"]["trigger"], Value::Null);
}
