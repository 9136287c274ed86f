//! The Worker: loads, decides through [`survey`] and [`insight`], saves.
//!
//! `routes` know HTTP and no store types, `store` knows D1 and KV and no HTTP; a failure's status is chosen in
//! `error` alone. Nothing in the request path panics.

mod app;
mod audit;
mod auth;
mod calendar;
mod challenge;
mod clock;
mod consumer;
mod cors;
mod counters;
mod cron;
mod error;
mod exchange;
mod flood;
mod guesses;
mod intake;
mod journal;
mod key;
mod limit;
#[cfg(test)]
mod openapi;
mod path;
mod query;
mod router;
mod routes;
mod seal;
mod shard;
mod store;
mod webhooks;
mod zone;

use axum::response::IntoResponse;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use tower_service::Service;
use worker::{Context, Env, MessageBatch, ScheduleContext, ScheduledEvent, event};

/// Answers one request.
///
/// # Errors
/// Never by itself: every failure is turned into a reply. The signature is the runtime's.
#[event(fetch)]
pub async fn fetch(request: worker::Request, env: Env, context: Context) -> worker::Result<worker::Response> {
    journal::begin();
    let app = app::App::new(env, context);
    // No panic is known. Should there be one, it ends this request; in a build that cannot unwind, the instance with it.
    let response = AssertUnwindSafe(answer(&app, request)).catch_unwind().await.unwrap_or_else(|_| {
        counters::count(counters::Counter::Panics, 1);
        error::Error::internal("a panic".to_owned()).into_response()
    });
    app.write_counters();
    exchange::given(response).await
}

async fn answer(app: &app::App, request: worker::Request) -> http::Response<axum::body::Body> {
    match exchange::taken(request).await {
        Ok(mut request) => {
            request.extensions_mut().insert(app.clone());
            let Ok(response) = router::shared().call(request).await;
            response
        }
        Err(error) => error.into_response(),
    }
}

/// Takes what waited in a queue.
///
/// # Errors
/// Never: the runtime's glue would panic, and every message has its own fate already.
#[event(queue)]
pub async fn queue(batch: MessageBatch<()>, env: Env, _context: Context) -> worker::Result<()> {
    journal::begin();
    if batch.queue() == webhooks::QUEUE {
        webhooks::consume(&env, &batch, clock::now_ms()).await;
    } else {
        consumer::consume(&env, &batch, clock::now_ms()).await;
    }
    store::write_counters(&env, clock::now_ms()).await;
    Ok(())
}

/// Does what is due.
#[event(scheduled)]
pub async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    journal::begin();
    cron::run(&env, &event.cron(), clock::now_ms()).await;
    if event.cron() == cron::MINUTE {
        webhooks::tend(&env, webhooks::courier::time_of(event.schedule())).await;
    }
    store::write_counters(&env, clock::now_ms()).await;
}
