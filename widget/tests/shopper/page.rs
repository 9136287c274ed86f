//! A survey on a page of plain data, and the actions of a shopper.

use std::collections::BTreeMap;
use widget::{
    app::{App, Event},
    host::fake::{Element, Page, page},
    view::keys::Key,
};

/// Numbers of kinds, as in `host.js`.
pub(crate) const NPS: i32 = 0;
pub(crate) const CSAT: i32 = 2;
pub(crate) const AGREE: i32 = 3;
pub(crate) const CHOICE: i32 = 4;
pub(crate) const TEXT: i32 = 5;
pub(crate) const CONTACT: i32 = 6;

pub(crate) const RETRY: u32 = 6;
pub(crate) const ANNOUNCE: u32 = 7;

pub(crate) struct Survey {
    pub(crate) app: Option<App>,
}

pub(crate) type Numbers<'a> = &'a [(&'static str, i32)];

/// Shows a survey with these questions, each given by its kind and its other numbers.
pub(crate) fn shown(questions: &[(i32, Numbers<'_>)], survey: Numbers<'_>) -> Survey {
    let numbers = |numbers: Numbers<'_>| BTreeMap::from_iter(numbers.iter().copied());
    let scale = |kind| match kind {
        NPS => Some((0, 10)),
        CSAT => Some((1, 5)),
        AGREE => Some((1, 7)),
        _ => None,
    };
    let question = |(kind, of): &(i32, Numbers<'_>)| {
        let mut all = numbers(of);
        if let Some((min, max)) = scale(*kind) {
            all.extend([(".q.min", min), (".q.max", max)]);
        }
        (*kind, all)
    };
    let questions = questions.iter().map(question).collect();
    page(|page| *page = Page { questions, numbers: numbers(survey), ..Page::default() });
    Survey { app: App::start() }
}

impl Survey {
    /// Passes on an event as `entry.rs` does: an app that is done is dropped.
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
        let node = page(|page| page.focused).expect("an element has the focus");
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

pub(crate) fn exists(tag: &str, name: &str, value: &str) -> bool {
    page(|page| page.find(tag, name, value).is_some())
}

#[track_caller]
pub(crate) fn attribute(node: u32, name: &str) -> Option<String> {
    page(|page| page.elements[node as usize].as_ref().expect("the element exists").attributes.get(name).cloned())
}

/// Types a text, which the page restores when the field is shown again.
#[track_caller]
pub(crate) fn type_into(node: u32, text: &str) {
    page(|page| {
        let turned = page.turned;
        let element = page.elements[node as usize].as_mut().expect("the element exists");
        element.typed = text.into();
        let name = element.attributes.get("name").cloned().expect("a field has a name");
        page.drafts.insert((turned, name), text.into());
    });
}

pub(crate) fn state() -> String {
    page(|page| page.state().to_owned())
}

#[track_caller]
pub(crate) fn text(node: u32) -> String {
    page(|page| page.elements[node as usize].as_ref().expect("the element exists").text.clone())
}

pub(crate) fn announced() -> String {
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

/// The positions of the answers in the last revision.
pub(crate) fn counted() -> Vec<u32> {
    page(|page| (0..32).filter(|at| page.counted >> at & 1 != 0).collect())
}

/// The `value`s of the checked buttons, from top to bottom.
pub(crate) fn ticked() -> Vec<String> {
    values(|element| element.attributes.contains_key("checked"))
}

/// The `value`s of all buttons of a scale or list, in order.
pub(crate) fn buttons() -> Vec<String> {
    values(|_| true)
}

fn values(which: impl Fn(&Element) -> bool) -> Vec<String> {
    page(|page| {
        let all = page.elements.iter().flatten().filter(|element| which(element));
        all.filter_map(|element| element.attributes.get("value").cloned()).collect()
    })
}

/// The `value` of the focused button.
pub(crate) fn focused() -> String {
    let focused = page(|page| page.focused).expect("an element has the focus");
    attribute(focused, "value").unwrap_or_default()
}

pub(crate) const AND_WHY: &[(i32, Numbers<'static>)] = &[(NPS, &[]), (TEXT, &[(".q.max", 200)])];
