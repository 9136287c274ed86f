//! Health checks of the process and of its dependencies.

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

/// How long a result is cached, so that frequent checks do not load the databases.
const CACHE_MS: i64 = 5_000;

/// Whether each check passed, by name.
type Checks = BTreeMap<String, bool>;

thread_local! {
    static LAST: RefCell<Option<(i64, Checks)>> = const { RefCell::new(None) };
}

#[derive(Serialize)]
struct Readiness<'a> {
    status: &'static str,
    checks: BTreeMap<&'a str, &'static str>,
}

/// `GET /healthz`: checks no dependency.
#[cfg_attr(test, utoipa::path(
    get, path = "/healthz", operation_id = "getHealth", tag = "Service",
    summary = "Check the process",
    description = "Checks no dependency.",
    responses(
        (status = 200, description = "The process is running.", body = Alive),
    ),
))]
pub(crate) async fn process(_: Anyone) -> Response {
    ok(&document!({ "status": "ok" }))
}

/// `GET /readyz`: writes to every database and to the queue. The reply names the checks that failed; the causes are logged.
#[cfg_attr(test, utoipa::path(
    get, path = "/readyz", operation_id = "getReadiness", tag = "Service",
    summary = "Check the dependencies",
    description = "Writes to every database and to the queue. The result is cached for five seconds.",
    responses(
        (status = 200, description = "Every check passed.", body = ReadinessSchema),
        (status = 503, description = "A check failed; `checks` names it.", body = ReadinessSchema),
    ),
))]
#[worker::send]
pub(crate) async fn ready(_: Anyone, app: App) -> Result<Response, Error> {
    let now = clock::now_ms();
    let cached = LAST.with_borrow(Clone::clone).filter(|(at, _)| (0..CACHE_MS).contains(&(now - at)));
    let checks = match cached {
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
    fn one_failed_check_makes_the_service_unavailable() {
        for (failing, status) in [(None, 200), (Some("DB_0"), 503), (Some("INTAKE"), 503)] {
            let names = ["DB_0", "DB_1", "INTAKE"];
            let checks = names.iter().map(|name| ((*name).to_owned(), Some(*name) != failing)).collect();
            let response = reply(&checks);
            assert_eq!(response.status(), status, "{failing:?}");
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), status == 503);
        }
    }
}
