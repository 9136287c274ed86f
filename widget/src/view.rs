//! The visible part of the survey. Views draw and report the shopper's actions; they never send or store anything.

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
    state::{Answer, Prompt},
};
use choice::Choice;
use comment::Comment;
use contact::Contact;
use field::Field;
use radios::Radios;
use scale::Scale;
use survey::flow::AnswerMask;

/// What the shopper did, as far as the app must react.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing; the browser handles the event.
    Nothing,
    /// Something that the view has handled.
    Done,
    /// The shopper answered or skipped the question.
    Answer(Answer),
    /// The shopper went back to the previous question; what is chosen in the current one.
    Back(AnswerMask),
    /// The shopper closed the survey.
    Close,
}

/// The question on the screen.
#[derive(Debug)]
struct ShownQuestion {
    /// The group of the question and its controls; gets the focus when the question replaces another.
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

impl ShownQuestion {
    fn draw(body: u32, prompt: Prompt, seed: u32) -> Option<Self> {
        // At most twenty questions, so the cast is lossless.
        let at = prompt.at as u32;
        let kind = Kind::from_number(host::turn(at))?;
        let group = host::add(body, text!("fieldset tabindex=-1"), text!(""), 0);
        host::add(group, text!("legend"), text!(".q.text"), 0);
        let (controls, sends) = match kind {
            // An earlier answer can be kept with the send button.
            Kind::Scale => (Controls::Scale(Scale::draw(group, prompt.shown)), prompt.answered),
            Kind::Text => (Controls::Comment(Comment::draw(group)), true),
            Kind::Contact => (Controls::Contact(Contact::draw(group, prompt.shown)), true),
            Kind::Choice => {
                let choice = Choice::draw(group, prompt.shown, seed.wrapping_add(at));
                let sends = choice.sends();
                (Controls::Choice(choice), sends)
            }
        };
        let row = host::add(group, text!("div class=actions"), text!(""), 0);
        let send = host::add(row, text!("button class=send"), text!(".ui.send"), 0);
        if !sends {
            host::set(send, text!("hidden"), text!(""), 0);
        }
        let mut question = Self { group, controls, send, skip: NONE, back: NONE };
        if prompt.follows {
            // The first question has no skip button: the shopper closes the survey instead.
            if !prompt.answered {
                question.skip = host::add(row, text!("button class=skip"), text!(".ui.skip"), 0);
            }
            question.back = host::add(row, text!("button class=back"), text!(".ui.back"), 0);
        }
        Some(question)
    }

    fn handle(&mut self, event: &Event) -> Action {
        let mut send = false;
        if let Event::Click { node, .. } = *event {
            if node == self.skip {
                return Action::Answer(Answer::None);
            }
            if node == self.back {
                return Action::Back(self.chosen());
            }
            send = node == self.send;
        }
        match &mut self.controls {
            Controls::Scale(scale) => scale.handle(event, send),
            Controls::Comment(comment) => comment.handle(event, send),
            Controls::Contact(contact) => contact.handle(event, send),
            Controls::Choice(choice) => {
                let action = choice.handle(event, send);
                if choice.sends() {
                    host::unset(self.send, text!("hidden"));
                }
                action
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
