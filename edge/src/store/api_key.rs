//! API keys of shops: how a request proves itself with one, and how an owner manages them.

mod admin;
mod auth;

pub(crate) use admin::{KeyError, KeyRow, KeyStatus, MAX_KEYS, NewKey};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Read everything.
    Read,
    /// Read, change and submit everything.
    Write,
    /// Submit responses, and nothing else.
    Submit,
}

impl Scope {
    /// All scopes.
    pub(crate) const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Submit];

    /// Whether a key of this scope may do what needs `needed`.
    pub(crate) fn permits(self, needed: Self) -> bool {
        self == Self::Write || self == needed
    }

    /// The name on the wire and in the store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Submit => "submit",
        }
    }

    /// The scope with that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}
