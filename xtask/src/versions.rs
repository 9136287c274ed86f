//! The exact versions of everything that is installed. `tests/tidy.rs` holds them against the lock files.

/// Must equal the `wasm-bindgen` of `Cargo.lock`: the tool refuses modules of another version.
pub const WASM_BINDGEN: &str = "0.2.129";
/// Builds the widget.
pub const WASM_PACK: &str = "0.15.1";
/// Builds the Worker.
pub const WORKER_BUILD: &str = "0.8.7";

/// npm packages, as `xtask/npm/tools/package.json` pins them.
pub const NPM: [(&str, &str); 8] = [
    ("axe-core", "4.14.1"),
    ("binaryen", "132.0.0"),
    ("esbuild", "0.28.2"),
    ("openapi-typescript", "7.13.0"),
    ("standardwebhooks", "1.1.1"),
    ("terser", "5.51.2"),
    ("typescript", "5.9.3"),
    ("wrangler", "4.164.0"),
];

/// What `cargo xtask bench widget` compares with, as `xtask/npm/bench/package.json` pins it.
pub const POSTHOG: &str = "1.449.2";

/// The Node that is fetched where the machine's own is too old, as `xtask/npm/node/package.json` pins it.
pub const NODE: &str = "22.23.3";
/// wrangler's lower limit, `(major, minor)`.
pub const NODE_AT_LEAST: (u32, u32) = (22, 12);

/// Debian's packages for a machine that cannot reach Rust's own download host.
pub const DEBIAN_WASM: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
/// Drives Firefox; Debian has no package of it.
pub const GECKODRIVER: &str = "0.37.1";
/// Older ones of a machine's own are not taken, `(major, minor)`.
pub const GECKODRIVER_AT_LEAST: (u32, u32) = (0, 36);

/// Debian's packages for the browser tests, engine by engine. WebKitGTK has no mode without a screen: hence Xvfb.
pub const DEBIAN_CHROMIUM: [&str; 2] = ["chromium", "chromium-driver"];
/// Firefox.
pub const DEBIAN_FIREFOX: [&str; 1] = ["firefox-esr"];
/// WebKit.
pub const DEBIAN_WEBKIT: [&str; 2] = ["webkit2gtk-driver", "xvfb"];

/// Tries the API against its document; `xtask/python/schemathesis.txt` pins it with all that it needs. Made anew by
/// `uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header schemathesis.in -o
/// schemathesis.txt`.
pub const SCHEMATHESIS: &str = "4.32.5";
/// Its lower limit, and that of its lock file, `(major, minor)`.
pub const PYTHON_AT_LEAST: (u32, u32) = (3, 11);
