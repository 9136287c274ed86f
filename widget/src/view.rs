//! What the shopper sees. Views draw, and say what the shopper did; they never fetch or store.

mod choice;
mod comment;
mod frame;
mod keys;
mod scale;

pub use frame::Frame;

use crate::{
    app::Event,
    host,
    options::{Kind, View},
    state::Answer,
};
use alloc::vec::Vec;
use choice::Choice;
use comment::Comment;
use scale::Scale;

/// What the shopper did.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing that concerns the widget.
    Nothing,
    /// Something that the view has dealt with.
    Done,
    /// Answered the question, or left it out.
    Answer(Option<Answer>),
    /// Wants to be left alone.
    Close,
}

/// A question on the screen.
#[derive(Debug)]
struct Asked {
    /// The group of question and controls; takes the focus when the question replaces another.
    group: u32,
    controls: Controls,
    buttons: Buttons,
}

#[derive(Debug)]
enum Controls {
    Scale(Scale),
    Comment(Comment),
    Choice(Choice),
}

impl Asked {
    fn draw(body: u32, view: &View, at: usize) -> Option<Self> {
        let question = view.question(at)?;
        let group = host::add(body, "fieldset tabindex=-1", "");
        host::add(group, "legend", question.text);
        let (controls, sends) = match question.kind {
            Kind::Scale { metric, ends } => (Controls::Scale(Scale::draw(group, metric, ends, view)), None),
            Kind::Text { placeholder, max } => {
                (Controls::Comment(Comment::draw(group, question.text, placeholder, max)), Some(true))
            }
            Kind::Choice { choices, multiple, other } => {
                let label = view.word("other");
                (Controls::Choice(Choice::draw(group, choices, multiple, other, label)), Some(multiple))
            }
        };
        // The first question is left out by closing.
        let buttons = Buttons::draw(group, view, sends, at > 0);
        Some(Self { group, controls, buttons })
    }

    fn handle(&mut self, event: &Event<'_>, view: &View) -> Said {
        let mut send = false;
        if let Event::Click { node, .. } = *event {
            if node == self.buttons.skip {
                return Said::Answer(None);
            }
            send = node == self.buttons.send;
        }
        match &mut self.controls {
            Controls::Scale(scale) => scale.handle(event),
            Controls::Comment(comment) => comment.handle(event, send, view.word("left")),
            Controls::Choice(choice) => {
                let said = choice.handle(event, send);
                if choice.sends() {
                    host::unset(self.buttons.send, "hidden");
                }
                said
            }
        }
    }
}

/// The row under a question.
#[derive(Debug)]
struct Buttons {
    send: u32,
    skip: u32,
}

/// The number of no element.
const NONE: u32 = u32::MAX;

impl Buttons {
    /// `sends`: whether there is a send button, and whether it shows from the start.
    fn draw(group: u32, view: &View, sends: Option<bool>, skips: bool) -> Self {
        let row = host::add(group, "div class=actions", "");
        let mut buttons = Self { send: NONE, skip: NONE };
        if let Some(visible) = sends {
            buttons.send = host::add(row, "button type=button class=send", view.word("send"));
            if !visible {
                host::set(buttons.send, "hidden", "");
            }
        }
        if skips {
            buttons.skip = host::add(row, "button type=button class=skip", view.word("skip"));
        }
        buttons
    }
}

/// A group of radio buttons with one tab stop: arrows move the focus and choose nothing. A browser's own arrow keys
/// would fire the same `click` as a finger does, and every step would send a score.
#[derive(Debug, Default)]
struct Radios {
    nodes: Vec<u32>,
    at: usize,
}

impl Radios {
    /// Adds a button. The first one is where the Tab key lands.
    fn add(&mut self, label: u32, name: &str, value: &str) -> u32 {
        let node = host::add(label, "input type=radio", "");
        host::set(node, "name", name);
        host::set(node, "tabindex", if self.nodes.is_empty() { "0" } else { "-1" });
        self.keep(node, value);
        node
    }

    fn keep(&mut self, node: u32, value: &str) {
        host::set(node, "value", value);
        self.nodes.push(node);
    }

    fn first(&self) -> u32 {
        self.nodes.first().copied().unwrap_or(NONE)
    }

    fn find(&self, node: u32) -> Option<usize> {
        self.nodes.iter().position(|known| *known == node)
    }

    /// Reacts to a key on the button at `at`; `jump` is where a digit leads.
    fn key(&mut self, at: usize, key: &str, rtl: bool, jump: Option<usize>) -> Said {
        if key == "Enter" {
            if let Some(node) = self.nodes.get(at) {
                host::press(*node);
            }
            return Said::Done;
        }
        match jump.or_else(|| keys::step(key, at, self.nodes.len(), rtl)) {
            Some(to) => {
                self.focus(to);
                Said::Done
            }
            None => Said::Nothing,
        }
    }

    fn focus(&mut self, to: usize) {
        self.land(to);
        if let Some(node) = self.nodes.get(to) {
            host::focus(*node);
        }
    }

    /// Makes a button the tab stop.
    fn land(&mut self, to: usize) {
        if let (Some(from), Some(node)) = (self.nodes.get(self.at), self.nodes.get(to)) {
            host::set(*from, "tabindex", "-1");
            host::set(*node, "tabindex", "0");
            self.at = to;
        }
    }
}
