//! Going back: earlier answers are shown, can be changed, and count only while their question is reachable.

use crate::page::*;
use widget::{app::Event, host::fake::page};

const LIST: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9)];
const BOXES: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9), (".q.multiple", 1)];

fn back(survey: &mut Survey) {
    survey.click("button", "class", "back");
}

#[test]
fn every_question_but_the_first_has_a_back_button() {
    let mut survey = shown(&[(NPS, &[]), (CSAT, &[]), (CHOICE, LIST), (TEXT, &[]), (CONTACT, &[])], &[]);
    assert!(!exists("button", "class", "back"));
    for _ in 1..5 {
        survey.click("button", "class", if exists("button", "class", "skip") { "skip" } else { "send" });
        if !exists("button", "class", "back") {
            survey.score(3);
        }
        assert!(exists("button", "class", "back"));
    }
    for _ in 1..5 {
        back(&mut survey);
    }
    assert!(!exists("button", "class", "back"));
    assert_eq!(events(), "shown answered");
}

#[test]
fn an_earlier_score_is_checked_and_can_be_kept_or_changed() {
    for (change, expected) in [(None, 8), (Some(8), 8), (Some(2), 2)] {
        let mut survey = shown(AND_WHY, &[]);
        survey.score(8);
        survey.reply(1, 201);
        assert_eq!(ticked(), Vec::<String>::new());
        back(&mut survey);
        assert_eq!(ticked(), ["8"]);
        assert_eq!(attribute(node("input", "value", "8") - 1, "class").as_deref(), Some("on"));
        assert_eq!(page(|page| page.focused), Some(node("fieldset", "tabindex", "-1")), "the focus was inside");
        assert!(!exists("button", "class", "skip"), "skipping would remove the answer by accident");
        match change {
            Some(score) => survey.score(score),
            None => {
                survey.click("button", "class", "send");
            }
        }
        assert!(exists("textarea", "name", "text"));
        assert_eq!(page(|page| page.answers.get(&0).map(|(score, _)| *score)), Some(expected));
        assert_eq!(put(), [(1, false), (2, false)], "revision numbers keep increasing");
    }
}

#[test]
fn typed_text_survives_going_back() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(8);
    type_into(node("textarea", "name", "text"), "half a thou");
    back(&mut survey);
    assert_eq!(put(), [(1, false)], "typed text is not an answer yet");
    survey.score(9);
    let field = node("textarea", "name", "text");
    assert_eq!(
        page(|page| page.elements[field as usize].clone()).map(|field| field.typed).as_deref(),
        Some("half a thou")
    );
    survey.click("button", "class", "send");
    assert_eq!(page(|page| page.answers.get(&1).map(|(_, words)| words.clone())).as_deref(), Some("half a thou"));
}

#[test]
fn earlier_choices_are_checked() {
    let mut survey = shown(&[(CHOICE, LIST), (NPS, &[])], &[]);
    survey.click("input", "value", ".q.choices.1.id");
    back(&mut survey);
    assert_eq!(ticked(), [".q.choices.1.id"]);
    assert!(attribute(node("button", "class", "send"), "hidden").is_none());
    // Change to "something else" with free text.
    survey.click("input", "value", "~other");
    type_into(node("input", "name", "other"), "the smell");
    survey.click("button", "class", "send");
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b1000, "the smell".into())));
    back(&mut survey);
    assert_eq!(ticked(), ["~other"]);
    assert!(attribute(node("input", "name", "other"), "hidden").is_none());
    survey.click("button", "class", "send");
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b1000, "the smell".into())));
}

#[test]
fn unsent_choices_survive_going_back() {
    let mut survey = shown(&[(NPS, &[]), (CHOICE, BOXES), (CONTACT, &[])], &[]);
    survey.score(1);
    survey.click("input", "value", ".q.choices.2.id");
    survey.click("input", "value", "~other");
    back(&mut survey);
    survey.click("button", "class", "send");
    assert_eq!(ticked(), [".q.choices.2.id", "~other"]);
    assert_eq!(page(|page| page.answers.get(&1).cloned()), None);
    survey.click("button", "class", "skip");
    survey.click("input", "type", "checkbox");
    back(&mut survey);
    survey.click("button", "class", "skip");
    assert!(attribute(node("input", "type", "checkbox"), "checked").is_some());
}

#[test]
fn answers_to_unreachable_questions_are_not_sent_until_they_are_reachable_again() {
    let low: Numbers<'_> = &[(".q.when.q", 0), (".q.when.any", 0x7f), (".q.max", 100)];
    let mut survey = shown(&[(NPS, &[]), (TEXT, low), (CSAT, &[])], &[]);
    survey.score(2);
    type_into(node("textarea", "name", "text"), "late");
    survey.click("button", "class", "send");
    assert_eq!(counted(), [0, 1]);
    back(&mut survey);
    back(&mut survey);
    survey.score(9);
    assert_eq!(counted(), [0]);
    back(&mut survey);
    survey.score(3);
    assert_eq!(counted(), [0, 1]);
    survey.click("button", "class", "send");
    survey.score(5);
    assert_eq!((counted(), put().len(), put().last().copied()), (vec![0, 1, 2], 6, Some((6, true))));
}

#[test]
fn emptying_a_text_removes_the_answer() {
    let mut survey = shown(&[(TEXT, &[]), (TEXT, &[]), (NPS, &[])], &[]);
    type_into(node("textarea", "name", "text"), "a");
    survey.click("button", "class", "send");
    type_into(node("textarea", "name", "text"), "b");
    survey.click("button", "class", "send");
    back(&mut survey);
    type_into(node("textarea", "name", "text"), "");
    survey.click("button", "class", "send");
    assert_eq!((counted(), put().len()), (vec![0], 3));
    back(&mut survey);
    back(&mut survey);
    type_into(node("textarea", "name", "text"), "");
    survey.click("button", "class", "send");
    assert_eq!(put().len(), 3, "no revision is sent without an answer");
    survey.click("button", "class", "skip");
    survey.score(4);
    assert_eq!((counted(), put().len()), (vec![2], 4));
}

#[test]
fn a_rejected_response_has_no_back_button() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(8);
    survey.handle(&Event::Reply { revision: 1, status: 400, after: 0 });
    assert!(!exists("button", "class", "back"));
}
