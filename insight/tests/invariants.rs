//! Properties of all tallies: the algebra of counting, and the bounds of intervals.

#![allow(clippy::unwrap_used, reason = "test helpers outside #[test] functions")]

use insight::metric::nps::{self, Classes};
use insight::{Level, Mean, Metric, Proportion, Summary, Tally};
use proptest::prelude::*;

fn metric() -> impl Strategy<Value = Metric> {
    prop::sample::select(Metric::ALL.to_vec())
}

fn scores_of(metric: Metric, len: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(metric.min()..=metric.max(), len)
}

fn counts_of(metric: Metric) -> impl Strategy<Value = Tally> {
    // Small counts for edge cases, large ones for the sums.
    let count = prop_oneof![Just(0), 1..40u64, 0..1_000_000_000u64];
    let len = usize::from(metric.max() - metric.min()) + 1;
    prop::collection::vec(count, len)
        .prop_map(move |counts| Tally::from_counts(metric, (metric.min()..).zip(counts)).unwrap())
}

fn tally() -> impl Strategy<Value = Tally> {
    metric().prop_flat_map(counts_of)
}

fn three_tallies() -> impl Strategy<Value = (Tally, Tally, Tally)> {
    metric().prop_flat_map(|metric| (counts_of(metric), counts_of(metric), counts_of(metric)))
}

fn merged(mut left: Tally, right: &Tally) -> Tally {
    left.merge(right).unwrap();
    left
}

fn times(tally: &Tally, factor: u64) -> Tally {
    Tally::from_counts(tally.metric(), tally.iter().map(|(score, count)| (score, factor * count))).unwrap()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.abs().max(1.0)
}

proptest! {
    #[test]
    fn merging_is_commutative_and_associative_with_an_identity((a, b, c) in three_tallies()) {
        prop_assert_eq!(merged(a, &b), merged(b, &a));
        prop_assert_eq!(merged(merged(a, &b), &c), merged(a, &merged(b, &c)));
        prop_assert_eq!(merged(a, &Tally::new(a.metric())), a);
        prop_assert_eq!(merged(Tally::new(a.metric()), &a), a);
        prop_assert_eq!(merged(a, &b).n(), a.n() + b.n());
    }

    #[test]
    fn parts_merge_into_the_whole((metric, parts) in metric().prop_flat_map(|metric| {
        (Just(metric), prop::collection::vec(scores_of(metric, 0..20), 0..6))
    })) {
        let mut whole = Tally::new(metric);
        for part in &parts {
            whole.merge(&Tally::from_scores(metric, part.iter().copied()).unwrap()).unwrap();
        }
        prop_assert_eq!(whole, Tally::from_scores(metric, parts.concat()).unwrap());
    }

    #[test]
    fn removing_undoes_adding((tally, score) in tally().prop_flat_map(|tally| {
        (Just(tally), tally.metric().min()..=tally.metric().max())
    })) {
        let mut changed = tally;
        changed.add(score).unwrap();
        prop_assert_eq!((changed.n(), changed.count(score)), (tally.n() + 1, tally.count(score) + 1));
        changed.remove(score).unwrap();
        prop_assert_eq!(changed, tally);
    }

    #[test]
    fn a_rejected_score_changes_nothing(tally in tally(), score: u8) {
        prop_assume!(!tally.metric().contains(score));
        let mut changed = tally;
        prop_assert!(changed.add(score).is_err() && changed.remove(score).is_err());
        prop_assert_eq!(changed, tally);
    }

    /// Compares the tally's arithmetic with the direct one on the list of scores.
    #[test]
    fn tallies_agree_with_raw_scores((metric, scores) in metric().prop_flat_map(|metric| {
        (Just(metric), scores_of(metric, 1..200))
    })) {
        let tally = Tally::from_scores(metric, scores.iter().copied()).unwrap();
        let summary = Summary::of(&tally);
        let n = scores.len() as f64;
        let share = |is_counted: fn(u8) -> bool| 100.0 * scores.iter().filter(|score| is_counted(**score)).count() as f64 / n;
        let value = match metric {
            Metric::Nps => share(|score| score >= 9) - share(|score| score <= 6),
            Metric::Ces | Metric::Agree => share(|score| score >= 5),
            Metric::Csat => share(|score| score >= 4),
        };
        prop_assert_eq!(summary.n, scores.len() as u64);
        prop_assert!(near(summary.value.unwrap(), value));

        let direct = scores.iter().map(|score| f64::from(*score)).sum::<f64>() / n;
        let squares = scores.iter().map(|score| (f64::from(*score) - direct).powi(2)).sum::<f64>();
        let mean = Mean::of(&tally).unwrap();
        prop_assert!(near(mean.value(), direct));
        prop_assert_eq!(mean.deviation().is_some(), scores.len() > 1);
        if let Some(deviation) = mean.deviation() {
            prop_assert!(near(deviation, (squares / (n - 1.0)).sqrt()));
        }

        let mut sorted = scores;
        sorted.sort_unstable();
        let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        prop_assert_eq!(tally.median(), Some(f64::midpoint(low.into(), high.into())));
    }

    #[test]
    fn wilson_contains_the_share_and_stays_a_percentage(n in 1..=Tally::MAX, part in 0.0..=1.0f64) {
        let hits = ((n as f64 * part) as u64).min(n);
        let share = Proportion::new(hits, n).unwrap();
        for level in Level::ALL {
            let interval = share.interval(level);
            prop_assert!(interval.low <= share.percent() && share.percent() <= interval.high, "{interval:?}");
            prop_assert!(0.0 <= interval.low && interval.high <= 100.0, "{interval:?}");
        }
    }

    #[test]
    fn intervals_are_ordered_and_within_their_scale(tally in tally()) {
        prop_assume!(tally.n() > 0);
        for level in Level::ALL {
            let summary = Summary::at(&tally, level);
            let (value, interval) = (summary.value.unwrap(), summary.interval.unwrap());
            let lowest = if tally.metric() == Metric::Nps { -100.0 } else { 0.0 };
            prop_assert!(lowest <= interval.low && interval.low < interval.high && interval.high <= 100.0);
            // With fewer than 5 answers the adjusted Wald interval may exclude the score.
            if tally.metric() != Metric::Nps || summary.n >= 5 {
                prop_assert!(interval.low <= value && value <= interval.high, "{value} {interval:?}");
            }
            if let Some((mean, interval)) = summary.average.and_then(|of| Some((of.mean, of.interval?))) {
                prop_assert!(1.0 <= interval.low && interval.low <= mean && mean <= interval.high);
                prop_assert!(interval.high <= 7.0);
            }
        }
    }

    #[test]
    fn a_higher_level_gives_a_wider_interval(tally in tally()) {
        prop_assume!(tally.n() > 0);
        for pair in Level::ALL.windows(2) {
            let [narrow, wide] = [pair[0], pair[1]].map(|level| Summary::at(&tally, level));
            let (inner, outer) = (narrow.interval.unwrap(), wide.interval.unwrap());
            prop_assert!(outer.low <= inner.low && inner.high <= outer.high);
            prop_assert!(outer.high - outer.low > inner.high - inner.low);
            if let (Some(inner), Some(outer)) = (
                Mean::of(&tally).unwrap().unclamped_interval(pair[0]),
                Mean::of(&tally).unwrap().unclamped_interval(pair[1]),
            ) {
                prop_assert!(outer.low < inner.low && inner.high < outer.high);
            }
        }
    }

    /// Multiplies the number of answers without changing the proportions.
    #[test]
    fn more_answers_give_a_narrower_interval(tally in tally(), factor in 2..1_000u64) {
        prop_assume!(tally.n() > 0);
        let more = times(&tally, factor);
        for level in Level::ALL {
            let width = |tally: &Tally| {
                // Unclamped for NPS: a bound clamped to ±100 would hide the width.
                let interval = Classes::of(tally).map(|classes| classes.adjusted().interval(level));
                let interval = interval.or(Summary::at(tally, level).interval).unwrap();
                interval.high - interval.low
            };
            prop_assert!(width(&more) < width(&tally));
            let mean_width = |tally: &Tally| {
                let interval = Mean::of(tally).unwrap().unclamped_interval(level)?;
                Some(interval.high - interval.low)
            };
            if let (Some(fewer), Some(more)) = (mean_width(&tally), mean_width(&more)) {
                prop_assert!(more < fewer);
            }
        }
    }

    /// Displayed scores are the exact fraction rounded half away from zero.
    #[test]
    fn displayed_scores_round_the_exact_fraction(promoters in 0..2_000i64, passives in 0..2_000i64, detractors in 0..2_000i64) {
        let n = promoters + passives + detractors;
        prop_assume!(n > 0);
        let rows = [(9, promoters as u64), (8, passives as u64), (6, detractors as u64)];
        let classes = Classes::of(&Tally::from_counts(Metric::Nps, rows).unwrap()).unwrap();
        let net = 100 * (promoters - detractors);
        let exact = net.signum() * ((2 * net.abs() + n) / (2 * n));
        prop_assert_eq!(i64::from(nps::rounded(classes.value())), exact);
        prop_assert_eq!(i64::from(nps::rounded(-classes.value())), -exact);
    }
}
