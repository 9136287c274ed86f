//! The verbs of `host.js`. Elements are numbers there, so that no reference into the page crosses the border.

use super::Text;
use wasm_bindgen::prelude::wasm_bindgen;

// `raw_module`: the glue imports the file where it lies instead of a copy of it, so that the bundle has it once.
// Every verb takes a `u32`: for some others wasm-bindgen imports the whole file once more as a namespace.
#[wasm_bindgen(raw_module = "../src/host.js")]
extern "C" {
    /// Puts an element with a shadow root on the page; returns what `release` takes.
    pub(super) fn mount(tag: Text) -> u32;
    /// Listens for the network coming back and for the page being hidden; returns what `release` takes.
    pub(super) fn watch(online: u32, leave: u32) -> u32;
    /// Fires an event once, later; returns what `release` takes.
    pub(super) fn timer(event: u32, after_ms: u32) -> u32;
    /// Takes back what one of the above did.
    pub(super) fn release(owned: u32);

    /// Turns to the question at a position. Returns its kind (see `question`), negative if there is none.
    pub(crate) fn turn(at: u32) -> i32;
    /// A number of the survey, or the length of a text in it; -1 if it is not there.
    pub(crate) fn number(place: Text) -> i32;

    /// Appends `tag name=value …` with a text to an element; returns its number. The values are texts too. A field gets
    /// back what was typed into it when it was there before.
    pub(crate) fn add(parent: u32, element: Text, text: Text, n: u32) -> u32;
    /// Sets an attribute, or with no name replaces everything in an element by a text.
    pub(crate) fn set(node: u32, name: Text, text: Text, n: u32);
    /// Removes an attribute.
    pub(crate) fn unset(node: u32, name: Text);
    /// How much was typed into a field, not counting blanks around it; for an e-mail address or a phone number 0 until
    /// it looks like one.
    pub(crate) fn filled(node: u32) -> u32;
    /// Moves the focus.
    pub(crate) fn focus(node: u32);
    /// Clicks, as a shopper would.
    pub(crate) fn press(node: u32);
    /// Whether the focus is in an element.
    pub(crate) fn focused(node: u32) -> bool;
    /// Tells the page by a `CustomEvent`; a second word is the reason.
    pub(crate) fn emit(name: Text);

    /// Keeps the answer to the question turned to: a score, or a bit for each choice, and what was typed into a field.
    pub(crate) fn answer(number: u32, field: u32);
    /// Writes down the next revision: the answers of the questions whose bits are set.
    pub(crate) fn put(revision: u32, complete: bool, counted: u32);
    /// Sends what was written down last; the reply arrives as an event.
    pub(crate) fn post(revision: u32);
    /// That many random bits, at most 32.
    pub(crate) fn random(bits: u32) -> u32;
}
