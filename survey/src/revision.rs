//! Decides what happens to a submission whose id may already be stored.

use alloc::string::String;

/// Identifies the content of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Hash of survey, version, answers and context.
    pub fingerprint: String,
}

/// The outcome of storing a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was stored: a new id, or a higher revision.
    Stored,
    /// The same revision with the same content was already stored.
    Duplicate,
    /// A higher revision was already stored; nothing changed.
    Superseded,
    /// The same revision is stored with other content, or the id belongs to another survey; rejected.
    Conflict,
    /// The response was erased before; nothing was stored.
    Erased,
    /// The shop's daily quota is used up; nothing was stored.
    OverQuota,
}

impl Outcome {
    /// Decides the outcome from whether the store wrote the row, the submission's stamp, the row's stamp after the
    /// write, and whether the id was erased.
    ///
    /// The store writes only a new id, or a higher revision of the same survey and version. Hence a higher revision
    /// that was not written belongs to another survey, and a missing row means that the quota was used up.
    #[must_use]
    pub fn of(written: bool, arrived: &Stamp, now: Option<&Stamp>, erased: bool) -> Self {
        use core::cmp::Ordering::{Equal, Greater, Less};
        let Some(now) = now else {
            return if erased { Self::Erased } else { Self::OverQuota };
        };
        match (written, arrived.revision.cmp(&now.revision)) {
            (true, _) => Self::Stored,
            (false, Less) => Self::Superseded,
            (false, Equal) if arrived.fingerprint == now.fingerprint => Self::Duplicate,
            (false, Equal | Greater) => Self::Conflict,
        }
    }

    /// The name in the response body.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Superseded => "superseded",
            Self::Conflict => "conflict",
            Self::Erased => "erased",
            Self::OverQuota => "over_quota",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outcome_follows_from_what_is_stored() {
        let stamp = |revision, fingerprint: &str| Stamp { revision, fingerprint: fingerprint.into() };
        for (written, arrived, now, expected) in [
            (true, stamp(1, "a"), stamp(1, "a"), Outcome::Stored),
            (true, stamp(2, "b"), stamp(2, "b"), Outcome::Stored),
            (false, stamp(1, "a"), stamp(1, "a"), Outcome::Duplicate),
            (false, stamp(1, "b"), stamp(1, "a"), Outcome::Conflict),
            (false, stamp(1, "a"), stamp(2, "b"), Outcome::Superseded),
            (false, stamp(3, "c"), stamp(2, "b"), Outcome::Conflict),
        ] {
            assert_eq!(Outcome::of(written, &arrived, Some(&now), false), expected, "{arrived:?} over {now:?}");
        }
        let arrived = stamp(1, "a");
        assert_eq!(Outcome::of(false, &arrived, None, true), Outcome::Erased);
        assert_eq!(Outcome::of(false, &arrived, None, false), Outcome::OverQuota);
    }
}
