//! The proof that intake loses nothing and doubles nothing: each test takes its size, so that `cargo xtask test` runs a
//! short form of what `cargo xtask torture intake` runs at length.

mod aborts;
mod bodies;
mod cache;
mod database;
mod duplicates;
mod fixture;
mod generated;
mod imports;
mod kills;
mod mixed_validity;
mod origins;
mod panics;
mod privacy;
mod queue;
mod results;
mod revisions;
mod stateful;
mod steady;

pub use fixture::{Fixture, anything, new_id};

use crate::supervisor::{Entry, Supervisor};
use std::time::Instant;

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As in every run of the tests.
    Short,
    /// As much as the promise is about.
    Long,
}

impl Scale {
    /// One of two sizes.
    #[must_use]
    pub fn of<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }
}

/// A test of the intake.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its number in the reports.
    pub number: u8,
    /// What happens in it.
    pub name: &'static str,
    /// Whether it needs bindings that fail.
    pub faulty: bool,
    /// Says what it did and found; panics at anything that is lost, doubled or wrong.
    pub run: fn(&Supervisor, Scale, u64) -> String,
}

/// All of them.
pub const SCENARIOS: [Scenario; 19] = [
    Scenario { number: 1, name: "SIGKILL under load", faulty: true, run: kills::run },
    Scenario { number: 2, name: "clients that hang up", faulty: true, run: aborts::run },
    Scenario { number: 3, name: "duplicates", faulty: false, run: duplicates::run },
    Scenario { number: 4, name: "revisions", faulty: false, run: revisions::run },
    Scenario { number: 5, name: "D1 fails before and after", faulty: true, run: database::errors },
    Scenario { number: 6, name: "D1 is down", faulty: true, run: database::down },
    Scenario { number: 7, name: "KV is away", faulty: true, run: cache::run },
    Scenario { number: 8, name: "the queue repeats itself", faulty: true, run: queue::run },
    Scenario { number: 11, name: "good and bad", faulty: false, run: mixed_validity::run },
    Scenario { number: 12, name: "panics", faulty: true, run: panics::run },
    Scenario { number: 13, name: "bodies", faulty: true, run: bodies::run },
    Scenario { number: 14, name: "steady and far too many", faulty: false, run: steady::run },
    Scenario { number: 15, name: "rows that results read", faulty: false, run: results::run },
    Scenario { number: 17, name: "sequences against a model", faulty: true, run: stateful::run },
    Scenario { number: 18, name: "generated requests", faulty: true, run: generated::run },
    Scenario { number: 22, name: "origins", faulty: false, run: origins::run },
    Scenario { number: 25, name: "marked address and person", faulty: true, run: privacy::run },
    Scenario { number: 27, name: "a file of another tool, twice", faulty: false, run: imports::twice },
    Scenario { number: 28, name: "a file while D1 fails", faulty: true, run: imports::interrupted },
];

impl Scenario {
    /// A Worker as it needs one.
    #[must_use]
    pub fn start(&self) -> Supervisor {
        Supervisor::start(if self.faulty { Entry::Faulty } else { Entry::Product })
    }

    /// A line of the report: what was done, found, how long it took, and what the disk was like.
    #[must_use]
    pub fn line(&self, supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
        let begin = Instant::now();
        let found = (self.run)(supervisor, scale, seed);
        let (took, fsync) = (begin.elapsed().as_secs_f64(), supervisor.fsync_ms());
        format!("| {} | {} | {found} | {took:.0} s | {fsync:.2} ms |", self.number, self.name)
    }
}
