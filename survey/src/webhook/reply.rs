//! The result of a delivery attempt, and what follows from it.

use super::schedule::wait_ms;

/// Maximum `Retry-After`, in seconds: one day, like the longest wait of the schedule.
const MAX_RETRY_AFTER_S: u32 = 86_400;

/// Why an attempt failed. The content of the reply is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The status is not 2xx.
    Status,
    /// The reply is a redirect, which is not followed.
    Redirect,
    /// The receiver did not reply in time.
    Timeout,
    /// The receiver could not be reached: DNS, connection or certificate failed.
    Unreachable,
    /// The endpoint's URL is not allowed.
    Refused,
}

impl Failure {
    /// All failures.
    pub const ALL: [Self; 5] = [Self::Status, Self::Redirect, Self::Timeout, Self::Unreachable, Self::Refused];

    /// The name in the delivery log.
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

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A reply with this status, and the value of `Retry-After` if it is a number of seconds.
    Replied {
        /// HTTP status.
        status: u16,
        /// Seconds.
        retry_after_s: Option<u32>,
    },
    /// No reply.
    Failed(Failure),
}

impl Outcome {
    /// The failure; `None` if the attempt succeeded.
    #[must_use]
    pub const fn failure(self) -> Option<Failure> {
        match self {
            Self::Replied { status: 200..=299, .. } => None,
            Self::Replied { status: 300..=399, .. } => Some(Failure::Redirect),
            Self::Replied { .. } => Some(Failure::Status),
            Self::Failed(failure) => Some(failure),
        }
    }

    /// The status of the reply, if there is one.
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
    /// The event was delivered.
    Delivered,
    /// Retry after this many milliseconds.
    Retry(i64),
    /// The last attempt failed.
    GiveUp,
    /// 410 Gone: disable the endpoint.
    Disable,
}

/// Decides what follows from attempt number `attempt` (from 1). `Retry-After` with 429 or 503 is respected if it is
/// longer than the scheduled wait. `random` is any number, for the jitter.
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
        Outcome::Replied { status: 429 | 503, retry_after_s: Some(seconds) } => {
            Next::Retry(wait.max(i64::from(seconds.min(MAX_RETRY_AFTER_S)) * 1_000))
        }
        _ => Next::Retry(wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_decides_what_follows() {
        let replied = |status| Outcome::Replied { status, retry_after_s: None };
        let retry_after = |status, seconds| Outcome::Replied { status, retry_after_s: Some(seconds) };
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
            (1, retry_after(429, 60), Next::Retry(60_000)),
            (1, retry_after(503, 60), Next::Retry(60_000)),
            (2, retry_after(429, 60), Next::Retry(300_000)),
            (1, retry_after(500, 60), Next::Retry(5_000)),
            (1, retry_after(429, u32::MAX), Next::Retry(86_400_000)),
            (10, retry_after(429, 60), Next::GiveUp),
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
