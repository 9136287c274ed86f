//! The survey on the page. Passes the shopper's actions to [`state`](crate::state), shows the result in the
//! [`view`](crate::view), and sends answers to the service as [`submit`](crate::submit) decides.

use crate::{
    host::{self, Guard, event, text},
    question::Conditions,
    state::{Answer, Phase, Progress},
    submit::{Outbox, Step},
    view::{Action, Frame, keys::Key},
};

/// An event on the page. Elements are identified by the numbers that the host gave them.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// A click by mouse, touch or keyboard.
    Click {
        /// The clicked element.
        node: u32,
        /// Whether the element is a checkbox or radio button that is now checked.
        checked: bool,
    },
    /// A field was edited.
    Input {
        /// The field.
        node: u32,
        /// The new length of its text, in UTF-16 units.
        length: u32,
    },
    /// A key was pressed without Ctrl, Alt or Meta.
    Key {
        /// The focused element.
        node: u32,
        /// The key.
        key: Key,
    },
    /// The service replied to a revision or could not be reached.
    Reply {
        /// The number of the revision.
        revision: u32,
        /// The HTTP status; 0 if the service was not reached.
        status: u32,
        /// `Retry-After` in milliseconds; 0 if the reply has none.
        after: u32,
    },
    /// The timer of a retry has fired.
    Retry,
    /// The browser is online again.
    Online,
    /// The page is hidden and may not come back.
    Leave,
    /// The timer after which screen readers announce the survey has fired.
    Announce,
    /// The page closes the survey.
    Close,
}

/// A survey, from when it is shown until its last answer is stored, which may be after it is closed.
#[derive(Debug)]
pub struct App {
    conditions: Conditions,
    progress: Progress,
    phase: Phase,
    /// The seed for shuffling choices, so that a question has the same order when the shopper returns to it.
    seed: u32,
    outbox: Outbox,
    frame: Option<Frame>,
    timer: Option<Guard>,
    _watch: Guard,
}

impl App {
    /// Shows the survey; `None` if it has no question to ask.
    #[must_use]
    pub fn start() -> Option<Self> {
        let conditions = Conditions::read();
        let progress = Progress::new(conditions.as_slice());
        progress.at()?;
        let mut app = Self {
            conditions,
            progress,
            phase: Phase::Question,
            seed: host::random(32),
            outbox: Outbox::default(),
            frame: Some(Frame::mount()),
            timer: None,
            _watch: Guard::watch(),
        };
        app.show();
        host::emit(text!("shown"));
        Some(app)
    }

    /// Whether the survey is closed and has nothing left to send.
    #[must_use]
    pub fn done(&self) -> bool {
        self.frame.is_none() && !self.outbox.unsent()
    }

    /// Handles an event; returns whether to prevent the browser's default action.
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
                match self.frame.as_mut().map_or(Action::Nothing, |frame| frame.handle(event)) {
                    Action::Nothing => return false,
                    Action::Done => {}
                    Action::Answer(answer) => self.answer(answer),
                    Action::Back(chosen) => {
                        self.progress.back(chosen, self.conditions.as_slice());
                        self.show();
                    }
                    Action::Close => self.close(),
                }
                return true;
            }
        }
        false
    }

    fn answer(&mut self, answer: Answer) {
        let conditions = self.conditions.as_slice();
        let changed = self.progress.answer(answer, conditions);
        let complete = self.progress.at().is_none();
        // The service rejects a submission without an answer.
        let counted = self.progress.counted(conditions);
        // Every question was skipped: there is nothing to send and no reason to show thanks.
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

    /// Carries out a step of the outbox.
    fn follow(&mut self, step: Step) {
        let finished = self.progress.at().is_none();
        match step {
            Step::Wait => {}
            Step::Send => {
                self.timer = None;
                host::post(self.outbox.newest());
            }
            Step::Retry(after) => {
                self.timer = Some(Guard::timer(event::RETRY, after));
                if finished {
                    self.enter(Phase::Saved);
                }
            }
            Step::Stored if finished => {
                self.enter(Phase::Thanks);
                host::emit(text!("completed"));
            }
            Step::Stored => {}
            // Show the failure at once, so that the shopper does not write a comment that cannot be stored.
            Step::Refused => {
                self.enter(Phase::Failed);
                host::emit(text!("error refused"));
            }
        }
    }

    /// Shows the current question.
    fn show(&mut self) {
        let prompt = self.progress.prompt(self.conditions.as_slice());
        if let (Phase::Question, Some(prompt), Some(frame)) = (self.phase, prompt, &mut self.frame) {
            frame.ask(prompt, self.seed);
        }
    }

    fn enter(&mut self, phase: Phase) {
        if phase == self.phase {
            return;
        }
        self.phase = phase;
        if let Some(frame) = &mut self.frame {
            frame.show_outcome(phase);
        }
    }

    /// Removes the survey from the page. Answers that were given are still sent; text that was only typed is dropped.
    fn close(&mut self) {
        if self.frame.take().is_some() && self.phase == Phase::Question {
            host::emit(text!("dismissed"));
        }
    }
}
