//! Whom a survey asks.

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
    pub(super) fn audience(&mut self, draft: DraftAudience, begins_with_nps: bool) -> Option<Audience> {
        let devices = self.devices(&draft.devices);
        let languages = self.page_languages(&draft.languages);
        let visitors = draft.visitors.as_deref();
        let visitors = self.word(visitors, Visitors::parse, "audience.visitors", "all, new or returning");
        let sample_percent = self.number(draft.sample_percent, 100, [1, 100], "audience.sample_percent");
        let from = self.day(draft.from, "audience.from");
        let until = self.day(draft.until, "audience.until");
        if until.is_some_and(|until| from.is_some_and(|from| from > until)) {
            self.wrong(Code::OutOfRange, "audience.until", "must not be before 'from'");
        }
        let range = [1, Audience::MAX_STOP_AFTER];
        let stop_after = draft.stop_after.and_then(|given| self.within(given, range, "audience.stop_after"));
        let range = [1, Audience::MAX_VIEWS];
        let max_views = draft.max_views.and_then(|given| self.within(given, range, "audience.max_views"));
        let again = self.again(&draft.again, begins_with_nps);
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

    /// The devices once each, in one order.
    fn devices(&mut self, given: &[String]) -> Vec<Device> {
        let mut wanted = Vec::new();
        for (index, name) in given.iter().enumerate() {
            let at = format!("audience.devices[{index}]");
            match Device::parse(name) {
                None => self.wrong(Code::UnknownValue, at, "must be mobile, tablet or desktop"),
                Some(device) if wanted.contains(&device) => {
                    self.wrong(Code::Duplicate, at, "is named by an earlier entry");
                }
                Some(device) => wanted.push(device),
            }
        }
        Device::ALL.into_iter().filter(|device| wanted.contains(device)).collect()
    }

    fn page_languages(&mut self, given: &[String]) -> Vec<crate::Language> {
        self.at_most(Audience::MAX_LANGUAGES, given.len(), "audience.languages", "entries");
        let mut languages = Vec::new();
        for (index, tag) in given.iter().enumerate() {
            let at = format!("audience.languages[{index}]");
            match self.tag(tag, &at) {
                Some(language) if languages.contains(&language) => {
                    self.wrong(Code::Duplicate, at, "is named by an earlier entry");
                }
                Some(language) => languages.push(language),
                None => {}
            }
        }
        languages
    }

    fn day(&mut self, given: Option<String>, at: &str) -> Option<Day> {
        Day::parse(&given?).map_err(|error| self.wrong(Code::InvalidFormat, at, error.to_string())).ok()
    }

    fn again(&mut self, draft: &DraftAgain, begins_with_nps: bool) -> Option<Again> {
        let usual = Again::usual(begins_with_nps);
        let mut days = |given: Option<i64>, usual: u16, name: &str| {
            self.number(given, usual, [0, Again::MAX], &format!("audience.again.{name}"))
        };
        let after_answer = days(draft.after_answer, usual.after_answer, "after_answer_days");
        let after_dismissal = days(draft.after_dismissal, usual.after_dismissal, "after_dismissal_days");
        let name = "after_second_dismissal_days";
        let after_second_dismissal = days(draft.after_second_dismissal, usual.after_second_dismissal, name);
        let after_view = days(draft.after_view, usual.after_view, "after_view_days");
        Some(Again {
            after_answer: after_answer?,
            after_dismissal: after_dismissal?,
            after_second_dismissal: after_second_dismissal?,
            after_view: after_view?,
        })
    }
}
