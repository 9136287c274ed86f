//! Days, weeks and months of a time zone, reckoned. The zone is an argument: how far its clocks are ahead of UTC at a moment,
//! in milliseconds.

use crate::time::clock::DAY_MS;
use chrono::{DateTime, Datelike, Months, NaiveDate};

/// No zone is further from UTC than this, in milliseconds: 14 hours ahead, 12 behind.
pub(crate) const FURTHEST: i64 = 15 * 3_600_000;

/// The day of a moment where clocks are `ahead` of UTC, in days since 1970.
pub(crate) const fn day_at(ms: i64, ahead: i64) -> i64 {
    ms.saturating_add(ahead).div_euclid(DAY_MS)
}

/// The first moment of a day, in milliseconds since 1970 UTC. Where clocks leap over midnight, that is when they leap; a day
/// that a zone left out begins where the next one does.
pub(crate) fn begin_of(day: i64, ahead: impl Fn(i64) -> i64) -> i64 {
    let utc = day.saturating_mul(DAY_MS);
    let (mut before, mut within) = (utc.saturating_sub(DAY_MS), utc.saturating_add(DAY_MS));
    let usual = ahead(before);
    if usual == ahead(within) {
        return utc.saturating_sub(usual);
    }
    // Clocks are changed near by. One of these two moments lies before the day, the other does not.
    while within - before > 1 {
        let middle = i64::midpoint(before, within);
        if day_at(middle, ahead(middle)) < day {
            before = middle;
        } else {
            within = middle;
        }
    }
    within
}

/// What a point of a trend stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    Day,
    /// From Monday on, as ISO 8601 has it.
    Week,
    /// Of the calendar.
    Month,
}

/// Days since 1970, both in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Interval {
    /// All of them with their names on the wire.
    pub(crate) const ALL: [(Self, &str); 3] = [(Self::Day, "day"), (Self::Week, "week"), (Self::Month, "month")];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(interval, _)| *interval)
    }

    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(interval, _)| *interval == self).map_or("", |(_, name)| name)
    }

    /// The period that a day belongs to.
    pub(crate) fn around(self, day: i64) -> Period {
        match self {
            Self::Day => Period { first: day, last: day },
            Self::Week => {
                // The first of January 1970 was a Thursday.
                let first = day - (day + 3).rem_euclid(7);
                Period { first, last: first + 6 }
            }
            Self::Month => month(day).unwrap_or(Period { first: day, last: day }),
        }
    }
}

fn month(day: i64) -> Option<Period> {
    let date = DateTime::from_timestamp_millis(day.checked_mul(DAY_MS)?)?.date_naive();
    let first = date.with_day(1)?;
    let number = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days();
    Some(Period { first: number(first), last: number(first.checked_add_months(Months::new(1))?) - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock::{iso_day, parse_day, parse_moment, rfc3339};

    const HOUR: i64 = 3_600_000;

    /// A zone whose clocks are changed at a moment.
    fn changed(at: &str, before: i64, after: i64) -> impl Fn(i64) -> i64 {
        let at = parse_moment(at).unwrap();
        move |ms| if ms < at { before } else { after }
    }

    #[test]
    fn a_moment_is_on_the_day_of_its_zone() {
        for (moment, minutes, day) in [
            ("2026-11-27T23:30:00Z", 60, "2026-11-28"),
            ("2026-11-27T22:59:59.999Z", 60, "2026-11-27"),
            ("2026-11-28T00:00:00Z", 0, "2026-11-28"),
            ("2026-11-28T10:00:00Z", 14 * 60, "2026-11-29"),
            ("2026-11-28T10:59:59Z", -11 * 60, "2026-11-27"),
            ("2026-11-28T18:29:59Z", 330, "2026-11-28"),
            ("2026-11-28T18:30:00Z", 330, "2026-11-29"),
            ("2026-11-28T18:15:00Z", 345, "2026-11-29"),
            ("2026-11-28T03:29:59Z", -210, "2026-11-27"),
            ("1969-12-31T23:59:59Z", 0, "1969-12-31"),
        ] {
            let found = day_at(parse_moment(moment).unwrap(), minutes * 60_000);
            assert_eq!(iso_day(found), day, "{moment} {minutes}");
        }
    }

    #[test]
    fn a_day_begins_where_the_one_before_ends() {
        let steady = |hours: i64| move |_: i64| hours * HOUR;
        for (day, begin, hours) in [
            ("2026-11-28", "2026-11-27T10:00:00.000Z", 14),
            ("2026-11-28", "2026-11-28T11:00:00.000Z", -11),
            ("2026-11-28", "2026-11-28T00:00:00.000Z", 0),
        ] {
            assert_eq!(rfc3339(begin_of(parse_day(day).unwrap(), steady(hours))), begin);
        }
        assert_eq!(rfc3339(begin_of(parse_day("2026-11-28").unwrap(), |_| 330 * 60_000)), "2026-11-27T18:30:00.000Z");

        // What is changed when, and how long the days around are, in minutes.
        for (what, change, before, after, day, expected) in [
            ("Warsaw, spring", "2026-03-29T01:00:00Z", 60, 120, "2026-03-29", [1440, 1380, 1440]),
            ("Warsaw, autumn", "2026-10-25T01:00:00Z", 120, 60, "2026-10-25", [1440, 1500, 1440]),
            ("Lord Howe, half an hour", "2026-04-04T15:00:00Z", 660, 630, "2026-04-05", [1440, 1470, 1440]),
            ("Beirut, midnight is left out", "2026-03-28T22:00:00Z", 120, 180, "2026-03-29", [1440, 1380, 1440]),
            (
                "Havana, an hour twice after midnight",
                "2026-11-01T05:00:00Z",
                -240,
                -300,
                "2026-11-01",
                [1440, 1500, 1440],
            ),
            ("Apia left a day out", "2011-12-30T10:00:00Z", -600, 840, "2011-12-30", [1440, 0, 1440]),
        ] {
            let ahead = changed(change, before * 60_000, after * 60_000);
            let day = parse_day(day).unwrap();
            let begins = [-1, 0, 1, 2].map(|by| begin_of(day + by, &ahead));
            for ((begin, end), expected) in begins.iter().zip(&begins[1..]).zip(expected) {
                assert_eq!((end - begin) / 60_000, expected, "{what}");
            }
            for (by, begin) in (-1..).zip(begins) {
                assert!(day_at(begin - 1, ahead(begin - 1)) < day + by, "{what}");
                assert!(day_at(begin, ahead(begin)) >= day + by, "{what}");
            }
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        for (interval, day, first, last) in [
            (Interval::Day, "2026-11-28", "2026-11-28", "2026-11-28"),
            (Interval::Week, "2026-11-28", "2026-11-23", "2026-11-29"),
            (Interval::Week, "2026-11-29", "2026-11-23", "2026-11-29"),
            (Interval::Week, "2026-11-30", "2026-11-30", "2026-12-06"),
            (Interval::Week, "2027-01-01", "2026-12-28", "2027-01-03"),
            (Interval::Week, "1970-01-01", "1969-12-29", "1970-01-04"),
            (Interval::Month, "2026-11-28", "2026-11-01", "2026-11-30"),
            (Interval::Month, "2026-12-31", "2026-12-01", "2026-12-31"),
            (Interval::Month, "2028-02-29", "2028-02-01", "2028-02-29"),
            (Interval::Month, "2026-02-01", "2026-02-01", "2026-02-28"),
            (Interval::Month, "1969-12-31", "1969-12-01", "1969-12-31"),
        ] {
            let period = interval.around(parse_day(day).unwrap());
            assert_eq!([period.first, period.last].map(iso_day), [first, last], "{interval:?} {day}");
            assert_eq!(Interval::parse(interval.as_str()), Some(interval));
        }
        assert_eq!(Interval::parse("year"), None);
    }
}
