//! API keys of shops: how a request proves itself with one, and how an owner manages them.

mod admin;
mod auth;

pub(crate) use admin::{KeyError, KeyRow, KeyStatus, MAX_KEYS, NewKey};

/// What a key may do; the later includes the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Read,
    Write,
}

impl Scope {
    /// All scopes.
    pub(crate) const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The name on the wire and in the store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The scope with that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}
