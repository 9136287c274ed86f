//! A group of radio buttons.

use super::{
    Action,
    keys::{self, Key},
};
use crate::host::{self, Text, text};

/// Arrow keys move the focus without choosing: the browser's own handling fires the same `click` as a tap, so every
/// step would send a score. Which button of the group is the tab stop is left to the browser: engines differ in a group
/// without a choice, and with a roving `tabindex` Firefox skipped the group.
#[derive(Debug)]
pub(super) struct Radios {
    /// The element of the first button.
    first: u32,
    count: u32,
}

/// Elements per button: its label, the button and its text. Elements are numbered in the order in which they are added.
const STRIDE: u32 = 3;

impl Radios {
    /// An empty group.
    pub(super) const fn new() -> Self {
        Self { first: 0, count: 0 }
    }

    /// Adds a button and its text, both given as elements; `words` is the text.
    pub(super) fn add(&mut self, parent: u32, [button, text]: [Text; 2], words: Text, n: u32, chosen: bool) -> u32 {
        let label = host::add(parent, text!("label"), text!(""), 0);
        let node = host::add(label, button, text!(""), n);
        if chosen {
            host::set(node, text!("checked"), text!(""), 0);
        }
        host::add(label, text, words, n);
        if self.count == 0 {
            self.first = node;
        }
        self.count += 1;
        node
    }

    /// The element at a position.
    pub(super) const fn node(&self, at: u32) -> u32 {
        self.first + at * STRIDE
    }

    /// The position of an element, if it is a button of this group.
    pub(super) fn find(&self, node: u32) -> Option<u32> {
        let distance = node.checked_sub(self.first)?;
        (distance % STRIDE == 0 && distance / STRIDE < self.count).then_some(distance / STRIDE)
    }

    /// Handles a key on the button at `at`; `jump` is the position for a digit.
    pub(super) fn key(&self, at: u32, key: Key, rtl: bool, jump: Option<u32>) -> Action {
        if key == Key::Enter {
            host::press(self.node(at));
        } else if let Some(to) = jump.or_else(|| keys::step(key, at, self.count, rtl)) {
            host::focus(self.node(to));
        } else {
            return Action::Nothing;
        }
        Action::Done
    }
}
