//! What makes a survey appear.

use super::{Check, Survey};
use crate::{
    display::{Mode, Trigger, Wanted},
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
    /// The triggers, or the short form of one. One that is wrong is noted and left out.
    pub(super) fn triggers(
        &mut self,
        given: Option<Vec<DraftTrigger>>,
        short: Option<&str>,
        asks_by_itself: bool,
    ) -> Vec<Trigger> {
        match (given, short) {
            (Some(_), Some(_)) => {
                self.wrong(Code::Duplicate, "display.trigger", "must not stand beside 'triggers'");
                Vec::new()
            }
            (Some(given), None) => {
                self.at_most(Trigger::MAX, given.len(), "display.triggers", "entries");
                let mut triggers = Vec::new();
                for (index, draft) in given.into_iter().enumerate() {
                    triggers.extend(self.trigger(draft, &format!("display.triggers[{index}]")));
                }
                triggers
            }
            (None, Some("load")) => alloc::vec![Trigger::Load],
            (None, Some("exit")) => alloc::vec![Trigger::Exit],
            (None, Some(_)) => {
                let message = "must be load or exit; others are written as 'triggers'";
                self.wrong(Code::UnknownValue, "display.trigger", message);
                Vec::new()
            }
            (None, None) if asks_by_itself => alloc::vec![Trigger::Load],
            (None, None) => Vec::new(),
        }
    }

    /// A dialog above everything comes only when it was asked for, and a button is what asks.
    pub(super) fn triggers_fit(&mut self, mode: &Mode, triggers: &[Trigger]) {
        match mode {
            Mode::SlideIn | Mode::Inline { .. } => {}
            Mode::Modal => {
                for (index, _) in triggers.iter().enumerate().filter(|(_, trigger)| !trigger.asked_for()) {
                    let message = "must be click or event: a modal survey comes only after the shopper asked for it";
                    self.wrong(Code::WrongKind, format!("display.triggers[{index}].on"), message);
                }
            }
            Mode::Button { .. } if triggers.is_empty() => {}
            Mode::Button { .. } => {
                let message = "must be empty: the survey opens when the shopper taps its button";
                self.wrong(Code::WrongKind, "display.triggers", message);
            }
        }
    }

    fn trigger(&mut self, draft: DraftTrigger, at: &str) -> Option<Trigger> {
        let place = |member: &str| format!("{at}.{member}");
        let Some(on) = draft.on.as_deref() else {
            self.wrong(Code::Missing, place("on"), "is required");
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
                let message = format!("must be one of {}", Trigger::NAMES.join(", "));
                self.wrong(Code::UnknownValue, place("on"), message);
                None
            }
        }
    }

    fn required_number<T: TryFrom<i64> + Into<i64> + Copy>(
        &mut self,
        given: Option<i64>,
        range: [T; 2],
        at: &str,
    ) -> Option<T> {
        if given.is_none() {
            self.wrong(Code::Missing, at, "is required");
        }
        self.within(given?, range, at)
    }

    fn props(&mut self, given: Vec<(String, Wanted)>, at: &str) -> BTreeMap<String, Wanted> {
        self.at_most(Trigger::MAX_PROPS, given.len(), at, "members");
        let mut props = BTreeMap::new();
        for (name, value) in given {
            let place = format!("{at}.{name}");
            // Compared as they are: nothing is trimmed.
            let too_long = |text: &str| text.chars().count() > Trigger::MAX_NAME;
            let long_value = matches!(&value, Wanted::Text(text) if too_long(text));
            if name.is_empty() || too_long(&name) || long_value {
                let message = format!("must have a name and a value of at most {} characters", Trigger::MAX_NAME);
                self.wrong(Code::TooLong, place, message.to_string());
            } else {
                props.insert(name, value);
            }
        }
        props
    }
}
