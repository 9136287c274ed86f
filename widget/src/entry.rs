//! The way in from JavaScript. One survey at a time: the module owns at most one [`App`].

use crate::{
    app::{App, Event},
    host::event,
    options::{Options, View},
};
use alloc::boxed::Box;
use core::cell::Cell;
use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};
use wasm_bindgen::prelude::wasm_bindgen;

// SAFETY: the module is built without threads and without shared memory; one thread runs it.
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

struct Slot(Cell<Option<Box<App>>>);

// SAFETY: as above, one thread.
unsafe impl Sync for Slot {}

/// The app is taken out while it works. If it traps the slot stays empty, so that a broken app is never called again.
static APP: Slot = Slot(Cell::new(None));

/// Shows a survey; one that is still there goes.
#[wasm_bindgen]
pub fn start(view: &str, options: &str) {
    drop(APP.0.take());
    if let (Some(view), Some(options)) = (View::read(view), Options::read(options)) {
        APP.0.set(Some(Box::new(App::start(view, options))));
    }
}

/// Passes on an event; see `host.js` for the numbers. Returns whether the browser's own reaction is unwanted.
#[wasm_bindgen]
pub fn handle(kind: u32, a: u32, b: u32, c: u32, text: &str) -> bool {
    let event = match kind {
        0 => Event::Click { node: a, checked: b != 0 },
        1 => Event::Input { node: a, length: b },
        2 => Event::Key { node: a, key: text },
        3 => Event::Reply { revision: a, status: b, after: c },
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
