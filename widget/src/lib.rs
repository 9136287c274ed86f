//! The survey on a shop's page.
//!
//! The widget is a guest: it adds one element to the page, and any failure removes that element and has no other
//! effect. [`app`] connects the parts, which do not depend on each other: [`state`] and [`submit`] make the decisions
//! and have no side effects, [`view`] draws and reports the shopper's actions, and only [`host`] accesses the page.
//!
//! Only numbers cross between wasm and JavaScript. The texts of the shop and of the shopper stay in JavaScript; Rust
//! refers to a text by its line in `words.js`. So the module needs no allocator, no JSON and no `std`, which halves the
//! download. A panic traps, and `host.js` then removes the widget from the page.
//!
//! Tests run the same code outside a browser, on a page made of plain data ([`host::fake`]).

#![cfg_attr(target_arch = "wasm32", no_std)]

pub mod app;
pub mod host;
pub mod question;
pub mod state;
pub mod submit;
pub mod view;

#[cfg(target_arch = "wasm32")]
mod entry;
