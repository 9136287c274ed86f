//! The period in which a survey accepts responses, and which late responses are still accepted after its end.
//!
//! A page learns of the end only when it loads the shop's config again, and a response may wait on a device for weeks. So
//! a response counts as made before the end if a page of that time made it, and such a response is accepted for a while.

use crate::{day::Day, funnel::Step, plausibility::MAX_TOKEN_AGE_MS};

/// How long pages may show a survey after its end, because their config is cached, in milliseconds.
pub const LAG_MS: i64 = 5 * 60 * 1_000;
/// How long after the end a response may arrive that the service still treats like one in time, in milliseconds.
pub const PROMPT_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long after the end a response that was made before it is accepted, in milliseconds.
pub const ACCEPTED_MS: i64 = 31 * 24 * 60 * 60 * 1_000;

/// When a survey begins and ends, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The beginning; `None` if the survey has no first day.
    pub begins_ms: Option<i64>,
    /// The end (exclusive), which may be in the future; `None` while no end is known.
    pub ends_ms: Option<i64>,
}

/// Where a moment lies in a [`Period`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Before the beginning.
    NotBegun,
    /// Between the beginning and the end.
    Open,
    /// After the end.
    Closed,
}

/// What is known about when and where a response was made. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// Time of arrival, by the service's clock.
    pub arrived_ms: i64,
    /// Time in the id, by the page's clock.
    pub created_ms: i64,
    /// Time of issue of the view token, by the service's clock; `None` without a valid token.
    pub token_ms: Option<i64>,
    /// Whether the shop's server sent the response with a secret key.
    pub from_server: bool,
}

/// Whether a survey accepts a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The survey accepts the response.
    Accepted {
        /// Whether the response spends the small daily budget because of its lateness, not the ordinary one.
        small_budget: bool,
    },
    /// The response was made after the end, or it arrived too late.
    Closed,
}

impl Period {
    /// The period of a survey with these first and last days in UTC, which was closed at `closed_at` (milliseconds since
    /// 1970) or is not closed. The earlier end counts.
    #[must_use]
    pub fn new(from: Option<Day>, until: Option<Day>, closed_at: Option<i64>) -> Self {
        let ends = [closed_at, until.map(Day::ends_ms)];
        Self { begins_ms: from.map(Day::begins_ms), ends_ms: ends.into_iter().flatten().min() }
    }

    /// The state at a moment, in milliseconds since 1970.
    #[must_use]
    pub fn state_at(&self, now: i64) -> State {
        if self.ends_ms.is_some_and(|end| now >= end) {
            State::Closed
        } else if self.begins_ms.is_some_and(|begin| now < begin) {
            State::NotBegun
        } else {
            State::Open
        }
    }

    /// Decides on a response. The beginning is irrelevant: an earlier version of the survey may have begun sooner.
    #[must_use]
    pub fn decide(&self, evidence: &Evidence) -> Decision {
        let Evidence { arrived_ms, created_ms, token_ms, from_server } = *evidence;
        let Some(end) = self.ends_ms.filter(|end| arrived_ms >= *end) else {
            return Decision::Accepted { small_budget: false };
        };
        let late_by = arrived_ms.saturating_sub(end);
        let is_prompt = late_by <= PROMPT_MS;
        let is_before_end = |ms: i64| ms.saturating_sub(end) <= LAG_MS;
        // A page that was opened before the end may be answered for as long as its token is valid. The page's clock may be
        // wrong, so promptly only the token's time is considered.
        let is_from_page_in_time = token_ms.is_some_and(|issued| {
            is_before_end(issued) && (is_prompt || created_ms.saturating_sub(issued) <= MAX_TOKEN_AGE_MS)
        });
        let is_claimed = is_before_end(created_ms);
        if late_by > ACCEPTED_MS || !(is_from_page_in_time || is_claimed) {
            return Decision::Closed;
        }
        let is_vouched_for = is_from_page_in_time || from_server;
        Decision::Accepted { small_budget: !(is_prompt && is_vouched_for) }
    }

    /// Whether a funnel event that arrives at `arrived_ms` (milliseconds since 1970) is counted. A survey that is still on a
    /// page after the end may be dismissed.
    #[must_use]
    pub fn counts(&self, step: Step, arrived_ms: i64) -> bool {
        let accepted_ms = match step {
            Step::Impression | Step::View | Step::Start => LAG_MS,
            Step::Dismissed => PROMPT_MS,
        };
        self.ends_ms.is_none_or(|end| arrived_ms.saturating_sub(end) <= accepted_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const END: i64 = 1_795_305_600_000;
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const ORDINARY: Decision = Decision::Accepted { small_budget: false };
    const SMALL: Decision = Decision::Accepted { small_budget: true };
    const CLOSED: Decision = Decision::Closed;

    fn ended() -> Period {
        Period { begins_ms: None, ends_ms: Some(END) }
    }

    /// Times relative to the end.
    fn evidence(arrived: i64, created: i64, token: Option<i64>, from_server: bool) -> Evidence {
        Evidence {
            arrived_ms: END + arrived,
            created_ms: END + created,
            token_ms: token.map(|issued| END + issued),
            from_server,
        }
    }

    #[test]
    fn a_response_made_before_the_end_is_accepted_for_a_month() {
        for (arrived, created, token, from_server, expected) in [
            // In time.
            (-1, -MINUTE, Some(-MINUTE), false, ORDINARY),
            (-1, -MINUTE, None, false, ORDINARY),
            (-1, 9 * DAY, None, false, ORDINARY),
            // With a token of before the end.
            (0, -MINUTE, Some(-MINUTE), false, ORDINARY),
            (HOUR, -MINUTE, Some(-2 * MINUTE), false, ORDINARY),
            (HOUR, HOUR, Some(-MINUTE), false, ORDINARY),
            (HOUR, 9 * DAY, Some(-MINUTE), false, ORDINARY),
            (DAY, -MINUTE, Some(-MINUTE), false, ORDINARY),
            (DAY + 1, -MINUTE, Some(-MINUTE), false, SMALL),
            (25 * HOUR, 11 * HOUR, Some(-MINUTE), false, SMALL),
            (25 * HOUR, 13 * HOUR, Some(-MINUTE), false, CLOSED),
            (30 * DAY, -MINUTE, Some(-MINUTE), false, SMALL),
            (31 * DAY, -MINUTE, Some(-MINUTE), false, SMALL),
            (31 * DAY + 1, -MINUTE, Some(-MINUTE), false, CLOSED),
            // Pages learn of the end within five minutes.
            (HOUR, 6 * MINUTE, Some(5 * MINUTE), false, ORDINARY),
            (HOUR, 6 * MINUTE, Some(5 * MINUTE + 1), false, CLOSED),
            // With a token of after the end.
            (HOUR, HOUR, Some(HOUR), false, CLOSED),
            (HOUR, -MINUTE, Some(HOUR), false, SMALL),
            // Without a valid token.
            (MINUTE, MINUTE, None, false, SMALL),
            (HOUR, -MINUTE, None, false, SMALL),
            (HOUR, 5 * MINUTE, None, false, SMALL),
            (HOUR, 5 * MINUTE + 1, None, false, CLOSED),
            (30 * DAY, -MINUTE, None, false, SMALL),
            (32 * DAY, -MINUTE, None, false, CLOSED),
            // From the shop's server.
            (HOUR, -MINUTE, None, true, ORDINARY),
            (25 * HOUR, -MINUTE, None, true, SMALL),
            (HOUR, 6 * MINUTE, None, true, CLOSED),
            (32 * DAY, -MINUTE, None, true, CLOSED),
        ] {
            let evidence = evidence(arrived, created, token, from_server);
            assert_eq!(ended().decide(&evidence), expected, "{arrived} {created} {token:?} {from_server}");
            let open = Period { begins_ms: Some(END + 99 * DAY), ends_ms: None };
            assert_eq!(open.decide(&evidence), ORDINARY, "a survey without an end");
        }
    }

    #[test]
    fn waiting_never_helps_and_evidence_never_harms() {
        let times = [-DAY, -MINUTE, 0, MINUTE, 4 * MINUTE, HOUR, 13 * HOUR, 25 * HOUR, 30 * DAY, 32 * DAY];
        let rank = |decision: Decision| match decision {
            Decision::Closed => 0,
            Decision::Accepted { small_budget: true } => 1,
            Decision::Accepted { small_budget: false } => 2,
        };
        let tokens: Vec<Option<i64>> = times.into_iter().map(Some).chain([None]).collect();
        for created in times {
            for token in &tokens {
                for from_server in [false, true] {
                    let at = |arrived| rank(ended().decide(&evidence(arrived, created, *token, from_server)));
                    let ranks = times.map(at);
                    assert!(
                        ranks.is_sorted_by(|one, next| one >= next),
                        "{created} {token:?} {from_server}: {ranks:?}"
                    );
                    for arrived in times {
                        let less = rank(ended().decide(&evidence(arrived, created, None, false)));
                        assert!(less <= at(arrived), "{arrived} {created} {token:?} {from_server}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_earlier_end_ends_a_survey() {
        let day = Day::parse("2026-11-22").unwrap();
        let end = day.ends_ms();
        for (until, closed_at, ends_ms) in [
            (None, None, None),
            (Some(day), None, Some(end)),
            (None, Some(7), Some(7)),
            (Some(day), Some(end - 1), Some(end - 1)),
            (Some(day), Some(end + 1), Some(end)),
        ] {
            let period = Period::new(Some(day), until, closed_at);
            assert_eq!(period, Period { begins_ms: Some(day.begins_ms()), ends_ms }, "{until:?} {closed_at:?}");
        }
    }

    #[test]
    fn a_survey_is_open_from_its_beginning_to_its_end() {
        let period = Period { begins_ms: Some(10), ends_ms: Some(20) };
        for (now, state) in
            [(9, State::NotBegun), (10, State::Open), (19, State::Open), (20, State::Closed), (99, State::Closed)]
        {
            assert_eq!(period.state_at(now), state, "{now}");
        }
        assert_eq!(Period::default().state_at(0), State::Open);
        assert_eq!(
            Period { begins_ms: Some(10), ends_ms: Some(5) }.state_at(7),
            State::Closed,
            "paused before it began"
        );
    }

    #[test]
    fn a_closed_survey_may_still_be_dismissed() {
        for (step, late_by, counted) in [
            (Step::Impression, 5 * MINUTE, true),
            (Step::Impression, 5 * MINUTE + 1, false),
            (Step::View, 6 * MINUTE, false),
            (Step::Start, 6 * MINUTE, false),
            (Step::Dismissed, 6 * MINUTE, true),
            (Step::Dismissed, DAY, true),
            (Step::Dismissed, DAY + 1, false),
        ] {
            assert_eq!(ended().counts(step, END + late_by), counted, "{step:?} {late_by}");
            assert!(Period::default().counts(step, END + late_by), "{step:?} {late_by}");
        }
    }
}
