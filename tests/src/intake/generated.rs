//! Sends thousands of almost valid requests to every route with a body or a query. No response may be a 5xx, and every
//! response must have its documented shape.

mod mutation;
mod routes;

use super::{Fixture, Scale};
use crate::{
    faults::Faults,
    load::{self, Answer, Figures},
    random::Random,
    supervisor::Supervisor,
};
use routes::Route;
use serde_json::Value;
use std::{sync::Arc, time::Instant};

const LINES: usize = 12;
/// The smallest body limit of all routes.
const SMALLEST_LIMIT: usize = 4 * 1024;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let count = scale.of(1_000, 24_000);
    let fixture = Fixture::new(supervisor);
    let routes = Arc::new(routes::all(&fixture, supervisor));
    let faults = Faults::of(supervisor);
    let figures = load::run(load::on_lines(&fixture.target, LINES, |number, mut line| {
        let routes = Arc::clone(&routes);
        let mut random = Random::seeded(seed.wrapping_add(number as u64));
        async move {
            let mut figures = Figures::default();
            for turn in 0..count / LINES {
                let route = &routes[(turn * LINES + number) % routes.len()];
                let call = route.call(&mut random);
                let begin = Instant::now();
                let shown = format!("{} {} {}", call.method, call.path, String::from_utf8_lossy(&call.body));
                // An oversized body is rejected while it is still being sent, and wrangler's proxy may lose that
                // response. The bindings record whether the Worker itself failed.
                let is_large = call.body.len() > SMALLEST_LIMIT;
                let answer = match line.send(&call).await {
                    Ok(answer) if !is_large || answer.headers.contains_key("x-pulled") => answer,
                    Err(error) if !is_large => panic!("{shown}: {error}"),
                    _ => {
                        figures.lost += 1;
                        continue;
                    }
                };
                assert!(answer.status < 500, "{shown}: {} {:?}", answer.status, answer.body);
                is_documented(route, call.method, &answer).unwrap_or_else(|what| panic!("{shown}: {what}: {answer:?}"));
                figures.replied(answer.status, begin.elapsed());
            }
            figures
        }
    }));
    let figures = Figures::sum(figures);
    assert_eq!(faults.seen("thrown"), 0, "the Worker threw an exception");
    let (good, bad) = (figures.count(|status| status < 300), figures.count(|status| status >= 400));
    assert!(good * 20 > figures.replies() && bad * 5 > figures.replies(), "one-sided: {}", figures.by_status());
    format!(
        "{} requests at {} routes: 0 × 5xx, every reply as documented ({})",
        figures.replies(),
        routes.len(),
        figures.by_status()
    )
}

/// Checks that a response has the documented shape of its route.
fn is_documented(route: &Route, method: &str, answer: &Answer) -> Result<(), String> {
    let kind = answer.header("content-type");
    if method == "HEAD" || matches!(answer.status, 204 | 304) {
        return if answer.body.is_empty() { Ok(()) } else { Err("an unexpected body".to_owned()) };
    }
    let json = answer.json();
    if answer.status >= 400 {
        // Pages for people show errors as HTML.
        if route.is_page && kind.starts_with("text/html") {
            return Ok(());
        }
        return problem_details(answer, kind, &json);
    }
    if route.is_page {
        return Ok(());
    }
    if !kind.starts_with("application/json") {
        return Err(format!("unexpected type {kind}"));
    }
    if method != route.method {
        return Ok(());
    }
    match route.members.iter().find(|member| json.get(**member).is_none()) {
        Some(missing) => Err(format!("missing member {missing}")),
        None => Ok(()),
    }
}

/// Checks RFC 9457 problem details with this API's extensions.
fn problem_details(answer: &Answer, kind: &str, json: &Value) -> Result<(), String> {
    let text = |value: &Value, name: &str| value[name].as_str().is_some_and(|text| !text.is_empty());
    if kind != "application/problem+json" {
        return Err(format!("unexpected type {kind}"));
    }
    if json["status"] != answer.status || !text(json, "type") || !text(json, "title") || !text(json, "detail") {
        return Err("no problem details".to_owned());
    }
    let problems = json["problems"].as_array().filter(|list| !list.is_empty()).ok_or("no problems")?;
    if answer.status == 405 && answer.header("allow").is_empty() {
        return Err("no Allow".to_owned());
    }
    let is_complete = |problem: &Value| problem["at"].is_string() && text(problem, "code") && text(problem, "message");
    if problems.iter().all(is_complete) {
        Ok(())
    } else {
        Err("a problem without location, code or message".to_owned())
    }
}
