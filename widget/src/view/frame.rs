//! The panel around the questions.

use super::{Asked, Said, keys::Key};
use crate::{
    app::Event,
    host::{self, NONE, Owned, Text, event, text},
    state::{Phase, Turn},
};

/// Numbers of modes, as `host.js` has them; any other lies over the page and leaves it alone.
const INLINE: i32 = 1;
/// Asked for by the shopper: the page waits meanwhile.
const MODAL: i32 = 2;

/// The survey's element on the page and what is in it now.
#[derive(Debug)]
pub struct Frame {
    panel: u32,
    /// Where the question is.
    body: u32,
    /// The live region; it is there from the start, so that screen readers listen to it.
    live: u32,
    close: u32,
    asked: Option<Asked>,
    _announcement: Option<Owned>,
    _element: Owned,
}

impl Frame {
    /// An empty panel on the page.
    #[must_use]
    pub fn mount() -> Self {
        let element = Owned::element(text!("glas-survey"));
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
            // Last in the order of reading and of tabbing: first the question, then the way out.
            close = host::add(panel, text!("button class=close aria-label=.ui.close"), text!(""), 0);
            // A live region must be there for a while before it speaks.
            announcement = Some(Owned::timer(event::ANNOUNCE, 1_000));
        }
        Self { panel, body, live, close, asked: None, _announcement: announcement, _element: element }
    }

    /// Replaces what is there by the question at a position. The focus follows only if it was in here; else the
    /// question is announced. The first question does neither: the survey was not asked for.
    pub fn ask(&mut self, turn: Turn, seed: u32) {
        let inside = host::focused(self.panel);
        let first = self.asked.is_none();
        host::set(host::ELEMENT, text!("data-state"), Phase::Question.as_str(), 0);
        host::set(self.body, text!(""), text!(""), 0);
        self.asked = Asked::draw(self.body, turn, seed);
        if let Some(asked) = &self.asked
            && inside
        {
            host::focus(asked.group);
        }
        self.announce(if first || inside { text!("") } else { text!(".q.text") });
    }

    /// Replaces the question by what became of the answer.
    pub fn tell(&mut self, phase: Phase) {
        // The button that was pressed goes; a keyboard should not have to start again at the top of the page.
        if self.asked.take().is_some() && host::focused(self.panel) {
            host::focus(self.panel);
        }
        host::set(self.body, text!(""), text!(""), 0);
        host::set(host::ELEMENT, text!("data-state"), phase.as_str(), 0);
        self.announce(phase.words());
    }

    /// Says something to screen readers; once the questions are over it is what everybody reads.
    pub fn announce(&self, words: Text) {
        host::set(self.live, text!(""), words, 0);
    }

    /// What the shopper did.
    pub fn handle(&mut self, event: &Event) -> Said {
        match *event {
            Event::Click { node, .. } if node == self.close => Said::Close,
            // Only keys in here arrive: Escape elsewhere on the page is the page's. What is part of the page stays.
            Event::Key { key: Key::Escape, .. } if self.close != NONE => Said::Close,
            _ => self.asked.as_mut().map_or(Said::Nothing, |asked| asked.handle(event)),
        }
    }
}
