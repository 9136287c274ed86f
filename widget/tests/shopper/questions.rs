//! What each kind of question shows and takes.

use crate::page::*;
use widget::{app::Event, host::fake::page, view::keys::Key};

const THREE: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9)];
const THREE_BOXES: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9), (".q.multiple", 1)];

#[test]
fn blanks_are_no_answer() {
    let mut survey = shown(&[(TEXT, &[]), (NPS, &[])], &[]);
    type_into(node("textarea", "rows", "3"), " \n ");
    survey.click("button", "class", "send");
    assert_eq!(put(), []);
    assert!(there("input", "name", "score"));
}

#[test]
fn questions_follow_the_score() {
    let low: Numbers<'_> = &[(".q.when.q", 0), (".q.when.any", 0x7f), (".q.max", 100)];
    for (score, asked) in [(0, true), (6, true), (7, false), (10, false)] {
        let mut survey = shown(&[(NPS, &[]), (TEXT, low)], &[]);
        survey.score(score);
        assert_eq!(there("textarea", "rows", "3"), asked, "{score}");
        assert_eq!(put(), [(1, !asked)]);
    }
}

#[test]
fn a_scale_has_names_and_ends_and_nothing_chosen() {
    let _survey = shown(&[(NPS, &[])], &[]);
    for score in 0..=10 {
        let radio = node("input", "value", &score.to_string());
        let is = |name: &str, value: &str| assert_eq!(attribute(radio, name).as_deref(), Some(value), "{score} {name}");
        is("type", "radio");
        is("name", "score");
        is("aria-label", ".ui.of");
        assert_eq!(attribute(radio, "checked"), None);
        let described = attribute(radio, "aria-describedby");
        assert_eq!(
            described.as_deref(),
            [(0, "low"), (10, "high")].into_iter().find(|(at, _)| *at == score).map(|e| e.1)
        );
    }
    assert!(!there("input", "value", "11") && !there("button", "class", "skip") && !there("button", "class", "send"));
}

#[test]
fn one_of_a_list_goes_on_with_the_tap() {
    let mut survey = shown(&[(CHOICE, THREE)], &[]);
    survey.click("input", "value", ".q.choices.1.id");
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b010, String::new())));
    assert_eq!(put(), [(1, true)]);
}

#[test]
fn something_else_waits_for_its_words() {
    let mut survey = shown(&[(CHOICE, THREE)], &[]);
    let (field, send) = (node("input", "name", "other"), node("button", "class", "send"));
    assert!(attribute(field, "hidden").is_some() && attribute(send, "hidden").is_some());
    assert!(!survey.click("input", "value", "~other"), "the browser marks the button");
    assert!(attribute(field, "hidden").is_none() && attribute(send, "hidden").is_none());
    survey.click("button", "class", "send");
    assert_eq!((posted(), page(|page| page.focused)), (vec![], Some(field)));
    assert_eq!(attribute(field, "aria-invalid").as_deref(), Some("true"));
    assert_eq!(text(node("div", "class", "missing")), ".ui.missing");
    survey.handle(&Event::Input { node: field, length: 1 });
    assert_eq!((attribute(field, "aria-invalid"), text(node("div", "class", "missing"))), (None, String::new()));
    type_into(field, "the smell");
    assert!(survey.press(Key::Enter));
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b1000, "the smell".into())));
    assert_eq!(put(), [(1, true)]);
}

#[test]
fn several_of_a_list_wait_for_the_button() {
    let mut survey = shown(&[(CHOICE, THREE_BOXES)], &[]);
    assert!(attribute(node("button", "class", "send"), "hidden").is_none());
    survey.click("button", "class", "send");
    assert_eq!(focused(), ".q.choices.0.id");
    assert!(posted().is_empty());
    survey.click("input", "value", ".q.choices.0.id");
    survey.click("input", "value", ".q.choices.2.id");
    let first = node("input", "value", ".q.choices.0.id");
    survey.handle(&Event::Click { node: first, checked: false });
    assert!(!survey.press(Key::Down), "boxes keep their own keys");
    survey.click("button", "class", "send");
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b100, String::new())));
}

#[test]
fn the_counter_shows_when_it_gets_tight() {
    let mut survey = shown(&[(TEXT, &[(".q.max", 200)])], &[]);
    let (field, counter) = (node("textarea", "rows", "3"), node("div", "id", "left"));
    for (length, expected) in [(0, ""), (100, ""), (101, ".ui.left"), (200, ".ui.left"), (210, ".ui.left")] {
        survey.handle(&Event::Input { node: field, length });
        let text = page(|page| page.elements[counter as usize].as_ref().map(|element| element.text.clone()));
        assert_eq!(text.as_deref(), Some(expected), "{length}");
    }
}

#[test]
fn nothing_to_ask_shows_nothing() {
    for kinds in [&[][..], &[(-1, &[][..])], &[(9, &[])]] {
        assert!(shown(kinds, &[]).app.is_none());
        page(|page| assert!(!page.mounted && !page.watched && page.events.is_empty()));
    }
}

#[test]
fn a_kind_from_the_future_ends_the_survey() {
    let mut survey = shown(&[(NPS, &[]), (9, &[]), (TEXT, &[])], &[]);
    survey.score(9);
    assert_eq!(put(), [(1, true)]);
}
