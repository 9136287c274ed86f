//! The harness of the end-to-end tests: starts the real Worker and talks to it over HTTP.
//!
//! Run by `cargo xtask test`, which builds everything and passes the paths in environment variables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests panic on failure and wait for real time"
)]

pub mod axe;
pub mod browser;
pub mod checker;
pub mod compress;
pub mod contract;
pub mod exports;
pub mod faults;
pub mod gallery;
pub mod http;
pub mod intake;
pub mod ledger;
pub mod load;
pub mod random;
pub mod receiver;
pub mod results;
pub mod scale;
pub mod shop;
pub mod shopper;
pub mod site;
pub mod supervisor;
pub mod temp_dir;
pub mod torture;
pub mod webhooks;
pub mod worker;
