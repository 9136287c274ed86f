//! What each kind of question shows and accepts.

use crate::page::*;
use widget::{
    app::{App, Event},
    host::fake::page,
    view::keys::Key,
};

const THREE: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9)];
const THREE_BOXES: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9), (".q.multiple", 1)];

#[test]
fn blank_text_is_not_an_answer() {
    let mut survey = shown(&[(TEXT, &[]), (NPS, &[])], &[]);
    type_into(node("textarea", "rows", "3"), " \n ");
    survey.click("button", "class", "send");
    assert_eq!(put(), []);
    assert!(exists("input", "name", "score"));
}

#[test]
fn a_condition_decides_whether_a_question_is_asked() {
    let low: Numbers<'_> = &[(".q.when.q", 0), (".q.when.any", 0x7f), (".q.max", 100)];
    for (score, asked) in [(0, true), (6, true), (7, false), (10, false)] {
        let mut survey = shown(&[(NPS, &[]), (TEXT, low)], &[]);
        survey.score(score);
        assert_eq!(exists("textarea", "rows", "3"), asked, "{score}");
        assert_eq!(put(), [(1, !asked)]);
    }
}

#[test]
fn every_scale_shows_its_scores() {
    for (kind, scores) in [(NPS, 0..=10), (1, 1..=7), (CSAT, 1..=5), (AGREE, 1..=7)] {
        let ends: Numbers<'_> = &[(".q.min", 1), (".q.max", 7)];
        let mut survey = shown(&[(kind, if kind == 1 { ends } else { &[] })], &[]);
        assert_eq!(buttons(), Vec::from_iter(scores.map(|score| score.to_string())));
        survey.score(5);
        assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((5, String::new())));
    }
}

#[test]
fn stars_and_faces_have_accessible_names_and_no_text() {
    for (numbers, words) in [(&[][..], "4"), (&[(".q.look", 5)], "")] {
        let _survey = shown(&[(CSAT, numbers)], &[]);
        let star = node("input", "value", "4");
        assert_eq!(attribute(star, "aria-label").as_deref(), Some(".ui.of"));
        assert_eq!(text(star + 1), words);
        assert_eq!(attribute(star + 1, "aria-hidden").as_deref(), Some("true"));
        assert_eq!(attribute(node("div", "class", "scale"), "data-look").as_deref(), Some(".q.look"));
    }
}

#[test]
fn a_new_scale_has_accessible_names_and_labelled_ends_and_no_choice() {
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
    assert!(
        !exists("input", "value", "11") && !exists("button", "class", "skip") && !exists("button", "class", "back")
    );
    assert!(attribute(node("button", "class", "send"), "hidden").is_some());
}

#[test]
fn a_single_choice_is_sent_at_once() {
    let mut survey = shown(&[(CHOICE, THREE)], &[]);
    survey.click("input", "value", ".q.choices.1.id");
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b010, String::new())));
    assert_eq!(put(), [(1, true)]);
}

#[test]
fn something_else_needs_its_text() {
    let mut survey = shown(&[(CHOICE, THREE)], &[]);
    let (field, send) = (node("input", "name", "other"), node("button", "class", "send"));
    assert!(attribute(field, "hidden").is_some() && attribute(send, "hidden").is_some());
    assert!(!survey.click("input", "value", "~other"), "the browser checks the button");
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
fn multiple_choices_are_sent_with_the_button() {
    let mut survey = shown(&[(CHOICE, THREE_BOXES)], &[]);
    assert!(attribute(node("button", "class", "send"), "hidden").is_none());
    survey.click("button", "class", "send");
    assert_eq!(focused(), ".q.choices.0.id");
    assert!(posted().is_empty());
    survey.click("input", "value", ".q.choices.0.id");
    survey.click("input", "value", ".q.choices.2.id");
    let first = node("input", "value", ".q.choices.0.id");
    survey.handle(&Event::Click { node: first, checked: false });
    assert!(!survey.press(Key::Down), "the browser handles the keys of checkboxes");
    survey.click("button", "class", "send");
    assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b100, String::new())));
}

#[test]
fn the_counter_is_shown_below_a_hundred_remaining_characters() {
    let mut survey = shown(&[(TEXT, &[(".q.max", 200)])], &[]);
    let (field, counter) = (node("textarea", "rows", "3"), node("div", "id", "left"));
    for (length, expected) in [(0, ""), (100, ""), (101, ".ui.left"), (200, ".ui.left"), (210, ".ui.left")] {
        survey.handle(&Event::Input { node: field, length });
        let text = page(|page| page.elements[counter as usize].as_ref().map(|element| element.text.clone()));
        assert_eq!(text.as_deref(), Some(expected), "{length}");
    }
}

#[test]
fn a_shuffled_list_keeps_its_answer_positions_and_ends_with_something_else() {
    let shuffled: Numbers<'_> = &[(".q.choices.length", 3), (".q.other", 9), (".q.shuffle", 1), (".q.multiple", 1)];
    let mut orders = std::collections::BTreeSet::new();
    for random in 0..60 {
        let mut survey = shown(&[(CHOICE, shuffled)], &[]);
        // The seed is drawn when the survey starts.
        page(|page| page.random = random << 16);
        survey.app = None;
        survey.app = App::start();
        let order = buttons();
        assert_eq!(order.last().map(String::as_str), Some("~other"));
        survey.click("input", "value", ".q.choices.2.id");
        survey.click("button", "class", "send");
        assert_eq!(page(|page| page.answers.get(&0).cloned()), Some((0b100, String::new())), "{order:?}");
        orders.insert(order);
    }
    assert_eq!(orders.len(), 6, "every order of three choices occurs");
}

#[test]
fn a_contact_needs_a_valid_value_and_consent() {
    for (phone, typed, invalid, kind) in
        [(0, "ala@kot.example", ".ui.invalid_email", "email"), (1, "+48601123456", ".ui.invalid_phone", "tel")]
    {
        let mut survey = shown(&[(CONTACT, &[]), (NPS, &[])], &[(".phone", phone)]);
        let field = node("input", "name", "contact");
        let (consent, alert) = (node("input", "type", "checkbox"), node("div", "role", "alert"));
        assert_eq!(attribute(field, "type").as_deref(), Some(kind));
        assert_eq!(attribute(field, "autocomplete").as_deref(), Some(kind));
        let wrong = |node| attribute(node, "aria-invalid").is_some();
        for (text_typed, expected, at) in
            [("", invalid, field), ("nonsense", invalid, field), (typed, ".ui.agree_missing", consent)]
        {
            type_into(field, text_typed);
            survey.click("button", "class", "send");
            assert_eq!((text(alert), page(|page| page.focused), posted()), (expected.to_owned(), Some(at), vec![]));
            assert!(wrong(at));
            survey.handle(&Event::Input { node: at, length: 1 });
            assert!(!wrong(field) && !wrong(consent) && text(alert).is_empty());
        }
        survey.click("input", "type", "checkbox");
        survey.handle(&Event::Click { node: consent, checked: false });
        survey.click("button", "class", "send");
        assert!(posted().is_empty(), "the consent was withdrawn");
        survey.click("input", "type", "checkbox");
        page(|page| page.focused = Some(field));
        assert!(survey.press(Key::Enter));
        assert_eq!(page(|page| page.answers.get(&0).map(|(_, words)| words.clone())).as_deref(), Some(typed));
        assert_eq!(put(), [(1, false)]);
    }
}

#[test]
fn a_survey_without_questions_is_not_shown() {
    for kinds in [&[][..], &[(-1, &[][..])], &[(9, &[])]] {
        assert!(shown(kinds, &[]).app.is_none());
        page(|page| assert!(!page.mounted && !page.watched && page.events.is_empty()));
    }
}

#[test]
fn a_question_of_an_unknown_kind_ends_the_survey() {
    let mut survey = shown(&[(NPS, &[]), (9, &[]), (TEXT, &[])], &[]);
    survey.score(9);
    assert_eq!(put(), [(1, true)]);
}
