//! The entry points for JavaScript. The module owns at most one [`App`], since one survey is shown at a time.

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

/// The module never allocates, but dependencies link `alloc`, which requires an allocator.
struct NoAllocator;

#[global_allocator]
static ALLOCATOR: NoAllocator = NoAllocator;

// SAFETY: `alloc` may always return null, which reports that no memory is available.
unsafe impl GlobalAlloc for NoAllocator {
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

// SAFETY: the module is built without threads and shared memory, so only one thread runs it.
unsafe impl Sync for Slot {}

/// The slot is empty while the app runs. If the app traps, the slot remains empty, so a broken app is never called
/// again.
static APP: Slot = Slot(Cell::new(None));

/// Shows the survey that `host.js` holds, in place of an earlier one.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "called from JavaScript")]
pub fn start() {
    drop(APP.0.take());
    APP.0.set(App::start());
}

/// Handles an event; the numbers are those of `host.js`. Returns whether to prevent the browser's default action.
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
