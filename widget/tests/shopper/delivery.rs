//! When each revision is sent, and what the shopper sees of it.

use crate::page::*;
use widget::{app::Event, host::fake::page};

#[test]
fn the_score_is_sent_at_once_and_the_comment_with_the_next_revision() {
    let mut survey = shown(AND_WHY, &[]);
    assert_eq!((state().as_str(), events().as_str()), ("question", "shown"));
    survey.score(9);
    assert_eq!((put(), posted()), (vec![(1, false)], vec![1]));
    assert_eq!(state(), "question");
    type_into(node("textarea", "rows", "3"), "quick");
    survey.reply(1, 201);
    survey.click("button", "class", "send");
    assert_eq!((put(), posted()), (vec![(1, false), (2, true)], vec![1, 2]));
    assert_eq!((state().as_str(), announced().as_str()), ("sending", ".ui.sending"));
    survey.reply(2, 201);
    assert_eq!((state().as_str(), announced().as_str()), ("thanks", ".thanks"));
    assert_eq!(events(), "shown answered answered completed");
    let answers = page(|page| page.answers.clone());
    assert_eq!(answers.get(&0).map(|(score, _)| *score), Some(9));
    assert_eq!(answers.get(&1).map(|(_, text)| text.as_str()), Some("quick"));
}

#[test]
fn a_survey_of_one_question_is_complete_after_the_answer() {
    let mut survey = shown(&[(NPS, &[])], &[]);
    survey.score(0);
    assert_eq!(put(), [(1, true)]);
    assert_eq!(state(), "sending");
}

#[test]
fn thanks_are_shown_after_the_last_revision_is_stored() {
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
fn a_failed_request_is_shown_and_retried() {
    let mut survey = shown(&[(NPS, &[])], &[]);
    survey.score(3);
    survey.reply(1, 0);
    assert_eq!((state().as_str(), announced().as_str()), ("saved", ".ui.saved"));
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
fn a_failure_of_the_first_answer_does_not_replace_the_second_question() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.reply(1, 500);
    assert_eq!(state(), "question");
    assert!(exists("textarea", "rows", "3"));
}

#[test]
fn a_rejection_ends_the_survey_before_the_next_question() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.reply(1, 403);
    assert_eq!((state().as_str(), announced().as_str()), ("failed", ".ui.failed"));
    assert!(!exists("textarea", "rows", "3"));
    survey.handle(&Event::Leave);
    assert_eq!(posted(), [1]);
    assert_eq!(events(), "shown answered error refused");
}

#[test]
fn closing_keeps_the_sent_score_and_removes_everything_from_the_page() {
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
fn an_unsent_answer_is_retried_after_closing() {
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
fn closing_after_the_thanks_is_not_a_dismissal() {
    let mut survey = shown(&[(NPS, &[])], &[]);
    survey.score(3);
    survey.reply(1, 201);
    survey.click("button", "class", "close");
    assert_eq!(events(), "shown answered completed");
}

#[test]
fn leaving_the_page_sends_a_waiting_revision_once() {
    let mut survey = shown(AND_WHY, &[]);
    survey.score(3);
    survey.click("button", "class", "skip");
    survey.handle(&Event::Leave);
    survey.handle(&Event::Leave);
    assert_eq!(posted(), [1, 2]);
}

#[test]
fn skipping_every_question_is_a_dismissal() {
    let mut survey = shown(&[(TEXT, &[]), (TEXT, &[])], &[]);
    survey.click("button", "class", "send");
    survey.click("button", "class", "skip");
    assert!(survey.app.is_none());
    assert_eq!((posted(), events().as_str()), (vec![], "shown dismissed"));
}
