//! A list to choose from. One of many goes on with the tap; several, and own words, wait for the send button.

use super::{NONE, Radios, Said};
use crate::{app::Event, host, json::Json, state::Answer};
use alloc::string::String;

/// Value of the entry "something else"; no id of a choice starts like this.
const OTHER: &str = "~other";

#[derive(Debug)]
pub(super) struct Choice {
    multiple: bool,
    /// The entries; boxes to tick are kept here too, though they need no help with the keyboard.
    radios: Radios,
    /// A bit for the position of each entry. A question has 30 choices at most.
    chosen: u64,
    /// The field for own words, and the position of the entry that it belongs to.
    field: u32,
    other: usize,
}

impl Choice {
    /// `other`: the entry "something else", if there is one; `label`: the name of the field beside it.
    pub(super) fn draw(group: u32, choices: &[Json], multiple: bool, other: &str, label: &str) -> Self {
        let radios = Radios::default();
        let mut choice = Self { multiple, radios, chosen: 0, field: NONE, other: choices.len() };
        let list = host::add(group, "div class=list", "");
        for entry in choices {
            choice.entry(list, entry.get("id").text(), entry.get("text").text());
        }
        if !other.is_empty() {
            choice.entry(list, OTHER, other);
            // The service takes 500 characters.
            choice.field = host::add(list, "input name=other maxlength=500 required hidden", "");
            host::set(choice.field, "aria-label", label);
            host::set(choice.field, "placeholder", label);
        }
        choice
    }

    fn entry(&mut self, list: u32, value: &str, text: &str) {
        let label = host::add(list, "label", "");
        if self.multiple {
            self.radios.keep(host::add(label, "input type=checkbox name=choice", ""), value);
        } else {
            self.radios.add(label, "choice", value);
        }
        host::add(label, "span", text);
    }

    /// Whether a send button is needed now.
    pub(super) const fn sends(&self) -> bool {
        self.multiple || self.chosen != 0
    }

    pub(super) fn handle(&mut self, event: &Event<'_>, send: bool) -> Said {
        if send {
            return self.send();
        }
        match *event {
            Event::Click { node, checked } => {
                self.radios.find(node).map_or(Said::Nothing, |at| self.choose(at, checked))
            }
            Event::Key { node, key: "Enter" } if node == self.field => self.send(),
            Event::Key { node, key } if !self.multiple => match self.radios.find(node) {
                // A list runs from top to bottom: left and right are up and down in every script.
                Some(at) => self.radios.key(at, key, false, None),
                None => Said::Nothing,
            },
            _ => Said::Nothing,
        }
    }

    fn choose(&mut self, at: usize, checked: bool) -> Said {
        let bit = 1 << at;
        if at == self.other {
            if checked {
                host::unset(self.field, "hidden");
            } else {
                host::set(self.field, "hidden", "");
            }
        } else if !self.multiple {
            return Said::Answer(Some(Answer::Choice(bit, String::new())));
        }
        self.chosen = if checked { self.chosen | bit } else { self.chosen & !bit };
        if !self.multiple {
            self.radios.land(at);
        }
        // The browser ticks the box, which is right.
        Said::Nothing
    }

    fn send(&self) -> Said {
        let mut other = String::new();
        let mut missing = if self.chosen == 0 { self.radios.first() } else { NONE };
        if self.chosen >> self.other & 1 != 0 {
            other = host::value(self.field);
            if other.is_empty() {
                host::set(self.field, "aria-invalid", "true");
                missing = self.field;
            }
        }
        if missing == NONE {
            return Said::Answer(Some(Answer::Choice(self.chosen, other)));
        }
        // "Send" was pressed: what is missing is the next thing to do.
        host::focus(missing);
        Said::Done
    }
}
