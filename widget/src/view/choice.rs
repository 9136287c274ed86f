//! A list to choose from. One of many goes on with the tap; several, and own words, wait for the send button.

use super::{
    Field, Radios, Said,
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
    /// The entries; boxes to tick are kept here too, though they need no help with the keyboard.
    radios: Radios,
    /// The position of what is shown at each place.
    order: [u8; shuffle::MAX],
    /// A bit for the position of each entry. A question has 30 choices at most, and "something else".
    chosen: AnswerMask,
    /// The position of "something else", which is its place too, and the field that belongs to it.
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
            // No id of a choice starts like this.
            let button = if multiple {
                text!("input type=checkbox name=choice value=~other")
            } else {
                text!("input type=radio name=choice value=~other")
            };
            radios.add(list, [button, text!("span")], text!(".q.other"), 0, ticked);
            // The service takes 500 characters.
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

    /// Whether a send button is needed now.
    pub(super) const fn sends(&self) -> bool {
        self.multiple || self.chosen != 0
    }

    pub(super) const fn chosen(&self) -> AnswerMask {
        self.chosen
    }

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Said {
        if send {
            return self.send();
        }
        match *event {
            Event::Click { node, checked } => match self.radios.find(node) {
                Some(place) => self.choose(place, checked),
                None => Said::Nothing,
            },
            Event::Key { node, key: Key::Enter } if node == self.field.node => self.send(),
            Event::Input { node, .. } if node == self.field.node => {
                self.field.content();
                Said::Nothing
            }
            Event::Key { node, key } if !self.multiple => match self.radios.find(node) {
                // A list runs from top to bottom: left and right are up and down in every script.
                Some(place) => self.radios.key(place, key, false, None),
                None => Said::Nothing,
            },
            _ => Said::Nothing,
        }
    }

    fn choose(&mut self, place: u32, checked: bool) -> Said {
        let position = if place == self.other {
            if checked {
                host::unset(self.field.node, text!("hidden"));
            } else {
                host::set(self.field.node, text!("hidden"), text!(""), 0);
                self.field.content();
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
        // The browser ticks the box, which is right.
        Said::Nothing
    }

    fn send(&self) -> Said {
        let mut field = NONE;
        if self.chosen >> self.other & 1 != 0 {
            field = self.field.node;
            if host::filled(field) == 0 {
                self.field.complain(text!(".ui.missing"));
                return Said::Done;
            }
        }
        if self.chosen == 0 {
            // "Send" was pressed: a choice is the next thing to do.
            host::focus(self.radios.node(0));
            return Said::Done;
        }
        host::answer(self.chosen, field);
        Said::Answer(Answer::AnswerMask(self.chosen))
    }
}
