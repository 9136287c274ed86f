//! The way in from JavaScript. One survey at a time: the module owns at most one [`App`].

use crate::{
    app::{App, Event},
    host::event,
    view::keys::Key,
};
use core::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
    ptr,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// The module allocates nothing, but `alloc`, which dependencies name, wants an allocator to link.
struct Nothing;

#[global_allocator]
static ALLOCATOR: Nothing = Nothing;

// SAFETY: a null pointer says that there is no memory, which is always allowed.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

struct Slot(Cell<Option<App>>);

// SAFETY: the module is built without threads and without shared memory; one thread runs it.
unsafe impl Sync for Slot {}

/// The app is taken out while it works. If it traps the slot stays empty, so that a broken app is never called again.
static APP: Slot = Slot(Cell::new(None));

/// Shows the survey that `host.js` holds; one that is still there goes.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "called from JavaScript")]
pub fn start() {
    drop(APP.0.take());
    APP.0.set(App::start());
}

/// Passes on an event; see `host.js` for the numbers. Returns whether the browser's own reaction is unwanted.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "called from JavaScript")]
pub fn handle(kind: u32, a: u32, b: u32, c: u32) -> bool {
    let event = match kind {
        event::CLICK => Event::Click { node: a, checked: b != 0 },
        event::INPUT => Event::Input { node: a, length: b },
        event::KEY => Event::Key { node: a, key: Key::from_number(b) },
        event::REPLY => Event::Reply { revision: a, status: b, after: c },
        event::RETRY => Event::Retry,
        event::ONLINE => Event::Online,
        event::LEAVE => Event::Leave,
        event::ANNOUNCE => Event::Announce,
        _ => Event::Close,
    };
    let Some(mut app) = APP.0.take() else { return false };
    let handled = app.handle(&event);
    if !app.done() {
        APP.0.set(Some(app));
    }
    handled
}
