//! Request bodies: media type, limit, UTF-8, and only then the parser.

use crate::http::error::Error;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, OptionalFromRequest, Request},
};
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use survey::{Code, Problem};

/// Limit of a submission. Two thirds of the longest text answer (5,000 characters) fit in any script, and three such
/// answers in Latin.
pub(crate) const SUBMISSION: usize = 16 * 1024;

/// Limit of a batch of funnel events: fifty of 200 bytes.
pub(crate) const EVENTS: usize = 10 * 1024;

/// Limit of a body with a few short members.
pub(crate) const SETTINGS: usize = 4 * 1024;

/// Limit of a survey definition: 20 questions with 30 choices in 12 languages are about 200 KiB.
pub(crate) const DEFINITION: usize = 256 * 1024;

/// Media types with ` or ` between them: the list that is checked is the one that the error message shows.
type MediaTypes = &'static str;

const JSON: MediaTypes = "application/json";
const MERGE_PATCH: MediaTypes = "application/json or application/merge-patch+json";
const CSV: MediaTypes = "text/csv";
/// `text/plain` spares a page of another origin the preflight request.
pub(crate) const FROM_PAGES: MediaTypes = "text/plain or application/json";

/// A JSON body of at most `LIMIT` bytes, as text.
pub(crate) struct Json<const LIMIT: usize>(String);

/// A JSON merge patch (RFC 7396) of at most `LIMIT` bytes, as text. Plain JSON is accepted too.
pub(crate) struct MergePatch<const LIMIT: usize>(String);

/// A CSV file of at most `LIMIT` bytes, read in chunks.
pub(crate) struct Csv<const LIMIT: usize>(pub(crate) LimitedBody);

impl<const LIMIT: usize> Json<LIMIT> {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Parses the body.
    ///
    /// # Errors
    /// With every problem that the parser found.
    pub(crate) fn read<T>(&self, parse: impl FnOnce(&str) -> Result<T, Vec<Problem>>) -> Result<T, Error> {
        parse(&self.0).map_err(Error::Invalid)
    }
}

impl<const LIMIT: usize> MergePatch<LIMIT> {
    /// Parses the body.
    ///
    /// # Errors
    /// With every problem that the parser found.
    pub(crate) fn read<T>(&self, parse: impl FnOnce(&str) -> Result<T, Vec<Problem>>) -> Result<T, Error> {
        parse(&self.0).map_err(Error::Invalid)
    }
}

impl<S: Sync, const LIMIT: usize> FromRequest<S> for Json<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        Ok(Self(typed_text(&parts.headers, body, JSON, LIMIT).await?))
    }
}

/// An empty body is `None`, whatever its media type.
impl<S: Sync, const LIMIT: usize> OptionalFromRequest<S> for Json<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Option<Self>, Error> {
        let (parts, body) = request.into_parts();
        let text = text(body, LIMIT).await?;
        if text.is_empty() {
            return Ok(None);
        }
        require_type(&parts.headers, JSON)?;
        Ok(Some(Self(text)))
    }
}

impl<S: Sync, const LIMIT: usize> FromRequest<S> for MergePatch<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        Ok(Self(typed_text(&parts.headers, body, MERGE_PATCH, LIMIT).await?))
    }
}

impl<S: Sync, const LIMIT: usize> FromRequest<S> for Csv<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        require_type(&parts.headers, CSV)?;
        Ok(Self(LimitedBody::of(body, LIMIT)))
    }
}

/// Reads a body of one of these types as text.
///
/// # Errors
/// If the type is another one, the body exceeds the limit or breaks off, or is not UTF-8.
pub(crate) async fn typed_text(
    headers: &HeaderMap,
    body: Body,
    types: MediaTypes,
    limit: usize,
) -> Result<String, Error> {
    require_type(headers, types)?;
    text(body, limit).await
}

/// Checks `Content-Type`; its parameters are ignored.
fn require_type(headers: &HeaderMap, types: MediaTypes) -> Result<(), Error> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    let is_accepted = types.split(" or ").any(|known| essence.eq_ignore_ascii_case(known));
    if is_accepted { Ok(()) } else { Err(Error::UnsupportedMediaType(types)) }
}

/// Reads a body as text, in chunks, and stops at the limit whatever `Content-Length` says.
async fn text(body: Body, limit: usize) -> Result<String, Error> {
    let collected = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Error::TooLarge(limit)
        } else {
            Error::Unavailable(format!("reading the body: {error}"))
        }
    })?;
    String::from_utf8(collected.to_bytes().into())
        .map_err(|_| Error::refused(Code::InvalidJson, "", "is not valid UTF-8"))
}

/// A body read in chunks, so that it is never in memory as a whole.
pub(crate) struct LimitedBody {
    body: Body,
    received: usize,
    limit: usize,
}

impl LimitedBody {
    const fn of(body: Body, limit: usize) -> Self {
        Self { body, received: 0, limit }
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// If the body exceeds the limit, whatever `Content-Length` says, or breaks off.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(|error| Error::Unavailable(format!("reading the body: {error}")))?;
            if let Ok(chunk) = frame.into_data() {
                self.received = self.received.saturating_add(chunk.len());
                return if self.received > self.limit { Err(Error::TooLarge(self.limit)) } else { Ok(Some(chunk)) };
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn media_types() {
        for (given, types, is_accepted) in [
            ("application/json", JSON, true),
            ("Application/JSON; charset=utf-8", JSON, true),
            ("application/merge-patch+json", JSON, false),
            ("application/merge-patch+json", MERGE_PATCH, true),
            ("text/plain;charset=UTF-8", FROM_PAGES, true),
            ("text/plain", JSON, false),
            ("or", MERGE_PATCH, false),
            ("", CSV, false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(given))]);
            assert_eq!(require_type(&headers, types).is_ok(), is_accepted, "{given} for {types}");
        }
        assert!(require_type(&HeaderMap::new(), JSON).is_err());
    }
}
