//! Access to the page: a few functions, and a guard that undoes their effects.
//!
//! A text is passed as its line in `words.js`, which `text!` finds at compile time. It is either a constant of the
//! widget or, with a leading dot, a path into the survey's texts, such as `.ui.send` or `.q.text` (`q` is the current
//! question). In both, `{n}` is replaced by a number, and the id of an earlier question in braces by its answer.

#[cfg(not(target_arch = "wasm32"))]
pub mod fake;
#[cfg(target_arch = "wasm32")]
mod page;

#[cfg(not(target_arch = "wasm32"))]
use fake as page;
pub(crate) use page::{add, answer, emit, filled, focus, focused, number, post, press, put, random, set, turn, unset};

/// A text, identified by its line in `words.js`.
pub type Text = u32;

/// The list of texts, between backticks; `host.js` uses the same file.
const WORDS: &str = include_str!("words.js");

/// The line of a text. Evaluated at compile time, so that a text missing from the list is a compile error.
#[expect(clippy::indexing_slicing, reason = "in a constant, a panic is a compile error")]
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
        assert!(list[at] != b'`', "the text is not in words.js");
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

/// The number of the shadow root of the widget's element.
pub(crate) const ROOT: u32 = 0;
/// The number of the widget's element.
pub(crate) const ELEMENT: u32 = 1;
/// The number that means no element.
pub(crate) const NONE: u32 = u32::MAX;

/// Numbers of events, shared with `host.js`.
pub(crate) mod event {
    #![cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "used by the entry points for JavaScript"))]
    pub(crate) const CLICK: u32 = 0;
    pub(crate) const INPUT: u32 = 1;
    pub(crate) const KEY: u32 = 2;
    pub(crate) const REPLY: u32 = 3;
    pub(crate) const LEAVE: u32 = 4;
    pub(crate) const ONLINE: u32 = 5;
    pub(crate) const RETRY: u32 = 6;
    pub(crate) const ANNOUNCE: u32 = 7;
}

/// A guard for an effect on the page: an element, listeners or a timer. Dropping it undoes the effect.
#[derive(Debug)]
pub struct Guard(u32);

impl Guard {
    /// Adds the widget's element. When it is removed, keyboard focus inside it returns to where it was before.
    pub(crate) fn element(tag: Text) -> Self {
        Self(page::mount(tag))
    }

    /// Listens for the browser going online and for the page being hidden.
    pub(crate) fn watch() -> Self {
        Self(page::watch(event::ONLINE, event::LEAVE))
    }

    /// Starts a timer that fires an event once.
    pub(crate) fn timer(event: u32, after_ms: u32) -> Self {
        Self(page::timer(event, after_ms))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        page::release(self.0);
    }
}
