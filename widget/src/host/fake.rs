//! A page made of plain data, on which the widget runs outside a browser.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::cell::RefCell;

/// An element.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// Number of the element that it is in.
    pub parent: u32,
    /// Tag name.
    pub tag: String,
    /// Attributes.
    pub attributes: BTreeMap<String, String>,
    /// Its own text.
    pub text: String,
    /// What a shopper typed into it.
    pub typed: String,
}

/// Everything that the widget did to the page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Elements by number; `None` = taken away. The first two are the shadow root and its host.
    pub elements: Vec<Option<Element>>,
    /// Whether the widget is on the page.
    pub mounted: bool,
    /// Whether it listens for the page being hidden.
    pub watched: bool,
    /// The element that has the focus; `None` = something outside.
    pub focused: Option<u32>,
    /// Revisions that were sent, with their numbers.
    pub posted: Vec<(u32, String)>,
    /// Timers that run: the number of the event and the wait in milliseconds.
    pub timers: BTreeMap<u32, u32>,
    /// Events that the page was told.
    pub events: Vec<String>,
    /// Elements that were pressed by the widget itself.
    pub pressed: Vec<u32>,
    /// What the page told about the shopper.
    pub told: String,
}

std::thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Looks at the page of this thread or changes it.
pub fn page<T>(use_it: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with(|page| use_it(&mut page.borrow_mut()))
}

impl Page {
    fn at(&mut self, node: u32) -> Option<&mut Element> {
        self.elements.get_mut(node as usize)?.as_mut()
    }

    /// The element that has this tag and this attribute, and its number.
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

    fn clear(&mut self, node: u32) {
        for child in 2..self.elements.len() as u32 {
            if child != node && self.at(child).is_some_and(|element| element.parent == node) {
                self.clear(child);
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

/// What `release` is given for the element, the listeners and a timer of each event.
const ELEMENT: u32 = 100;
const LISTENERS: u32 = 101;

pub(super) fn mount(_: &str) -> u32 {
    page(|page| {
        page.mounted = true;
        page.focused = None;
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

pub(crate) fn add(parent: u32, element: &str, text: &str) -> u32 {
    let mut words = element.split(' ');
    let tag = words.next().unwrap_or_default().into();
    let attribute = |word: &str| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        (name.into(), value.into())
    };
    let attributes = words.map(attribute).collect();
    page(|page| {
        page.elements.push(Some(Element { parent, tag, attributes, text: text.into(), typed: String::new() }));
        page.elements.len() as u32 - 1
    })
}

pub(crate) fn set(node: u32, name: &str, value: &str) {
    page(|page| {
        if let Some(element) = page.at(node) {
            element.attributes.insert(name.into(), value.into());
        }
    });
}

pub(crate) fn unset(node: u32, name: &str) {
    page(|page| {
        if let Some(element) = page.at(node) {
            element.attributes.remove(name);
        }
    });
}

pub(crate) fn write(node: u32, text: &str) {
    page(|page| {
        page.clear(node);
        if let Some(element) = page.at(node) {
            element.text = text.into();
        }
    });
}

pub(crate) fn value(node: u32) -> String {
    page(|page| page.at(node).map(|element| element.typed.trim().into()).unwrap_or_default())
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

pub(crate) fn emit(name: &str) {
    page(|page| page.events.push(name.into()));
}

pub(crate) fn post(body: &str, revision: u32) {
    page(|page| page.posted.push((revision, body.into())));
}

/// Not random at all, so that waits are the shortest of their schedule.
pub(crate) const fn random(_: u32) -> u32 {
    0
}

pub(crate) fn told(_: &str) -> String {
    page(|page| page.told.clone())
}
