//! One request to a receiver. What it says back is looked at for a status and a time to wait, and never read.

use super::Signed;
use crate::platform::Platform;
use crate::time::clock;
use chrono::DateTime;
use futures_util::future::{Either, select};
use std::{pin::pin, time::Duration};
use survey::webhook::{Failure, Outcome, normalize_url};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, web_sys};

/// A receiver answers within this.
const PATIENCE: Duration = Duration::from_secs(15);

/// Who sends. Receivers' firewalls know it by this.
const USER_AGENT: &str = "Glas-Webhooks/1.0";

/// What is sent where.
pub(crate) struct Post<'a> {
    pub(crate) url: &'a str,
    pub(crate) body: &'a str,
    pub(crate) signed: &'a Signed,
}

/// The one origin on this machine that tests send to; none in production, where the variable must not be set. Another host
/// than the loopback's is no test.
pub(crate) fn test_origin(platform: &Platform) -> Option<String> {
    let origin = platform.var("WEBHOOK_TEST_ORIGIN")?;
    origin.starts_with("http://127.0.0.1:").then_some(origin)
}

/// Sends, and says what came of it and how long it took, in milliseconds.
pub(crate) async fn post(platform: &Platform, post: &Post<'_>) -> (Outcome, i64) {
    let begin = clock::now_ms();
    let outcome = attempt(platform, post).await.unwrap_or_else(Outcome::Failed);
    (outcome, clock::now_ms() - begin)
}

async fn attempt(platform: &Platform, post: &Post<'_>) -> Result<Outcome, Failure> {
    // Validated again: the rules may have become stricter since the URL was stored.
    let url = normalize_url(post.url, test_origin(platform).as_deref()).map_err(|_| Failure::Refused)?;
    let request = request(&url, post).map_err(|_| Failure::Refused)?;
    let (controller, fetch) = (AbortController::default(), Fetch::Request(request));
    let signal = controller.signal();
    let answer = pin!(fetch.send_with_signal(&signal));
    let Either::Left((answer, _)) = select(answer, Delay::from(PATIENCE)).await else {
        controller.abort();
        return Err(Failure::Timeout);
    };
    let answer = answer.map_err(|_| Failure::Unreachable)?;
    let status = answer.status_code();
    let asked = answer.headers().get("retry-after").ok().flatten();
    let raw: web_sys::Response = answer.into();
    if let Some(body) = raw.body() {
        // Nobody reads it; the connection is free again.
        let _ = body.cancel();
    }
    let now = clock::now_ms();
    Ok(Outcome::Replied { status, retry_after_s: asked.and_then(|asked| seconds(&asked, now)) })
}

fn request(url: &str, post: &Post<'_>) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", USER_AGENT),
        ("webhook-id", &post.signed.id),
        ("webhook-timestamp", &post.signed.timestamp.to_string()),
        ("webhook-signature", &post.signed.signature),
    ] {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(Some(post.body.into()));
    Request::new_with_init(url, &init)
}

/// What a `Retry-After` asks for (RFC 9110, section 10.2.3): seconds or a date. `now` in milliseconds since 1970.
fn seconds(asked: &str, now: i64) -> Option<u32> {
    let asked = asked.trim();
    if asked.bytes().all(|byte| byte.is_ascii_digit()) {
        return if asked.is_empty() { None } else { Some(asked.parse().unwrap_or(u32::MAX)) };
    }
    let until = DateTime::parse_from_rfc2822(asked).ok()?.timestamp_millis();
    u32::try_from((until - now).max(0) / 1_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_that_are_asked_for() {
        let now = 1_795_305_600_000; // Sun, 22 Nov 2026 00:00:00 GMT
        for (asked, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("99999999999999999999", Some(u32::MAX)),
            ("Sun, 22 Nov 2026 00:02:00 GMT", Some(120)),
            ("Sat, 21 Nov 2026 00:02:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(seconds(asked, now), expected, "{asked}");
        }
    }
}
