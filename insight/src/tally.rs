//! Counts per score: all that the arithmetic needs to know of the answers.

use crate::Metric;

/// The longest scale, NPS, has the scores 0–10.
const LONGEST_SCALE: usize = 11;

/// How often each score of one metric was given.
///
/// Tallies of parts (days, touchpoints, languages) merge into the tally of the whole, in any order.
/// A refused change leaves the tally as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    metric: Metric,
    /// By score − lowest score of the scale.
    counts: [u64; LONGEST_SCALE],
}

impl Tally {
    /// Most answers in one tally: 2⁵³, up to which a count is exact as `f64`.
    ///
    /// A thousand answers a second fill it in 285,000 years; it is there so that no sum below can overflow.
    pub const MAX: u64 = 1 << 53;

    /// A tally without answers.
    #[must_use]
    pub const fn new(metric: Metric) -> Self {
        Self { metric, counts: [0; LONGEST_SCALE] }
    }

    /// Counts raw scores.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] when a score is not on the metric's scale.
    pub fn from_scores(metric: Metric, scores: impl IntoIterator<Item = u8>) -> Result<Self, TallyError> {
        Self::from_counts(metric, scores.into_iter().map(|score| (score, 1)))
    }

    /// Adds up rows of (score, count); a score may occur in several rows.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] when a score is not on the metric's scale, [`TallyError::Full`] past [`Self::MAX`].
    pub fn from_counts(metric: Metric, rows: impl IntoIterator<Item = (u8, u64)>) -> Result<Self, TallyError> {
        let mut tally = Self::new(metric);
        for (score, count) in rows {
            tally.add_many(score, count)?;
        }
        Ok(tally)
    }

    /// The metric whose scores these are.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// Number of answers.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How often `score` was given; 0 for a score outside the scale.
    #[must_use]
    pub fn count(&self, score: u8) -> u64 {
        self.slot(score).and_then(|slot| self.counts.get(slot)).copied().unwrap_or(0)
    }

    /// (score, count) for every score of the scale, lowest first, also for scores never given.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u8, u64)> + use<> {
        (self.metric.min()..=self.metric.max()).zip(self.counts)
    }

    /// Counts one more answer.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] when the score is not on the scale, [`TallyError::Full`] past [`Self::MAX`].
    pub fn add(&mut self, score: u8) -> Result<(), TallyError> {
        self.add_many(score, 1)
    }

    /// Counts `count` more answers with the same score.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_many(&mut self, score: u8, count: u64) -> Result<(), TallyError> {
        let n = self.n();
        let slot = self.slot_mut(score)?;
        if count > Self::MAX - n {
            return Err(TallyError::Full);
        }
        *slot += count;
        Ok(())
    }

    /// Takes one answer back.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] when the score is not on the scale, [`TallyError::NotCounted`] when no answer with
    /// this score is left.
    pub fn remove(&mut self, score: u8) -> Result<(), TallyError> {
        let slot = self.slot_mut(score)?;
        *slot = slot.checked_sub(1).ok_or(TallyError::NotCounted { score })?;
        Ok(())
    }

    /// Adds the answers of `other` to these.
    ///
    /// # Errors
    /// [`TallyError::OtherMetric`] when `other` counts another metric, [`TallyError::Full`] past [`Self::MAX`].
    pub fn merge(&mut self, other: &Self) -> Result<(), TallyError> {
        if self.metric != other.metric {
            return Err(TallyError::OtherMetric { expected: self.metric, found: other.metric });
        }
        if other.n() > Self::MAX - self.n() {
            return Err(TallyError::Full);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
        Ok(())
    }

    /// The middle score, the mean of the two middle ones for an even number of answers; `None` without answers.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let n = self.n();
        let last = n.checked_sub(1)?;
        Some(f64::midpoint(f64::from(self.nth(last / 2)?), f64::from(self.nth(n / 2)?)))
    }

    /// The score at `rank`, counted from 0 in ascending order.
    fn nth(&self, rank: u64) -> Option<u8> {
        let mut below = 0;
        self.iter().find_map(|(score, count)| {
            below += count;
            (rank < below).then_some(score)
        })
    }

    fn slot(&self, score: u8) -> Option<usize> {
        self.metric.contains(score).then(|| usize::from(score - self.metric.min()))
    }

    fn slot_mut(&mut self, score: u8) -> Result<&mut u64, TallyError> {
        let refused = TallyError::OutOfRange { metric: self.metric, score };
        self.slot(score).and_then(|slot| self.counts.get_mut(slot)).ok_or(refused)
    }
}

/// Why a tally refused a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TallyError {
    /// The score is not on the metric's scale.
    OutOfRange {
        /// Whose scale.
        metric: Metric,
        /// The score that was refused.
        score: u8,
    },
    /// More answers with this score were taken back than had been counted.
    NotCounted {
        /// The score of which none is left.
        score: u8,
    },
    /// Scores of different metrics are never added up.
    OtherMetric {
        /// What this tally counts.
        expected: Metric,
        /// What the other one counts.
        found: Metric,
    },
    /// More than [`Tally::MAX`] answers.
    Full,
}

impl core::fmt::Display for TallyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::OutOfRange { metric, score } => {
                write!(f, "score {score} is not on the {} scale {}–{}", metric.as_str(), metric.min(), metric.max())
            }
            Self::NotCounted { score } => write!(f, "no answer with score {score} is left to take back"),
            Self::OtherMetric { expected, found } => {
                write!(f, "a tally of {} cannot take in one of {}", expected.as_str(), found.as_str())
            }
            Self::Full => write!(f, "a tally holds at most {} answers", Tally::MAX),
        }
    }
}

impl core::error::Error for TallyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused<T: core::fmt::Debug>(result: Result<T, TallyError>, message: &str) {
        assert_eq!(result.unwrap_err().to_string(), message);
    }

    #[test]
    fn scores_outside_the_scale_are_refused() {
        refused(Tally::new(Metric::Nps).add(11), "score 11 is not on the nps scale 0–10");
        refused(Tally::new(Metric::Nps).add(255), "score 255 is not on the nps scale 0–10");
        refused(Tally::new(Metric::Ces).add(0), "score 0 is not on the ces scale 1–7");
        refused(Tally::new(Metric::Ces).add(8), "score 8 is not on the ces scale 1–7");
        refused(Tally::new(Metric::Csat).add(0), "score 0 is not on the csat scale 1–5");
        refused(Tally::new(Metric::Csat).remove(6), "score 6 is not on the csat scale 1–5");
        refused(Tally::from_scores(Metric::Csat, [5, 6]), "score 6 is not on the csat scale 1–5");
        refused(Tally::from_counts(Metric::Ces, [(9, 0)]), "score 9 is not on the ces scale 1–7");
    }

    #[test]
    fn what_was_not_counted_cannot_be_taken_back() {
        let mut tally = Tally::from_scores(Metric::Csat, [3]).unwrap();
        refused(tally.remove(4), "no answer with score 4 is left to take back");
        tally.remove(3).unwrap();
        refused(tally.remove(3), "no answer with score 3 is left to take back");
        assert_eq!(tally, Tally::new(Metric::Csat));
    }

    #[test]
    fn metrics_are_never_mixed() {
        let mut tally = Tally::from_scores(Metric::Csat, [3]).unwrap();
        refused(tally.merge(&Tally::new(Metric::Ces)), "a tally of csat cannot take in one of ces");
        assert_eq!(tally, Tally::from_scores(Metric::Csat, [3]).unwrap());
    }

    #[test]
    fn a_full_tally_refuses_more() {
        let full = Tally::from_counts(Metric::Nps, [(0, 1), (10, Tally::MAX - 1)]).unwrap();
        assert_eq!(full.n(), Tally::MAX);
        let message = "a tally holds at most 9007199254740992 answers";
        refused(full.clone().add(0), message);
        refused(full.clone().add_many(0, u64::MAX), message);
        refused(full.clone().merge(&Tally::from_scores(Metric::Nps, [5]).unwrap()), message);
        full.clone().merge(&Tally::new(Metric::Nps)).unwrap();
    }

    #[test]
    fn every_score_of_the_scale_is_listed() {
        let tally = Tally::from_counts(Metric::Csat, [(2, 3), (5, 1), (2, 4)]).unwrap();
        assert_eq!(tally.iter().collect::<Vec<_>>(), [(1, 0), (2, 7), (3, 0), (4, 0), (5, 1)]);
        assert_eq!((tally.n(), tally.count(2), tally.count(0), tally.count(6)), (8, 7, 0, 0));
        for metric in Metric::ALL {
            let scores: Vec<u8> = Tally::new(metric).iter().map(|(score, _)| score).collect();
            assert_eq!(scores, (metric.min()..=metric.max()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn medians() {
        let rows: [(&[u8], Option<f64>); 6] = [
            (&[], None),
            (&[4], Some(4.0)),
            (&[1, 7], Some(4.0)),
            (&[1, 2], Some(1.5)),
            (&[7, 1, 2], Some(2.0)),
            (&[5, 5, 6, 7], Some(5.5)),
        ];
        for (scores, median) in rows {
            let tally = Tally::from_scores(Metric::Ces, scores.iter().copied()).unwrap();
            assert_eq!(tally.median(), median, "{scores:?}");
        }
    }
}
