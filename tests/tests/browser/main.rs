//! What shoppers meet: the demo shop and shops of the tests' own, in a real browser, with the real Worker behind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod accessibility;
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
