//! Everything a browser loads from the Worker that is not the API: the loader, hosted surveys, receipts.

pub(crate) mod hosted;
pub(crate) mod loader;
pub(crate) mod receipt;
