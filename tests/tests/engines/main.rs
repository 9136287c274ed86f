//! The same scenarios in Chromium, Firefox and WebKit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests panic on failure, print progress and wait for real time"
)]

/// A test in each engine. The engine is the last part of the test name, by which `cargo xtask test` skips engines that
/// are not installed. The order lets neighbouring tests run in different browsers at the same time.
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
