//! Failures of the store.

/// Why the store could not do its work.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// D1, KV, a queue or the assets did not answer, or reported a temporary failure.
    Unavailable(String),
    /// Stored data does not have the expected shape, or a statement can never succeed.
    Corrupt(String),
    /// The deployment lacks a binding.
    Misconfigured(String),
}

impl StoreError {
    /// The cause, for the log. It may quote stored data, which the log removes.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::Unavailable(cause) | Self::Corrupt(cause) | Self::Misconfigured(cause) => cause,
        }
    }
}
