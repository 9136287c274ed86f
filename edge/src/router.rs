//! Every route of the Worker.

use crate::{
    app::App,
    error::Error,
    intake,
    routes::{health, metrics, page, responses, shops, surveys},
};
use axum::{
    Router,
    routing::{get, post},
};

pub(crate) fn new(app: App) -> Router {
    Router::new()
        // For pages: public key, no cookies.
        .route("/w/{file}", get(page::loader))
        .route("/w/{key}/{survey}/{version}/{file}", get(page::view))
        .route("/v1/submissions", post(intake::submit).options(intake::preflight))
        // For owners: secret key.
        .route("/v1/surveys", get(surveys::list).post(surveys::create))
        .route("/v1/surveys/{id}", get(surveys::read).put(surveys::replace))
        .route("/v1/surveys/{id}/publish", post(surveys::publish))
        .route("/v1/responses", get(responses::list))
        .route("/v1/metrics", get(metrics::read))
        // For the operator: the deployment's token.
        .route("/v1/shops", post(shops::create))
        .route("/healthz", get(health::process))
        .fallback(async || Error::not_found("", "route"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .with_state(app)
}
