//! Every route of the Worker.

use crate::{
    error::Error,
    intake,
    routes::{
        counters, erasures, exports, funnel, health, hosted, letters, metrics, moves, page, receipt, responses,
        settings, shops, surveys, templates,
    },
};
use axum::{
    Router,
    routing::{delete, get, post, put},
};

thread_local! {
    /// Half a hundred routes are sorted once for an instance, not for every request.
    static ROUTER: Router = new();
}

/// The router, which every request shares.
pub(crate) fn shared() -> Router {
    ROUTER.with(Clone::clone)
}

fn new() -> Router {
    Router::new()
        // For pages: public key, no cookies.
        .route("/w/{file}", get(page::loader))
        .route("/w/{key}/{survey}/{version}/{file}", get(page::view))
        .route("/v1/submissions", post(intake::submit).options(intake::preflight))
        .route("/v1/events", post(intake::events::receive).options(intake::preflight))
        .route("/s/{survey}", get(hosted::page))
        // For whoever gave an answer: its receipt.
        .route("/r/{code}", get(receipt::page).post(receipt::erase))
        // For everybody: no key.
        .route("/v1/templates", get(templates::list))
        .route("/v1/templates/{id}", get(templates::read))
        // For owners: secret key.
        .route("/v1/shop/settings", get(settings::read).put(settings::replace))
        .route("/v1/surveys", get(surveys::list).post(surveys::create))
        .route("/v1/surveys/{id}", get(surveys::read).put(surveys::replace))
        .route("/v1/surveys/{id}/publish", post(surveys::status::publish))
        .route("/v1/surveys/{id}/pause", post(surveys::status::pause))
        .route("/v1/surveys/{id}/resume", post(surveys::status::resume))
        .route("/v1/surveys/{id}/archive", post(surveys::status::archive))
        .route("/v1/responses", get(responses::list))
        .route("/v1/erasures", get(erasures::list).post(erasures::create))
        .route("/v1/exports", get(exports::read))
        .route("/v1/metrics", get(metrics::read))
        .route("/v1/funnel", get(funnel::read))
        .route("/v1/dead-letters", get(letters::list))
        .route("/v1/dead-letters/{id}", delete(letters::remove))
        .route("/v1/dead-letters/{id}/retry", post(letters::retry))
        // For the operator: the deployment's token.
        .route("/v1/operator/dead-letters", get(letters::list))
        .route("/v1/operator/dead-letters/{id}", delete(letters::remove))
        .route("/v1/operator/dead-letters/{id}/retry", post(letters::retry))
        .route("/v1/shops", post(shops::create))
        .route("/v1/shops/{shop}/quota", put(shops::quota))
        .route("/v1/shops/{shop}/move", get(moves::read).post(moves::start).delete(moves::cancel))
        .route("/v1/shops/{shop}/move/step", post(moves::step))
        .route("/v1/counters", get(counters::read))
        .route("/healthz", get(health::process))
        .route("/readyz", get(health::ready))
        .fallback(async || Error::not_found("", "route"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
}
