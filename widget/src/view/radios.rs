//! A group of buttons of which one is chosen.

use super::{
    Said,
    keys::{self, Key},
};
use crate::host::{self, Text, text};

/// Arrows move the focus and choose nothing: a browser's own arrow keys would fire the same `click` as a finger does,
/// and every step would send a score. That the group is one tab stop is left to the browser: each engine has its own
/// idea which button of a group without a choice can be reached, and a `tabindex` moved about made Firefox pass it by.
#[derive(Debug)]
pub(super) struct Radios {
    /// Number of the first one's element.
    first: u32,
    count: u32,
}

/// Each comes in a label and before its text, and elements are numbered in the order of adding.
const STRIDE: u32 = 3;

impl Radios {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self { first: 0, count: 0 }
    }

    /// Adds a button and its text, given as elements, with the text's words.
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
    pub(super) fn key(&self, at: u32, key: Key, rtl: bool, jump: Option<u32>) -> Said {
        if key == Key::Enter {
            host::press(self.node(at));
        } else if let Some(to) = jump.or_else(|| keys::step(key, at, self.count, rtl)) {
            host::focus(self.node(to));
        } else {
            return Said::Nothing;
        }
        Said::Done
    }
}
