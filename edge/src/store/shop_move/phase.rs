//! Where a move is, for whoever drives it.

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Clear,
    Copy,
    Follow,
    Tables,
    Verify,
    Switch,
    Grace,
    Purge,
    Done,
}

impl Phase {
    const ALL: [Self; 9] = [
        Self::Clear,
        Self::Copy,
        Self::Follow,
        Self::Tables,
        Self::Verify,
        Self::Switch,
        Self::Grace,
        Self::Purge,
        Self::Done,
    ];

    /// The word in the store and for the operator.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Copy => "copy",
            Self::Follow => "follow",
            Self::Tables => "tables",
            Self::Verify => "verify",
            Self::Switch => "switch",
            Self::Grace => "grace",
            Self::Purge => "purge",
            Self::Done => "done",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == word)
    }
}

/// How far a move is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) shop: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) phase: Phase,
    /// Responses that were written at the target; one that changed meanwhile counts again.
    pub(crate) copied: i64,
    /// Responses that the shop has.
    pub(crate) responses: i64,
    /// How long until what is left behind may go, in milliseconds.
    pub(crate) wait_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_have_words() {
        for phase in Phase::ALL {
            assert_eq!(Phase::parse(phase.as_str()), Some(phase));
        }
        assert_eq!(Phase::parse("source"), None);
    }
}
