//! Validates the audience.

use super::Check;
use crate::{
    audience::{Again, Audience, Visitors},
    day::Day,
    problem::Code,
    submission::Device,
    survey::{DraftAgain, DraftAudience},
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

impl Check {
    pub(super) fn audience(&mut self, draft: DraftAudience, starts_with_nps: bool) -> Option<Audience> {
        let devices = self.devices(&draft.devices);
        let languages = self.page_languages(&draft.languages);
        let visitors = draft.visitors.as_deref();
        let visitors = self.word(visitors, Visitors::parse, "audience.visitors", "all, new or returning");
        let sample_percent = self.number(draft.sample_percent, 100, [1, 100], "audience.sample_percent");
        let from = self.day(draft.from, "audience.from");
        let until = self.day(draft.until, "audience.until");
        if until.is_some_and(|until| from.is_some_and(|from| from > until)) {
            self.problem(Code::OutOfRange, "audience.until", "must not be before 'from'");
        }
        let range = [1, Audience::MAX_STOP_AFTER];
        let stop_after = draft.stop_after.and_then(|number| self.within(number, range, "audience.stop_after"));
        let range = [1, Audience::MAX_VIEWS];
        let max_views = draft.max_views.and_then(|number| self.within(number, range, "audience.max_views"));
        let again = self.again(&draft.again, starts_with_nps);
        Some(Audience {
            devices,
            languages,
            visitors: visitors?,
            sample_percent: sample_percent?,
            from,
            until,
            stop_after,
            during_checkout: draft.during_checkout.unwrap_or(false),
            max_views,
            again: again?,
        })
    }

    /// The devices without duplicates, in a fixed order.
    fn devices(&mut self, names: &[String]) -> Vec<Device> {
        let mut devices = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let at = format!("audience.devices[{index}]");
            match Device::parse(name) {
                None => self.problem(Code::UnknownValue, at, "must be mobile, tablet or desktop"),
                Some(device) if devices.contains(&device) => {
                    self.problem(Code::Duplicate, at, "must not repeat an earlier entry");
                }
                Some(device) => devices.push(device),
            }
        }
        Device::ALL.into_iter().filter(|device| devices.contains(device)).collect()
    }

    fn page_languages(&mut self, tags: &[String]) -> Vec<crate::Language> {
        self.at_most(Audience::MAX_LANGUAGES, tags.len(), "audience.languages", "entries");
        let mut languages = Vec::new();
        for (index, tag) in tags.iter().enumerate() {
            let at = format!("audience.languages[{index}]");
            match self.tag(tag, &at) {
                Some(language) if languages.contains(&language) => {
                    self.problem(Code::Duplicate, at, "must not repeat an earlier entry");
                }
                Some(language) => languages.push(language),
                None => {}
            }
        }
        languages
    }

    fn day(&mut self, text: Option<String>, at: &str) -> Option<Day> {
        Day::parse(&text?).map_err(|error| self.problem(Code::InvalidFormat, at, error.to_string())).ok()
    }

    fn again(&mut self, draft: &DraftAgain, starts_with_nps: bool) -> Option<Again> {
        let default = Again::default_for(starts_with_nps);
        let mut days = |number: Option<i64>, default: u16, name: &str| {
            self.number(number, default, [0, Again::MAX], &format!("audience.again.{name}"))
        };
        let after_answer = days(draft.after_answer, default.after_answer, "after_answer_days");
        let after_dismissal = days(draft.after_dismissal, default.after_dismissal, "after_dismissal_days");
        let name = "after_second_dismissal_days";
        let after_second_dismissal = days(draft.after_second_dismissal, default.after_second_dismissal, name);
        let after_view = days(draft.after_view, default.after_view, "after_view_days");
        Some(Again {
            after_answer: after_answer?,
            after_dismissal: after_dismissal?,
            after_second_dismissal: after_second_dismissal?,
            after_view: after_view?,
        })
    }
}
