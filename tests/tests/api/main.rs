//! API tests from the perspective of its clients: pages, owners, the operator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests panic on failure and wait for real time"
)]

mod audit;
mod bytes;
mod contacts;
mod databases;
mod days;
mod document;
mod erasures;
mod errors;
mod events;
mod examples;
mod funnel;
mod health;
mod hosted;
mod imports;
mod intake;
mod isolated;
mod keys;
mod metrics;
mod moves;
mod numbers;
mod page;
mod privacy;
mod receipts;
mod responses;
mod retention;
mod scale;
mod seeded;
mod settings;
mod stop_after;
mod submissions;
mod surveys;
mod templates;
mod tenants;
mod webhooks;
