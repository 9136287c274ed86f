//! Statistics and text analysis: what the answers say, and how certain that is.
//!
//! A [`Tally`] counts scores; a [`Summary`] computes the metric from it, with `n` and an interval. Tallies of days,
//! shops or touchpoints are merged first and summarised once, so the cost depends on the number of days, not of
//! answers.
//!
//! [`redact`] masks personal data in texts, [`search_text`] normalizes texts for search, and [`csv_writer`] writes CSV
//! files that are safe against formula injection.
//!
//! Pure: no clock, no I/O, no platform API and no async. Numbers are not rounded; use [`metric::nps::rounded`] for
//! display.
//!
//! ```
//! use insight::{SampleSize, Metric, Summary, Tally};
//!
//! let mut week = Tally::from_counts(Metric::Nps, [(10, 20), (8, 8), (3, 8)])?;
//! week.merge(&Tally::new(Metric::Nps))?;
//!
//! let nps = Summary::of(&week);
//! assert_eq!((nps.n, nps.enough), (36, SampleSize::Ok));
//! assert_eq!(nps.value.map(insight::metric::nps::rounded), Some(33));
//! # Ok::<(), insight::TallyError>(())
//! ```

pub mod class;
pub mod csv_writer;
pub mod interval;
pub mod mean;
pub mod metric;
pub mod proportion;
pub mod redact;
pub mod search_text;
pub mod summary;
pub mod tag;
pub mod tally;

pub use class::Class;
pub use interval::{Interval, Level, Method};
pub use mean::Mean;
pub use metric::Metric;
pub use proportion::Proportion;
pub use summary::{Average, SampleSize, Summary};
pub use tally::{Tally, TallyError};
