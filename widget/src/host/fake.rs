//! A page made of plain data, on which the widget runs outside a browser.

use super::Text;
use std::{cell::RefCell, collections::BTreeMap};

/// An element.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// The number of the parent element.
    pub parent: u32,
    /// Tag name.
    pub tag: String,
    /// Attributes.
    pub attributes: BTreeMap<String, String>,
    /// Its own text; a text of the survey as its path.
    pub text: String,
    /// What the shopper typed into it.
    pub typed: String,
}

/// A question: the number of its kind, and its other numbers by path.
pub type Question = (i32, BTreeMap<&'static str, i32>);

/// Everything that the widget reads from the page and does to it.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The survey's questions.
    pub questions: Vec<Question>,
    /// Other numbers of the survey by path.
    pub numbers: BTreeMap<&'static str, i32>,
    /// The position of the current question.
    pub turned: u32,
    /// Elements by number; `None` if removed. The first two are the shadow root and its host.
    pub elements: Vec<Option<Element>>,
    /// Whether the widget is on the page.
    pub mounted: bool,
    /// Whether the widget listens for the page being hidden.
    pub watched: bool,
    /// The focused element; `None` if it is outside the widget.
    pub focused: Option<u32>,
    /// What was typed, by question and field, to restore when the field is shown again.
    pub drafts: BTreeMap<(u32, String), String>,
    /// The result of `random`; with 0 every retry waits for the shortest time.
    pub random: u32,
    /// Answers by the position of the question: the number and the field's text.
    pub answers: BTreeMap<u32, (u32, String)>,
    /// Revisions that were built: the number, and whether complete.
    pub put: Vec<(u32, bool)>,
    /// A bit for each answer in the last revision.
    pub counted: u32,
    /// Revisions that were sent.
    pub posted: Vec<u32>,
    /// Running timers: the number of the event and the wait in milliseconds.
    pub timers: BTreeMap<u32, u32>,
    /// Events dispatched on the page.
    pub events: Vec<String>,
    /// Elements that the widget has clicked.
    pub pressed: Vec<u32>,
}

/// The text of a line of `words.js`.
fn words(line: Text) -> &'static str {
    let list = super::WORDS.split('`').nth(1).and_then(|list| list.split('\n').nth(line as usize));
    list.unwrap_or_default()
}

std::thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Reads or changes the page of this thread.
pub fn page<T>(use_it: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with(|page| use_it(&mut page.borrow_mut()))
}

impl Page {
    fn at(&mut self, node: u32) -> Option<&mut Element> {
        self.elements.get_mut(node as usize)?.as_mut()
    }

    /// The first element with this tag and attribute value, and its number.
    #[must_use]
    pub fn find(&self, tag: &str, name: &str, value: &str) -> Option<(u32, &Element)> {
        let mut numbered = (0..).zip(&self.elements).filter_map(|(node, element)| Some((node, element.as_ref()?)));
        numbered
            .find(|(_, element)| element.tag == tag && element.attributes.get(name).is_some_and(|found| found == value))
    }

    /// The host element's `data-state`.
    #[must_use]
    pub fn state(&self) -> &str {
        let element = self.elements.get(super::ELEMENT as usize).and_then(Option::as_ref);
        element.and_then(|element| element.attributes.get("data-state")).map_or("", String::as_str)
    }

    fn empty(&mut self, node: u32) {
        for child in 2..self.elements.len() as u32 {
            if self.at(child).is_some_and(|element| element.parent == node) {
                self.empty(child);
                if self.focused == Some(child) {
                    self.focused = None;
                }
                if let Some(element) = self.elements.get_mut(child as usize) {
                    *element = None;
                }
            }
        }
    }
}

/// The numbers that `release` gets for the element and the listeners; for a timer it is the number of the event.
const ELEMENT: u32 = 100;
const LISTENERS: u32 = 101;

pub(super) fn mount(_: Text) -> u32 {
    page(|page| {
        page.mounted = true;
        page.elements = [Some(Element::default()), Some(Element::default())].into();
    });
    ELEMENT
}

pub(super) fn watch(_: u32, _: u32) -> u32 {
    page(|page| page.watched = true);
    LISTENERS
}

pub(super) fn timer(event: u32, after_ms: u32) -> u32 {
    page(|page| page.timers.insert(event, after_ms));
    event
}

pub(super) fn release(owned: u32) {
    page(|page| match owned {
        ELEMENT => {
            page.mounted = false;
            page.elements.clear();
            page.focused = None;
        }
        LISTENERS => page.watched = false,
        timer => {
            page.timers.remove(&timer);
        }
    });
}

pub(crate) fn turn(at: u32) -> i32 {
    page(|page| {
        page.turned = at;
        page.questions.get(at as usize).map_or(-1, |(kind, _)| *kind)
    })
}

pub(crate) fn number(place: Text) -> i32 {
    let place = words(place);
    page(|page| {
        let of_question = page.questions.get(page.turned as usize).and_then(|(_, numbers)| numbers.get(place));
        of_question.or_else(|| page.numbers.get(place)).copied().unwrap_or(-1)
    })
}

pub(crate) fn add(parent: u32, element: Text, text: Text, n: u32) -> u32 {
    let text = words(text);
    let mut words = words(element).split(' ');
    let tag = words.next().unwrap_or_default().into();
    let attribute = |word: &str| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        (name.into(), value.replace("{n}", &n.to_string()))
    };
    let attributes: BTreeMap<String, String> = words.map(attribute).collect();
    let text = text.replace("{n}", &n.to_string());
    page(|page| {
        let key = (page.turned, attributes.get("name").cloned().unwrap_or_default());
        let typed = page.drafts.get(&key).cloned().unwrap_or_default();
        page.elements.push(Some(Element { parent, tag, attributes, text, typed }));
        page.elements.len() as u32 - 1
    })
}

pub(crate) fn set(node: u32, name: Text, text: Text, n: u32) {
    let (name, text) = (words(name), words(text));
    let text = text.replace("{n}", &n.to_string());
    page(|page| {
        if name.is_empty() {
            page.empty(node);
        }
        let Some(element) = page.at(node) else { return };
        if name.is_empty() {
            element.text = text;
        } else {
            element.attributes.insert(name.into(), text);
        }
    });
}

pub(crate) fn unset(node: u32, name: Text) {
    let name = words(name);
    page(|page| {
        if let Some(element) = page.at(node) {
            element.attributes.remove(name);
        }
    });
}

/// An e-mail address counts as valid if it contains `@`, a phone number if it contains `+`.
pub(crate) fn filled(node: u32) -> u32 {
    page(|page| {
        let Some(element) = page.at(node) else { return 0 };
        let typed = element.typed.trim();
        let sign = match element.attributes.get("type").map(String::as_str) {
            Some("email") => '@',
            Some("tel") => '+',
            _ => return typed.len() as u32,
        };
        typed.contains(sign).into()
    })
}

pub(crate) fn focus(node: u32) {
    page(|page| page.focused = Some(node));
}

pub(crate) fn press(node: u32) {
    page(|page| page.pressed.push(node));
}

pub(crate) fn focused(node: u32) -> bool {
    page(|page| {
        let mut at = page.focused;
        while let Some(inner) = at {
            if inner == node {
                return true;
            }
            at = page.at(inner).map(|element| element.parent).filter(|_| inner > super::ROOT);
        }
        false
    })
}

pub(crate) fn emit(name: Text) {
    page(|page| page.events.push(words(name).into()));
}

pub(crate) fn answer(number: u32, field: u32) {
    page(|page| {
        let typed = page.at(field).map(|element| element.typed.clone()).unwrap_or_default();
        page.answers.insert(page.turned, (number, typed));
    });
}

pub(crate) fn put(revision: u32, complete: bool, counted: u32) {
    page(|page| {
        page.put.push((revision, complete));
        page.counted = counted;
    });
}

pub(crate) fn post(revision: u32) {
    page(|page| page.posted.push(revision));
}

pub(crate) fn random(_: u32) -> u32 {
    page(|page| page.random)
}
