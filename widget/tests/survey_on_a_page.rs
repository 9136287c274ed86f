//! The widget from the shopper's first look to the last reply, on a page made of plain data.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use std::collections::BTreeMap;
use widget::{
    app::{App, Event},
    host::fake::{Page, page},
    view::keys::Key,
};

/// Numbers of kinds, as `host.js` has them.
const NPS: i32 = 0;
const CSAT: i32 = 2;
const CHOICE: i32 = 3;
const TEXT: i32 = 4;

const RETRY: u32 = 6;
const ANNOUNCE: u32 = 7;

struct Survey {
    app: Option<App>,
}

type Numbers<'a> = &'a [(&'static str, i32)];

/// Shows a survey of such questions, given by kind and other numbers.
fn shown(questions: &[(i32, Numbers<'_>)], survey: Numbers<'_>) -> Survey {
    let numbers = |numbers: Numbers<'_>| BTreeMap::from_iter(numbers.iter().copied());
    let questions = questions.iter().map(|(kind, of)| (*kind, numbers(of))).collect();
    page(|page| *page = Page { questions, numbers: numbers(survey), ..Page::default() });
    Survey { app: App::start() }
}

impl Survey {
    /// Passes on an event as JavaScript does: an app that is done goes.
    fn handle(&mut self, event: &Event) -> bool {
        let Some(app) = &mut self.app else { return false };
        let handled = app.handle(event);
        if app.done() {
            self.app = None;
        }
        handled
    }

    #[track_caller]
    fn click(&mut self, tag: &str, name: &str, value: &str) -> bool {
        let node = node(tag, name, value);
        page(|page| page.focused = Some(node));
        self.handle(&Event::Click { node, checked: true })
    }

    #[track_caller]
    fn score(&mut self, score: u8) {
        self.click("input", "value", &score.to_string());
    }

    #[track_caller]
    fn press(&mut self, key: Key) -> bool {
        let node = page(|page| page.focused).expect("something has the focus");
        self.handle(&Event::Key { node, key })
    }

    fn reply(&mut self, revision: u32, status: u32) {
        self.handle(&Event::Reply { revision, status, after: 0 });
    }
}

#[track_caller]
fn node(tag: &str, name: &str, value: &str) -> u32 {
    page(|page| page.find(tag, name, value).map(|(node, _)| node)).unwrap_or_else(|| panic!("no {tag} {name}={value}"))
}

fn there(tag: &str, name: &str, value: &str) -> bool {
    page(|page| page.find(tag, name, value).is_some())
}

#[track_caller]
fn attribute(node: u32, name: &str) -> Option<String> {
    page(|page| page.elements[node as usize].as_ref().expect("is there").attributes.get(name).cloned())
}

#[track_caller]
fn type_into(node: u32, text: &str) {
    page(|page| page.elements[node as usize].as_mut().expect("is there").typed = text.into());
}

fn state() -> String {
    page(|page| page.state().to_owned())
}

fn said() -> String {
    let live = node("p", "role", "status");
    page(|page| page.elements[live as usize].as_ref().expect("is there").text.clone())
}

fn posted() -> Vec<u32> {
    page(|page| page.posted.clone())
}

fn put() -> Vec<(u32, bool)> {
    page(|page| page.put.clone())
}

fn events() -> String {
    page(|page| page.events.join(" "))
}

/// The `value` of the button that has the focus.
fn focused() -> String {
    let focused = page(|page| page.focused).expect("something has the focus");
    attribute(focused, "value").unwrap_or_default()
}

const AND_WHY: &[(i32, Numbers<'static>)] = &[(NPS, &[]), (TEXT, &[(".q.max", 200)])];

#[test]
fn a_score_is_sent_with_the_tap_and_the_comment_follows() {
    let mut survey = shown(AND_WHY, &[]);
    assert_eq!((state().as_str(), events().as_str()), ("question", "shown"));
    survey.score(9);
    assert_eq!((put(), posted()), (vec![(1, false)], vec![1]));
    assert_eq!(state(), "question");
    type_into(node("textarea", "rows", "3"), "quick");
    survey.reply(1, 201);
    survey.click("button", "class", "send");
    assert_eq!((put(), posted()), (vec![(1, false), (2, true)], vec![1, 2]));
    assert_eq!((state().as_str(), said().as_str()), ("sending", ".ui.sending"));
    survey.reply(2, 201);
    assert_eq!((state().as_str(), said().as_str()), ("thanks", ".thanks"));
    assert_eq!(events(), "shown answered answered completed");
    let answers = page(|page| page.answers.clone());
    assert_eq!(answers.get(&0).map(|(score, _)| *score), Some(9));
    assert_eq!(answers.get(&1).map(|(_, text)| text.as_str()), Some("quick"));
}

#[test]
fn a_single_question_is_complete_at_once() {
    let mut survey = shown(&[(NPS, &[])], &[]);
    survey.score(0);
    assert_eq!(put(), [(1, true)]);
    assert_eq!(state(), "sending");
}

#[test]
fn thanks_wait_for_the_last_revision() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(9);
    survey.click("button", "class", "skip");
    assert_eq!(posted(), [1]);
    survey.reply(1, 201);
    assert_eq!((posted(), state().as_str()), (vec![1, 2], "sending"));
    survey.reply(2, 202);
    assert_eq!(state(), "thanks");
}

#[test]
fn what_does_not_get_through_is_said_and_tried_again() {
    let mut survey = shown(&[(NPS, &[])], &[]);
    survey.score(3);
    survey.reply(1, 0);
    assert_eq!((state().as_str(), said().as_str()), ("saved", ".ui.saved"));
    assert_eq!(page(|page| page.timers.get(&RETRY).copied()), Some(250));
    survey.handle(&Event::Retry);
    assert_eq!(page(|page| page.timers.get(&RETRY).copied()), None);
    survey.reply(1, 503);
    assert_eq!(page(|page| page.timers.get(&RETRY).copied()), Some(500));
    survey.handle(&Event::Retry);
    survey.reply(1, 201);
    assert_eq!((posted(), state().as_str()), (vec![1, 1, 1], "thanks"));
    assert_eq!(events(), "shown answered completed");
}

#[test]
fn the_first_answer_failing_does_not_disturb_the_second_question() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.reply(1, 500);
    assert_eq!(state(), "question");
    assert!(there("textarea", "rows", "3"));
}

#[test]
fn a_refusal_ends_it_before_a_comment_is_written_for_nothing() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.reply(1, 403);
    assert_eq!((state().as_str(), said().as_str()), ("failed", ".ui.failed"));
    assert!(!there("textarea", "rows", "3"));
    survey.handle(&Event::Leave);
    assert_eq!(posted(), [1]);
}

#[test]
fn closing_keeps_the_score_and_leaves_nothing_on_the_page() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.reply(1, 201);
    type_into(node("textarea", "rows", "3"), "not sent");
    survey.click("button", "class", "close");
    assert!(survey.app.is_none());
    assert_eq!((posted(), events().as_str()), (vec![1], "shown answered dismissed"));
    page(|page| assert!(!page.mounted && !page.watched && page.timers.is_empty(), "{page:?}"));
}

#[test]
fn an_unsent_answer_outlives_the_panel() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.click("button", "class", "close");
    page(|page| assert!(!page.mounted && page.watched));
    survey.reply(1, 500);
    survey.handle(&Event::Retry);
    survey.reply(1, 201);
    assert!(survey.app.is_none());
    page(|page| assert!(!page.watched && page.timers.is_empty()));
    assert_eq!(posted(), [1, 1]);
}

#[test]
fn closing_after_thanks_is_no_dismissal() {
    let mut survey = shown(&[(NPS, &[])], &[]);
    survey.score(3);
    survey.reply(1, 201);
    survey.click("button", "class", "close");
    assert_eq!(events(), "shown answered completed");
}

#[test]
fn the_page_going_away_sends_what_waits() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.click("button", "class", "skip");
    survey.handle(&Event::Leave);
    survey.handle(&Event::Leave);
    assert_eq!(posted(), [1, 2]);
}

#[test]
fn leaving_everything_out_is_a_dismissal() {
    let mut survey = shown(&[(TEXT, &[]), (TEXT, &[])], &[]);
    survey.click("button", "class", "send");
    survey.click("button", "class", "skip");
    assert!(survey.app.is_none());
    assert_eq!((posted(), events().as_str()), (vec![], "shown dismissed"));
}

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
    let low: Numbers<'_> = &[(".q.when.q", 0), (".q.when.from", 0), (".q.when.to", 6), (".q.max", 100)];
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
fn keys_move_and_only_enter_chooses() {
    let mut survey = shown(&[(NPS, &[]), (TEXT, &[])], &[]);
    page(|page| page.focused = page.find("input", "value", "0").map(|(node, _)| node));
    for (key, expected) in [
        (Key::Right, "1"),
        (Key::Left, "0"),
        (Key::End, "10"),
        (Key::Home, "0"),
        (Key::Digit(7), "7"),
        (Key::Digit(1), "1"),
        (Key::Digit(0), "10"),
        (Key::Digit(0), "0"),
        (Key::Down, "1"),
        (Key::Digit(0), "0"),
    ] {
        assert!(survey.press(key));
        assert_eq!(focused(), expected, "{key:?}");
    }
    assert!(!survey.press(Key::Other));
    assert_eq!(posted(), []);
    survey.press(Key::Digit(4));
    assert!(survey.press(Key::Enter));
    assert_eq!(page(|page| page.pressed.clone()), [node("input", "value", "4")]);
}

#[test]
fn arrows_follow_the_script() {
    let mut survey = shown(&[(CSAT, &[])], &[(".rtl", 1)]);
    page(|page| page.focused = page.find("input", "value", "1").map(|(node, _)| node));
    survey.press(Key::Left);
    assert_eq!(focused(), "2");
    survey.press(Key::Right);
    assert_eq!(focused(), "1");
}

#[test]
fn the_focus_follows_only_if_it_was_inside() {
    let mut survey = shown(AND_WHY, &[]);
    assert_eq!(page(|page| page.focused), None);
    survey.score(5);
    assert_eq!(page(|page| page.focused), Some(node("fieldset", "tabindex", "-1")));
    assert_eq!(said(), "");
    survey.click("button", "class", "skip");
    assert_eq!(page(|page| page.focused), Some(node("section", "class", "panel")));

    let mut survey = shown(AND_WHY, &[]);
    let node = node("input", "value", "5");
    survey.handle(&Event::Click { node, checked: true });
    assert_eq!(page(|page| page.focused), None);
    assert_eq!(said(), ".q.text");
}

#[test]
fn the_live_region_speaks_after_it_is_there() {
    let mut survey = shown(AND_WHY, &[]);
    assert_eq!(said(), "");
    assert!(page(|page| page.timers.contains_key(&ANNOUNCE)));
    survey.handle(&Event::Announce);
    assert_eq!(said(), ".ui.region");
}

#[test]
fn what_is_part_of_the_page_is_no_dialog() {
    let mut survey = shown(AND_WHY, &[(".inline", 1)]);
    assert!(!there("section", "role", "dialog") && !there("button", "class", "close"));
    page(|page| page.focused = page.find("input", "value", "0").map(|(node, _)| node));
    assert!(!survey.press(Key::Escape));
    assert!(survey.app.is_some());
    survey.handle(&Event::Close);
    assert!(survey.app.is_none());

    let mut survey = shown(AND_WHY, &[]);
    assert!(there("section", "role", "dialog"));
    page(|page| page.focused = page.find("input", "value", "0").map(|(node, _)| node));
    assert!(survey.press(Key::Escape));
    assert!(survey.app.is_none());
}

const THREE: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9)];
const THREE_BOXES: Numbers<'static> = &[(".q.choices.length", 3), (".q.other", 9), (".q.multiple", 1)];

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
    assert_eq!(posted(), []);
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
