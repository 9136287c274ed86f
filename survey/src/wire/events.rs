//! Parses funnel events.

use super::node::{Node, parse};
use crate::{
    funnel::{Batch, Event, Step},
    language::Language,
    problem::{Code, Problem, Problems},
    submission::Device,
};
use alloc::{format, string::ToString, vec::Vec};

/// Maximum length of a survey id, in bytes.
const MAX_ID: usize = 64;

/// Parses the events of one page.
///
/// # Errors
/// All problems, each with its place.
pub fn read_events(text: &str) -> Result<Batch, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    let key = required("key", body.member("key").string(&mut problems), &mut problems);
    let items = body.member("events").items(&mut problems).unwrap_or_default();
    if items.is_empty() {
        problems.add(Code::Empty, "events", "must contain at least one event");
    } else if items.len() > Batch::MAX {
        problems.add(Code::TooMany, "events", format!("must contain at most {} events", Batch::MAX));
    }
    let mut events = Vec::new();
    for (index, item) in items.iter().enumerate().take(Batch::MAX) {
        events.extend(event(item, &format!("events[{index}]"), &mut problems));
    }
    problems.or(Batch { key: key.unwrap_or_default(), events })
}

fn required<T>(at: &str, value: Option<T>, problems: &mut Problems) -> Option<T> {
    if value.is_none() {
        problems.add(Code::Missing, at, "is required");
    }
    value
}

fn event(node: &Node<'_>, at: &str, problems: &mut Problems) -> Option<Event> {
    node.members(problems)?;
    let place = |member: &str| format!("{at}.{member}");
    let survey = required(&place("survey"), node.member("survey").string(problems), problems);
    let survey = survey.filter(|id| is_survey_id(id, &place("survey"), problems));
    let version = required(&place("version"), node.member("version").integer(problems), problems);
    let version = version.and_then(|number| {
        let version = u32::try_from(number).ok().filter(|version| *version > 0);
        if version.is_none() {
            problems.add(Code::OutOfRange, place("version"), "must be a published version, 1 or higher");
        }
        version
    });
    let step = required(&place("event"), node.member("event").string(problems), problems);
    let step = step.and_then(|name| {
        let step = Step::parse(&name);
        if step.is_none() {
            problems.add(Code::UnknownValue, place("event"), "must be impression, view, start or dismissed");
        }
        step
    });
    let device = node.member("device").string(problems).and_then(|name| {
        let device = Device::parse(&name);
        if device.is_none() {
            problems.add(Code::UnknownValue, place("device"), "must be mobile, tablet or desktop");
        }
        device
    });
    let language = node.member("language").string(problems).and_then(|tag| {
        let report = |error: crate::InvalidId| problems.add(Code::InvalidFormat, place("language"), error.to_string());
        Language::parse(&tag).map_err(report).ok()
    });
    let token = node.member("token").string(problems);
    Some(Event { survey: survey?, version: version?, step: step?, device, language, token })
}

fn is_survey_id(id: &str, at: &str, problems: &mut Problems) -> bool {
    let is_valid = !id.is_empty() && id.len() <= MAX_ID;
    if !is_valid {
        problems.add(Code::InvalidFormat, at, "must be a survey id");
    }
    is_valid
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::String, vec};
    use serde_json::{Value, json};

    fn right() -> Value {
        json!({ "survey": "srv_x", "version": 2, "event": "view", "device": "mobile", "language": "pl", "token": "t0" })
    }

    fn read(event: &Value) -> Result<Batch, Vec<(String, &'static str)>> {
        let body = json!({ "key": "pk_x", "events": [right(), event] });
        let placed = |problem: Problem| (problem.at, problem.code.as_str());
        read_events(&body.to_string()).map_err(|problems| problems.into_iter().map(placed).collect())
    }

    fn with(name: &str, value: Value) -> Value {
        let mut event = right();
        event[name] = value;
        event
    }

    #[test]
    fn events_are_read() {
        let batch = read(&json!({ "survey": "srv_y", "version": 1, "event": "dismissed" })).unwrap();
        let [first, second] = batch.events.as_slice() else { panic!("{batch:?}") };
        assert_eq!((batch.key.as_str(), first.survey.as_str(), first.version), ("pk_x", "srv_x", 2));
        assert_eq!((first.step, first.device), (Step::View, Some(Device::Mobile)));
        assert_eq!(first.language.as_ref().map(Language::as_str), Some("pl"));
        assert_eq!(first.token.as_deref(), Some("t0"));
        assert_eq!((second.step, second.device, second.language.as_ref()), (Step::Dismissed, None, None));
        assert_eq!(second.token, None);
        for step in Step::ALL {
            assert_eq!(read(&with("event", json!(step.as_str()))).unwrap().events[1].step, step);
        }
    }

    #[test]
    fn every_problem_has_its_place_and_code() {
        for (event, at, code) in [
            (json!(1), "events[1]", "wrong_type"),
            (with("survey", Value::Null), "events[1].survey", "missing"),
            (with("survey", json!("")), "events[1].survey", "invalid_format"),
            (with("survey", json!("x".repeat(65))), "events[1].survey", "invalid_format"),
            (with("survey", json!(7)), "events[1].survey", "wrong_type"),
            (with("version", Value::Null), "events[1].version", "missing"),
            (with("version", json!(0)), "events[1].version", "out_of_range"),
            (with("version", json!(1_i64 << 32)), "events[1].version", "out_of_range"),
            (with("event", Value::Null), "events[1].event", "missing"),
            (with("event", json!("complete")), "events[1].event", "unknown_value"),
            (with("device", json!("watch")), "events[1].device", "unknown_value"),
            (with("language", json!("polski")), "events[1].language", "invalid_format"),
            (with("token", json!(7)), "events[1].token", "wrong_type"),
        ] {
            assert_eq!(read(&event).unwrap_err(), [(at.to_string(), code)], "{event}");
        }
    }

    #[test]
    fn the_number_of_events_is_limited() {
        for (count, expected) in [(0, Some("empty")), (1, None), (50, None), (51, Some("too_many"))] {
            let found = read_events(&json!({ "key": "pk_x", "events": vec![right(); count] }).to_string());
            let code = found.as_ref().err().and_then(|problems| problems.first()).map(|problem| problem.code.as_str());
            assert_eq!(code, expected, "{count}");
            assert!(found.is_err() || found.is_ok_and(|batch| batch.events.len() == count));
        }
        let found = read_events(&json!({ "events": [right()] }).to_string()).unwrap_err();
        assert_eq!((found[0].at.as_str(), found[0].code), ("key", Code::Missing));
    }
}
