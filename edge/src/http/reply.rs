//! Successful replies. What a failure looks like is in [`super::error`].

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::borrow::Cow;

/// A JSON reply, which is never cached.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_string(value).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `200 OK`
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// `201 Created`, with the path of the new resource. The audit log reads the resource's id from it.
pub(crate) fn created(path: &str, value: &impl Serialize) -> Response {
    let mut response = json(StatusCode::CREATED, value);
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// `202 Accepted`
pub(crate) fn accepted(value: &impl Serialize) -> Response {
    json(StatusCode::ACCEPTED, value)
}

/// `204 No Content`
pub(crate) fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The security headers in which HTML pages differ.
#[derive(Debug, Clone)]
pub(crate) struct PagePolicy {
    pub(crate) content_security: Cow<'static, str>,
    pub(crate) referrer: &'static str,
}

/// Used if a policy is not a valid header: nothing may load or frame the page.
const DENY_ALL: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");

/// A page for a shopper, in the language of the request. It is never cached or indexed, because its address may name a
/// customer or be a receipt.
pub(crate) fn html(status: StatusCode, text: String, policy: &PagePolicy) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, policy.referrer),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "Accept-Language"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let content_security = HeaderValue::from_str(&policy.content_security).unwrap_or(DENY_ALL);
    headers.insert(header::CONTENT_SECURITY_POLICY, content_security);
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}
