//! The page: a few verbs, and an owner that takes back what they put there.
//!
//! Texts are given by their line in `words.js`: `text!` finds it when this is compiled. They are the widget's own words, or, with a dot in front, as the place where the survey has them:
//! `.ui.send`, `.q.text` (`q` is the question turned to). `{n}` in either becomes a number, the id of an earlier question
//! in braces its answer.

#[cfg(not(target_arch = "wasm32"))]
pub mod fake;
#[cfg(target_arch = "wasm32")]
mod page;

#[cfg(not(target_arch = "wasm32"))]
use fake as page;
pub(crate) use page::{add, answer, emit, filled, focus, focused, number, post, press, put, random, set, turn, unset};

/// A text, as its line in `words.js`.
pub type Text = u32;

/// What `host.js` has too, between backticks.
const WORDS: &str = include_str!("words.js");

/// The line of a text. Runs while this is compiled: a text that is not in the list is no program.
#[expect(clippy::indexing_slicing, reason = "while compiling, a panic is an error message")]
pub(crate) const fn line(text: &str) -> Text {
    let (list, text) = (WORDS.as_bytes(), text.as_bytes());
    let mut at = 0;
    while list[at] != b'`' {
        at += 1;
    }
    at += 1;
    let mut line = 0;
    loop {
        let mut length = 0;
        let mut same = true;
        while list[at + length] != b'\n' && list[at + length] != b'`' {
            same = same && length < text.len() && list[at + length] == text[length];
            length += 1;
        }
        if same && length == text.len() {
            return line;
        }
        at += length;
        assert!(list[at] != b'`', "a text that is not in words.js");
        at += 1;
        line += 1;
    }
}

/// A text of `words.js`.
macro_rules! text {
    ($text:literal) => {
        const { $crate::host::line($text) }
    };
}
pub(crate) use text;

/// The shadow root of the element on the page.
pub(crate) const ROOT: u32 = 0;
/// The element itself.
pub(crate) const ELEMENT: u32 = 1;
/// The number of no element.
pub(crate) const NONE: u32 = u32::MAX;

/// Numbers of events, shared with `host.js`.
pub(crate) mod event {
    #![cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "read where JavaScript comes in"))]
    pub(crate) const CLICK: u32 = 0;
    pub(crate) const INPUT: u32 = 1;
    pub(crate) const KEY: u32 = 2;
    pub(crate) const REPLY: u32 = 3;
    pub(crate) const LEAVE: u32 = 4;
    pub(crate) const ONLINE: u32 = 5;
    pub(crate) const RETRY: u32 = 6;
    pub(crate) const ANNOUNCE: u32 = 7;
}

/// Something on the page that is the widget's: dropping this takes it back.
#[derive(Debug)]
pub struct Owned(u32);

impl Owned {
    /// The element on the page. When it goes, a keyboard's focus that was inside goes back to where it came from.
    pub(crate) fn element(tag: Text) -> Self {
        Self(page::mount(tag))
    }

    /// Listeners for the network coming back and for the page being hidden.
    pub(crate) fn watch() -> Self {
        Self(page::watch(event::ONLINE, event::LEAVE))
    }

    /// A timer that fires an event once.
    pub(crate) fn timer(event: u32, after_ms: u32) -> Self {
        Self(page::timer(event, after_ms))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        page::release(self.0);
    }
}
