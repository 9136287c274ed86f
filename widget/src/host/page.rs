//! The verbs of `host.js`. Elements are numbers there, so that no reference into the page crosses the border.

use alloc::string::String;
use wasm_bindgen::prelude::wasm_bindgen;

// `raw_module`: the glue imports the file where it lies instead of a copy of it, so that the bundle has it once.
// Every verb takes a `u32` or a text: for the others wasm-bindgen imports the whole file once more as a namespace.
#[wasm_bindgen(raw_module = "../src/host.js")]
extern "C" {
    /// Puts an element with a shadow root on the page; returns what `release` takes.
    pub(super) fn mount(tag: &str) -> u32;
    /// Listens for the network coming back and for the page being hidden; returns what `release` takes.
    pub(super) fn watch(online: u32, leave: u32) -> u32;
    /// Fires an event once, later; returns what `release` takes.
    pub(super) fn timer(event: u32, after_ms: u32) -> u32;
    /// Takes back what one of the above did.
    pub(super) fn release(owned: u32);

    /// Appends `tag name=value …` with a text to an element.
    pub(crate) fn add(parent: u32, element: &str, text: &str) -> u32;
    /// Sets an attribute.
    pub(crate) fn set(node: u32, name: &str, value: &str);
    /// Removes an attribute.
    pub(crate) fn unset(node: u32, name: &str);
    /// Replaces everything in an element by a text.
    pub(crate) fn write(node: u32, text: &str);
    /// What was typed into a field, without blanks around it.
    pub(crate) fn value(node: u32) -> String;
    /// Moves the focus.
    pub(crate) fn focus(node: u32);
    /// Clicks, as a shopper would.
    pub(crate) fn press(node: u32);
    /// Whether the focus is in an element.
    pub(crate) fn focused(node: u32) -> bool;
    /// Tells the page by a `CustomEvent`.
    pub(crate) fn emit(name: &str);
    /// Sends a revision; the reply arrives as an event.
    pub(crate) fn post(body: &str, revision: u32);
    /// That many random bits, at most 32.
    pub(crate) fn random(bits: u32) -> u32;
    /// A member of what the loader handed over, as JSON.
    pub(crate) fn told(name: &str) -> String;
}
