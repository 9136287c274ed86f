//! A survey on a page of plain data, and what a shopper can do with it.

use std::collections::BTreeMap;
use widget::{
    app::{App, Event},
    host::fake::{Page, page},
    view::keys::Key,
};

/// Numbers of kinds, as `host.js` has them.
pub(crate) const NPS: i32 = 0;
pub(crate) const CSAT: i32 = 2;
pub(crate) const CHOICE: i32 = 3;
pub(crate) const TEXT: i32 = 4;

pub(crate) const RETRY: u32 = 6;
pub(crate) const ANNOUNCE: u32 = 7;

pub(crate) struct Survey {
    pub(crate) app: Option<App>,
}

pub(crate) type Numbers<'a> = &'a [(&'static str, i32)];

/// Shows a survey of such questions, given by kind and other numbers.
pub(crate) fn shown(questions: &[(i32, Numbers<'_>)], survey: Numbers<'_>) -> Survey {
    let numbers = |numbers: Numbers<'_>| BTreeMap::from_iter(numbers.iter().copied());
    let questions = questions.iter().map(|(kind, of)| (*kind, numbers(of))).collect();
    page(|page| *page = Page { questions, numbers: numbers(survey), ..Page::default() });
    Survey { app: App::start() }
}

impl Survey {
    /// Passes on an event as JavaScript does: an app that is done goes.
    pub(crate) fn handle(&mut self, event: &Event) -> bool {
        let Some(app) = &mut self.app else { return false };
        let handled = app.handle(event);
        if app.done() {
            self.app = None;
        }
        handled
    }

    #[track_caller]
    pub(crate) fn click(&mut self, tag: &str, name: &str, value: &str) -> bool {
        let node = node(tag, name, value);
        page(|page| page.focused = Some(node));
        self.handle(&Event::Click { node, checked: true })
    }

    #[track_caller]
    pub(crate) fn score(&mut self, score: u8) {
        self.click("input", "value", &score.to_string());
    }

    #[track_caller]
    pub(crate) fn press(&mut self, key: Key) -> bool {
        let node = page(|page| page.focused).expect("something has the focus");
        self.handle(&Event::Key { node, key })
    }

    pub(crate) fn reply(&mut self, revision: u32, status: u32) {
        self.handle(&Event::Reply { revision, status, after: 0 });
    }
}

#[track_caller]
pub(crate) fn node(tag: &str, name: &str, value: &str) -> u32 {
    page(|page| page.find(tag, name, value).map(|(node, _)| node)).unwrap_or_else(|| panic!("no {tag} {name}={value}"))
}

pub(crate) fn there(tag: &str, name: &str, value: &str) -> bool {
    page(|page| page.find(tag, name, value).is_some())
}

#[track_caller]
pub(crate) fn attribute(node: u32, name: &str) -> Option<String> {
    page(|page| page.elements[node as usize].as_ref().expect("is there").attributes.get(name).cloned())
}

#[track_caller]
pub(crate) fn type_into(node: u32, text: &str) {
    page(|page| page.elements[node as usize].as_mut().expect("is there").typed = text.into());
}

pub(crate) fn state() -> String {
    page(|page| page.state().to_owned())
}

#[track_caller]
pub(crate) fn text(node: u32) -> String {
    page(|page| page.elements[node as usize].as_ref().expect("is there").text.clone())
}

pub(crate) fn said() -> String {
    text(node("p", "role", "status"))
}

pub(crate) fn posted() -> Vec<u32> {
    page(|page| page.posted.clone())
}

pub(crate) fn put() -> Vec<(u32, bool)> {
    page(|page| page.put.clone())
}

pub(crate) fn events() -> String {
    page(|page| page.events.join(" "))
}

/// The `value` of the button that has the focus.
pub(crate) fn focused() -> String {
    let focused = page(|page| page.focused).expect("something has the focus");
    attribute(focused, "value").unwrap_or_default()
}

pub(crate) const AND_WHY: &[(i32, Numbers<'static>)] = &[(NPS, &[]), (TEXT, &[(".q.max", 200)])];
