//! Fills a database with many responses through its own triggers, while no Worker is running.

use crate::{checker, random::Random, shop::Shop, shopper::stored_secret};
use rusqlite::{Connection, Transaction, params};
use serde_json::json;
use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// Number of days that the responses are spread over.
pub const DAYS: i64 = 120;
const DAY_MS: i64 = 86_400_000;
/// Responses per transaction.
const BATCH_SIZE: usize = 20_000;

/// The last day. It is yesterday, so that a change of day during the run has no effect.
fn last() -> i64 {
    let ms = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis();
    i64::try_from(ms).expect("a clock before the year 292 million") / DAY_MS - 1
}

/// A day since 1970 as `YYYY-MM-DD` (Howard Hinnant's algorithm).
#[must_use]
pub fn date(day: i64) -> String {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let (of_month, month) = (of_year - (153 * from_march + 2) / 5 + 1, (from_march + 2) % 12 + 1);
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// The first day with responses in any archive of the last weeks.
pub(super) fn first_day() -> String {
    date(last() - DAYS - 30)
}

/// The last day.
pub(super) fn last_day() -> String {
    date(last())
}

/// A day before the last one.
pub(super) fn day_before_last(days: i64) -> String {
    date(last() - days)
}

/// Inserts the responses; returns a customer with a few of them.
pub(super) fn fill(database: &Path, shop: &Shop, surveys: &[String], responses: usize) -> String {
    let mut connection = Connection::open(database).expect("a database");
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000").expect("the pragmas are set");
    let shop = checker::shop_of(&shop.public_key);
    let mut random = Random::seeded(15);
    let begin = (last() - DAYS + 1) * DAY_MS;
    let mut written = 0;
    while written < responses {
        let transaction = connection.transaction().expect("a transaction");
        let until = responses.min(written + BATCH_SIZE);
        insert(&transaction, &shop, surveys, (written..until, responses), begin, &mut random);
        transaction.commit().expect("a commit");
        written = until;
    }
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
    customer(7)
}

/// How many of so many responses have no flag.
#[must_use]
pub const fn unflagged(responses: usize) -> usize {
    responses - responses.div_ceil(8)
}

fn customer(number: usize) -> String {
    format!("c-{number}")
}

fn insert(
    transaction: &Transaction<'_>,
    shop: &str,
    surveys: &[String],
    (range, all): (std::ops::Range<usize>, usize),
    begin: i64,
    random: &mut Random,
) {
    const LANGUAGES: [&str; 4] = ["en", "pl", "ro", "de"];
    const DEVICES: [&str; 3] = ["mobile", "desktop", "tablet"];
    let touchpoints = ["purchase", "delivery", "support", "returns"];
    let sql = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, language, \
               device, source, url, answers, scores, order_id, order_value, order_currency, customer, traits, day, \
               received_at, updated_at, flags, secret, view, trust, form) \
               VALUES (?1, ?2, ?3, 1, 1, ?4, ?5, ?6, ?7, ?8, 'load', 'https://shop.example/thank-you', ?9, ?10, ?11, \
               12990, 'PLN', ?12, '{}', ?13, ?14, ?14, ?15, ?16, ?17, ?18, 1)";
    let mut statement = transaction.prepare_cached(sql).expect("the current schema");
    for number in range {
        // Cycles through the values, so that every day has some of each.
        let which = if number % 500 == 7 { 3 } else { number % 3 };
        let score = random.below(11);
        let at = begin
            + i64::try_from(number as u128 * (DAYS * DAY_MS).unsigned_abs() as u128 / all as u128).expect("a time");
        let words = format!("The parcel came in {} days and the box was fine, thank you.", random.below(9));
        let answers = json!([
            { "question": "nps", "kind": "nps", "score": score }, { "question": "why", "kind": "text", "text": words },
        ]);
        let uuid = random.uuid();
        let id = format!("{:08x}-{:04x}{}", (at >> 16) & 0xffff_ffff, at & 0xffff, &uuid[13..]);
        // One in eight has a flag; one in four hundred has filled in the honeypot.
        // The others have a view token, which vouches for three of them.
        let flags = if number % 400 == 0 { 4 } else { 8 * i64::from(number % 8 == 0) };
        let view = (flags == 0).then(|| format!("{:013}", number / 3));
        let row = params![
            shop,
            id,
            surveys[which],
            format!("{:064x}", random.next()),
            number % 2 == 0,
            touchpoints[which],
            LANGUAGES[number % LANGUAGES.len()],
            DEVICES[number % DEVICES.len()],
            answers.to_string(),
            json!([["nps", "nps", score]]).to_string(),
            format!("o-{number}"),
            customer(number % (all / 20).max(1)),
            at / DAY_MS,
            at,
            flags,
            stored_secret(&id),
            view,
            if flags == 0 { "view" } else { "none" },
        ];
        statement.execute(row).expect("an answer");
    }
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_formatted_as_iso() {
        for (day, expected) in [(0, "1970-01-01"), (11_016, "2000-02-29"), (20_779, "2026-11-22"), (-1, "1969-12-31")] {
            assert_eq!(date(day), expected);
        }
    }
}
