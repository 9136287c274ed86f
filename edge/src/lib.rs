//! The Worker: loads, decides through [`survey`] and [`insight`], saves.
//!
//! `routes` know HTTP and no store types, `store` knows D1 and KV and no HTTP; a failure's status is chosen in
//! `error` alone. Nothing in the request path panics.

mod app;
mod auth;
mod clock;
mod cors;
mod error;
mod intake;
mod key;
mod limit;
mod path;
mod query;
mod router;
mod routes;
mod shard;
mod store;

use tower_service::Service;
use worker::{Context, Env, HttpRequest, event};

/// Answers one request.
///
/// # Errors
/// Never by itself: every failure is turned into a reply. The signature is the runtime's.
#[event(fetch)]
pub async fn fetch(
    request: HttpRequest,
    env: Env,
    _context: Context,
) -> worker::Result<http::Response<axum::body::Body>> {
    let Ok(response) = router::new(app::App::new(env)).call(request).await;
    Ok(response)
}
