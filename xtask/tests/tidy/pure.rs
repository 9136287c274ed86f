//! `survey` and `insight` use no platform, clock or randomness; they take everything as arguments.

use crate::source::{Source, rust};
use crate::{allows, catches, check};

/// No platform, no clock, no randomness, no async.
fn names_no_platform(source: &Source) -> Vec<String> {
    source.words_against(|word| match word {
        "worker" | "web_sys" | "js_sys" | "wasm_bindgen" | "wasm_bindgen_futures" => {
            Some("only widget and edge may use the platform")
        }
        "Instant" | "SystemTime" | "UNIX_EPOCH" | "Utc" | "now_v7" => Some("pass the time as an argument"),
        "getrandom" | "rand" | "thread_rng" => Some("pass random values as an argument"),
        "async" | "await" | "Future" | "tokio" | "futures" => Some("pure crates are not async"),
        _ => None,
    })
}

/// No files, no network, no environment; tests may read their reference numbers.
fn does_no_io(source: &Source) -> Vec<String> {
    if source.is_test() {
        return Vec::new();
    }
    let names = ["std::fs", "std::net", "std::env", "std::io", "std::thread", "std::process", "println!", "eprintln!"];
    source.shipped().lines_with(&names, "pure crates do no I/O")
}

#[test]
fn the_pure_crates_use_no_platform_no_clock_no_async() {
    check("survey and insight are pure", &rust(&["survey/src", "insight/src"]), names_no_platform);
    check("survey and insight do no I/O", &rust(&["survey/src", "insight/src"]), does_no_io);
}

#[test]
fn the_rules_can_fail() {
    catches(names_no_platform, "survey/src/id.rs", "\nuse worker::Env;", 2);
    catches(names_no_platform, "survey/src/id.rs", "let now = std::time::SystemTime::now();", 1);
    catches(names_no_platform, "insight/src/case.rs", "pub async fn x() {}", 1);
    catches(names_no_platform, "insight/src/case.rs", "let id = Uuid::now_v7();", 1);
    allows(names_no_platform, "survey/src/id.rs", "// the worker's time\nlet a = \"async\"; let worker_s = 1;");
    catches(does_no_io, "insight/src/voice.rs", "fn f() { std::fs::read(x) }", 1);
    allows(does_no_io, "insight/src/voice.rs", "#[cfg(test)]\nmod tests { fn f() { std::fs::read(x) } }");
}
