//! Whether the process answers, and whether what it needs does.

#[cfg(test)]
use crate::openapi::{Alive, Readiness as ReadinessSchema};
use crate::{
    app::App,
    http::{
        auth::Anyone,
        error::Error,
        reply::{json, ok},
    },
    time::clock,
};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::json as document;
use std::{cell::RefCell, collections::BTreeMap};

/// How long a result is taken for true: whoever asks more often asks this instance, not the databases.
const FRESH_MS: i64 = 5_000;

/// By name, whether it passed.
type Checks = BTreeMap<String, bool>;

thread_local! {
    static LAST: RefCell<Option<(i64, Checks)>> = const { RefCell::new(None) };
}

#[derive(Serialize)]
struct Readiness<'a> {
    status: &'static str,
    checks: BTreeMap<&'a str, &'static str>,
}

/// `GET /healthz`: the process runs. Says nothing of what it depends on.
#[cfg_attr(test, utoipa::path(
    get, path = "/healthz", operation_id = "getHealth", tag = "Service",
    summary = "Whether the process runs",
    description = "Says nothing of what it depends on.",
    responses(
        (status = 200, description = "It runs.", body = Alive),
    ),
))]
pub(crate) async fn process(_: Anyone) -> Response {
    ok(&document!({ "status": "ok" }))
}

/// `GET /readyz`: every database can be written and the queue takes messages. Says which does not, and not why: that is in
/// the log.
#[cfg_attr(test, utoipa::path(
    get, path = "/readyz", operation_id = "getReadiness", tag = "Service",
    summary = "Whether it can take answers",
    description = "Every database was written and the queue took a message within the last five seconds.",
    responses(
        (status = 200, description = "Everything works.", body = ReadinessSchema),
        (status = 503, description = "Something does not; `checks` says which.", body = ReadinessSchema),
    ),
))]
#[worker::send]
pub(crate) async fn ready(_: Anyone, app: App) -> Result<Response, Error> {
    let now = clock::now_ms();
    let known = LAST.with_borrow(Clone::clone).filter(|(at, _)| (0..FRESH_MS).contains(&(now - at)));
    let checks = match known {
        Some((_, checks)) => checks,
        None => {
            let checks = app.databases()?.check(now).await;
            LAST.set(Some((now, checks.clone())));
            checks
        }
    };
    Ok(reply(&checks))
}

fn reply(checks: &Checks) -> Response {
    let word = |passed: &bool| if *passed { "ok" } else { "failed" };
    let all = checks.values().all(|passed| *passed);
    let readiness = Readiness {
        status: word(&all),
        checks: checks.iter().map(|(name, passed)| (name.as_str(), word(passed))).collect(),
    };
    let status = if all { StatusCode::OK } else { Error::Unavailable(String::new()).status() };
    let mut response = json(status, &readiness);
    if !all {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_fails_is_enough() {
        for (failing, status) in [(None, 200), (Some("DB_0"), 503), (Some("INTAKE"), 503)] {
            let names = ["DB_0", "DB_1", "INTAKE"];
            let checks = names.iter().map(|name| ((*name).to_owned(), Some(*name) != failing)).collect();
            let response = reply(&checks);
            assert_eq!(response.status(), status, "{failing:?}");
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), status == 503);
        }
    }
}
