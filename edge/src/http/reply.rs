//! Replies: JSON, pages of lists.

use crate::http::error::Error;
use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A JSON reply that nobody may keep.
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

/// A page of a list.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page begins, for `cursor`; null on the last one.
    #[cfg_attr(test, schema(required))]
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` items from rows that were read with one more than that: it says whether there is a
    /// next page, which begins behind the last row of this one.
    pub(crate) fn of<R>(mut rows: Vec<R>, limit: u32, cursor: impl Fn(&R) -> String) -> Result<Self, Error>
    where
        T: TryFrom<R, Error = Error>,
    {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(cursor);
        Ok(Self { items: rows.into_iter().map(T::try_from).collect::<Result<_, _>>()?, next_cursor })
    }
}
