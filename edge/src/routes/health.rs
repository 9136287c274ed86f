//! Whether the process answers.

use super::json;
use axum::response::Response;
use http::StatusCode;
use serde_json::json as document;

/// `GET /healthz`: the process runs. Says nothing of what it depends on.
pub(crate) async fn process() -> Response {
    json(StatusCode::OK, &document!({ "status": "ok" }))
}
