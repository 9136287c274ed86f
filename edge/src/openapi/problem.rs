//! Errors, as every route tells them.

use super::{texts::Link, words::ProblemCode};
use utoipa::ToSchema;

/// What went wrong (RFC 9457): everything at once.
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "/docs/errors/missing", "title": "The request has problems", "status": 400,
    "detail": "query.metric: is required: nps, ces, csat or agree",
    "problems": [{ "code": "missing", "at": "query.metric", "message": "is required: nps, ces, csat or agree" }]
}))]
pub(crate) struct Problem {
    /// Where its code is explained, from the service's own address.
    #[schema(value_type = Link)]
    r#type: String,
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// For a person.
    detail: String,
    /// Each thing that is wrong, with its place.
    #[schema(min_items = 1)]
    problems: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(ToSchema)]
#[schema(as = ProblemDetail)]
pub(crate) struct Finding {
    #[schema(value_type = ProblemCode)]
    code: String,
    /// Where: a path like `answers[1].score`, `query.metric` or `header.authorization`; empty for the whole.
    at: String,
    /// What is wrong and what would be right.
    message: String,
}
