//! A list to choose from. One of many goes on with the tap; several, and own words, wait for the send button.

use super::{Radios, Said, keys::Key};
use crate::{
    app::Event,
    host::{self, NONE},
    state::Answer,
};

const BOX: [&str; 2] = ["input type=checkbox name=choice", "span"];
const RADIO: [&str; 2] = ["input type=radio name=choice", "span"];

#[derive(Debug)]
pub(super) struct Choice {
    multiple: bool,
    /// The entries; boxes to tick are kept here too, though they need no help with the keyboard.
    radios: Radios,
    /// A bit for the position of each entry. A question has 30 choices at most, and "something else".
    chosen: u32,
    /// The field for own words, and the position of the entry that it belongs to.
    field: u32,
    other: u32,
    /// Says what is missing when "send" comes too early.
    missing: u32,
}

impl Choice {
    pub(super) fn draw(group: u32) -> Self {
        let multiple = host::number(".q.multiple") > 0;
        let button = if multiple { BOX } else { RADIO };
        let mut radios = Radios::new();
        let (mut field, mut missing) = (NONE, NONE);
        let list = host::add(group, "div class=list", "", 0);
        let other = host::number(".q.choices.length") as u32;
        for at in 0..other {
            radios.add(list, button, ".q.choices.{n}.id", ".q.choices.{n}.text", at);
        }
        if host::number(".q.other") > 0 {
            // No id of a choice starts like this.
            radios.add(list, button, "~other", ".q.other", 0);
            // The service takes 500 characters.
            field = host::add(list, "input name=other maxlength=500 required hidden aria-describedby=missing", "", 0);
            host::set(field, "aria-label", ".ui.other", 0);
            host::set(field, "placeholder", ".ui.other", 0);
            missing = host::add(list, "div class=missing id=missing role=alert", "", 0);
        }
        Self { multiple, radios, chosen: 0, field, other, missing }
    }

    /// Whether a send button is needed now.
    pub(super) const fn sends(&self) -> bool {
        self.multiple || self.chosen != 0
    }

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Said {
        if send {
            return self.send();
        }
        match *event {
            Event::Click { node, checked } => match self.radios.find(node) {
                Some(at) => self.choose(at, checked),
                None => Said::Nothing,
            },
            Event::Key { node, key: Key::Enter } if node == self.field => self.send(),
            Event::Input { node, .. } if node == self.field => {
                self.complain("");
                Said::Nothing
            }
            Event::Key { node, key } if !self.multiple => match self.radios.find(node) {
                // A list runs from top to bottom: left and right are up and down in every script.
                Some(at) => self.radios.key(at, key, false, None),
                None => Said::Nothing,
            },
            _ => Said::Nothing,
        }
    }

    fn choose(&mut self, at: u32, checked: bool) -> Said {
        let bit = 1 << at;
        if at == self.other {
            if checked {
                host::unset(self.field, "hidden");
            } else {
                host::set(self.field, "hidden", "", 0);
                self.complain("");
            }
        } else if !self.multiple {
            host::answer(bit, NONE);
            return Said::Answer(Answer::Given(bit));
        }
        self.chosen = if checked { self.chosen | bit } else { self.chosen & !bit };
        // The browser ticks the box, which is right.
        Said::Nothing
    }

    fn send(&self) -> Said {
        let mut field = NONE;
        let mut missing = if self.chosen == 0 { self.radios.node(0) } else { NONE };
        if self.chosen >> self.other & 1 != 0 {
            field = self.field;
            if !host::filled(field) {
                self.complain(".ui.missing");
                missing = field;
            }
        }
        if missing == NONE {
            host::answer(self.chosen, field);
            return Said::Answer(Answer::Given(self.chosen));
        }
        // "Send" was pressed: what is missing is the next thing to do.
        host::focus(missing);
        Said::Done
    }

    /// Marks the field for own words and says why, or takes both back.
    fn complain(&self, words: &str) {
        if words.is_empty() {
            host::unset(self.field, "aria-invalid");
        } else {
            host::set(self.field, "aria-invalid", "true", 0);
        }
        host::set(self.missing, "", words, 0);
    }
}
