//! What the shopper sees. Views draw, and say what the shopper did; they never fetch or store.

mod choice;
mod comment;
mod contact;
mod field;
mod frame;
pub mod keys;
mod radios;
mod scale;
pub mod shuffle;

pub use frame::Frame;

use crate::{
    app::Event,
    host::{self, NONE, text},
    question::Kind,
    state::{Answer, Turn},
};
use choice::Choice;
use comment::Comment;
use contact::Contact;
use field::Field;
use radios::Radios;
use scale::Scale;
use survey::flow::AnswerMask;

/// What the shopper did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Nothing that concerns the widget.
    Nothing,
    /// Something that the view has dealt with.
    Done,
    /// Answered the question, or left it out.
    Answer(Answer),
    /// Wants to see the question before; what is chosen in this one.
    Back(AnswerMask),
    /// Wants to be left alone.
    Close,
}

/// A question on the screen.
#[derive(Debug)]
struct Asked {
    /// The group of question and controls; takes the focus when the question replaces another.
    group: u32,
    controls: Controls,
    send: u32,
    skip: u32,
    back: u32,
}

#[derive(Debug)]
enum Controls {
    Scale(Scale),
    Comment(Comment),
    Choice(Choice),
    Contact(Contact),
}

impl Asked {
    fn draw(body: u32, turn: Turn, seed: u32) -> Option<Self> {
        // Twenty questions at most.
        let at = turn.at as u32;
        let kind = Kind::from_number(host::turn(at))?;
        let group = host::add(body, text!("fieldset tabindex=-1"), text!(""), 0);
        host::add(group, text!("legend"), text!(".q.text"), 0);
        let (controls, sends) = match kind {
            // An answer that is there already can be left as it is.
            Kind::Scale => (Controls::Scale(Scale::draw(group, turn.shown)), turn.answered),
            Kind::Text => (Controls::Comment(Comment::draw(group)), true),
            Kind::Contact => (Controls::Contact(Contact::draw(group, turn.shown)), true),
            Kind::Choice => {
                let choice = Choice::draw(group, turn.shown, seed.wrapping_add(at));
                let sends = choice.sends();
                (Controls::Choice(choice), sends)
            }
        };
        let row = host::add(group, text!("div class=actions"), text!(""), 0);
        let send = host::add(row, text!("button class=send"), text!(".ui.send"), 0);
        if !sends {
            host::set(send, text!("hidden"), text!(""), 0);
        }
        let mut asked = Self { group, controls, send, skip: NONE, back: NONE };
        if turn.follows {
            // The first question is left out by closing.
            if !turn.answered {
                asked.skip = host::add(row, text!("button class=skip"), text!(".ui.skip"), 0);
            }
            asked.back = host::add(row, text!("button class=back"), text!(".ui.back"), 0);
        }
        Some(asked)
    }

    fn handle(&mut self, event: &Event) -> Said {
        let mut send = false;
        if let Event::Click { node, .. } = *event {
            if node == self.skip {
                return Said::Answer(Answer::None);
            }
            if node == self.back {
                return Said::Back(self.chosen());
            }
            send = node == self.send;
        }
        match &mut self.controls {
            Controls::Scale(scale) => scale.handle(event, send),
            Controls::Comment(comment) => comment.handle(event, send),
            Controls::Contact(contact) => contact.handle(event, send),
            Controls::Choice(choice) => {
                let said = choice.handle(event, send);
                if choice.sends() {
                    host::unset(self.send, text!("hidden"));
                }
                said
            }
        }
    }

    const fn chosen(&self) -> AnswerMask {
        match &self.controls {
            Controls::Scale(scale) => scale.chosen(),
            Controls::Choice(choice) => choice.chosen(),
            Controls::Contact(contact) => contact.chosen(),
            Controls::Comment(_) => 0,
        }
    }
}
