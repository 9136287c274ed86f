//! A group of buttons of which one is chosen.

use super::{
    Said,
    keys::{self, Key},
};
use crate::host;

/// One tab stop: arrows move the focus and choose nothing. A browser's own arrow keys would fire the same `click` as
/// a finger does, and every step would send a score.
#[derive(Debug)]
pub(super) struct Radios {
    /// Number of the first one's element.
    first: u32,
    count: u32,
    /// The tab stop.
    at: u32,
}

/// Each comes in a label and before its text, and elements are numbered in the order of adding.
const STRIDE: u32 = 3;

impl Radios {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self { first: 0, count: 0, at: 0 }
    }

    /// Adds a button and its text, given as elements, with their value and words. The first one is where the Tab key
    /// lands.
    pub(super) fn add(&mut self, parent: u32, [button, text]: [&str; 2], value: &str, words: &str, n: u32) -> u32 {
        let label = host::add(parent, "label", "", 0);
        let node = host::add(label, button, "", 0);
        host::set(node, "value", value, n);
        host::add(label, text, words, n);
        if self.count == 0 {
            self.first = node;
            host::set(node, "tabindex", "0", 0);
        }
        self.count += 1;
        node
    }

    /// The element of a position.
    pub(super) const fn node(&self, at: u32) -> u32 {
        self.first + at * STRIDE
    }

    /// The position of an element, if it is one of these.
    pub(super) fn find(&self, node: u32) -> Option<u32> {
        let distance = node.checked_sub(self.first)?;
        (distance % STRIDE == 0 && distance / STRIDE < self.count).then_some(distance / STRIDE)
    }

    /// Reacts to a key on the button at `at`; `jump` is where a digit leads.
    pub(super) fn key(&mut self, at: u32, key: Key, rtl: bool, jump: Option<u32>) -> Said {
        if key == Key::Enter {
            host::press(self.node(at));
            return Said::Done;
        }
        let Some(to) = jump.or_else(|| keys::step(key, at, self.count, rtl)) else { return Said::Nothing };
        self.land(to);
        host::focus(self.node(to));
        Said::Done
    }

    /// Makes a button the tab stop.
    pub(super) fn land(&mut self, to: u32) {
        host::set(self.node(self.at), "tabindex", "-1", 0);
        host::set(self.node(to), "tabindex", "0", 0);
        self.at = to;
    }
}
