//! What goes wrong below the store.

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// D1, KV or the assets did not answer, or answered that they could not.
    Unavailable(String),
    /// What is stored is not what was ever written.
    Corrupt(String),
    /// A binding is missing.
    Misconfigured(String),
}

impl StoreError {
    /// What was said, for the log: it may quote what is stored, so it is cleaned there.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::Unavailable(cause) | Self::Corrupt(cause) | Self::Misconfigured(cause) => cause,
        }
    }
}
