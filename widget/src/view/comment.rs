//! A field for free text.

use super::Action;
use crate::{
    app::Event,
    host::{self, NONE, text},
    state::Answer,
};

/// The counter is shown below this many remaining characters; earlier it would only distract.
const COUNT_BELOW: u32 = 100;

#[derive(Debug)]
pub(super) struct Comment {
    field: u32,
    counter: u32,
}

impl Comment {
    pub(super) fn draw(group: u32) -> Self {
        // The browser counts UTF-16 units, the service counts characters, which are never more.
        let field = text!(
            "textarea rows=3 name=text aria-describedby=left aria-label=.q.text placeholder=.q.placeholder maxlength=.q.max"
        );
        let comment = Self {
            field: host::add(group, field, text!(""), 0),
            counter: host::add(group, text!("div class=left id=left"), text!(""), 0),
        };
        comment.count(host::filled(comment.field));
        comment
    }

    pub(super) fn handle(&self, event: &Event, send: bool) -> Action {
        if send {
            return Action::Answer(if host::filled(self.field) > 0 {
                host::answer(NONE, self.field);
                Answer::Given(0)
            } else {
                Answer::None
            });
        }
        if let Event::Input { length, .. } = *event {
            self.count(length);
        }
        Action::Nothing
    }

    fn count(&self, length: u32) {
        let left = (host::number(text!(".q.max")) as u32).saturating_sub(length);
        host::set(self.counter, text!(""), if left < COUNT_BELOW { text!(".ui.left") } else { text!("") }, left);
    }
}
