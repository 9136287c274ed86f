//! Link settings of the wasm module.

/// Bytes of stack, instead of a megabyte: the module asks a phone for 128 kB instead of 1.1 MB, and addresses are
/// shorter. The deepest call needs a tenth of it. An overflow traps, as the stack lies at the bottom.
const STACK: u32 = 16 * 1024;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK}");
    }
}
