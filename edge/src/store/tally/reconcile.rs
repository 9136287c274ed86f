//! Compares the counts that triggers maintain with the responses themselves, for the most recent days. Every difference is a
//! bug, so it is logged and counted.

use crate::store::{Store, StoreError};
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

/// Responses that one statement counts, unless a single shop has more.
const BATCH_SIZE: i64 = 20_000;
/// Shops that one query lists.
const SHOP_PAGE_SIZE: u32 = 500;

/// A count that differs from the responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) shop: String,
    /// Days since 1970.
    pub(crate) day: i64,
    /// Table and key of the row.
    pub(crate) what: String,
    /// Positive if the count is too high, negative if it is too low; the sum over the row's columns.
    pub(crate) by: i64,
}

/// The shops that received responses on a day.
const SELECT_SHOPS_OF_DAY: &str =
    "SELECT shop, answers + small_answers AS answers FROM usage WHERE day = ?1 AND shop > ?2 ORDER BY shop LIMIT ?3";

/// Compares the tallies of a day (`?1`) with its responses, for the shops from `?2` to `?3`: what counts, and what is left out
/// by each reason. Responses outside `?4` to `?5` belong to another day in every time zone.
const COMPARE_TALLIES: &str = "SELECT shop, 'tallies ' || metric || ' ' || facet || ' ' || value AS what, \
     sum(c0) + sum(c1) + sum(c2) + sum(c3) + sum(c4) + sum(c5) + sum(c6) + sum(c7) + sum(c8) + sum(c9) + sum(c10) \
     + sum(x0) + sum(x1) + sum(x2) + sum(x3) + sum(x4) + sum(x5) + sum(x6) AS by, \
     max(abs(sum(c0)), abs(sum(c1)), abs(sum(c2)), abs(sum(c3)), abs(sum(c4)), abs(sum(c5)), abs(sum(c6)), \
     abs(sum(c7)), abs(sum(c8)), abs(sum(c9)), abs(sum(c10)), abs(sum(x0)), abs(sum(x1)), abs(sum(x2)), abs(sum(x3)), \
     abs(sum(x4)), abs(sum(x5)), abs(sum(x6))) AS most FROM (\
     SELECT t.shop, t.metric, t.facet, t.value, t.c0, t.c1, t.c2, t.c3, t.c4, t.c5, t.c6, t.c7, t.c8, t.c9, t.c10, \
     t.x_excluded AS x0, t.x_honeypot AS x1, t.x_bad_token AS x2, t.x_token_reused AS x3, t.x_no_token AS x4, \
     t.x_impossible_timing AS x5, t.x_too_fast AS x6 \
     FROM usage AS u CROSS JOIN tallies AS t ON t.shop = u.shop AND t.day = u.day \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 \
     UNION ALL \
     SELECT c.shop, c.metric, c.facet, c.value, -(c.score IS 0), -(c.score IS 1), -(c.score IS 2), -(c.score IS 3), \
     -(c.score IS 4), -(c.score IS 5), -(c.score IS 6), -(c.score IS 7), -(c.score IS 8), -(c.score IS 9), \
     -(c.score IS 10), -(c.reason IS 'excluded'), -(c.reason IS 'honeypot'), -(c.reason IS 'bad_token'), \
     -(c.reason IS 'token_reused'), -(c.reason IS 'no_token'), -(c.reason IS 'impossible_timing'), \
     -(c.reason IS 'too_fast') \
     FROM usage AS u CROSS JOIN responses AS r ON r.shop = u.shop AND r.received_at >= ?4 AND r.received_at < ?5 AND r.day = u.day \
     CROSS JOIN counted AS c ON c.shop = r.shop AND c.id = r.id \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3) \
     GROUP BY shop, metric, facet, value HAVING most > 0 LIMIT 100";

/// The same for the partial and complete responses of the funnel and of what it leaves out (`part` 1: excluded by the owner,
/// 0: flagged), without imports.
const COMPARE_FUNNEL: &str = "SELECT shop, CASE part WHEN '' THEN 'funnel ' ELSE 'funnel_left_out ' || part || ' ' END \
     || survey || ' ' || version || ' ' || device AS what, \
     sum(partials) + sum(completes) AS by, max(abs(sum(partials)), abs(sum(completes))) AS most FROM (\
     SELECT f.shop, f.survey, f.version, f.device, '' AS part, f.partials, f.completes FROM usage AS u \
     CROSS JOIN surveys AS s ON s.shop = u.shop \
     CROSS JOIN funnel AS f ON f.shop = s.shop AND f.survey = s.id AND f.day = u.day \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 \
     UNION ALL \
     SELECT f.shop, f.survey, f.version, f.device, CAST(f.is_excluded AS TEXT), f.partials, f.completes FROM usage AS u \
     CROSS JOIN surveys AS s ON s.shop = u.shop \
     CROSS JOIN funnel_left_out AS f ON f.shop = s.shop AND f.survey = s.id AND f.day = u.day \
     WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 \
     UNION ALL \
     SELECT r.shop, r.survey, r.version, ifnull(r.device, ''), \
     CASE WHEN r.form = 0 OR r.left_out IS NULL THEN '' ELSE CAST(r.left_out = 'excluded' AS TEXT) END, \
     -(r.scores <> '[]'), -r.complete FROM usage AS u \
     CROSS JOIN responses AS r ON r.shop = u.shop AND r.received_at >= ?4 AND r.received_at < ?5 \
     AND r.day = u.day WHERE u.day = ?1 AND u.shop BETWEEN ?2 AND ?3 AND r.source IS NOT 'import') \
     GROUP BY shop, survey, version, device, part HAVING most > 0 LIMIT 100";

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

/// Compares the counts of yesterday and today in every time zone. Logs and returns the differences. `now` in milliseconds
/// since 1970.
pub(crate) async fn check(store: &Store, now: i64) -> Result<Vec<Difference>, StoreError> {
    let (yesterday, today) = (day_at(now, -MAX_OFFSET_MS) - 1, day_at(now, MAX_OFFSET_MS));
    let mut found = Vec::new();
    for day in yesterday..=today {
        let mut after = String::new();
        loop {
            let arguments = [day.into(), (&after).into(), SHOP_PAGE_SIZE.into()];
            let shops = store.database.rows::<ShopRow>(SELECT_SHOPS_OF_DAY, &arguments).await?;
            for (first, last) in ranges(&shops) {
                found.extend(compare(store, day, first, last).await?);
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

/// Compares the counts of one day for a range of shops.
pub(in crate::store) async fn compare(
    store: &Store,
    day: i64,
    first: &str,
    last: &str,
) -> Result<Vec<Difference>, StoreError> {
    // Milliseconds since 1970 that the day covers in all time zones.
    let (begin, end) = (day * DAY_MS - MAX_OFFSET_MS, (day + 1) * DAY_MS + MAX_OFFSET_MS);
    let mut found = Vec::new();
    for sql in [COMPARE_TALLIES, COMPARE_FUNNEL] {
        let arguments = [day.into(), first.into(), last.into(), begin.into(), end.into()];
        let rows = store.database.rows::<DifferenceRow>(sql, &arguments).await?;
        found.extend(rows.into_iter().map(|row| Difference {
            shop: row.shop,
            day,
            what: row.what,
            // If a score was counted as another one, the sum is 0.
            by: if row.by == 0 { row.most } else { row.by },
        }));
    }
    Ok(found)
}

/// Ranges of shops, first and last, each with about [`BATCH_SIZE`] responses.
fn ranges(shops: &[ShopRow]) -> Vec<(&str, &str)> {
    let mut ranges: Vec<(&str, &str)> = Vec::new();
    let mut answers = BATCH_SIZE;
    for row in shops {
        answers += row.answers;
        match ranges.last_mut() {
            Some((_, to)) if answers <= BATCH_SIZE => *to = &row.shop,
            _ => {
                ranges.push((&row.shop, &row.shop));
                answers = row.answers;
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_shops_has_a_limited_number_of_responses() {
        let row = |(shop, answers): &(&str, i64)| ShopRow { shop: (*shop).to_owned(), answers: *answers };
        for (shops, expected) in [
            ([].as_slice(), [].as_slice()),
            (&[("a", 1)], &[("a", "a")]),
            (&[("a", 1), ("b", 19_999), ("c", 1)], &[("a", "b"), ("c", "c")]),
            (&[("a", 90_000), ("b", 1), ("c", 1)], &[("a", "a"), ("b", "c")]),
            (&[("a", 1), ("b", 90_000), ("c", 1)], &[("a", "a"), ("b", "b"), ("c", "c")]),
        ] {
            let shops: Vec<_> = shops.iter().map(row).collect();
            assert_eq!(ranges(&shops), expected);
        }
    }
}
