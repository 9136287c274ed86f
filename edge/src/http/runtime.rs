//! Converts between the requests and replies of the runtime and those of the router. Small bodies, which nearly all are, are
//! passed as a whole: a stream costs more than most replies take to make.

use crate::http::{body, error::Error};
use axum::body::{Body, HttpBody};
use http::{Request, Response, header};
use http_body_util::BodyExt;
use worker::{Headers, request_from_wasm, response_to_wasm};

/// The largest reply that is passed as a whole, in bytes. A longer one, or one of unknown length, is streamed.
const WHOLE_REPLY: u64 = 1 << 20;

/// Converts a request of the runtime. A body with a small `Content-Length` is read now: the server in front enforces the
/// length. Any other body is a stream, which its reader cuts off at the limit.
///
/// # Errors
/// If the request cannot be read, or its body breaks off.
pub(crate) async fn from_worker(mut request: worker::Request) -> Result<Request<Body>, Error> {
    let lost = |error: worker::Error| Error::Unavailable(format!("reading the request: {error}"));
    let length = request.headers().get(header::CONTENT_LENGTH.as_str()).ok().flatten();
    let is_small = length.and_then(|length| length.parse().ok()).is_some_and(|length| body::SUBMISSION >= length);
    if !is_small {
        // A request without a body has no stream either.
        return Ok(request_from_wasm(Clone::clone(request.inner())).map_err(lost)?.map(Body::new));
    }
    let bytes = request.bytes().await.map_err(lost)?;
    let mut from_worker = Request::builder().method(request.inner().method().as_str()).uri(request.inner().url());
    for (name, value) in request.headers() {
        from_worker = from_worker.header(name, value);
    }
    from_worker.body(Body::from(bytes)).map_err(|error| Error::Unavailable(format!("reading the request: {error}")))
}

/// Converts a reply for the runtime.
///
/// # Errors
/// If a header or the body cannot be converted.
pub(crate) async fn into_worker(response: Response<Body>) -> worker::Result<worker::Response> {
    let length = response.body().size_hint().exact();
    if length.is_none_or(|length| length > WHOLE_REPLY) {
        return Ok(response_to_wasm(response)?.into());
    }
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|error| worker::Error::RustError(error.to_string()))?.to_bytes();
    let reply =
        worker::Response::builder().with_status(parts.status.as_u16()).with_headers(Headers::from(&parts.headers));
    // Some statuses allow no body, not even an empty one.
    Ok(if bytes.is_empty() { reply.empty() } else { reply.fixed(bytes.into()) })
}
