//! A field for own words.

use super::Said;
use crate::{app::Event, host, json::decimal, options::fill, state::Answer};
use alloc::string::String;

/// Below this many characters left the counter shows; before that it would only distract.
const COUNT_BELOW: u64 = 100;

#[derive(Debug)]
pub(super) struct Comment {
    field: u32,
    counter: u32,
    max: u64,
}

impl Comment {
    pub(super) fn draw(group: u32, name: &str, placeholder: &str, max: u64) -> Self {
        let field = host::add(group, "textarea rows=3 aria-describedby=left", "");
        host::set(field, "aria-label", name);
        host::set(field, "placeholder", placeholder);
        // The browser counts UTF-16 units, the service characters: never more than the former.
        host::set(field, "maxlength", &decimal(max));
        let counter = host::add(group, "div class=left id=left", "");
        Self { field, counter, max }
    }

    /// `left`: the words of the counter.
    pub(super) fn handle(&mut self, event: &Event<'_>, send: bool, left: &str) -> Said {
        if send {
            let text = host::value(self.field);
            return Said::Answer((!text.is_empty()).then_some(Answer::Text(text)));
        }
        if let Event::Input { node, length } = *event
            && node == self.field
        {
            let rest = self.max.saturating_sub(length.into());
            host::write(self.counter, &if rest < COUNT_BELOW { fill(left, "{n}", rest) } else { String::new() });
            return Said::Done;
        }
        Said::Nothing
    }
}
