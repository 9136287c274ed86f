//! Parses times in the formats of other tools. An ambiguous date is rejected, not guessed.

use crate::day::Day;
use alloc::format;

const HOUR_MS: i64 = 3_600_000;

/// The format of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// `2026-11-22`, alone or with a time (ISO 8601, RFC 3339, or separated by a space).
    Iso,
    /// `22.11.2026`
    DotDay,
    /// `22/11/2026`
    SlashDay,
    /// `11/22/2026`
    SlashMonth,
    /// Seconds since 1970.
    Unix,
}

impl DateFormat {
    /// All formats, with their names on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Iso, "iso"),
        (Self::DotDay, "d.m.y"),
        (Self::SlashDay, "d/m/y"),
        (Self::SlashMonth, "m/d/y"),
        (Self::Unix, "unix"),
    ];

    /// The format with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(format, _)| format)
    }
}

/// A point in time, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Milliseconds since 1970 UTC. For a day without a time it is noon, so that most time zones keep it on the same
    /// day.
    pub ms: i64,
    /// Whether the text was a day without a time.
    pub is_day: bool,
}

/// Why a text could not be parsed as a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampError {
    /// The format is not supported.
    Unknown,
    /// The date is ambiguous.
    Ambiguous,
}

impl Timestamp {
    /// Parses a time in the given format, or in any unambiguous one. A time without a zone has the given UTC offset.
    ///
    /// # Errors
    /// If the text is not a time, or an ambiguous one.
    pub fn parse(text: &str, format: Option<DateFormat>, offset_minutes: i32) -> Result<Self, TimestampError> {
        let text = text.trim();
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let is_allowed = matches!(format, None | Some(DateFormat::Unix));
            return unix(text).filter(|_| is_allowed).ok_or(TimestampError::Unknown);
        }
        let (date, rest) = text.split_once([' ', 'T', '\u{a0}']).unwrap_or((text, ""));
        let day = day(date, format)?.begins_ms();
        let local = |ms: i64| ms - i64::from(offset_minutes) * 60_000;
        if rest.trim().is_empty() {
            return Ok(Self { ms: local(day + 12 * HOUR_MS), is_day: true });
        }
        let (time, zone) = time(rest).ok_or(TimestampError::Unknown)?;
        let ms = zone.map_or_else(|| local(day + time), |zone| day + time - zone);
        Ok(Self { ms, is_day: false })
    }
}

/// Seconds since 1970, or milliseconds if it has as many digits.
fn unix(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    let ms = match text.len() {
        9..=10 => number * 1_000,
        12..=13 => number,
        _ => return None,
    };
    Some(Timestamp { ms, is_day: false })
}

fn day(date: &str, format: Option<DateFormat>) -> Result<Day, TimestampError> {
    let separator = date.chars().find(|character| !character.is_ascii_digit()).ok_or(TimestampError::Unknown)?;
    let mut parts = date.split(separator);
    let (Some(one), Some(two), Some(three), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TimestampError::Unknown);
    };
    // `Day::parse` accepts only digits, and exactly this many.
    let of = |year: &str, month: &str, day: &str| {
        Day::parse(&format!("{year}-{month:0>2}-{day:0>2}")).map_err(|_| TimestampError::Unknown)
    };
    match (separator, format) {
        ('-' | '/', None | Some(DateFormat::Iso)) if one.len() == 4 => of(one, two, three),
        ('.', None | Some(DateFormat::DotDay)) | ('/', Some(DateFormat::SlashDay)) => of(three, two, one),
        ('/', Some(DateFormat::SlashMonth)) => of(three, one, two),
        ('/', None) => match (of(three, two, one), of(three, one, two)) {
            (Ok(day), Ok(other)) if day != other => Err(TimestampError::Ambiguous),
            (Ok(day), _) | (_, Ok(day)) => Ok(day),
            (Err(error), Err(_)) => Err(error),
        },
        _ => Err(TimestampError::Unknown),
    }
}

/// The time of day and the UTC offset, both in milliseconds.
fn time(text: &str) -> Option<(i64, Option<i64>)> {
    let text = text.trim();
    let (text, zone) = match ["Z", "z", "UTC", "GMT"].iter().find_map(|name| text.strip_suffix(name)) {
        Some(text) => (text, Some(0)),
        None => match text.rfind(['+', '-', '\u{2212}']) {
            Some(at) => (text.get(..at)?, Some(offset(text.get(at..)?)?)),
            None => (text, None),
        },
    };
    let text = text.trim();
    let meridiem = |name: &str| {
        let at = text.len().checked_sub(2)?;
        text.get(at..).filter(|end| end.eq_ignore_ascii_case(name)).and_then(|_| text.get(..at))
    };
    let (text, offset_hours) = match (meridiem("am"), meridiem("pm")) {
        (Some(text), _) => (text, Some(0)),
        (_, Some(text)) => (text, Some(12)),
        _ => (text, None),
    };
    let mut parts = text.trim().split(':');
    let mut hour = number(parts.next()?, 23)?;
    let minute = number(parts.next()?, 59)?;
    let (second, ms) = match parts.next() {
        None => (0, 0),
        Some(second) => {
            let (whole, part) = second.split_once(['.', ',']).unwrap_or((second, "0"));
            (number(whole, 60)?, milliseconds(part)?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    if let Some(offset_hours) = offset_hours {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + offset_hours;
    }
    Some((hour * HOUR_MS + minute * 60_000 + second * 1_000 + ms, zone))
}

fn number(text: &str, max: i64) -> Option<i64> {
    let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number <= max)
}

fn milliseconds(part: &str) -> Option<i64> {
    let is_number = (1..=9).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let digits = format!("{part:0<3}");
    digits.get(..3).filter(|_| is_number)?.parse().ok()
}

/// A UTC offset like `+02:00`, `-0530` or `+2`, in milliseconds.
pub(super) fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix(['-', '\u{2212}'])?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    Some(sign * (number(hours, 14)? * HOUR_MS + number(minutes, 59)? * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `2026-11-22T00:00:00Z`.
    const DAY: i64 = 20_779 * 24 * HOUR_MS;

    #[test]
    fn times_are_parsed_in_every_format() {
        let noon = DAY + 12 * HOUR_MS;
        let at = DAY + 13 * HOUR_MS + 5 * 60_000;
        for (text, format, expected) in [
            ("2026-11-22T13:05:00Z", None, at),
            ("2026-11-22T13:05:00.000+00:00", None, at),
            ("2026-11-22T15:05:00+02:00", Some(DateFormat::Iso), at),
            ("2026-11-22T08:05-0500", None, at),
            ("2026-11-22 13:05:00 UTC", None, at),
            ("2026-11-22 15:05:00 +0200", None, at),
            ("2026-11-22 13:05:00", None, at),
            ("2026-11-22 13:05:00.25", None, at + 250),
            ("2026-11-22  13:05", None, at),
            (" 2026-11-22 ", None, noon),
            ("2026/11/22", None, noon),
            ("22.11.2026", None, noon),
            ("22.11.2026 13:05", Some(DateFormat::DotDay), at),
            ("22/11/2026", None, noon),
            ("11/22/2026", None, noon),
            ("11/22/2026 1:05 PM", None, at),
            ("11/22/2026 12:05am", None, DAY + 5 * 60_000),
            ("1795352700", None, at),
            ("1795352700", Some(DateFormat::Unix), at),
            ("1795352700000", None, at),
        ] {
            let timestamp = Timestamp::parse(text, format, 0);
            assert_eq!(timestamp.map(|timestamp| timestamp.ms), Ok(expected), "{text}");
            assert_eq!(timestamp.unwrap().is_day, expected == noon, "{text}");
        }
    }

    #[test]
    fn the_offset_applies_to_times_without_a_zone() {
        for (text, offset, expected) in [
            ("2026-11-22 02:00", 120, DAY),
            ("2026-11-22 02:00Z", 120, DAY + 2 * HOUR_MS),
            ("2026-11-21 19:00", -300, DAY),
            ("2026-11-22", 120, DAY + 10 * HOUR_MS),
            ("1795305600", 120, DAY),
        ] {
            assert_eq!(Timestamp::parse(text, None, offset).unwrap().ms, expected, "{text}");
        }
    }

    #[test]
    fn ambiguous_dates_are_rejected() {
        assert_eq!(Timestamp::parse("03/04/2026", None, 0), Err(TimestampError::Ambiguous));
        assert_eq!(Timestamp::parse("3/4/2026 10:00", None, 0), Err(TimestampError::Ambiguous));
        let day = |text, format| Timestamp::parse(text, format, 0).unwrap().ms / (24 * HOUR_MS);
        assert_eq!(
            day("03/04/2026", Some(DateFormat::SlashDay)) - day("03/04/2026", Some(DateFormat::SlashMonth)),
            31 - 1
        );
        assert_eq!(day("04/04/2026", None), day("2026-04-04", None));
    }

    #[test]
    fn invalid_times_are_rejected() {
        for text in [
            "",
            " ",
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "22.11.26",
            "26-11-22",
            "2026-11",
            "2026-11-22 25:00",
            "2026-11-22 10:61",
            "2026-11-22T",
            "2026-11-22 noon",
            "2026-11-22 13:00 PM",
            "2026-11-22 10:00 CEST",
            "2026-11-22 10:00:00:00",
            "20261122",
            "1",
            "99999999999999999999",
            "1969-12-31",
            "٢٢.١١.٢٠٢٦",
            "-",
            "2026-11-22 +",
            "22.11.2026.",
            "2026-11-22 10:00+99:00",
            "\u{a0}",
            "/",
            "1/2/3/4",
        ] {
            // A date with an empty time is a day.
            if text != "2026-11-22T" {
                assert_eq!(Timestamp::parse(text, None, 0), Err(TimestampError::Unknown), "{text}");
            }
        }
        for (text, format) in [
            ("22.11.2026", DateFormat::Iso),
            ("2026-11-22", DateFormat::DotDay),
            ("11/22/2026", DateFormat::SlashDay),
            ("22/11/2026", DateFormat::SlashMonth),
            ("1795352700", DateFormat::Iso),
            ("2026-11-22", DateFormat::Unix),
        ] {
            assert_eq!(Timestamp::parse(text, Some(format), 0), Err(TimestampError::Unknown), "{text} {format:?}");
        }
    }

    #[test]
    fn utc_offsets_are_parsed() {
        for (text, hours) in [("+02:00", 2), ("-0500", -5), ("+2", 2), ("\u{2212}03:00", -3), ("+00:00", 0)] {
            assert_eq!(offset(text), Some(hours * HOUR_MS), "{text}");
        }
        for text in ["", "2", "+", "+15:00", "+02:60", "Europe/Warsaw", "+02:00:00"] {
            assert_eq!(offset(text), None, "{text}");
        }
    }
}
