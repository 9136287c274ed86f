//! CORS and CORP headers. They decide which pages may read or embed a reply; `intake` decides which origins may submit.

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

/// The `Origin` header; empty if it is missing.
pub(crate) fn origin_of(headers: &HeaderMap) -> &str {
    headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// The origin of the service itself, which is the `Origin` of hosted pages. Browsers set both, and other clients gain
/// nothing by forging them.
pub(crate) fn service_origin(asked: &Uri) -> Option<String> {
    Some(format!("{}://{}", asked.scheme_str()?, asked.authority()?))
}

/// Allows pages of this origin to read the reply. The API uses no cookies, so this exposes nothing else.
pub(crate) fn allow(headers: &mut HeaderMap, origin: &str) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Ok(value) = HeaderValue::from_str(origin)
        && !origin.is_empty()
    {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
        // Without this, a page of another origin cannot read when to retry.
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    }
}

/// Answers a preflight request. It carries no key, so the shop's allowed origins are checked on the request itself.
pub(crate) fn preflight(headers: &mut HeaderMap, origin: &str) {
    allow(headers, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}

/// Allows every page to read the reply, for public files.
pub(crate) fn public(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Lets pages of every origin embed the reply. Without this header, a page with `Cross-Origin-Embedder-Policy: require-corp`
/// blocks the tag, the texts of its survey, and the frame with the hosted page.
pub(crate) async fn embeddable(mut response: Response) -> Response {
    response.headers_mut().insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}

/// Lets only pages of this origin embed the reply.
pub(crate) async fn same_origin(mut response: Response) -> Response {
    response.headers_mut().insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}
