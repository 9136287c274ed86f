//! Decides what happens to a submission whose id may already be stored.

use alloc::string::String;

/// For how long a response can be revised after it arrived, in milliseconds: 31 days, as long as one may wait on a device.
pub const REVISABLE_MS: i64 = 31 * 24 * 60 * 60 * 1_000;

/// Identifies the content of a revision and its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Hash of survey, version, answers and context.
    pub fingerprint: String,
    /// Hash of the client secret; `None` if none was sent.
    pub secret: Option<String>,
}

/// The stored response after the write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Its stamp.
    pub stamp: Stamp,
    /// Whether it belongs to the same survey and version as the submission.
    pub same_survey: bool,
    /// Whether it arrived more than [`REVISABLE_MS`] ago.
    pub too_old: bool,
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
    /// The client secret is not the one of the stored response, or one of both has none; rejected.
    WrongSecret,
    /// The response is too old to be revised; rejected.
    TooOld,
    /// The response was erased before; nothing was stored.
    Erased,
    /// The shop's daily quota is used up; nothing was stored.
    OverQuota,
}

impl Outcome {
    /// Decides the outcome from whether the store wrote the row, the submission's stamp, the row after the write, and
    /// whether the id was erased.
    ///
    /// The store writes a new id if there is quota left, and a higher revision of the same survey and version with the
    /// same secret if the response is not too old and there is quota left. A submission that would change nothing needs
    /// no secret if the stored response has none either, so that the retry of an older widget succeeds.
    #[must_use]
    pub fn of(written: bool, arrived: &Stamp, now: Option<&Current>, erased: bool) -> Self {
        use core::cmp::Ordering::{Equal, Greater, Less};
        let Some(now) = now else {
            return if erased { Self::Erased } else { Self::OverQuota };
        };
        if written {
            return Self::Stored;
        }
        let revision = arrived.revision.cmp(&now.stamp.revision);
        if arrived.secret != now.stamp.secret || (arrived.secret.is_none() && revision == Greater) {
            return Self::WrongSecret;
        }
        match revision {
            Less => Self::Superseded,
            Equal if arrived.fingerprint == now.stamp.fingerprint => Self::Duplicate,
            Equal => Self::Conflict,
            Greater if !now.same_survey => Self::Conflict,
            Greater if now.too_old => Self::TooOld,
            Greater => Self::OverQuota,
        }
    }

    /// Whether the stored response is the sender's own and current, so that its receipt may be given. `has_secret`:
    /// whether the submission has a client secret.
    #[must_use]
    pub const fn gives_receipt(self, has_secret: bool) -> bool {
        has_secret && matches!(self, Self::Stored | Self::Duplicate)
    }

    /// The name in the response body.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Superseded => "superseded",
            Self::Conflict => "conflict",
            Self::WrongSecret => "wrong_secret",
            Self::TooOld => "too_old",
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
        let stamp = |revision, fingerprint: &str, secret: &str| Stamp {
            revision,
            fingerprint: fingerprint.into(),
            secret: Some(secret.into()).filter(|_| !secret.is_empty()),
        };
        let current = |stamp| Current { stamp, same_survey: true, too_old: false };
        for (written, arrived, now, expected) in [
            (true, stamp(1, "a", "s"), current(stamp(1, "a", "s")), Outcome::Stored),
            (true, stamp(2, "b", "s"), current(stamp(2, "b", "s")), Outcome::Stored),
            (true, stamp(1, "a", ""), current(stamp(1, "a", "")), Outcome::Stored),
            (false, stamp(1, "a", "s"), current(stamp(1, "a", "s")), Outcome::Duplicate),
            (false, stamp(1, "b", "s"), current(stamp(1, "a", "s")), Outcome::Conflict),
            (false, stamp(1, "a", "s"), current(stamp(2, "b", "s")), Outcome::Superseded),
            (false, stamp(3, "c", "s"), current(stamp(2, "b", "s")), Outcome::OverQuota),
            (
                false,
                stamp(3, "c", "s"),
                Current { same_survey: false, ..current(stamp(2, "b", "s")) },
                Outcome::Conflict,
            ),
            (false, stamp(3, "c", "s"), Current { too_old: true, ..current(stamp(2, "b", "s")) }, Outcome::TooOld),
            // Without the secret nothing changes, and the sender learns nothing about the content.
            (false, stamp(3, "c", "t"), current(stamp(2, "b", "s")), Outcome::WrongSecret),
            (false, stamp(2, "b", "t"), current(stamp(2, "b", "s")), Outcome::WrongSecret),
            (false, stamp(1, "a", "t"), current(stamp(2, "b", "s")), Outcome::WrongSecret),
            (false, stamp(2, "b", ""), current(stamp(2, "b", "s")), Outcome::WrongSecret),
            (false, stamp(2, "b", "s"), current(stamp(2, "b", "")), Outcome::WrongSecret),
            // An older widget may repeat a submission, and cannot revise it.
            (false, stamp(1, "a", ""), current(stamp(1, "a", "")), Outcome::Duplicate),
            (false, stamp(1, "a", ""), current(stamp(2, "b", "")), Outcome::Superseded),
            (false, stamp(1, "b", ""), current(stamp(1, "a", "")), Outcome::Conflict),
            (false, stamp(2, "b", ""), current(stamp(1, "a", "")), Outcome::WrongSecret),
        ] {
            assert_eq!(Outcome::of(written, &arrived, Some(&now), false), expected, "{arrived:?} over {now:?}");
        }
        let arrived = stamp(1, "a", "s");
        assert_eq!(Outcome::of(false, &arrived, None, true), Outcome::Erased);
        assert_eq!(Outcome::of(false, &arrived, None, false), Outcome::OverQuota);
    }

    #[test]
    fn only_the_sender_of_the_current_revision_gets_a_receipt() {
        let given = [
            Outcome::Stored,
            Outcome::Duplicate,
            Outcome::Superseded,
            Outcome::Conflict,
            Outcome::WrongSecret,
            Outcome::TooOld,
            Outcome::Erased,
            Outcome::OverQuota,
        ]
        .map(|outcome| (outcome.gives_receipt(true), outcome.gives_receipt(false)));
        assert_eq!(given[..2], [(true, false), (true, false)]);
        assert!(given[2..].iter().all(|given| *given == (false, false)));
    }
}
