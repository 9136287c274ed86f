//! Clocks, calendars and time zones.

pub(crate) mod calendar;
pub(crate) mod clock;
pub(crate) mod zone;
