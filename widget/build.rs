//! Link settings of the wasm module.

/// Stack size in bytes, instead of a megabyte: the module then uses 128 kB of memory instead of 1.1 MB, and addresses
/// are shorter. The deepest call needs a tenth of it. An overflow traps: the stack is at the bottom of the memory.
const STACK: u32 = 16 * 1024;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK}");
    }
}
