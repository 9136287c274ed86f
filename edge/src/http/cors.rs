//! CORS headers. They decide which pages may read a reply; `intake` decides which origins may submit.

use http::{HeaderMap, HeaderValue, Uri, header};

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
