//! A field for own words.

use super::Said;
use crate::{
    app::Event,
    host::{self, NONE},
    state::Answer,
};

/// Below this many characters left the counter shows; before that it would only distract.
const COUNT_BELOW: u32 = 100;

#[derive(Debug)]
pub(super) struct Comment {
    field: u32,
    counter: u32,
}

impl Comment {
    pub(super) fn draw(group: u32) -> Self {
        let field = host::add(group, "textarea rows=3 aria-describedby=left", "", 0);
        host::set(field, "aria-label", ".q.text", 0);
        host::set(field, "placeholder", ".q.placeholder", 0);
        // The browser counts UTF-16 units, the service characters: never more than the former.
        host::set(field, "maxlength", ".q.max", 0);
        Self { field, counter: host::add(group, "div class=left id=left", "", 0) }
    }

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Said {
        if send {
            return Said::Answer(if host::filled(self.field) {
                host::answer(NONE, self.field);
                Answer::Given(0)
            } else {
                Answer::None
            });
        }
        if let Event::Input { node, length } = *event
            && node == self.field
        {
            let left = (host::number(".q.max") as u32).saturating_sub(length);
            host::set(self.counter, "", if left < COUNT_BELOW { ".ui.left" } else { "" }, left);
        }
        Said::Nothing
    }
}
