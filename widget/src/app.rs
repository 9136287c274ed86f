//! The one survey that is on the page: what the shopper does goes to [`state`](crate::state), what comes of it to the
//! [`view`](crate::view) and, by way of [`submit`](crate::submit), to the service.

use crate::{
    host::{self, Owned, event, text},
    question::Conditions,
    state::{Answer, Phase, Walk},
    submit::{Outbox, Step},
    view::{Frame, Said, keys::Key},
};

/// What happens on the page. Elements are numbers, given by the host.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// A click, by whatever means.
    Click {
        /// On which element.
        node: u32,
        /// Whether it is a box that is ticked now.
        checked: bool,
    },
    /// A field was edited.
    Input {
        /// Which one.
        node: u32,
        /// Its length now, in UTF-16 units.
        length: u32,
    },
    /// A key went down without Ctrl, Alt or Meta.
    Key {
        /// Where the focus is.
        node: u32,
        /// Which one.
        key: Key,
    },
    /// The service replied to a revision, or could not be reached.
    Reply {
        /// Which one.
        revision: u32,
        /// HTTP status, 0 = not reached.
        status: u32,
        /// `Retry-After` in milliseconds, 0 = none.
        after: u32,
    },
    /// The time of a retry has come.
    Retry,
    /// The network is back.
    Online,
    /// The page is hidden, maybe for good.
    Leave,
    /// The page has settled enough to be told about the survey.
    Announce,
    /// The page wants the survey gone.
    Close,
}

/// A survey from its showing until its last answer is stored, which may be after it was closed.
#[derive(Debug)]
pub struct App {
    conditions: Conditions,
    walk: Walk,
    phase: Phase,
    /// Shuffles choices: the same way again when the shopper comes back to a question.
    seed: u32,
    outbox: Outbox,
    frame: Option<Frame>,
    timer: Option<Owned>,
    _watch: Owned,
}

impl App {
    /// Puts the survey on the page; `None` if there is nothing in it to ask.
    #[must_use]
    pub fn start() -> Option<Self> {
        let conditions = Conditions::read();
        let walk = Walk::new(conditions.as_slice());
        walk.at()?;
        let mut app = Self {
            conditions,
            walk,
            phase: Phase::Question,
            seed: host::random(32),
            outbox: Outbox::default(),
            frame: Some(Frame::mount()),
            timer: None,
            _watch: Owned::watch(),
        };
        app.show();
        host::emit(text!("shown"));
        Some(app)
    }

    /// Whether nothing is left to show or to send.
    #[must_use]
    pub fn done(&self) -> bool {
        self.frame.is_none() && !self.outbox.unsent()
    }

    /// Reacts to an event; true if the browser should not.
    pub fn handle(&mut self, event: &Event) -> bool {
        match *event {
            Event::Reply { revision, status, after } => {
                let step = self.outbox.reply(revision, status, after, host::random(16));
                self.follow(step);
            }
            Event::Retry => {
                let step = self.outbox.due();
                self.follow(step);
            }
            Event::Online => {
                let step = self.outbox.online();
                self.follow(step);
            }
            Event::Leave => {
                let step = self.outbox.leave();
                self.follow(step);
            }
            Event::Announce => {
                if let Some(frame) = &self.frame
                    && self.phase == Phase::Question
                {
                    frame.announce(text!(".ui.region"));
                }
            }
            Event::Close => self.close(),
            Event::Click { .. } | Event::Input { .. } | Event::Key { .. } => {
                match self.frame.as_mut().map_or(Said::Nothing, |frame| frame.handle(event)) {
                    Said::Nothing => return false,
                    Said::Done => {}
                    Said::Answer(answer) => self.answer(answer),
                    Said::Back(chosen) => {
                        self.walk.back(chosen, self.conditions.as_slice());
                        self.show();
                    }
                    Said::Close => self.close(),
                }
                return true;
            }
        }
        false
    }

    fn answer(&mut self, answer: Answer) {
        let conditions = self.conditions.as_slice();
        let changed = self.walk.answer(answer, conditions);
        let complete = self.walk.at().is_none();
        // What the service takes holds an answer at least.
        let counted = self.walk.counted(conditions);
        // Left out from first to last: there is nothing to send and nothing to thank for.
        if complete && counted == 0 {
            self.close();
            return;
        }
        if (changed || complete) && counted != 0 {
            let step = self.outbox.put();
            host::put(self.outbox.newest(), complete, counted);
            if complete {
                self.enter(Phase::Sending);
            }
            self.follow(step);
        }
        self.show();
        if answer != Answer::None {
            host::emit(text!("answered"));
        }
    }

    /// Does what the outbox wants.
    fn follow(&mut self, step: Step) {
        let finished = self.walk.at().is_none();
        match step {
            Step::Wait => {}
            Step::Send => {
                self.timer = None;
                host::post(self.outbox.newest());
            }
            Step::Retry(after) => {
                self.timer = Some(Owned::timer(event::RETRY, after));
                if finished {
                    self.enter(Phase::Saved);
                }
            }
            Step::Stored if finished => {
                self.enter(Phase::Thanks);
                host::emit(text!("completed"));
            }
            Step::Stored => {}
            // At once, even in the middle: nobody should write a comment for nothing.
            Step::Refused => {
                self.enter(Phase::Failed);
                host::emit(text!("error refused"));
            }
        }
    }

    /// Shows the question that is next.
    fn show(&mut self) {
        let turn = self.walk.turn(self.conditions.as_slice());
        if let (Phase::Question, Some(turn), Some(frame)) = (self.phase, turn, &mut self.frame) {
            frame.ask(turn, self.seed);
        }
    }

    fn enter(&mut self, phase: Phase) {
        if phase == self.phase {
            return;
        }
        self.phase = phase;
        if let Some(frame) = &mut self.frame {
            frame.tell(phase);
        }
    }

    /// Takes the survey off the page. What was answered stays and is sent, what was only typed does not.
    fn close(&mut self) {
        if self.frame.take().is_some() && self.phase == Phase::Question {
            host::emit(text!("dismissed"));
        }
    }
}
