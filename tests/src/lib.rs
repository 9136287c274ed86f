//! The harness of the outside tests: starts the real Worker the way a person does, and talks to it.
//!
//! Run by `cargo xtask test`, which sets up what is needed and says by environment variables where it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, and waits by a clock"
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
pub mod site;
pub mod supervisor;
pub mod temp_dir;
pub mod torture;
pub mod webhooks;
pub mod worker;
