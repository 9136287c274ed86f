//! Keyboard navigation, focus and screen reader announcements.

use crate::page::*;
use widget::{app::Event, host::fake::page, view::keys::Key};

#[test]
fn arrows_and_digits_move_the_focus_and_only_enter_chooses() {
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
    assert!(posted().is_empty());
    survey.press(Key::Digit(4));
    assert!(survey.press(Key::Enter));
    assert_eq!(page(|page| page.pressed.clone()), [node("input", "value", "4")]);
}

#[test]
fn arrows_follow_the_direction_of_the_script() {
    let mut survey = shown(&[(CSAT, &[])], &[(".rtl", 1)]);
    page(|page| page.focused = page.find("input", "value", "1").map(|(node, _)| node));
    survey.press(Key::Left);
    assert_eq!(focused(), "2");
    survey.press(Key::Right);
    assert_eq!(focused(), "1");
}

#[test]
fn the_focus_moves_to_the_next_question_only_if_it_was_inside() {
    let mut survey = shown(AND_WHY, &[]);
    assert_eq!(page(|page| page.focused), None);
    survey.score(5);
    assert_eq!(page(|page| page.focused), Some(node("fieldset", "tabindex", "-1")));
    assert_eq!(announced(), "");
    survey.click("button", "class", "skip");
    assert_eq!(page(|page| page.focused), Some(node("section", "class", "panel")));

    let mut survey = shown(AND_WHY, &[]);
    let node = node("input", "value", "5");
    survey.handle(&Event::Click { node, checked: true });
    assert_eq!(page(|page| page.focused), None);
    assert_eq!(announced(), ".q.text");
}

#[test]
fn the_live_region_announces_the_survey_after_a_delay() {
    let mut survey = shown(AND_WHY, &[]);
    assert_eq!(announced(), "");
    assert!(page(|page| page.timers.contains_key(&ANNOUNCE)));
    survey.handle(&Event::Announce);
    assert_eq!(announced(), ".ui.region");
}

#[test]
fn an_inline_survey_is_not_a_dialog_and_ignores_escape() {
    let mut survey = shown(AND_WHY, &[(".mode", 1)]);
    assert!(!exists("section", "role", "dialog") && !exists("button", "class", "close"));
    page(|page| page.focused = page.find("input", "value", "0").map(|(node, _)| node));
    assert!(!survey.press(Key::Escape));
    assert!(survey.app.is_some());
    survey.handle(&Event::Close);
    assert!(survey.app.is_none());

    for (mode, tag, name) in [(-1, "section", "slide_in"), (0, "section", "slide_in"), (2, "dialog", "modal")] {
        let mut survey = shown(AND_WHY, &[(".mode", mode)]);
        let panel = node(tag, "class", "panel");
        assert_eq!(attribute(panel, "aria-label").as_deref(), Some(".ui.region"));
        // A `dialog` element needs no role.
        assert_eq!(attribute(panel, "role").is_some(), tag == "section");
        assert_eq!(
            page(|page| page.elements[1].clone()).and_then(|host| host.attributes.get("data-mode").cloned()),
            Some(name.into())
        );
        page(|page| page.focused = page.find("input", "value", "0").map(|(node, _)| node));
        assert!(survey.press(Key::Escape));
        assert!(survey.app.is_none());
    }
}
