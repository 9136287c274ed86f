//! Error replies, the same for every route.

use super::{texts::Link, words::ProblemCode};
use utoipa::ToSchema;

/// A problem document (RFC 9457) with every problem that was found.
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "/docs/errors/missing", "title": "The request is invalid", "status": 400,
    "detail": "query.metric: is required: nps, ces, csat or agree",
    "problems": [{ "code": "missing", "at": "query.metric", "message": "is required: nps, ces, csat or agree" }]
}))]
pub(crate) struct Problem {
    /// The page that explains the code, relative to the service's origin.
    #[schema(value_type = Link)]
    r#type: String,
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A summary for people.
    detail: String,
    /// The problems, each with its location.
    #[schema(min_items = 1)]
    problems: Vec<Finding>,
}

/// One problem.
#[derive(ToSchema)]
#[schema(as = ProblemDetail)]
pub(crate) struct Finding {
    #[schema(value_type = ProblemCode)]
    code: String,
    /// The location: a path like `answers[1].score`, `query.metric` or `header.authorization`; empty for the whole request.
    at: String,
    /// What is wrong and what is expected, for people.
    message: String,
}
