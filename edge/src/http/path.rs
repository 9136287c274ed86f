//! Path parameters.

use crate::http::error::Error;
use axum::extract::{FromRequestParts, Path as Parts};
use http::request;
use serde::de::DeserializeOwned;
use survey::Code;

/// Path parameters. Unlike Axum's extractor it rejects malformed ones with a problem document.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(request: &mut request::Parts, state: &S) -> Result<Self, Error> {
        match Parts::from_request_parts(request, state).await {
            Ok(Parts(parts)) => Ok(Self(parts)),
            Err(_) => Err(Error::refused(Code::InvalidFormat, "path", "is not percent-encoded UTF-8")),
        }
    }
}
