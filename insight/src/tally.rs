//! Counts per score: all the data that the statistics need.

use crate::Metric;

/// NPS has the longest scale: 0–10.
const MAX_SCORES: usize = 11;

/// The number of answers per score of one metric.
///
/// Tallies of parts (days, touchpoints, languages) can be merged in any order. A rejected change leaves the tally
/// unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    metric: Metric,
    /// Indexed by the score minus the lowest score of the scale.
    counts: [u64; MAX_SCORES],
}

impl Tally {
    /// Maximum answers per tally: 2⁵³, up to which every count is exact as `f64`.
    ///
    /// Guarantees that no sum below overflows; a thousand answers a second would take 285,000 years.
    pub const MAX: u64 = 1 << 53;

    /// Creates an empty tally.
    #[must_use]
    pub const fn new(metric: Metric) -> Self {
        Self { metric, counts: [0; MAX_SCORES] }
    }

    /// Counts raw scores.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] if a score is not on the metric's scale.
    pub fn from_scores(metric: Metric, scores: impl IntoIterator<Item = u8>) -> Result<Self, TallyError> {
        Self::from_counts(metric, scores.into_iter().map(|score| (score, 1)))
    }

    /// Adds up rows of (score, count); scores may be repeated.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] if a score is not on the metric's scale, [`TallyError::Full`] above [`Self::MAX`].
    pub fn from_counts(metric: Metric, rows: impl IntoIterator<Item = (u8, u64)>) -> Result<Self, TallyError> {
        let mut tally = Self::new(metric);
        for (score, count) in rows {
            tally.add_many(score, count)?;
        }
        Ok(tally)
    }

    /// The metric of the scores.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// The number of answers.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The number of answers with `score`; 0 for a score outside the scale.
    #[must_use]
    pub fn count(&self, score: u8) -> u64 {
        self.slot(score).and_then(|slot| self.counts.get(slot)).copied().unwrap_or(0)
    }

    /// (score, count) for every score of the scale in ascending order, including counts of 0.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u8, u64)> + use<> {
        (self.metric.min()..=self.metric.max()).zip(self.counts)
    }

    /// Adds an answer.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] if the score is not on the scale, [`TallyError::Full`] above [`Self::MAX`].
    pub fn add(&mut self, score: u8) -> Result<(), TallyError> {
        self.add_many(score, 1)
    }

    /// Adds `count` answers with the same score.
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

    /// Removes an answer.
    ///
    /// # Errors
    /// [`TallyError::OutOfRange`] if the score is not on the scale, [`TallyError::NotCounted`] if there is no answer
    /// with this score.
    pub fn remove(&mut self, score: u8) -> Result<(), TallyError> {
        let slot = self.slot_mut(score)?;
        *slot = slot.checked_sub(1).ok_or(TallyError::NotCounted { score })?;
        Ok(())
    }

    /// Adds the answers of `other`.
    ///
    /// # Errors
    /// [`TallyError::OtherMetric`] if `other` has another metric, [`TallyError::Full`] above [`Self::MAX`].
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

    /// The median; the mean of the two middle scores for an even number of answers; `None` without answers.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let n = self.n();
        let last = n.checked_sub(1)?;
        Some(f64::midpoint(f64::from(self.nth(last / 2)?), f64::from(self.nth(n / 2)?)))
    }

    /// The score with `rank` in ascending order, from 0.
    fn nth(&self, rank: u64) -> Option<u8> {
        let mut cumulative = 0;
        self.iter().find_map(|(score, count)| {
            cumulative += count;
            (rank < cumulative).then_some(score)
        })
    }

    fn slot(&self, score: u8) -> Option<usize> {
        self.metric.contains(score).then(|| usize::from(score - self.metric.min()))
    }

    fn slot_mut(&mut self, score: u8) -> Result<&mut u64, TallyError> {
        let error = TallyError::OutOfRange { metric: self.metric, score };
        self.slot(score).and_then(|slot| self.counts.get_mut(slot)).ok_or(error)
    }
}

/// Why a change of a tally was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TallyError {
    /// The score is not on the metric's scale.
    OutOfRange {
        /// The tally's metric.
        metric: Metric,
        /// The rejected score.
        score: u8,
    },
    /// There is no answer with this score to remove.
    NotCounted {
        /// The score.
        score: u8,
    },
    /// Tallies of different metrics cannot be merged.
    OtherMetric {
        /// The tally's metric.
        expected: Metric,
        /// The other tally's metric.
        found: Metric,
    },
    /// The tally would exceed [`Tally::MAX`] answers.
    Full,
}

impl core::fmt::Display for TallyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::OutOfRange { metric, score } => {
                write!(f, "score {score} is not on the {} scale {}–{}", metric.as_str(), metric.min(), metric.max())
            }
            Self::NotCounted { score } => write!(f, "there is no answer with score {score} to remove"),
            Self::OtherMetric { expected, found } => {
                write!(f, "a {} tally cannot be merged with a {} tally", expected.as_str(), found.as_str())
            }
            Self::Full => write!(f, "a tally cannot hold more than {} answers", Tally::MAX),
        }
    }
}

impl core::error::Error for TallyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn rejected<T: core::fmt::Debug>(result: Result<T, TallyError>, message: &str) {
        assert_eq!(result.unwrap_err().to_string(), message);
    }

    #[test]
    fn scores_outside_the_scale_are_rejected() {
        rejected(Tally::new(Metric::Nps).add(11), "score 11 is not on the nps scale 0–10");
        rejected(Tally::new(Metric::Nps).add(255), "score 255 is not on the nps scale 0–10");
        rejected(Tally::new(Metric::Ces).add(0), "score 0 is not on the ces scale 1–7");
        rejected(Tally::new(Metric::Ces).add(8), "score 8 is not on the ces scale 1–7");
        rejected(Tally::new(Metric::Csat).add(0), "score 0 is not on the csat scale 1–5");
        rejected(Tally::new(Metric::Csat).remove(6), "score 6 is not on the csat scale 1–5");
        rejected(Tally::from_scores(Metric::Csat, [5, 6]), "score 6 is not on the csat scale 1–5");
        rejected(Tally::from_counts(Metric::Ces, [(9, 0)]), "score 9 is not on the ces scale 1–7");
    }

    #[test]
    fn only_counted_answers_can_be_removed() {
        let mut tally = Tally::from_scores(Metric::Csat, [3]).unwrap();
        rejected(tally.remove(4), "there is no answer with score 4 to remove");
        tally.remove(3).unwrap();
        rejected(tally.remove(3), "there is no answer with score 3 to remove");
        assert_eq!(tally, Tally::new(Metric::Csat));
    }

    #[test]
    fn tallies_of_different_metrics_cannot_be_merged() {
        let mut tally = Tally::from_scores(Metric::Csat, [3]).unwrap();
        rejected(tally.merge(&Tally::new(Metric::Ces)), "a csat tally cannot be merged with a ces tally");
        assert_eq!(tally, Tally::from_scores(Metric::Csat, [3]).unwrap());
    }

    #[test]
    fn a_full_tally_rejects_more_answers() {
        let full = Tally::from_counts(Metric::Nps, [(0, 1), (10, Tally::MAX - 1)]).unwrap();
        assert_eq!(full.n(), Tally::MAX);
        let message = "a tally cannot hold more than 9007199254740992 answers";
        rejected(full.clone().add(0), message);
        rejected(full.clone().add_many(0, u64::MAX), message);
        rejected(full.clone().merge(&Tally::from_scores(Metric::Nps, [5]).unwrap()), message);
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
    fn the_median_is_the_middle_score() {
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
