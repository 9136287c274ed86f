//! The survey on a shop's page.
//!
//! A guest: it puts one element on the page, and whatever goes wrong in here takes that element away and nothing
//! else. [`app`] wires three parts that do not know each other: [`state`] and [`submit`] decide and touch nothing,
//! [`view`] draws and says what the shopper did, [`host`] is the only place that knows a browser.
//!
//! On wasm32 there is no `std`: panics trap, and `host.js` tidies up after a trap. Everywhere else the same code runs
//! against a page made of plain data ([`host::fake`]), which is what the tests do.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

pub mod app;
pub mod host;
pub mod json;
pub mod options;
pub mod state;
pub mod submit;
pub mod view;

#[cfg(target_arch = "wasm32")]
mod entry;
