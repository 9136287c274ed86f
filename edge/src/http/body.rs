//! Bodies: how large, of which type.

use crate::http::error::Error;
use axum::body::{Body, Bytes};
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// A submission: the longest text answer (5,000 characters, at most 20,000 bytes in the rarest scripts) would not
/// always fit, but two thirds of it in any script do, and Latin fits three times over.
pub(crate) const SUBMISSION: usize = 16 * 1024;

/// A batch of funnel events: fifty of 150 bytes.
pub(crate) const EVENTS: usize = 8 * 1024;

/// Settings of a shop: two short members.
pub(crate) const SETTINGS: usize = 4 * 1024;

/// A definition: 20 questions with 30 choices in 12 languages are about 200 KiB.
pub(crate) const DEFINITION: usize = 256 * 1024;

/// Pieces of a body that is never held as a whole.
pub(crate) struct LimitedBody {
    body: Body,
    taken: usize,
    limit: usize,
}

impl LimitedBody {
    pub(crate) const fn of(body: Body, limit: usize) -> Self {
        Self { body, taken: 0, limit }
    }

    /// The next piece, `None` at the end. A lying or missing length changes nothing.
    ///
    /// # Errors
    /// If more than the limit arrived, or the sender went away.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(|error| Error::Unavailable(format!("reading the body: {error}")))?;
            if let Ok(piece) = frame.into_data() {
                self.taken = self.taken.saturating_add(piece.len());
                return if self.taken > self.limit { Err(Error::TooLarge(self.limit)) } else { Ok(Some(piece)) };
            }
        }
        Ok(None)
    }
}

/// Reads a body as text, in chunks, and stops at the limit: a lying or missing length changes nothing.
pub(crate) async fn text(body: Body, limit: usize) -> Result<String, Error> {
    let collected = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Error::TooLarge(limit)
        } else {
            Error::Unavailable(format!("reading the body: {error}"))
        }
    })?;
    String::from_utf8(collected.to_bytes().into())
        .map_err(|_| Error::refused(survey::Code::InvalidJson, "", "is not valid UTF-8"))
}

/// Whether the body says that it is one of these types; parameters are ignored.
pub(crate) fn has_type(headers: &HeaderMap, types: &[&str]) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    types.iter().any(|known| essence.eq_ignore_ascii_case(known))
}
