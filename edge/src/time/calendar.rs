//! Days, weeks and months of a time zone. The zone is an argument: its offset from UTC at a moment, in milliseconds.

use crate::time::clock::DAY_MS;
use chrono::{DateTime, Datelike, Months, NaiveDate};

/// An upper bound of every zone's offset from UTC, in milliseconds. The largest are 14 hours ahead and 12 behind.
pub(crate) const MAX_OFFSET_MS: i64 = 15 * 3_600_000;

/// The day of a moment at an offset from UTC, in days since 1970.
pub(crate) const fn day_at(ms: i64, offset: i64) -> i64 {
    ms.saturating_add(offset).div_euclid(DAY_MS)
}

/// The first moment of a day, in milliseconds since 1970 UTC. If the clocks skip midnight, the day starts when they change;
/// a day that the zone skipped starts together with the next one.
pub(crate) fn start_of_day(day: i64, offset_at: impl Fn(i64) -> i64) -> i64 {
    let utc = day.saturating_mul(DAY_MS);
    let (mut before, mut within) = (utc.saturating_sub(DAY_MS), utc.saturating_add(DAY_MS));
    let offset = offset_at(before);
    if offset == offset_at(within) {
        return utc.saturating_sub(offset);
    }
    // The offset changes in between. `before` is always before the day, `within` never is.
    while within - before > 1 {
        let middle = i64::midpoint(before, within);
        if day_at(middle, offset_at(middle)) < day {
            before = middle;
        } else {
            within = middle;
        }
    }
    within
}

/// The period that one point of a trend covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    Day,
    /// From Monday to Sunday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
}

/// A range of days since 1970, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Interval {
    /// All intervals with their names in the API.
    pub(crate) const ALL: [(Self, &str); 3] = [(Self::Day, "day"), (Self::Week, "week"), (Self::Month, "month")];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(interval, _)| *interval)
    }

    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(interval, _)| *interval == self).map_or("", |(_, name)| name)
    }

    /// The period that contains a day.
    pub(crate) fn around(self, day: i64) -> Period {
        match self {
            Self::Day => Period { first: day, last: day },
            Self::Week => {
                // 1 January 1970 was a Thursday.
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

    /// A zone whose offset changes once.
    fn changing(at: &str, before: i64, after: i64) -> impl Fn(i64) -> i64 {
        let at = parse_moment(at).unwrap();
        move |ms| if ms < at { before } else { after }
    }

    #[test]
    fn a_moment_belongs_to_the_day_of_the_zone() {
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
    fn a_day_starts_when_the_previous_one_ends() {
        let steady = |hours: i64| move |_: i64| hours * HOUR;
        for (day, begin, hours) in [
            ("2026-11-28", "2026-11-27T10:00:00.000Z", 14),
            ("2026-11-28", "2026-11-28T11:00:00.000Z", -11),
            ("2026-11-28", "2026-11-28T00:00:00.000Z", 0),
        ] {
            assert_eq!(rfc3339(start_of_day(parse_day(day).unwrap(), steady(hours))), begin);
        }
        assert_eq!(
            rfc3339(start_of_day(parse_day("2026-11-28").unwrap(), |_| 330 * 60_000)),
            "2026-11-27T18:30:00.000Z"
        );

        // The offsets before and after a change, in minutes, and the lengths of the three days around it.
        for (what, change, before, after, day, expected) in [
            ("Warsaw, spring", "2026-03-29T01:00:00Z", 60, 120, "2026-03-29", [1440, 1380, 1440]),
            ("Warsaw, autumn", "2026-10-25T01:00:00Z", 120, 60, "2026-10-25", [1440, 1500, 1440]),
            ("Lord Howe, half an hour", "2026-04-04T15:00:00Z", 660, 630, "2026-04-05", [1440, 1470, 1440]),
            ("Beirut, midnight is skipped", "2026-03-28T22:00:00Z", 120, 180, "2026-03-29", [1440, 1380, 1440]),
            (
                "Havana, the hour after midnight is repeated",
                "2026-11-01T05:00:00Z",
                -240,
                -300,
                "2026-11-01",
                [1440, 1500, 1440],
            ),
            ("Apia skipped a day", "2011-12-30T10:00:00Z", -600, 840, "2011-12-30", [1440, 0, 1440]),
        ] {
            let offset_at = changing(change, before * 60_000, after * 60_000);
            let day = parse_day(day).unwrap();
            let begins = [-1, 0, 1, 2].map(|by| start_of_day(day + by, &offset_at));
            for ((begin, end), expected) in begins.iter().zip(&begins[1..]).zip(expected) {
                assert_eq!((end - begin) / 60_000, expected, "{what}");
            }
            for (by, begin) in (-1..).zip(begins) {
                assert!(day_at(begin - 1, offset_at(begin - 1)) < day + by, "{what}");
                assert!(day_at(begin, offset_at(begin)) >= day + by, "{what}");
            }
        }
    }

    #[test]
    fn weeks_start_on_monday_and_months_on_the_first() {
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
