//! A required field, and the error message below it.

use crate::host::{self, Text, text};

/// A control that must be filled in or checked, and the element for its error message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) node: u32,
    /// An alert, so that screen readers announce the message at once.
    pub(super) missing: u32,
}

/// Adds the alert that fields reference in `aria-describedby`.
pub(super) fn alert(parent: u32) -> u32 {
    host::add(parent, text!("div class=missing id=missing role=alert"), text!(""), 0)
}

impl Field {
    /// Marks the field as invalid, shows the message, and moves the focus to the field.
    pub(super) fn show_error(self, words: Text) {
        host::set(self.node, text!("aria-invalid"), text!("true"), 0);
        host::set(self.missing, text!(""), words, 0);
        host::focus(self.node);
    }

    /// Removes the mark and the message.
    pub(super) fn clear_error(self) {
        host::unset(self.node, text!("aria-invalid"));
        host::set(self.missing, text!(""), text!(""), 0);
    }
}
