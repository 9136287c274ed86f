//! Sums of what this instance did since it last wrote them down. Telemetry: an instance that ends takes what it has not
//! written with it. What has to be right is counted by triggers, in the database.

use std::{cell::RefCell, collections::BTreeMap};

/// At most one write in this time, for each instance.
const EVERY_MS: i64 = 10_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counter {
    /// Instances begun: many more than usual means that they end before their time.
    Instances,
    /// An answer, by what became of it: stored, duplicate, superseded, conflict, erased, queued, …
    Answers(&'static str),
    /// Answers with a sign that no shopper gave them, by the sign.
    Flagged(&'static str),
    /// Pieces of personal data taken out of texts, by kind.
    Redacted(&'static str),
    /// Requests refused, by HTTP status.
    Refused(u16),
    /// Messages laid among the dead letters.
    DeadLetters,
    /// Deliveries to endpoints, by what came of an attempt: delivered, again, failed, dropped.
    Webhooks(&'static str),
    /// Calls of D1 that were tried again.
    Retried,
    /// Rows of counts that a recount found wrong.
    CountedWrong,
    /// Panics, where the instance outlives them.
    Panics,
}

impl Counter {
    /// Its name in the store and for the operator.
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

/// Sums by what was counted.
pub(crate) type Sums = BTreeMap<Counter, u64>;

struct Pending {
    sums: Sums,
    /// When they were last taken, in milliseconds since 1970.
    taken_at: i64,
}

thread_local! {
    static PENDING: RefCell<Pending> =
        const { RefCell::new(Pending { sums: BTreeMap::new(), taken_at: 0 }) };
}

/// Counts.
pub(crate) fn count(counter: Counter, by: u64) {
    if by == 0 {
        return;
    }
    // A panic may come while they are held; then one is not counted.
    PENDING.with(|pending| {
        if let Ok(mut pending) = pending.try_borrow_mut() {
            *pending.sums.entry(counter).or_default() += by;
        }
    });
}

/// Whether there are sums and it is time to write them.
pub(crate) fn are_due(now: i64) -> bool {
    PENDING.with_borrow(|pending| {
        // A clock that was put back must not stop them for good.
        let waited = now.saturating_sub(pending.taken_at);
        !pending.sums.is_empty() && !(0..EVERY_MS).contains(&waited)
    })
}

/// The sums, to be written.
pub(crate) fn take(now: i64) -> Sums {
    PENDING.with_borrow_mut(|pending| {
        pending.taken_at = now;
        std::mem::take(&mut pending.sums)
    })
}

/// Puts back what could not be written.
pub(crate) fn give_back(sums: Sums) {
    for (counter, by) in sums {
        count(counter, by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each test has a thread, and so sums, of its own.

    #[test]
    fn sums_are_written_every_ten_seconds() {
        assert!(!are_due(100_000), "nothing was counted");
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
        assert!(are_due(50_000), "the clock was put back");
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        count(Counter::DeadLetters, 1);
        let sums = take(5);
        count(Counter::DeadLetters, 2);
        give_back(sums);
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
