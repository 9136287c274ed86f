//! Survey templates are valid and follow the methodology.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use serde_json::Value;
use std::collections::BTreeSet;
use survey::{
    Kind, Metric, Survey, flow,
    templates::{ALL, Template},
    wire::{Definition, read_definition},
};

const LANGUAGES: [&str; 3] = ["en", "pl", "ro"];

fn read(template: &Template) -> Survey {
    read_definition(template.definition).unwrap_or_else(|problems| panic!("{}: {problems:?}", template.id))
}

fn survey(id: &str) -> Survey {
    read(&Template::find(id).unwrap_or_else(|| panic!("no template {id}")))
}

/// Collects every object of texts below a value, with its path.
fn texts(at: &str, value: &Value, found: &mut Vec<(String, BTreeSet<String>)>) {
    match value {
        Value::Object(members) if members.contains_key("en") => {
            found.push((at.to_owned(), members.keys().cloned().collect()));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| texts(&format!("{at}.{name}"), value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| texts(&format!("{at}[]"), value, found)),
        _ => {}
    }
}

#[test]
fn every_template_is_valid_and_fully_translated() {
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for template in ALL {
        let survey = read(template);
        assert!(ids.insert(template.id) && names.insert(survey.name().to_owned()), "{} is not unique", template.id);
        let written = serde_json::to_string(&Definition::from(&survey)).unwrap();
        assert_eq!(read_definition(&written).unwrap(), survey, "{}", template.id);

        let mut found = Vec::new();
        texts(template.id, &serde_json::from_str(template.definition).unwrap(), &mut found);
        assert!(found.len() > survey.questions().len(), "{}", template.id);
        for (at, languages) in found {
            assert_eq!(languages, LANGUAGES.map(String::from).into(), "{at}");
        }
        assert!(!survey.thanks().is_empty(), "{}", template.id);
    }
    assert_eq!(ids.len(), 8);
}

#[test]
fn the_surveys_of_the_demo_shop_are_valid() {
    let all: Vec<Value> = serde_json::from_str(include_str!("../../xtask/demo/surveys.json")).unwrap();
    let touchpoints = all.iter().map(|definition| {
        let read = read_definition(&definition.to_string());
        read.unwrap_or_else(|problems| panic!("{problems:?}")).touchpoint().as_str().to_owned()
    });
    assert_eq!(touchpoints.collect::<Vec<_>>(), ["purchase", "support", "delivery", "cart"]);
}

#[test]
fn nps_is_always_the_first_question() {
    let mut with_nps = 0;
    for template in ALL {
        let survey = read(template);
        let nps = survey.questions().iter().position(|question| question.kind.metric() == Some(Metric::Nps));
        assert!(nps.is_none_or(|position| position == 0), "{}", template.id);
        with_nps += usize::from(nps.is_some());
    }
    assert_eq!(with_nps, 1);
}

/// Standard wordings, which make results comparable between shops and years.
#[test]
fn standard_questions_keep_their_wording() {
    for (id, expected) in [
        (
            "post_purchase_nps",
            [
                "How likely is it that you would recommend {shop} to a friend or colleague?",
                "Na ile prawdopodobne jest, że polecisz sklep {shop} znajomemu lub współpracownikowi?",
                "Cât de probabil este să recomandați magazinul {shop} unui prieten sau coleg?",
            ],
        ),
        (
            "support_ces",
            [
                "{shop} made it easy for me to handle my issue.",
                "Sklep {shop} ułatwił mi załatwienie mojej sprawy.",
                "Magazinul {shop} mi-a ușurat rezolvarea solicitării.",
            ],
        ),
        (
            "delivery_csat",
            [
                "How satisfied are you with the delivery of your order?",
                "Jak oceniasz dostawę zamówienia?",
                "Cât de mulțumit(ă) sunteți de livrarea comenzii?",
            ],
        ),
    ] {
        let survey = survey(id);
        let asked: Vec<_> = survey.questions()[0].text.iter().map(|(_, text)| text).collect();
        assert_eq!(asked, expected, "{id}");
    }
    let survey = survey("post_purchase_nps");
    let Kind::Scale { low, high, .. } = &survey.questions()[0].kind else { panic!("no scale") };
    let ends = |texts: &survey::Localized| texts.iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(ends(low), ["Not at all likely", "zupełnie nieprawdopodobne", "deloc probabil"]);
    assert_eq!(ends(high), ["Extremely likely", "niezwykle prawdopodobne", "extrem de probabil"]);
    let reason = ends(&survey.questions()[1].text);
    assert_eq!(reason[1..], ["Jaki jest główny powód tej oceny?", "Care este principalul motiv al scorului acordat?"]);
}

#[test]
fn the_pyramid_template_has_six_levels() {
    let survey = survey("pyramid");
    let agree = survey.questions().iter().filter(|question| question.kind.metric() == Some(Metric::Agree));
    let ids: Vec<_> = agree.map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["information", "problems", "needs", "anticipates", "acts", "life"]);
}

/// Each score of the first question leads to exactly the intended follow-up question.
#[test]
fn scores_lead_to_their_follow_up_question() {
    for (id, follow_ups) in [
        (
            "post_purchase_nps",
            [(0, "reason"), (6, "reason"), (7, "missing"), (8, "missing"), (9, "liked"), (10, "liked")].as_slice(),
        ),
        ("support_ces", &[(1, "harder"), (4, "harder"), (5, "easier"), (7, "easier")]),
        ("delivery_csat", &[(1, "wrong"), (3, "wrong"), (4, "liked"), (5, "liked")]),
        ("returns", &[(1, "better"), (3, "better"), (4, "reason"), (5, "reason")]),
    ] {
        let survey = survey(id);
        for (score, expected) in follow_ups {
            let next = flow::next(Some(0), &survey.conditions(), &[1 << score]).unwrap();
            assert_eq!(survey.questions()[next].id.as_str(), *expected, "{id}: {score}");
        }
    }
}
