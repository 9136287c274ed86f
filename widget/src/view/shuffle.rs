//! A random order of choices for each shopper, so that the first place has no advantage. Pure.

/// The maximum number of entries in a list, not counting "something else".
pub const MAX: usize = 30;

/// For each place in a list of `count` entries, the position of the entry that is shown there: random, but always the
/// same for the same seed. Without a seed the order is unchanged.
#[must_use]
pub fn order(count: u32, seed: Option<u32>) -> [u8; MAX] {
    let mut order = [0; MAX];
    for (position, place) in (0..).zip(&mut order) {
        *place = position;
    }
    let Some(mut state) = seed else { return order };
    for last in (1..(count as usize).min(MAX)).rev() {
        // A linear congruential generator with Knuth's constants; only its upper bits are random enough.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        order.swap(last, (state >> 16) as usize % (last + 1));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_is_shown_once() {
        for count in [0, 1, 2, 5, 30, 31] {
            for seed in 0..200 {
                let mut all = order(count, Some(0x9e37_79b9_u32.wrapping_mul(seed))).to_vec();
                let rest = all.split_off((count as usize).min(MAX));
                assert_eq!(BTreeSet::from_iter(all), (0..count.min(30) as u8).collect());
                assert!(rest.iter().zip(count as u8..).all(|(found, position)| *found == position));
            }
        }
    }

    #[test]
    fn every_entry_is_first_equally_often() {
        let mut first = [0; 4];
        for seed in 0..4_000_u32 {
            first[order(4, Some(seed.wrapping_mul(2_654_435_761)))[0] as usize] += 1;
        }
        assert!(first.iter().all(|times| (850..1_150).contains(times)), "{first:?}");
    }

    #[test]
    fn without_a_seed_the_order_is_unchanged() {
        assert!((0..30).eq(order(30, None)));
        assert_eq!(order(9, Some(7)), order(9, Some(7)));
    }
}
