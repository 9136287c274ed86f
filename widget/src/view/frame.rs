//! The panel around the questions.

use super::{Action, ShownQuestion, keys::Key};
use crate::{
    app::Event,
    host::{self, Guard, NONE, Text, event, text},
    state::{Phase, Prompt},
};

/// Numbers of modes, as in `host.js`. Any other mode is a panel over the page that does not block it.
const INLINE: i32 = 1;
/// A dialog that blocks the page; the shopper has opened it.
const MODAL: i32 = 2;

/// The survey's element on the page and its current content.
#[derive(Debug)]
pub struct Frame {
    panel: u32,
    /// The container of the question.
    body: u32,
    /// The live region; it exists from the start, because screen readers ignore one that is added with its text.
    live: u32,
    close: u32,
    question: Option<ShownQuestion>,
    _announcement: Option<Guard>,
    _element: Guard,
}

impl Frame {
    /// Adds an empty panel to the page.
    #[must_use]
    pub fn mount() -> Self {
        let element = Guard::element(text!("glas-survey"));
        let mode = host::number(text!(".mode"));
        let (name, panel) = match mode {
            INLINE => (
                text!("inline"),
                text!("section class=panel tabindex=-1 aria-label=.ui.region lang=.lang dir=.dir data-scheme=.scheme"),
            ),
            MODAL => (
                text!("modal"),
                text!("dialog class=panel tabindex=-1 aria-label=.ui.region lang=.lang dir=.dir data-scheme=.scheme"),
            ),
            _ => (
                text!("slide_in"),
                text!(
                    "section role=dialog class=panel tabindex=-1 aria-label=.ui.region lang=.lang dir=.dir data-scheme=.scheme"
                ),
            ),
        };
        host::set(host::ELEMENT, text!("data-mode"), name, 0);
        host::set(host::ELEMENT, text!("data-corner"), text!(".corner"), 0);
        let panel = host::add(host::ROOT, panel, text!(""), 0);
        let body = host::add(panel, text!("div class=body"), text!(""), 0);
        let live = host::add(panel, text!("p class=live role=status"), text!(""), 0);
        let mut close = NONE;
        let mut announcement = None;
        if mode != INLINE {
            // Last in reading and tab order, so that the question comes first.
            close = host::add(panel, text!("button class=close aria-label=.ui.close"), text!(""), 0);
            // Screen readers announce a change only if the live region has existed for a while.
            announcement = Some(Guard::timer(event::ANNOUNCE, 1_000));
        }
        Self { panel, body, live, close, question: None, _announcement: announcement, _element: element }
    }

    /// Shows a question in place of the current content. If the focus was in the panel, it moves to the question;
    /// otherwise the question is announced. For the first question neither happens, because the shopper did not ask for
    /// the survey.
    pub fn ask(&mut self, prompt: Prompt, seed: u32) {
        let inside = host::focused(self.panel);
        let first = self.question.is_none();
        host::set(host::ELEMENT, text!("data-state"), Phase::Question.as_str(), 0);
        host::set(self.body, text!(""), text!(""), 0);
        self.question = ShownQuestion::draw(self.body, prompt, seed);
        if let Some(question) = &self.question
            && inside
        {
            host::focus(question.group);
        }
        self.announce(if first || inside { text!("") } else { text!(".q.text") });
    }

    /// Replaces the question by the outcome.
    pub fn show_outcome(&mut self, phase: Phase) {
        // The focused button is removed: focus the panel, so that keyboard users need not start at the top of the page.
        if self.question.take().is_some() && host::focused(self.panel) {
            host::focus(self.panel);
        }
        host::set(self.body, text!(""), text!(""), 0);
        host::set(host::ELEMENT, text!("data-state"), phase.as_str(), 0);
        self.announce(phase.words());
    }

    /// Sets the text of the live region. Screen readers announce it; after the last question it is also visible.
    pub fn announce(&self, words: Text) {
        host::set(self.live, text!(""), words, 0);
    }

    /// Handles an event; returns the shopper's action.
    pub fn handle(&mut self, event: &Event) -> Action {
        match *event {
            Event::Click { node, .. } if node == self.close => Action::Close,
            // Escape closes the survey when the focus is inside. An inline survey has no close button and cannot be
            // closed.
            Event::Key { key: Key::Escape, .. } if self.close != NONE => Action::Close,
            _ => self.question.as_mut().map_or(Action::Nothing, |question| question.handle(event)),
        }
    }
}
