//! Counting again: what the triggers keep beside the responses is compared with the responses themselves, for the days in
//! which answers arrived lately. A difference of one is a fault of ours, and somebody has to hear of it.

use super::{Store, StoreError};
use crate::{
    telemetry::{
        counters::{self, Counter},
        log::{self, Event},
    },
    time::{
        calendar::{MAX_OFFSET_MS, day_at},
        clock::DAY_MS,
    },
};
use serde::Deserialize;

/// Answers that one statement counts, unless a single shop has more.
const AT_ONCE: i64 = 20_000;
/// Shops that are read at once.
const SHOPS: u32 = 500;

/// What was counted and what is there differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) shop: String,
    /// Days since 1970.
    pub(crate) day: i64,
    /// Table and row.
    pub(crate) what: String,
    /// Counted too many, or too few if negative; if several columns differ, the sum of how far.
    pub(crate) by: i64,
}

/// The shops with answers on a day.
pub(super) const SHOPS_OF_DAY: &str =
    "SELECT shop, answers FROM usage WHERE day = ?1 AND shop > ?2 ORDER BY shop LIMIT ?3";

/// Tallies of a day against the responses of that day, for shops from one to another. `?4` and `?5`: what
/// arrived before or after this is of another day in every time zone.
pub(super) const TALLIES: &str = "SELECT shop, 'tallies ' || metric || ' ' || facet || ' ' || value AS what, \
     sum(c0) + sum(c1) + sum(c2) + sum(c3) + sum(c4) + sum(c5) + sum(c6) + sum(c7) + sum(c8) + sum(c9) + sum(c10) AS by, \
     max(abs(sum(c0)), abs(sum(c1)), abs(sum(c2)), abs(sum(c3)), abs(sum(c4)), abs(sum(c5)), abs(sum(c6)), \
     abs(sum(c7)), abs(sum(c8)), abs(sum(c9)), abs(sum(c10))) AS most FROM (\
     SELECT t.shop, t.metric, t.facet, t.value, t.c0, t.c1, t.c2, t.c3, t.c4, t.c5, t.c6, t.c7, t.c8, t.c9, t.c10 \
     FROM usage AS u CROSS JOIN tallies AS t ON t.shop = u.shop AND t.day = u.day \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 \
     UNION ALL \
     SELECT c.shop, c.metric, c.facet, c.value, -(c.score = 0), -(c.score = 1), -(c.score = 2), -(c.score = 3), \
     -(c.score = 4), -(c.score = 5), -(c.score = 6), -(c.score = 7), -(c.score = 8), -(c.score = 9), -(c.score = 10) \
     FROM usage AS u CROSS JOIN responses AS r ON r.shop = u.shop AND r.received_at >= ?4 AND r.received_at < ?5 AND r.day = u.day \
     CROSS JOIN counted AS c ON c.shop = r.shop AND c.id = r.id \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3) \
     GROUP BY shop, metric, facet, value HAVING most > 0 LIMIT 100";

/// The same for what the funnel counts of responses; imported ones were given elsewhere.
pub(super) const FUNNEL: &str = "SELECT shop, 'funnel ' || survey || ' ' || version || ' ' || device AS what, \
     sum(partials) + sum(completes) AS by, max(abs(sum(partials)), abs(sum(completes))) AS most FROM (\
     SELECT f.shop, f.survey, f.version, f.device, f.partials, f.completes FROM usage AS u \
     CROSS JOIN surveys AS s ON s.shop = u.shop \
     CROSS JOIN funnel AS f ON f.shop = s.shop AND f.survey = s.id AND f.day = u.day \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 \
     UNION ALL \
     SELECT r.shop, r.survey, r.version, ifnull(r.device, ''), -(r.scores <> '[]'), -r.complete FROM usage AS u \
     CROSS JOIN responses AS r ON r.shop = u.shop AND r.received_at >= ?4 AND r.received_at < ?5 \
     AND r.day = u.day WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 AND r.source IS NOT 'import') \
     GROUP BY shop, survey, version, device HAVING most > 0 LIMIT 100";

#[derive(Deserialize)]
struct ShopRow {
    shop: String,
    answers: i64,
}

#[derive(Deserialize)]
struct DifferenceRow {
    shop: String,
    what: String,
    by: i64,
    most: i64,
}

/// Counts yesterday and today of every time zone again. Logs every difference and returns them. `now` in milliseconds since
/// 1970.
pub(crate) async fn check(store: &Store, now: i64) -> Result<Vec<Difference>, StoreError> {
    let (yesterday, today) = (day_at(now, -MAX_OFFSET_MS) - 1, day_at(now, MAX_OFFSET_MS));
    let mut found = Vec::new();
    for day in yesterday..=today {
        let mut after = String::new();
        loop {
            let arguments = [day.into(), (&after).into(), SHOPS.into()];
            let shops = store.database.rows::<ShopRow>(SHOPS_OF_DAY, &arguments).await?;
            for (from, to) in portions(&shops) {
                found.extend(compare(store, day, from, to).await?);
            }
            match shops.into_iter().last() {
                Some(last) => after = last.shop,
                None => break,
            }
        }
    }
    for Difference { shop, day, what, by } in &found {
        log::emit(&Event::CountedWrong { shop: shop.into(), day: *day, table: what.into(), by: *by });
        counters::count(Counter::CountedWrong, 1);
    }
    Ok(found)
}

async fn compare(store: &Store, day: i64, from: &str, to: &str) -> Result<Vec<Difference>, StoreError> {
    let (begin, end) = around(day);
    let mut found = Vec::new();
    for sql in [TALLIES, FUNNEL] {
        let arguments = [day.into(), from.into(), to.into(), begin.into(), end.into()];
        let rows = store.database.rows::<DifferenceRow>(sql, &arguments).await?;
        found.extend(rows.into_iter().map(|row| Difference {
            shop: row.shop,
            day,
            what: row.what,
            // Two scores mistaken for each other cancel each other out.
            by: if row.by == 0 { row.most } else { row.by },
        }));
    }
    Ok(found)
}

/// Milliseconds since 1970 between which a day is, wherever a shop is.
pub(super) const fn around(day: i64) -> (i64, i64) {
    (day * DAY_MS - MAX_OFFSET_MS, (day + 1) * DAY_MS + MAX_OFFSET_MS)
}

/// Ranges of shops, first and last, with about as many answers as one statement counts.
fn portions(shops: &[ShopRow]) -> Vec<(&str, &str)> {
    let mut portions: Vec<(&str, &str)> = Vec::new();
    let mut answers = AT_ONCE;
    for row in shops {
        answers += row.answers;
        match portions.last_mut() {
            Some((_, to)) if answers <= AT_ONCE => *to = &row.shop,
            _ => {
                portions.push((&row.shop, &row.shop));
                answers = row.answers;
            }
        }
    }
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shops_are_counted_in_portions() {
        let row = |(shop, answers): &(&str, i64)| ShopRow { shop: (*shop).to_owned(), answers: *answers };
        for (shops, expected) in [
            ([].as_slice(), [].as_slice()),
            (&[("a", 1)], &[("a", "a")]),
            (&[("a", 1), ("b", 19_999), ("c", 1)], &[("a", "b"), ("c", "c")]),
            (&[("a", 90_000), ("b", 1), ("c", 1)], &[("a", "a"), ("b", "c")]),
            (&[("a", 1), ("b", 90_000), ("c", 1)], &[("a", "a"), ("b", "b"), ("c", "c")]),
        ] {
            let shops: Vec<_> = shops.iter().map(row).collect();
            assert_eq!(portions(&shops), expected);
        }
    }
}
