//! A list of choices. A single choice is sent with the tap; several choices and free text need the send button.

use super::{
    Action, Field, Radios,
    field::alert,
    keys::Key,
    shuffle::{self, order},
};
use crate::{
    app::Event,
    host::{self, NONE, text},
    state::Answer,
};
use survey::flow::AnswerMask;

#[derive(Debug)]
pub(super) struct Choice {
    multiple: bool,
    /// The entries; also used for checkboxes, whose keyboard handling is left to the browser.
    radios: Radios,
    /// For each place in the list, the position of the choice that is shown there.
    order: [u8; shuffle::MAX],
    /// A bit for the position of each chosen entry. A question has at most 30 choices and "something else".
    chosen: AnswerMask,
    /// The position of "something else", which is also its place. Its text is in `field`.
    other: u32,
    field: Field,
}

impl Choice {
    pub(super) fn draw(group: u32, chosen: AnswerMask, seed: u32) -> Self {
        let multiple = host::number(text!(".q.multiple")) > 0;
        let other = host::number(text!(".q.choices.length")) as u32;
        let order = order(other, (host::number(text!(".q.shuffle")) > 0).then_some(seed));
        let list = host::add(group, text!("div class=list"), text!(""), 0);
        let mut radios = Radios::new();
        let mut field = Field { node: NONE, missing: NONE };
        for position in order.iter().map(|position| u32::from(*position)).take(other as usize) {
            let button = if multiple {
                text!("input type=checkbox name=choice value=.q.choices.{n}.id")
            } else {
                text!("input type=radio name=choice value=.q.choices.{n}.id")
            };
            radios.add(
                list,
                [button, text!("span")],
                text!(".q.choices.{n}.text"),
                position,
                chosen >> position & 1 != 0,
            );
        }
        if host::number(text!(".q.other")) > 0 {
            let ticked = chosen >> other & 1 != 0;
            // The id of a choice never starts with `~`.
            let button = if multiple {
                text!("input type=checkbox name=choice value=~other")
            } else {
                text!("input type=radio name=choice value=~other")
            };
            radios.add(list, [button, text!("span")], text!(".q.other"), 0, ticked);
            // The service accepts up to 500 characters.
            let input = text!(
                "input name=other maxlength=500 required aria-describedby=missing aria-label=.ui.other placeholder=.ui.other"
            );
            field.node = host::add(list, input, text!(""), 0);
            if !ticked {
                host::set(field.node, text!("hidden"), text!(""), 0);
            }
            field.missing = alert(list);
        }
        Self { multiple, radios, order, chosen, other, field }
    }

    /// Whether the send button is needed now.
    pub(super) const fn sends(&self) -> bool {
        self.multiple || self.chosen != 0
    }

    pub(super) const fn chosen(&self) -> AnswerMask {
        self.chosen
    }

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Action {
        if send {
            return self.send();
        }
        match *event {
            Event::Click { node, checked } => match self.radios.find(node) {
                Some(place) => self.choose(place, checked),
                None => Action::Nothing,
            },
            Event::Key { node, key: Key::Enter } if node == self.field.node => self.send(),
            Event::Input { node, .. } if node == self.field.node => {
                self.field.clear_error();
                Action::Nothing
            }
            Event::Key { node, key } if !self.multiple => match self.radios.find(node) {
                // The list is vertical, so the direction of the script does not matter.
                Some(place) => self.radios.key(place, key, false, None),
                None => Action::Nothing,
            },
            _ => Action::Nothing,
        }
    }

    fn choose(&mut self, place: u32, checked: bool) -> Action {
        let position = if place == self.other {
            if checked {
                host::unset(self.field.node, text!("hidden"));
            } else {
                host::set(self.field.node, text!("hidden"), text!(""), 0);
                self.field.clear_error();
            }
            place
        } else {
            self.order.get(place as usize).copied().unwrap_or_default().into()
        };
        let bit = 1 << position;
        if self.multiple {
            self.chosen = if checked { self.chosen | bit } else { self.chosen & !bit };
        } else {
            self.chosen = bit;
            if place != self.other {
                return self.send();
            }
        }
        // The browser must check the box, so do not prevent it.
        Action::Nothing
    }

    fn send(&self) -> Action {
        let mut field = NONE;
        if self.chosen >> self.other & 1 != 0 {
            field = self.field.node;
            if host::filled(field) == 0 {
                self.field.show_error(text!(".ui.missing"));
                return Action::Done;
            }
        }
        if self.chosen == 0 {
            // Send was pressed without a choice: focus the first one.
            host::focus(self.radios.node(0));
            return Action::Done;
        }
        host::answer(self.chosen, field);
        Action::Answer(Answer::Given(self.chosen))
    }
}
