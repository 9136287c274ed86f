//! The survey on a shop's page.
//!
//! A guest: it puts one element on the page, and whatever goes wrong in here takes that element away and nothing
//! else. [`app`] wires parts that do not know each other: [`state`] and [`submit`] decide and touch nothing, [`view`]
//! draws and says what the shopper did, [`host`] is the only place that knows a page.
//!
//! Only numbers and the widget's own constant strings cross into JavaScript, nothing but numbers comes back: the
//! shop's words and the shopper's stay where they are, in the page. So the module needs no allocator, no JSON and no
//! `std`, and a phone downloads less than half of what it would otherwise. A panic traps, and `host.js` tidies up after it.
//!
//! Outside a browser the same code runs against a page made of plain data ([`host::fake`]), which is what tests do.

#![cfg_attr(target_arch = "wasm32", no_std)]

pub mod app;
pub mod host;
pub mod question;
pub mod state;
pub mod submit;
pub mod view;

#[cfg(target_arch = "wasm32")]
mod entry;
