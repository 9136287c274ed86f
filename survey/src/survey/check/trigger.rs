//! Validates triggers.

use super::{Check, Survey};
use crate::{
    display::{Mode, PropertyValue, Trigger},
    problem::Code,
    survey::DraftTrigger,
};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

impl Check {
    /// The triggers, from the list or its short form. Invalid ones are reported and left out.
    pub(super) fn triggers(
        &mut self,
        list: Option<Vec<DraftTrigger>>,
        short: Option<&str>,
        opens_on_load: bool,
    ) -> Vec<Trigger> {
        match (list, short) {
            (Some(_), Some(_)) => {
                self.problem(Code::Duplicate, "display.trigger", "must not be combined with 'triggers'");
                Vec::new()
            }
            (Some(list), None) => {
                self.at_most(Trigger::MAX, list.len(), "display.triggers", "entries");
                let mut triggers = Vec::new();
                for (index, draft) in list.into_iter().enumerate() {
                    triggers.extend(self.trigger(draft, &format!("display.triggers[{index}]")));
                }
                triggers
            }
            (None, Some("load")) => alloc::vec![Trigger::Load],
            (None, Some("exit")) => alloc::vec![Trigger::Exit],
            (None, Some(_)) => {
                let message = "must be load or exit; use 'triggers' for any other trigger";
                self.problem(Code::UnknownValue, "display.trigger", message);
                Vec::new()
            }
            (None, None) if opens_on_load => alloc::vec![Trigger::Load],
            (None, None) => Vec::new(),
        }
    }

    /// Checks that the triggers suit the mode: a modal dialog opens only on request, and a button needs no trigger.
    pub(super) fn check_mode(&mut self, mode: &Mode, triggers: &[Trigger]) {
        match mode {
            Mode::SlideIn | Mode::Inline { .. } => {}
            Mode::Modal => {
                for (index, _) in triggers.iter().enumerate().filter(|(_, trigger)| !trigger.is_requested()) {
                    let message = "must be click or event; a modal survey only opens on request";
                    self.problem(Code::WrongKind, format!("display.triggers[{index}].on"), message);
                }
            }
            Mode::Button { .. } if triggers.is_empty() => {}
            Mode::Button { .. } => {
                let message = "must be empty; a button survey opens when the shopper taps the button";
                self.problem(Code::WrongKind, "display.triggers", message);
            }
        }
    }

    fn trigger(&mut self, draft: DraftTrigger, at: &str) -> Option<Trigger> {
        let place = |member: &str| format!("{at}.{member}");
        let Some(on) = draft.on.as_deref() else {
            self.problem(Code::Missing, place("on"), "is required");
            return None;
        };
        match on {
            "load" => Some(Trigger::Load),
            "exit" => Some(Trigger::Exit),
            "scroll" => {
                let percent = self.required_number(draft.percent, [1, 100], &place("percent"))?;
                Some(Trigger::Scroll { percent })
            }
            "click" => {
                let selector = self.required_line(draft.selector, &place("selector"), Survey::MAX_PATTERN)?;
                Some(Trigger::Click { selector })
            }
            "visible" => {
                let selector = self.required_line(draft.selector, &place("selector"), Survey::MAX_PATTERN)?;
                Some(Trigger::Visible { selector })
            }
            "event" => {
                let name = self.required_line(draft.name, &place("name"), Trigger::MAX_NAME);
                let props = self.props(draft.props, &place("where"));
                Some(Trigger::Event { name: name?, props })
            }
            "time" => {
                let seconds = self.required_number(draft.seconds, [1, Trigger::MAX_SECONDS], &place("seconds"))?;
                Some(Trigger::Time { seconds })
            }
            "pages" => {
                let count = self.required_number(draft.count, [1, Trigger::MAX_COUNT], &place("count"))?;
                Some(Trigger::Pages { count })
            }
            _ => {
                let message = format!("must be one of: {}", Trigger::NAMES.join(", "));
                self.problem(Code::UnknownValue, place("on"), message);
                None
            }
        }
    }

    fn required_number<T: TryFrom<i64> + Into<i64> + Copy>(
        &mut self,
        number: Option<i64>,
        range: [T; 2],
        at: &str,
    ) -> Option<T> {
        if number.is_none() {
            self.problem(Code::Missing, at, "is required");
        }
        self.within(number?, range, at)
    }

    fn props(&mut self, entries: Vec<(String, PropertyValue)>, at: &str) -> BTreeMap<String, PropertyValue> {
        self.at_most(Trigger::MAX_PROPS, entries.len(), at, "members");
        let mut props = BTreeMap::new();
        for (name, value) in entries {
            let place = format!("{at}.{name}");
            // Names and values are compared as they are, so they are not trimmed.
            let too_long = |text: &str| text.chars().count() > Trigger::MAX_NAME;
            let long_value = matches!(&value, PropertyValue::Text(text) if too_long(text));
            if name.is_empty() || too_long(&name) || long_value {
                let message = format!(
                    "must have a name of 1 to {max} characters and a value of at most {max}",
                    max = Trigger::MAX_NAME
                );
                self.problem(Code::TooLong, place, message.to_string());
            } else {
                props.insert(name, value);
            }
        }
        props
    }
}
