//! One request to a receiver. Only the status and `Retry-After` of the response are used; its body is never read.

use super::Signed;
use crate::platform::Platform;
use crate::time::clock;
use chrono::DateTime;
use futures_util::future::{Either, select};
use std::{pin::pin, time::Duration};
use survey::webhook::{Failure, Outcome, normalize_url};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, web_sys};

/// A receiver must respond within this time.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Receivers may allow requests by this value, so it stays the same.
const USER_AGENT: &str = "Glas-Webhooks/1.0";

/// A signed request.
pub(crate) struct Post<'a> {
    pub(crate) url: &'a str,
    pub(crate) body: &'a str,
    pub(crate) signed: &'a Signed,
}

/// The origin to which tests send. Only the loopback address is accepted; production must not set the variable.
pub(crate) fn test_origin(platform: &Platform) -> Option<String> {
    let origin = platform.var("WEBHOOK_TEST_ORIGIN")?;
    origin.starts_with("http://127.0.0.1:").then_some(origin)
}

/// Sends a request. Returns the outcome and the duration in milliseconds.
pub(crate) async fn post(platform: &Platform, post: &Post<'_>) -> (Outcome, i64) {
    let start = clock::now_ms();
    let outcome = attempt(platform, post).await.unwrap_or_else(Outcome::Failed);
    (outcome, clock::now_ms() - start)
}

async fn attempt(platform: &Platform, post: &Post<'_>) -> Result<Outcome, Failure> {
    // Checked again: the rule may be stricter than when the URL was stored.
    let url = normalize_url(post.url, test_origin(platform).as_deref()).map_err(|_| Failure::Refused)?;
    let request = request(&url, post).map_err(|_| Failure::Refused)?;
    let (controller, fetch) = (AbortController::default(), Fetch::Request(request));
    let signal = controller.signal();
    let response = pin!(fetch.send_with_signal(&signal));
    let Either::Left((response, _)) = select(response, Delay::from(TIMEOUT)).await else {
        controller.abort();
        return Err(Failure::Timeout);
    };
    let response = response.map_err(|_| Failure::Unreachable)?;
    let status = response.status_code();
    let retry_after = response.headers().get("retry-after").ok().flatten();
    let raw: web_sys::Response = response.into();
    if let Some(body) = raw.body() {
        // Frees the connection without reading the body.
        let _ = body.cancel();
    }
    let now = clock::now_ms();
    Ok(Outcome::Replied { status, retry_after_s: retry_after.and_then(|value| parse_retry_after(&value, now)) })
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

/// The seconds of a `Retry-After` (RFC 9110, section 10.2.3), which is a number or a date. `now` in milliseconds since 1970.
fn parse_retry_after(value: &str, now: i64) -> Option<u32> {
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return if value.is_empty() { None } else { Some(value.parse().unwrap_or(u32::MAX)) };
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?.timestamp_millis();
    u32::try_from((until - now).max(0) / 1_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = 1_795_305_600_000; // Sun, 22 Nov 2026 00:00:00 GMT
        for (value, expected) in [
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
            assert_eq!(parse_retry_after(value, now), expected, "{value}");
        }
    }
}
