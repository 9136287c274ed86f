//! Thousands of requests that are nearly right, at every route that takes a body or a query: no fault of ours, and
//! every reply has the shape that is documented.

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
/// No route takes a body of fewer bytes than this only.
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
                // What is refused for its size is refused before it has all come; wrangler, which stands between, may
                // then forget the reply. The bindings say whether the Worker itself had a fault.
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
    assert_eq!(faults.seen("thrown"), 0, "the Worker did not reply at all");
    let (good, bad) = (figures.count(|status| status < 300), figures.count(|status| status >= 400));
    assert!(good * 20 > figures.replies() && bad * 5 > figures.replies(), "one-sided: {}", figures.by_status());
    format!(
        "{} requests at {} routes: 0 × 5xx, every reply as documented ({})",
        figures.replies(),
        routes.len(),
        figures.by_status()
    )
}

/// Whether a reply has the shape that its route promises.
fn is_documented(route: &Route, method: &str, answer: &Answer) -> Result<(), String> {
    let kind = answer.header("content-type");
    if method == "HEAD" || matches!(answer.status, 204 | 304) {
        return if answer.body.is_empty() { Ok(()) } else { Err("a body where there is none".to_owned()) };
    }
    let json = answer.json();
    if answer.status >= 400 {
        // A page shows a person what is wrong.
        if route.is_page && kind.starts_with("text/html") {
            return Ok(());
        }
        return problem_details(answer, kind, &json);
    }
    if route.is_page {
        return Ok(());
    }
    if !kind.starts_with("application/json") {
        return Err(format!("the type {kind}"));
    }
    if method != route.method {
        return Ok(());
    }
    match route.members.iter().find(|member| json.get(**member).is_none()) {
        Some(missing) => Err(format!("no member {missing}")),
        None => Ok(()),
    }
}

/// RFC 9457, with what this API adds to it.
fn problem_details(answer: &Answer, kind: &str, json: &Value) -> Result<(), String> {
    let text = |value: &Value, name: &str| value[name].as_str().is_some_and(|text| !text.is_empty());
    if kind != "application/problem+json" {
        return Err(format!("the type {kind}"));
    }
    if json["status"] != answer.status || !text(json, "type") || !text(json, "title") || !text(json, "detail") {
        return Err("no problem details".to_owned());
    }
    let problems = json["problems"].as_array().filter(|list| !list.is_empty()).ok_or("no problems")?;
    if answer.status == 405 && answer.header("allow").is_empty() {
        return Err("no Allow".to_owned());
    }
    let told = |problem: &Value| problem["at"].is_string() && text(problem, "code") && text(problem, "message");
    if problems.iter().all(told) { Ok(()) } else { Err("a problem without location, code or message".to_owned()) }
}
