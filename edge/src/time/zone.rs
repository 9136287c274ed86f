//! Time zones. Their tables come from the runtime through `Intl`; compiled into the Worker they would add a megabyte.

use crate::{cache::IsolateCache, time::calendar};
#[cfg(test)]
use in_tests::Formatter;
#[cfg(not(test))]
use intl::Formatter;
use std::sync::Arc;

/// Offsets change on a quarter of an hour, UTC. An offset is cached until the next one.
const QUARTER_MS: i64 = 900_000;
/// Zones in the cache. There are about six hundred names.
const CACHE_CAPACITY: usize = 700;
/// The default zone.
const UTC: &str = "UTC";

/// A zone and its last known offset.
struct CachedZone {
    formatter: Formatter,
    quarter: i64,
    offset: i64,
}

thread_local! {
    /// `None` for a zone that the runtime does not know.
    static ZONES: IsolateCache<Arc<str>, Option<CachedZone>> = IsolateCache::new(CACHE_CAPACITY);
}

/// The offset in milliseconds, from the end of a formatted date: `GMT`, `GMT+05:30`, `GMT-00:25:21`.
fn parse_offset(text: &str) -> Option<i64> {
    let (_, offset) = text.rsplit_once("GMT")?;
    let Some((sign, digits)) = offset.split_at_checked(1) else { return Some(0) };
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let mut unit = 3_600_000;
    let mut ms = 0;
    for part in digits.split(':') {
        ms += part.parse::<i64>().ok()? * unit;
        unit /= 60;
    }
    Some(sign * ms)
}

/// The offset of a zone at a moment, in milliseconds. `None` if the runtime does not know the zone.
fn offset_at(name: &str, ms: i64) -> Option<i64> {
    let quarter = ms.div_euclid(QUARTER_MS);
    // No quarter yet: the first use computes the offset.
    let create = || Formatter::new(name).map(|formatter| CachedZone { formatter, quarter: i64::MIN, offset: 0 });
    let read = |zone: &mut Option<CachedZone>| {
        let zone = zone.as_mut()?;
        if zone.quarter != quarter {
            (zone.offset, zone.quarter) = (parse_offset(&zone.formatter.format(ms))?, quarter);
        }
        Some(zone.offset)
    };
    ZONES.with(|zones| zones.with(name, create, read))
}

/// Whether the runtime knows a zone.
pub(crate) fn is_known(name: &str) -> bool {
    name == UTC || Formatter::new(name).is_some()
}

/// A shop's time zone. If the runtime no longer knows it, UTC is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone(Arc<str>);

impl Zone {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its IANA name, like `Europe/Warsaw`.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    fn offset_at(&self, ms: i64) -> i64 {
        if &*self.0 == UTC { 0 } else { offset_at(&self.0, ms).unwrap_or(0) }
    }

    /// The day of a moment, in days since 1970. `ms` in milliseconds since 1970 UTC.
    pub(crate) fn day_of(&self, ms: i64) -> i64 {
        calendar::day_at(ms, self.offset_at(ms))
    }

    /// The first moment of a day, in milliseconds since 1970 UTC.
    pub(crate) fn start_of_day(&self, day: i64) -> i64 {
        calendar::start_of_day(day, |ms| self.offset_at(ms))
    }

    /// Seconds until the next day starts, at least one.
    pub(crate) fn seconds_of_day_left(&self, ms: i64) -> u32 {
        let left = self.start_of_day(self.day_of(ms) + 1) - ms;
        u32::try_from(left / 1_000 + 1).unwrap_or(1).max(1)
    }
}

/// The runtime's tables of time zones.
#[cfg(not(test))]
mod intl {
    use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
    use worker::js_sys::{Object, Reflect};

    #[wasm_bindgen]
    extern "C" {
        /// `js_sys` has no constructor that returns an error for an unknown zone.
        #[wasm_bindgen(js_namespace = Intl)]
        type DateTimeFormat;
        #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
        fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
        #[wasm_bindgen(method)]
        fn format(this: &DateTimeFormat, ms: f64) -> String;
    }

    /// Formats a moment in one zone, followed by the offset.
    pub(super) struct Formatter(DateTimeFormat);

    impl Formatter {
        /// `None` if the runtime does not know the zone.
        pub(super) fn new(zone: &str) -> Option<Self> {
            let options = Object::new();
            for (key, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
                Reflect::set(&options, &key.into(), &value.into()).ok()?;
            }
            DateTimeFormat::new("en-US", &options).ok().map(Self)
        }

        /// `ms` in milliseconds since 1970 UTC.
        pub(super) fn format(&self, ms: i64) -> String {
            #[allow(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
            self.0.format(ms as f64)
        }
    }
}

/// The same without a JavaScript runtime.
#[cfg(test)]
mod in_tests {
    use chrono::DateTime;
    use chrono_tz::Tz;

    pub(super) struct Formatter(Tz);

    impl Formatter {
        pub(super) fn new(zone: &str) -> Option<Self> {
            zone.parse().ok().map(Self)
        }

        pub(super) fn format(&self, ms: i64) -> String {
            let time = DateTime::from_timestamp_millis(ms).unwrap_or_default().with_timezone(&self.0);
            time.format("%m/%d/%Y, GMT%:z").to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock::DAY_MS;

    #[test]
    fn offsets() {
        for (text, minutes) in [
            ("11/28/2026, GMT", Some(0)),
            ("11/28/2026, GMT+01:00", Some(60)),
            ("11/28/2026, GMT+05:30", Some(330)),
            ("11/28/2026, GMT-11:00", Some(-660)),
            ("11/28/2026, GMT-03:30", Some(-210)),
            ("11/28/2026, GMT+14:00", Some(840)),
            ("11/28/2026", None),
            ("11/28/2026, GMT*1", None),
            ("11/28/2026, GMT+1h", None),
        ] {
            assert_eq!(parse_offset(text), minutes.map(|minutes: i64| minutes * 60_000), "{text}");
        }
        assert_eq!(parse_offset("1/1/1880, GMT-00:25:21"), Some(-1_521_000));
    }

    #[test]
    fn utc_needs_no_formatter() {
        let zone = Zone::new(UTC);
        assert_eq!((zone.day_of(-1), zone.day_of(DAY_MS), zone.start_of_day(3)), (-1, 1, 3 * DAY_MS));
        assert_eq!([0, 1, DAY_MS - 1].map(|ms| zone.seconds_of_day_left(ms)), [86_401, 86_400, 1]);
        assert!(is_known(UTC));
    }
}
