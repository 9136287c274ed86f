//! A survey's definition as JSON: from the owner and the store, and back.

mod read;
mod write;

pub use read::{read_definition, read_stored};
pub use write::Definition;
pub(in crate::wire) use write::WireValue;
