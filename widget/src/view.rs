//! What the shopper sees. Views draw, and say what the shopper did; they never fetch or store.

mod choice;
mod comment;
mod frame;
pub mod keys;
mod radios;
mod scale;

pub use frame::Frame;

use crate::{
    app::Event,
    host::{self, NONE},
    question::Kind,
    state::Answer,
};
use choice::Choice;
use comment::Comment;
use radios::Radios;
use scale::Scale;

/// What the shopper did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Nothing that concerns the widget.
    Nothing,
    /// Something that the view has dealt with.
    Done,
    /// Answered the question, or left it out.
    Answer(Answer),
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
}

#[derive(Debug)]
enum Controls {
    Scale(Scale),
    Comment(Comment),
    Choice(Choice),
}

impl Asked {
    fn draw(body: u32, at: u32) -> Option<Self> {
        let kind = Kind::from_number(host::turn(at))?;
        let group = host::add(body, "fieldset tabindex=-1", "", 0);
        host::add(group, "legend", ".q.text", 0);
        let (controls, button) = match kind {
            Kind::Scale(metric) => (Controls::Scale(Scale::draw(group, metric)), ""),
            Kind::Text => (Controls::Comment(Comment::draw(group)), "button type=button class=send"),
            Kind::Choice => {
                let choice = Choice::draw(group);
                let waits = choice.sends();
                let hidden = "button type=button class=send hidden";
                (Controls::Choice(choice), if waits { "button type=button class=send" } else { hidden })
            }
        };
        let row = host::add(group, "div class=actions", "", 0);
        let mut asked = Self { group, controls, send: NONE, skip: NONE };
        if !button.is_empty() {
            asked.send = host::add(row, button, ".ui.send", 0);
        }
        // The first question is left out by closing.
        if at > 0 {
            asked.skip = host::add(row, "button type=button class=skip", ".ui.skip", 0);
        }
        Some(asked)
    }

    fn handle(&mut self, event: &Event) -> Said {
        let mut send = false;
        if let Event::Click { node, .. } = *event {
            if node == self.skip {
                return Said::Answer(Answer::None);
            }
            send = node == self.send;
        }
        match &mut self.controls {
            Controls::Scale(scale) => scale.handle(event),
            Controls::Comment(comment) => comment.handle(event, send),
            Controls::Choice(choice) => {
                let said = choice.handle(event, send);
                if choice.sends() {
                    host::unset(self.send, "hidden");
                }
                said
            }
        }
    }
}
