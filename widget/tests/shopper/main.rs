//! The widget from the shopper's first look to the last reply, on a page made of plain data.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

mod back;
mod delivery;
mod keyboard;
mod page;
mod questions;
