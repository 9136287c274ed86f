//! Counters of this isolate since its last write. Telemetry only: an isolate that ends loses what it has not written.
//! Counts that must be exact are maintained by triggers in the database.

use std::{cell::RefCell, collections::BTreeMap};

/// Each isolate writes at most once in this time.
const WRITE_INTERVAL_MS: i64 = 10_000;

/// The counters of the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counter {
    /// Isolates started. Many more than usual mean that isolates end early.
    Instances,
    /// Submissions by result: stored, duplicate, superseded, conflict, erased, queued, …
    Answers(&'static str),
    /// Submissions by flag; a flag marks an implausible submission.
    Flagged(&'static str),
    /// Personal data masked in texts, by kind.
    Redacted(&'static str),
    /// Rejected requests by HTTP status.
    Refused(u16),
    /// Messages stored as dead letters.
    DeadLetters,
    /// Webhook delivery attempts by result: delivered, again, failed, dropped.
    Webhooks(&'static str),
    /// Retried D1 calls.
    Retried,
    /// Stored counts that differ from a recount.
    CountedWrong,
    /// Panics, in builds whose isolates survive them.
    Panics,
}

impl Counter {
    /// The name in the database and in the operator's API.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Instances => "instances".to_owned(),
            Self::Answers(result) => format!("answers.{result}"),
            Self::Flagged(flag) => format!("flagged.{flag}"),
            Self::Redacted(kind) => format!("redacted.{kind}"),
            Self::Refused(status) => format!("refused.{status}"),
            Self::DeadLetters => "dead_letters".to_owned(),
            Self::Webhooks(result) => format!("webhooks.{result}"),
            Self::Retried => "retried".to_owned(),
            Self::CountedWrong => "counted_wrong".to_owned(),
            Self::Panics => "panics".to_owned(),
        }
    }
}

/// Sums by counter.
pub(crate) type Sums = BTreeMap<Counter, u64>;

struct Pending {
    sums: Sums,
    /// The last write, in milliseconds since 1970.
    written_at: i64,
}

thread_local! {
    static PENDING: RefCell<Pending> =
        const { RefCell::new(Pending { sums: BTreeMap::new(), written_at: 0 }) };
}

/// Adds to a counter.
pub(crate) fn count(counter: Counter, by: u64) {
    if by == 0 {
        return;
    }
    // A panic while the sums are borrowed is not counted.
    PENDING.with(|pending| {
        if let Ok(mut pending) = pending.try_borrow_mut() {
            *pending.sums.entry(counter).or_default() += by;
        }
    });
}

/// Whether there is something to write and the interval has passed.
pub(crate) fn are_due(now: i64) -> bool {
    PENDING.with_borrow(|pending| {
        // A clock that was set back must not stop the writes for good.
        let elapsed = now.saturating_sub(pending.written_at);
        !pending.sums.is_empty() && !(0..WRITE_INTERVAL_MS).contains(&elapsed)
    })
}

/// Takes the sums in order to write them.
pub(crate) fn take(now: i64) -> Sums {
    PENDING.with_borrow_mut(|pending| {
        pending.written_at = now;
        std::mem::take(&mut pending.sums)
    })
}

/// Adds sums back that could not be written.
pub(crate) fn restore(sums: Sums) {
    for (counter, by) in sums {
        count(counter, by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each test runs in its own thread and so has its own sums.

    #[test]
    fn sums_are_written_at_most_every_ten_seconds() {
        assert!(!are_due(100_000), "there is nothing to write");
        count(Counter::Answers("stored"), 2);
        count(Counter::Answers("stored"), 1);
        count(Counter::Refused(400), 1);
        count(Counter::Retried, 0);
        assert!(are_due(100_000));
        assert_eq!(take(100_000), Sums::from([(Counter::Answers("stored"), 3), (Counter::Refused(400), 1)]));
        count(Counter::Panics, 1);
        assert!(!are_due(109_999));
        assert!(are_due(110_000));
        assert_eq!(take(110_000), Sums::from([(Counter::Panics, 1)]));
        count(Counter::Panics, 1);
        assert!(are_due(50_000), "the clock was set back");
    }

    #[test]
    fn sums_of_a_failed_write_are_restored() {
        count(Counter::DeadLetters, 1);
        let sums = take(5);
        count(Counter::DeadLetters, 2);
        restore(sums);
        assert_eq!(take(6), Sums::from([(Counter::DeadLetters, 3)]));
        assert_eq!(take(7), Sums::new());
    }

    #[test]
    fn counters_have_names() {
        for (counter, name) in [
            (Counter::Instances, "instances"),
            (Counter::Answers("queued"), "answers.queued"),
            (Counter::Flagged("too_fast"), "flagged.too_fast"),
            (Counter::Redacted("email"), "redacted.email"),
            (Counter::Refused(503), "refused.503"),
            (Counter::DeadLetters, "dead_letters"),
        ] {
            assert_eq!(counter.name(), name);
        }
    }
}
