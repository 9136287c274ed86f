//! The widget from the first question to the last reply, on a page made of plain data.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "test code may panic")]

mod back;
mod delivery;
mod keyboard;
mod page;
mod questions;
