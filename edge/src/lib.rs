//! The Worker: loads, decides with [`survey`] and [`insight`], saves.
//!
//! `api` and `pages` know HTTP and no database, `store` knows databases and no HTTP, `reports` turn rows into what is shown
//! and know neither. One function in `http::error` chooses the status of a failure. Nothing in the request path panics.

mod api;
mod app;
mod cache;
mod db;
mod http;
mod identity;
mod intake;
mod jobs;
mod key;
#[cfg(test)]
mod openapi;
mod pages;
mod platform;
mod reports;
mod router;
#[cfg(test)]
mod service;
mod store;
mod telemetry;
mod time;
mod tokens;
mod webhooks;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::error::Error;
use platform::Platform;
use std::panic::AssertUnwindSafe;
use telemetry::{
    counters::{self, Counter},
    log,
};
use time::clock;
use tower_service::Service;
use worker::{Context, Env, MessageBatch, ScheduleContext, ScheduledEvent, event};

/// Handles one request.
///
/// # Errors
/// If the response cannot be handed to the runtime. Failures of the request itself become responses.
#[event(fetch)]
pub async fn fetch(request: worker::Request, env: Env, context: Context) -> worker::Result<worker::Response> {
    log::init();
    let app = app::App::new(Platform::of_request(env, context));
    // A panic would be a bug. It fails this request; in a build that cannot unwind, it ends the isolate.
    let response = AssertUnwindSafe(answer(&app, request)).catch_unwind().await.unwrap_or_else(|_| {
        counters::count(Counter::Panics, 1);
        Error::internal("a panic".to_owned()).into_response()
    });
    app.write_counters();
    http::runtime::into_worker(response).await
}

async fn answer(app: &app::App, request: worker::Request) -> Response<Body> {
    match http::runtime::from_worker(request).await {
        Ok(mut request) => {
            request.extensions_mut().insert(app.clone());
            let Ok(response) = router::shared().call(request).await;
            response
        }
        Err(error) => error.into_response(),
    }
}

/// Handles a batch of queue messages.
///
/// # Errors
/// Never. Each message is acknowledged or retried individually, and the runtime's glue would panic on an error.
#[event(queue)]
pub async fn queue(batch: MessageBatch<()>, env: Env, _context: Context) -> worker::Result<()> {
    log::init();
    let platform = Platform::of_handler(env);
    if batch.queue() == webhooks::QUEUE {
        webhooks::consume(&platform, &batch, clock::now_ms()).await;
    } else {
        intake::replay::consume(&platform, &batch, clock::now_ms()).await;
    }
    store::write_counters(&platform, clock::now_ms()).await;
    Ok(())
}

/// Runs the cron jobs of a schedule.
#[event(scheduled)]
pub async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    log::init();
    let platform = Platform::of_handler(env);
    jobs::cron::run(&platform, &event.cron(), clock::now_ms()).await;
    if event.cron() == jobs::cron::MINUTE {
        webhooks::run_due(&platform, webhooks::sender::effective_time(event.schedule())).await;
    }
    store::write_counters(&platform, clock::now_ms()).await;
}
