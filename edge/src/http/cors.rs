//! Which pages may read a reply. Who may send an answer is decided in `intake`, by the shop's exact origins.

use http::{HeaderMap, HeaderValue, Uri, header};

/// The request's origin; empty if it has none.
pub(crate) fn origin_of(headers: &HeaderMap) -> &str {
    headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// The origin that the service itself is asked at, which hosted pages have. Only a browser's word counts here, and a
/// browser writes both by itself.
pub(crate) fn service_origin(asked: &Uri) -> Option<String> {
    Some(format!("{}://{}", asked.scheme_str()?, asked.authority()?))
}

/// Lets pages of this origin read the reply. No cookie is ever involved, so this opens nothing but the reply itself.
pub(crate) fn allow(headers: &mut HeaderMap, origin: &str) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Ok(value) = HeaderValue::from_str(origin)
        && !origin.is_empty()
    {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
        // Else a page of another origin could not see when to come back.
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    }
}

/// What a preflight is told. It carries no body, hence no key: the shop's list is applied to the request itself.
pub(crate) fn preflight(headers: &mut HeaderMap, origin: &str) {
    allow(headers, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}

/// Public files that any page may read.
pub(crate) fn public(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}
