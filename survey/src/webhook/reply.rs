//! What came of an attempt, and what follows.

use super::schedule::wait_ms;

/// Longest wait that a receiver may ask for, in seconds: a day, as the longest of the schedule.
const LONGEST_ASKED_S: u32 = 86_400;

/// Why an attempt did not succeed. Of what the receiver said, no word is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It answered with another status than 2xx.
    Status,
    /// It answered with a redirect, which is not followed.
    Redirect,
    /// It did not answer in time.
    Timeout,
    /// It could not be reached: no such host, no connection, no valid certificate.
    Unreachable,
    /// Its address is not one that is sent to.
    Refused,
}

impl Failure {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Status, Self::Redirect, Self::Timeout, Self::Unreachable, Self::Refused];

    /// The word in the log of deliveries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Redirect => "redirect",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Refused => "address_refused",
        }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A reply with this status, and the seconds of its `Retry-After`, if it has one that is a number.
    Replied {
        /// HTTP.
        status: u16,
        /// Seconds.
        retry_after_s: Option<u32>,
    },
    /// No reply.
    Failed(Failure),
}

impl Outcome {
    /// What went wrong; `None` if nothing did.
    #[must_use]
    pub const fn failure(self) -> Option<Failure> {
        match self {
            Self::Replied { status: 200..=299, .. } => None,
            Self::Replied { status: 300..=399, .. } => Some(Failure::Redirect),
            Self::Replied { .. } => Some(Failure::Status),
            Self::Failed(failure) => Some(failure),
        }
    }

    /// The status of the reply, if there was one.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Replied { status, .. } => Some(status),
            Self::Failed(_) => None,
        }
    }
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It arrived.
    Delivered,
    /// Once more after so many milliseconds.
    Retry(i64),
    /// It was the last attempt.
    GiveUp,
    /// 410: the receiver wants nothing more, of this or any other event.
    Disable,
}

/// What follows from attempt number `attempt` (from 1). A wait that the receiver asks for with 429 or 503 is kept if it is
/// longer than the schedule's; `random` is any number and spreads the waits.
#[must_use]
pub fn next(attempt: u32, outcome: Outcome, random: u64) -> Next {
    if outcome.failure().is_none() {
        return Next::Delivered;
    }
    if outcome.status() == Some(410) {
        return Next::Disable;
    }
    let Some(wait) = wait_ms(attempt, random) else { return Next::GiveUp };
    match outcome {
        Outcome::Replied { status: 429 | 503, retry_after_s: Some(asked) } => {
            Next::Retry(wait.max(i64::from(asked.min(LONGEST_ASKED_S)) * 1_000))
        }
        _ => Next::Retry(wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reply_means() {
        let replied = |status| Outcome::Replied { status, retry_after_s: None };
        let asked = |status, seconds| Outcome::Replied { status, retry_after_s: Some(seconds) };
        let failed = Outcome::Failed;
        for (attempt, outcome, expected) in [
            (1, replied(200), Next::Delivered),
            (1, replied(204), Next::Delivered),
            (10, replied(299), Next::Delivered),
            (1, replied(410), Next::Disable),
            (10, replied(410), Next::Disable),
            (1, replied(301), Next::Retry(5_000)),
            (1, replied(307), Next::Retry(5_000)),
            (1, replied(304), Next::Retry(5_000)),
            (2, replied(400), Next::Retry(300_000)),
            (2, replied(404), Next::Retry(300_000)),
            (3, replied(500), Next::Retry(1_800_000)),
            (1, replied(101), Next::Retry(5_000)),
            (1, asked(429, 60), Next::Retry(60_000)),
            (1, asked(503, 60), Next::Retry(60_000)),
            (2, asked(429, 60), Next::Retry(300_000)),
            (1, asked(500, 60), Next::Retry(5_000)),
            (1, asked(429, u32::MAX), Next::Retry(86_400_000)),
            (10, asked(429, 60), Next::GiveUp),
            (9, failed(Failure::Timeout), Next::Retry(86_400_000)),
            (10, failed(Failure::Timeout), Next::GiveUp),
            (1, failed(Failure::Unreachable), Next::Retry(5_000)),
            (1, failed(Failure::Refused), Next::Retry(5_000)),
        ] {
            assert_eq!(next(attempt, outcome, 0), expected, "{attempt} {outcome:?}");
        }
        assert_eq!(replied(302).failure(), Some(Failure::Redirect));
        assert_eq!(replied(200).failure(), None);
    }
}
