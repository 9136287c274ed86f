//! What the answers say, and how sure that is.
//!
//! A [`Tally`] counts scores; a [`Summary`] is the metric that follows from it, with `n` and an interval. Tallies of
//! days, shops or touchpoints are merged first and summarised once, so that a result costs what its days cost and not
//! what its answers cost.
//!
//! [`redact`] masks what has to go from texts, [`search_text`] makes them searchable, [`csv_writer`] writes them into tables that no
//! spreadsheet runs.
//!
//! This crate knows no clock, no I/O, no platform and no async. Numbers leave it unrounded; [`metric::nps::rounded`]
//! is for screens.
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
