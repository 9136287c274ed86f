//! The phase and the progress of a move, as the operator sees them.

/// A phase of a move; see the module above.
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

    /// The name in the store and in the API.
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

/// The progress of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) shop: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) phase: Phase,
    /// Responses written to the target; a changed response is counted again.
    pub(crate) copied: i64,
    /// Responses of the shop.
    pub(crate) responses: i64,
    /// Time until the old rows at the source may be deleted, in milliseconds.
    pub(crate) wait_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_can_be_parsed() {
        for phase in Phase::ALL {
            assert_eq!(Phase::parse(phase.as_str()), Some(phase));
        }
        assert_eq!(Phase::parse("source"), None);
    }
}
