//! What shoppers meet, in every engine: the same scenarios in Chromium, Firefox and WebKit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, says how far it was, and waits by a clock"
)]

/// A test in each engine. The last part of its name is the engine, by which `cargo xtask test` leaves out those that a
/// machine does not have; and so neighbours in the list run in different browsers at the same time.
macro_rules! in_each_engine {
    ($($scenario:ident)*) => { $(
        mod $scenario {
            use tests::browser::Engine;

            #[test]
            fn in_chromium() {
                super::$scenario(Engine::Chromium);
            }

            #[test]
            fn in_firefox() {
                super::$scenario(Engine::Firefox);
            }

            #[test]
            fn in_webkit() {
                super::$scenario(Engine::WebKit);
            }
        }
    )* };
}

mod delivery;
mod hostile;
mod keyboard;
mod policy;
mod shopper;
