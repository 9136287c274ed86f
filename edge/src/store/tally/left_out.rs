//! Why answers do not count, and how many of them there are.

/// The reasons, the strongest first: of several, a response has the first one. `edge/migrations/0012_counting.sql` decides.
pub(crate) const REASONS: [&str; 7] =
    ["excluded", "honeypot", "bad_token", "token_reused", "no_token", "impossible_timing", "too_fast"];

/// The reason in the facet `cell` of responses that are excluded and flagged.
pub(super) const EXCLUDED_FLAGGED: &str = "excluded_flagged";

/// Answers that do not count, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LeftOut([i64; REASONS.len()]);

impl LeftOut {
    /// From counts in the order of [`REASONS`].
    pub(super) const fn new(counts: [i64; REASONS.len()]) -> Self {
        Self(counts)
    }

    /// Adds answers with a reason as the facet `cell` names it. An unknown reason is ignored.
    pub(crate) fn add(&mut self, reason: &str, count: i64) {
        let name = if reason == EXCLUDED_FLAGGED { "excluded" } else { reason };
        for (sum, _) in self.0.iter_mut().zip(REASONS).filter(|(_, known)| *known == name) {
            *sum += count;
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum += count;
        }
    }

    /// Only the answers that the owner excluded.
    pub(super) fn exclusions(&self) -> Self {
        let mut counts = [0; REASONS.len()];
        for ((count, left), _) in counts.iter_mut().zip(self.0).zip(REASONS).filter(|(_, reason)| *reason == "excluded")
        {
            *count = left;
        }
        Self(counts)
    }

    /// The number of all answers that do not count.
    pub(crate) fn total(&self) -> i64 {
        self.0.iter().sum()
    }

    /// Each reason with its number of answers.
    pub(crate) fn by_reason(&self) -> impl Iterator<Item = (&'static str, i64)> {
        REASONS.into_iter().zip(self.0)
    }
}
