//! The only file that reads a clock. Everything else takes the time as an argument.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// Milliseconds per day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970 UTC.
#[cfg(not(test))]
pub(crate) fn now_ms() -> i64 {
    i64::try_from(worker::Date::now().as_millis()).unwrap_or(0)
}

#[cfg(test)]
pub(crate) use in_tests::{now_ms, set};

/// A clock per test thread.
#[cfg(test)]
mod in_tests {
    use std::cell::Cell;

    thread_local! {
        static NOW: Cell<i64> = const { Cell::new(1_795_305_600_000) }; // 2026-11-22T00:00:00Z
    }

    pub(crate) fn now_ms() -> i64 {
        NOW.get()
    }

    /// Sets the clock of this thread. `now` in milliseconds since 1970.
    pub(crate) fn set(now: i64) {
        NOW.set(now);
    }
}

/// The UTC day of a moment, in days since 1970. The service's own counters use it; a shop's days depend on its time zone,
/// see `zone.rs`.
pub(crate) const fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS)
}

/// A moment as RFC 3339 in UTC with milliseconds.
pub(crate) fn rfc3339(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms)
        .map_or_else(String::new, |time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn iso_day(day: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(day.saturating_mul(DAY_MS))
        .map_or_else(String::new, |time| time.date_naive().to_string())
}

/// Days since 1970 of `YYYY-MM-DD`.
pub(crate) fn parse_day(text: &str) -> Option<i64> {
    // The parser alone would also accept a sign or fewer digits.
    let is_canonical = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_canonical)?;
    Some(day_of(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()))
}

/// Milliseconds since 1970 of an RFC 3339 moment.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments() {
        assert_eq!(parse_day("1970-01-01"), Some(0));
        assert_eq!(parse_day("2026-11-22"), Some(20_779));
        assert_eq!(iso_day(20_779), "2026-11-22");
        for bad in ["", "2026-02-30", "2026-1-1", "22.11.2026", "2026-11-22T00:00:00Z", "+2026-11-2"] {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
        assert_eq!(parse_moment("2026-11-22T01:00:00+01:00"), Some(20_779 * DAY_MS));
        assert_eq!(rfc3339(20_779 * DAY_MS + 1), "2026-11-22T00:00:00.001Z");
        assert_eq!(day_of(-1), -1);
    }
}
