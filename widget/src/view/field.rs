//! What must be filled in, and the line below that says so.

use crate::host::{self, Text, text};

/// A control that has to be filled in or ticked, and where it is said that it is not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) node: u32,
    /// An alert, so that screen readers say it at once.
    pub(super) missing: u32,
}

/// The alert that fields name in `aria-describedby`.
pub(super) fn alert(parent: u32) -> u32 {
    host::add(parent, text!("div class=missing id=missing role=alert"), text!(""), 0)
}

impl Field {
    /// Marks the field, says why, and leads there: "send" was pressed, and what is missing is the next thing to do.
    pub(super) fn complain(self, words: Text) {
        host::set(self.node, text!("aria-invalid"), text!("true"), 0);
        host::set(self.missing, text!(""), words, 0);
        host::focus(self.node);
    }

    /// Takes both back.
    pub(super) fn content(self) {
        host::unset(self.node, text!("aria-invalid"));
        host::set(self.missing, text!(""), text!(""), 0);
    }
}
