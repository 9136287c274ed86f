//! Failures, and the one place that chooses their HTTP status.

use crate::{
    db::error::StoreError,
    reports::ReportError,
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

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum Error {
    /// The request has problems: every one that was found.
    Invalid(Vec<Problem>),
    /// The body exceeds its limit, in bytes.
    TooLarge(usize),
    /// A file exceeds its limit. The message says how much was imported and how to send the rest.
    FileTooLarge(String),
    /// The route does not accept the media type; these are accepted.
    UnsupportedMediaType(&'static str),
    /// The credentials are missing, malformed, unknown, revoked or expired. The reply never says which.
    Unauthorized,
    /// The key is valid, but its scope does not permit the request.
    Forbidden(&'static str),
    /// The page's origin is not one of the shop's allowed origins.
    OriginNotAllowed(String),
    /// The resource does not exist or belongs to another shop; the reply is the same.
    NotFound { at: &'static str, what: &'static str },
    /// The resource existed and no longer does.
    Gone { at: &'static str, what: &'static str },
    /// The survey has ended.
    SurveyClosed,
    /// The path has no route with this method.
    MethodNotAllowed,
    /// The request conflicts with stored data.
    Conflict(Problem),
    /// A rate limit or quota is exceeded; retry after so many seconds.
    TooMany { what: &'static str, retry_after: u32 },
    /// A database or queue is temporarily unavailable, for this cause.
    Unavailable(String),
    /// A database became unavailable during a long operation: the cause, and the message about what was done.
    PartialFailure(String, String),
    /// A bug, or corrupt data, with its cause.
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

    /// The HTTP status of a failure, chosen here and nowhere else.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) | Self::FileTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::OriginNotAllowed(_) => StatusCode::FORBIDDEN,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Gone { .. } | Self::SurveyClosed => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::PartialFailure(..) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Counts a failed request, and logs the failures that are not the client's.
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
            Self::Invalid(_) => "The request is invalid",
            Self::TooLarge(_) | Self::FileTooLarge(_) => "The body is too large",
            Self::UnsupportedMediaType(_) => "The media type is not supported",
            Self::Unauthorized => "A valid key is required",
            Self::Forbidden(_) => "The key does not permit this",
            Self::OriginNotAllowed(_) => "The origin is not allowed",
            Self::NotFound { .. } => "Not found",
            Self::Gone { .. } => "No longer available",
            Self::SurveyClosed => "The survey is closed",
            Self::MethodNotAllowed => "The method is not allowed",
            Self::Conflict(_) => "The request conflicts with stored data",
            Self::TooMany { .. } => "Too many requests",
            Self::Unavailable(_) | Self::PartialFailure(..) => "Temporarily unavailable",
            Self::Internal(_) => "Internal error",
        }
    }

    fn problems(self) -> Vec<Problem> {
        let one = |code, at: &str, message: String| vec![Problem::new(code, at, message)];
        match self {
            Self::Invalid(problems) => problems,
            Self::Conflict(problem) => vec![problem],
            Self::TooLarge(limit) => one(Code::TooLarge, "", format!("must be at most {limit} bytes")),
            Self::FileTooLarge(message) => one(Code::TooLarge, "", message),
            Self::UnsupportedMediaType(accepted) => {
                one(Code::UnsupportedMediaType, "header.content-type", format!("must be {accepted}"))
            }
            Self::Unauthorized => {
                let message = "must be 'Bearer' followed by a valid key";
                one(Code::Unauthorized, "header.authorization", message.to_owned())
            }
            Self::Forbidden(why) => one(Code::Forbidden, "header.authorization", why.to_owned()),
            Self::OriginNotAllowed(origin) => {
                let message = if origin.is_empty() {
                    "is required: submissions are accepted only from the shop's allowed origins".to_owned()
                } else {
                    format!("{origin} is not one of the shop's allowed origins; add it exactly as written here")
                };
                one(Code::OriginNotAllowed, "header.origin", message)
            }
            Self::NotFound { at, what } => one(Code::NotFound, at, format!("there is no such {what}")),
            Self::Gone { at, what } => one(Code::NotFound, at, format!("this {what} is no longer available")),
            Self::SurveyClosed => {
                one(Code::SurveyClosed, "survey", "has ended, and accepts no responses made after its end".to_owned())
            }
            Self::MethodNotAllowed => {
                one(Code::MethodNotAllowed, "", "the Allow header lists the allowed methods".to_owned())
            }
            Self::TooMany { what, .. } => one(Code::TooManyRequests, "", what.to_owned()),
            // The cause is only logged: it may contain stored data.
            Self::Unavailable(_) => {
                one(Code::Unavailable, "", "temporarily unavailable; retry with the same id in a moment".to_owned())
            }
            Self::PartialFailure(_, how_far) => one(Code::Unavailable, "", how_far),
            Self::Internal(_) => one(Code::Internal, "", "the error was logged; a retry may succeed".to_owned()),
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

/// A problem document (RFC 9457).
#[derive(Serialize)]
struct Document {
    /// The page of the problem's code, relative to the service's origin.
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    problems: Vec<WireProblem>,
}

/// The path of the pages of the codes, which the build makes from `docs/errors.md`.
const PAGES: &str = "/docs/errors/";
/// The page for problems with different codes.
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

impl From<ReportError> for Error {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::ShopNotFound => Self::not_found("", "shop"),
            ReportError::Corrupt(cause) => Self::Internal(cause),
            ReportError::TooManyAnswers { found, limit } => {
                let message = format!(
                    "is too early: these filters scan every answer of the range, {limit} at most, and there are at least \
                     {found}; narrow 'from' and 'to', or filter and split only by survey, touchpoint, language, device and \
                     flag=none or flag=any"
                );
                Self::refused(Code::TooMany, "query.from", message)
            }
        }
    }
}

#[cfg(test)]
mod pages;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_report_has_a_status() {
        let cause = || "x".to_owned();
        for (error, status) in [
            (ReportError::Store(StoreError::Unavailable(cause())), StatusCode::SERVICE_UNAVAILABLE),
            (ReportError::Store(StoreError::Corrupt(cause())), StatusCode::INTERNAL_SERVER_ERROR),
            (ReportError::ShopNotFound, StatusCode::NOT_FOUND),
            (ReportError::Corrupt(cause()), StatusCode::INTERNAL_SERVER_ERROR),
            (ReportError::TooManyAnswers { found: 2, limit: 1 }, StatusCode::BAD_REQUEST),
        ] {
            let name = format!("{error:?}");
            assert_eq!(Error::from(error).status(), status, "{name}");
        }
    }

    #[test]
    fn too_many_answers_are_reported_with_both_numbers() {
        let error = ReportError::TooManyAnswers { found: 123_456, limit: 100_000 };
        let Error::Invalid(problems) = Error::from(error) else { panic!("not a problem of the request") };
        let message = &problems[0].message;
        assert!(message.contains("123456") && message.contains("100000"), "{message}");
        assert_eq!((problems[0].at.as_str(), problems[0].code), ("query.from", Code::TooMany));
    }
}
