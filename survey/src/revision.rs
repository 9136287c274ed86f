//! What becomes of a submission whose id is known already.

use alloc::string::String;

/// What identifies a stored or arriving revision of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Fingerprint of everything that was said: survey, version, answers, context.
    pub fingerprint: String,
}

/// What happened to a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was written: new, or a higher revision than before.
    Stored,
    /// The very same was there already.
    Duplicate,
    /// A higher revision was there already; this one changes nothing.
    Superseded,
    /// The same id says something else: refused.
    Conflict,
    /// It was erased before, and stays so: nothing was written.
    Erased,
    /// The shop took as many as it may that day: nothing was written.
    OverQuota,
}

impl Outcome {
    /// Decides from whether the store wrote the row, what arrived, what the row says now, and whether the id was erased.
    ///
    /// The store writes only a new id, or a higher revision of the same survey and version. So an unwritten higher
    /// revision is one that belongs to another survey, and where no row stands there was no room for one.
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

    /// The word in the reply.
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
    fn outcomes() {
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
