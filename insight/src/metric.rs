//! How each metric is computed from a [`Tally`](crate::Tally).
//!
//! NPS is a difference of two shares ([`nps`]). CES, CSAT and agreement are the share of good scores
//! ([`Proportion::of_good`](crate::Proportion::of_good), [`Class::Good`](crate::Class::Good)). A skipped question has no
//! score, so it is in no tally and in no denominator.

pub mod nps;

pub use survey::Metric;
