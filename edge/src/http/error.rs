//! What can go wrong, and the one place that says which HTTP status that is.

use crate::{
    db::error::StoreError,
    telemetry::{
        counters::{self, Counter},
        log::{Event, emit},
    },
};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::fmt;
use survey::{Problem, problem::Code, wire::WireProblem};

/// A failure of a request: the sender's (everything they can mend) or ours.
#[derive(Debug)]
pub(crate) enum Error {
    /// The request is wrong: all that is.
    Invalid(Vec<Problem>),
    /// A body over its limit, in bytes.
    TooLarge(usize),
    /// A file with more in it than is taken at once: what of it is done, and what to do with the rest.
    FileTooLarge(String),
    /// A media type that the route does not take.
    UnsupportedMediaType(&'static str),
    /// No, unreadable, unknown or revoked credentials. Never says which.
    Unauthorized,
    /// The key is right and may not do this.
    Forbidden(&'static str),
    /// The page's origin is not on the shop's list.
    OriginNotAllowed(String),
    /// No such thing, or none of this shop: the same answer for both.
    NotFound { at: &'static str, what: &'static str },
    /// It was there and is no more.
    Gone { at: &'static str, what: &'static str },
    /// The method does not exist on this route.
    MethodNotAllowed,
    /// The same id says something else.
    Conflict(Problem),
    /// More than its share: come back after so many seconds.
    TooMany { what: &'static str, retry_after: u32 },
    /// The store is away for the moment.
    Unavailable(String),
    /// The store went away amid a longer work, for the cause that stands first; the second says how far it came.
    PartialFailure(String, String),
    /// A fault of ours.
    Internal(String),
}

impl Error {
    pub(crate) const fn internal(cause: String) -> Self {
        Self::Internal(cause)
    }

    pub(crate) const fn not_found(at: &'static str, what: &'static str) -> Self {
        Self::NotFound { at, what }
    }

    pub(crate) fn refused(code: Code, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(code, at, message.into())])
    }

    /// The status of every failure is chosen here and nowhere else.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) | Self::FileTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::OriginNotAllowed(_) => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::PartialFailure(..) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Counts a failure that becomes a reply, and tells the log of one of ours.
    pub(crate) fn note(&self) {
        counters::count(Counter::Refused(self.status().as_u16()), 1);
        match self {
            Self::Unavailable(cause) | Self::PartialFailure(cause, _) => {
                emit(&Event::Unavailable { cause: cause.into() });
            }
            Self::Internal(cause) => emit(&Event::Fault { cause: cause.into() }),
            _ => {}
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "The request has problems",
            Self::TooLarge(_) | Self::FileTooLarge(_) => "The body is too large",
            Self::UnsupportedMediaType(_) => "The media type is not supported",
            Self::Unauthorized => "A valid key is needed",
            Self::Forbidden(_) => "This key may not do that",
            Self::OriginNotAllowed(_) => "This origin is not allowed",
            Self::NotFound { .. } => "Not found",
            Self::Gone { .. } => "No longer here",
            Self::MethodNotAllowed => "The method is not allowed here",
            Self::Conflict(_) => "Conflicts with what is stored",
            Self::TooMany { .. } => "Too many for now",
            Self::Unavailable(_) | Self::PartialFailure(..) => "Not available at the moment",
            Self::Internal(_) => "A fault on our side",
        }
    }

    fn problems(self) -> Vec<Problem> {
        let one = |code, at: &str, message: String| vec![Problem::new(code, at, message)];
        match self {
            Self::Invalid(problems) => problems,
            Self::Conflict(problem) => vec![problem],
            Self::TooLarge(limit) => one(Code::TooLarge, "", format!("must have at most {limit} bytes")),
            Self::FileTooLarge(message) => one(Code::TooLarge, "", message),
            Self::UnsupportedMediaType(accepted) => {
                one(Code::UnsupportedMediaType, "header.content-type", format!("must be {accepted}"))
            }
            Self::Unauthorized => {
                let message = "must be 'Bearer' and a key that is valid here";
                one(Code::Unauthorized, "header.authorization", message.to_owned())
            }
            Self::Forbidden(why) => one(Code::Forbidden, "header.authorization", why.to_owned()),
            Self::OriginNotAllowed(origin) => {
                let message = if origin.is_empty() {
                    "is required: answers are taken from pages of the shop's allowed origins".to_owned()
                } else {
                    format!("{origin} is not on the shop's list of allowed origins; add it exactly as written here")
                };
                one(Code::OriginNotAllowed, "header.origin", message)
            }
            Self::NotFound { at, what } => one(Code::NotFound, at, format!("there is no such {what}")),
            Self::Gone { at, what } => one(Code::NotFound, at, format!("this {what} is over")),
            Self::MethodNotAllowed => one(Code::MethodNotAllowed, "", "see the Allow header".to_owned()),
            Self::TooMany { what, .. } => one(Code::TooManyRequests, "", what.to_owned()),
            // The cause of our own failures stays in the log: it may name what is stored.
            Self::Unavailable(_) => one(Code::Unavailable, "", "try again with the same id in a moment".to_owned()),
            Self::PartialFailure(_, how_far) => one(Code::Unavailable, "", how_far),
            Self::Internal(_) => one(Code::Internal, "", "it was logged; trying again may help".to_owned()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(cause) | Self::PartialFailure(cause, _) | Self::Internal(cause) => {
                write!(f, "{}: {cause}", self.title())
            }
            _ => f.write_str(self.title()),
        }
    }
}

/// RFC 9457.
#[derive(Serialize)]
struct Document {
    /// Where the problem's code is explained, from the service's own address.
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    problems: Vec<WireProblem>,
}

/// Where the pages of codes lie: `docs/errors.md`, made into pages by the build.
const PAGES: &str = "/docs/errors/";
/// The page for problems of different codes.
const SEVERAL: &str = "several";

impl Document {
    fn of(error: Error) -> Self {
        let (status, title) = (error.status().as_u16(), error.title());
        let problems = error.problems();
        let detail = match problems.as_slice() {
            [only] if only.at.is_empty() => only.message.to_string(),
            [only] => format!("{}: {}", only.at, only.message),
            several => format!("{} problems, see 'problems'", several.len()),
        };
        let code = problems.first().map(|first| first.code);
        let shared = code.filter(|code| problems.iter().all(|problem| problem.code == *code));
        Self {
            r#type: format!("{PAGES}{}", shared.map_or(SEVERAL, Code::as_str)),
            title,
            status,
            detail,
            problems: problems.into_iter().map(WireProblem::from).collect(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.note();
        let retry_after = match self {
            Self::TooMany { retry_after, .. } => Some(retry_after),
            Self::Unavailable(_) | Self::PartialFailure(..) => Some(2),
            _ => None,
        };
        let status = self.status();
        let body = serde_json::to_string(&Document::of(self)).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::Corrupt(cause) | StoreError::Misconfigured(cause) => Self::Internal(cause),
        }
    }
}

#[cfg(test)]
mod pages;
