//! The audience of a definition.

use super::{accepted, problems, valid, with};
use serde_json::{Value, json};
use survey::{
    audience::{Again, Audience, Visitors},
    day::Day,
    submission::Device,
};

const DEFAULT: Again = Again { after_answer: 180, after_dismissal: 30, after_second_dismissal: 180, after_view: 7 };

#[test]
fn all_visitors_are_asked_by_default() {
    let all_visitors = Audience {
        devices: Vec::new(),
        languages: Vec::new(),
        visitors: Visitors::All,
        sample_percent: 100,
        from: None,
        until: None,
        stop_after: None,
        during_checkout: false,
        max_views: None,
        again: DEFAULT,
    };
    assert_eq!(accepted("/audience", Value::Null).audience(), &all_visitors);
    assert_eq!(accepted("/audience", json!({ "again": {}, "devices": [] })).audience(), &all_visitors);
}

#[test]
fn all_members_are_parsed() {
    let members = json!({
        "devices": ["desktop", "mobile"], "languages": ["pl", "pt-br"], "visitors": "returning", "sample_percent": 5,
        "from": "2026-11-22", "until": "2026-11-22", "stop_after": 1000, "during_checkout": true, "max_views": 3,
        "again": { "after_answer_days": 0, "after_dismissal_days": 1, "after_second_dismissal_days": 2, "after_view_days": 3650 },
    });
    let survey = accepted("/audience", members);
    let audience = survey.audience();
    assert_eq!(audience.devices, [Device::Mobile, Device::Desktop]);
    assert_eq!(audience.languages.iter().map(survey::Language::as_str).collect::<Vec<_>>(), ["pl", "pt-BR"]);
    assert_eq!((audience.visitors, audience.sample_percent), (Visitors::Returning, 5));
    let day = Day::parse("2026-11-22").ok();
    assert_eq!((audience.from, audience.until), (day, day));
    assert_eq!((audience.stop_after, audience.during_checkout, audience.max_views), (Some(1000), true, Some(3)));
    let again = Again { after_answer: 0, after_dismissal: 1, after_second_dismissal: 2, after_view: 3650 };
    assert_eq!(audience.again, again);
}

#[test]
fn surveys_that_start_with_nps_pause_longer() {
    let mut definition = valid();
    for (kind, days) in [("nps", 180), ("ces", 90), ("csat", 90), ("agree", 90), ("text", 90), ("contact", 90)] {
        definition["questions"] = json!([{ "id": "first", "kind": kind, "text": { "en": "?" } }]);
        let again = super::survey(&definition).audience().again;
        assert_eq!(again, Again { after_answer: days, ..DEFAULT }, "{kind}");
    }
    let again = json!({ "after_answer_days": 14 });
    assert_eq!(
        accepted("/audience", json!({ "again": again })).audience().again,
        Again { after_answer: 14, ..DEFAULT }
    );
}

#[test]
fn every_problem_has_its_place_and_code() {
    for (audience, at, code) in [
        (json!([]), "audience", "wrong_type"),
        (json!({ "devices": "mobile" }), "audience.devices", "wrong_type"),
        (json!({ "devices": ["mobile", "watch"] }), "audience.devices[1]", "unknown_value"),
        (json!({ "devices": ["mobile", "mobile"] }), "audience.devices[1]", "duplicate"),
        (json!({ "languages": ["polski"] }), "audience.languages[0]", "invalid_format"),
        (json!({ "languages": ["pl", "PL"] }), "audience.languages[1]", "duplicate"),
        (json!({ "visitors": "some" }), "audience.visitors", "unknown_value"),
        (json!({ "sample_percent": 0 }), "audience.sample_percent", "out_of_range"),
        (json!({ "sample_percent": 101 }), "audience.sample_percent", "out_of_range"),
        (json!({ "sample_percent": 0.5 }), "audience.sample_percent", "wrong_type"),
        (json!({ "from": "22.11.2026" }), "audience.from", "invalid_format"),
        (json!({ "until": "2026-02-29" }), "audience.until", "invalid_format"),
        (json!({ "from": 20_779 }), "audience.from", "wrong_type"),
        (json!({ "from": "2026-11-23", "until": "2026-11-22" }), "audience.until", "out_of_range"),
        (json!({ "stop_after": 0 }), "audience.stop_after", "out_of_range"),
        (json!({ "stop_after": 10_000_001 }), "audience.stop_after", "out_of_range"),
        (json!({ "during_checkout": "no" }), "audience.during_checkout", "wrong_type"),
        (json!({ "max_views": 0 }), "audience.max_views", "out_of_range"),
        (json!({ "again": 90 }), "audience.again", "wrong_type"),
        (json!({ "again": { "after_answer_days": -1 } }), "audience.again.after_answer_days", "out_of_range"),
        (json!({ "again": { "after_dismissal_days": 3_651 } }), "audience.again.after_dismissal_days", "out_of_range"),
        (
            json!({ "again": { "after_second_dismissal_days": "30" } }),
            "audience.again.after_second_dismissal_days",
            "wrong_type",
        ),
        (json!({ "again": { "after_view_days": 1.5 } }), "audience.again.after_view_days", "wrong_type"),
    ] {
        assert_eq!(problems(&with("/audience", audience.clone())), [(at.to_string(), code)], "{audience}");
    }
    let all = json!({ "visitors": "some", "sample_percent": 0, "from": "x", "again": { "after_view_days": -1 } });
    assert_eq!(problems(&with("/audience", all)).len(), 4, "all at once");
}
