//! The functions of `host.js`. Elements are passed as numbers, so that no object reference crosses between wasm and
//! JavaScript.

use super::Text;
use wasm_bindgen::prelude::wasm_bindgen;

// `raw_module` makes the glue import this file instead of a copy, so that the bundle contains it once.
// All numbers are `u32`: for some other types wasm-bindgen imports the whole file again as a namespace.
#[wasm_bindgen(raw_module = "../src/host.js")]
extern "C" {
    /// Adds an element with a shadow root to the page; returns the number for `release`.
    pub(super) fn mount(tag: Text) -> u32;
    /// Listens for the browser going online and for the page being hidden; returns the number for `release`.
    pub(super) fn watch(online: u32, leave: u32) -> u32;
    /// Fires an event once, after a delay; returns the number for `release`.
    pub(super) fn timer(event: u32, after_ms: u32) -> u32;
    /// Undoes one of the above.
    pub(super) fn release(owned: u32);

    /// Makes the question at a position the current one. Returns its kind (see `question`), or -1 if there is none.
    pub(crate) fn turn(at: u32) -> i32;
    /// A number in the survey, or the length of a text or list in it; -1 if it is absent.
    pub(crate) fn number(place: Text) -> i32;

    /// Appends an element, described as `tag name=value …`, with a text; returns its number. The values may be paths or
    /// contain `{n}`. A field gets the text that was typed when it was last shown.
    pub(crate) fn add(parent: u32, element: Text, text: Text, n: u32) -> u32;
    /// Sets an attribute or, if the name is empty, replaces the content of an element by a text.
    pub(crate) fn set(node: u32, name: Text, text: Text, n: u32);
    /// Removes an attribute.
    pub(crate) fn unset(node: u32, name: Text);
    /// The length of a field's text without surrounding blanks; for an e-mail address or phone number, 0 until it is
    /// valid.
    pub(crate) fn filled(node: u32) -> u32;
    /// Moves the focus.
    pub(crate) fn focus(node: u32);
    /// Clicks an element, as a shopper would.
    pub(crate) fn press(node: u32);
    /// Whether an element contains the focus.
    pub(crate) fn focused(node: u32) -> bool;
    /// Dispatches a `CustomEvent` on the page; a second word in the name is the reason.
    pub(crate) fn emit(name: Text);

    /// Stores the answer to the current question: a score or a bit for each choice, and the text of a field.
    pub(crate) fn answer(number: u32, field: u32);
    /// Builds the next revision from the answers to the questions whose bits are set.
    pub(crate) fn put(revision: u32, complete: bool, counted: u32);
    /// Sends the newest revision; the reply arrives as an event.
    pub(crate) fn post(revision: u32);
    /// A number of this many random bits, at most 32.
    pub(crate) fn random(bits: u32) -> u32;
}
