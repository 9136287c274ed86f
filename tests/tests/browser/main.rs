//! Browser tests: the demo shop and the tests' own shops in a real browser, served by the real Worker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests panic on failure"
)]

mod accessibility;
mod frames;
mod gallery;
mod guest;
mod keyboard;
mod leaving;
mod memory;
mod modes;
mod network;
mod pages;
mod purchase;
mod questions;
mod receipt;
mod triggers;
mod vouched;
