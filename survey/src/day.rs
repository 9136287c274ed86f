//! Calendar days, without a clock.

use crate::id::InvalidId;
use core::fmt;

/// A day of the Gregorian calendar in UTC, as the number of days since 1970-01-01. Covers the years 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

/// Days of a common year before each month.
const DAYS_BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const fn is_leap(year: u32) -> bool {
    (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
}

/// Days from 1970-01-01 to 1 January of `year`, which must be 1970 or later.
const fn days_before_year(year: u32) -> u32 {
    let past = year - 1;
    // There are 477 leap years up to and including 1969.
    (year - 1970) * 365 + past / 4 - past / 100 + past / 400 - 477
}

/// Days from 1 January to the first of `month` (1–12); `None` for other months.
fn days_before_month(year: u32, month: u32) -> Option<u32> {
    let before = DAYS_BEFORE.get(month.checked_sub(1)? as usize)?;
    Some(before + u32::from(month > 2 && is_leap(year)))
}

impl Day {
    /// Parses `YYYY-MM-DD`.
    ///
    /// # Errors
    /// A message with the expected format.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        Self::read(text).ok_or(InvalidId::day())
    }

    fn read(text: &str) -> Option<Self> {
        let has_format =
            |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(has_format) {
            return None;
        }
        let number = |from, to| text.get(from..to)?.parse::<u32>().ok();
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        if year < 1970 {
            return None;
        }
        let start = days_before_month(year, month)?;
        let end = days_before_month(year, month + 1).unwrap_or(365 + u32::from(is_leap(year)));
        let date = start + day.checked_sub(1)?;
        (date < end).then_some(Self(days_before_year(year) + date))
    }

    /// Start of the day, in milliseconds since 1970.
    #[must_use]
    pub const fn begins_ms(self) -> i64 {
        self.0 as i64 * 86_400_000
    }

    /// End of the day (exclusive), in milliseconds since 1970.
    #[must_use]
    pub const fn ends_ms(self) -> i64 {
        Self(self.0 + 1).begins_ms()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut year = 1970 + self.0 / 366;
        while days_before_year(year + 1) <= self.0 {
            year += 1;
        }
        let date = self.0 - days_before_year(year);
        let has_started = |month: &u32| days_before_month(year, *month).is_some_and(|start| start <= date);
        let month = (1..=12).rev().find(has_started).unwrap_or(1);
        let day = date - days_before_month(year, month).unwrap_or(0) + 1;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn days_are_counted_from_1970() {
        // `date -u -d 2026-11-22 +%s` divided by 86,400.
        for (text, number) in [
            ("1970-01-01", 0),
            ("1970-12-31", 364),
            ("1972-02-29", 789),
            ("1999-12-31", 10_956),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-11-22", 20_779),
            ("2100-03-01", 47_541),
            ("9999-12-31", 2_932_896),
        ] {
            let day = Day::parse(text).unwrap();
            assert_eq!((day.0, day.to_string().as_str()), (number, text));
        }
    }

    #[test]
    fn invalid_days_are_rejected() {
        for text in [
            "",
            "2026",
            "2026-1-1",
            "2026-00-10",
            "2026-13-01",
            "2026-01-00",
            "2026-01-32",
            "2026-04-31",
            "2026-02-29",
            "2100-02-29",
            "1969-12-31",
            "2026/01/01",
            "26-01-2026",
            "2026-01-01T00:00",
            "+026-01-01",
            "২০২৬-০১",
        ] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn consecutive_days_follow_each_other_for_two_centuries() {
        let mut last = Day::parse("1970-01-01").unwrap();
        for number in 1..80_000 {
            let day = Day(number);
            assert_eq!(Day::parse(&day.to_string()), Ok(day));
            assert!(day.to_string() > last.to_string());
            assert_eq!(day.begins_ms(), last.ends_ms());
            last = day;
        }
    }
}
