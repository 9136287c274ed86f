//! The view that the widget receives.

use super::{survey, valid, with};
use serde_json::{Value, json};
use survey::{Language, wire::View};

fn view(definition: &Value, language: &str) -> Value {
    serde_json::to_value(View::new(&survey(definition), "Półka", &Language::parse(language).unwrap())).unwrap()
}

#[test]
fn default_values_are_left_out() {
    let view = view(&valid(), "en");
    let members: Vec<_> = view.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["dir", "lang", "questions", "thanks", "ui"]);
    assert_eq!(view["dir"], "ltr");
    let words: Vec<_> = view["ui"].as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["back", "close", "failed", "left", "missing", "of", "other", "region", "saved", "send", "sending", "skip"];
    assert_eq!(words, expected);
    assert_eq!(view["questions"][1]["when"], json!({ "q": 0, "any": 0b111_1111 }));
    let choice: Vec<_> = view["questions"][2].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(choice, ["choices", "id", "kind", "multiple", "other", "text"]);
}

#[test]
fn the_optional_module_is_requested_when_needed() {
    let text = |text: &str| json!({ "id": "more", "kind": "text", "text": { "en": text } });
    for (pointer, value, more) in [
        ("/name", json!("The usual"), false),
        ("/display", json!({ "mode": "modal" }), true),
        ("/display", json!({ "corner": "top_left" }), true),
        ("/display", json!({ "corner": "bottom_right" }), false),
        ("/questions/1", json!({ "id": "more", "kind": "csat", "text": { "en": "?" } }), false),
        ("/questions/1", json!({ "id": "more", "kind": "csat", "look": "stars", "text": { "en": "?" } }), true),
        ("/questions/1", json!({ "id": "more", "kind": "contact", "text": { "en": "?" } }), true),
        ("/questions/1", text("{shop} { }"), false),
        ("/questions/1", text("You gave {nps}"), true),
        ("/thanks", json!({ "en": "Thanks for the {nps}" }), true),
    ] {
        let view = view(&with(pointer, value.clone()), "en");
        assert_eq!(view.get("more").is_some(), more, "{pointer} = {value}");
    }
}

#[test]
fn modes_and_positions_are_listed() {
    for (display, expected) in [
        (json!({ "mode": "modal" }), json!({ "mode": "modal" })),
        (json!({ "mode": "inline", "selector": "#x", "height": 9 }), json!({ "mode": "inline" })),
        (json!({ "corner": "top_left" }), json!({ "corner": "top_left" })),
        (json!({ "theme": { "scheme": "light" } }), json!({ "scheme": "light" })),
        (json!({ "offset": { "x": 0 } }), json!({ "vars": { "--glas-x": "0px" } })),
        (
            json!({ "offset": { "y": 80 }, "z_index": 20, "theme": { "radius": 0 } }),
            json!({ "vars": { "--glas-y": "80px", "--glas-z": "20", "--glas-radius": "0px" } }),
        ),
    ] {
        let mut view = view(&with("/display", display.clone()), "en");
        view.as_object_mut().unwrap().retain(|name, _| ["mode", "corner", "scheme", "vars"].contains(&name.as_str()));
        assert_eq!(view, expected, "{display}");
    }
}

#[test]
fn only_changed_colours_are_sent() {
    for (theme, expected) in [
        // The widget's default colours are not sent.
        (json!({ "accent": "#2443b8", "background": "#ffffff", "text": "#121a2c", "scheme": "light" }), json!(null)),
        (json!({ "accent": "#0a7d33", "scheme": "light" }), json!({ "--l-accent": "#0a7d33", "--l-pale": "#e2efe7" })),
        // White text on yellow is unreadable: the text becomes black and the yellow darker, until it has a contrast of
        // 3 on white.
        (
            json!({ "accent": "#ffcc00", "scheme": "light" }),
            json!({ "--l-accent": "#b38f00", "--l-on-accent": "#000000", "--l-pale": "#f6f2e0" }),
        ),
        (json!({ "accent": "#ffcc00", "scheme": "dark" }), json!({ "--d-accent": "#ffcc00", "--d-pale": "#333328" })),
    ] {
        let view = view(&with("/display/theme", theme.clone()), "en");
        assert_eq!(view["vars"], expected, "{theme}");
    }
    let both = view(&with("/display/theme", json!({ "accent": "#0a7d33" })), "en");
    let names: Vec<_> = both["vars"].as_object().unwrap().keys().map(String::as_str).collect();
    assert!(names.contains(&"--l-accent") && names.contains(&"--d-accent"), "{names:?}");
}

#[test]
fn every_kind_has_its_members() {
    let text = json!({ "en": "How well does {shop} do, after {first}?" });
    let mut definition = valid();
    definition["questions"] = json!([
        { "id": "first", "kind": "agree", "text": { "en": "It is good" } },
        { "id": "stars", "kind": "csat", "look": "stars", "text": text },
        { "id": "mail", "kind": "contact", "text": text },
        { "id": "phone", "kind": "contact", "channel": "phone", "text": text, "consent": { "en": "{shop} may call" } },
        { "id": "list", "kind": "choice", "text": text, "shuffle": true,
          "choices": [{ "id": "a", "text": text }, { "id": "b", "text": text }] },
    ]);
    let english = view(&definition, "en");
    let questions = &english["questions"];
    let ends = json!(["Strongly disagree", "Strongly agree", 1, 7]);
    let agree = &questions[0];
    assert_eq!(json!([agree["low"], agree["high"], agree["min"], agree["max"]]), ends);
    assert_eq!((&agree["kind"], &agree["look"]), (&json!("agree"), &Value::Null));
    assert_eq!(questions[1]["look"], "stars");
    assert_eq!(questions[1]["text"], "How well does Półka do, after {first}?");
    let mail = json!({
        "id": "mail", "kind": "contact", "channel": "email", "label": "E-mail address",
        "text": "How well does Półka do, after {first}?", "consent": "I agree that Półka may contact me about my answer.",
    });
    assert_eq!(questions[2], mail);
    assert_eq!((&questions[3]["label"], &questions[3]["consent"]), (&json!("Phone number"), &json!("Półka may call")));
    assert_eq!(questions[4]["shuffle"], true);
    assert!(english["ui"]["agree_missing"].is_string());
    assert!(english["ui"]["invalid_email"].is_string() && english["ui"]["invalid_phone"].is_string());

    let polish = view(&definition, "pl");
    assert_eq!(polish["questions"][2]["label"], "Adres e-mail");
    // The built-in text takes precedence over the owner's in another language.
    let sentence = "Zgadzam się na kontakt ze strony sklepu Półka w sprawie mojej odpowiedzi.";
    assert_eq!(polish["questions"][3]["consent"], sentence);
    assert_eq!(view(&definition, "ar")["dir"], "rtl");
}

#[test]
fn only_texts_that_are_needed_are_sent() {
    let mut definition = valid();
    for (channel, email, phone) in [("email", true, false), ("phone", false, true)] {
        definition["questions"] = json!([{ "id": "c", "kind": "contact", "channel": channel, "text": { "en": "?" } }]);
        let ui = &view(&definition, "en")["ui"];
        assert_eq!((ui["invalid_email"].is_string(), ui["invalid_phone"].is_string()), (email, phone), "{channel}");
        assert!(ui["agree_missing"].is_string());
    }
}
