//! A survey's definition: read from an owner's request or the store, written to both.

mod read;
mod write;

pub use read::{read_definition, read_stored};
pub use write::Definition;
pub(in crate::wire) use write::WireWanted;
