//! Scenarios that prove that intake neither loses nor duplicates responses. Each takes its size as a parameter:
//! `cargo xtask test` runs the short form, `cargo xtask torture intake` the long one.

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
mod tokens;
mod visitor;

pub use fixture::{Fixture, anything, new_id};

use crate::supervisor::{Entry, Supervisor};
use std::time::Instant;

/// The size of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The size of a normal test run.
    Short,
    /// The size that the documentation promises.
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

/// An intake scenario.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its number in the reports.
    pub number: u8,
    /// What it exercises.
    pub name: &'static str,
    /// Whether it needs fault injection.
    pub faulty: bool,
    /// Runs the scenario and returns a summary; panics if anything is lost, duplicated or wrong.
    pub run: fn(&Supervisor, Scale, u64) -> String,
}

/// All scenarios.
pub const SCENARIOS: [Scenario; 20] = [
    Scenario { number: 1, name: "SIGKILL under load", faulty: true, run: kills::run },
    Scenario { number: 2, name: "clients that hang up", faulty: true, run: aborts::run },
    Scenario { number: 3, name: "duplicates", faulty: false, run: duplicates::run },
    Scenario { number: 4, name: "revisions", faulty: false, run: revisions::run },
    Scenario { number: 5, name: "D1 fails before and after", faulty: true, run: database::errors },
    Scenario { number: 6, name: "D1 is down", faulty: true, run: database::down },
    Scenario { number: 7, name: "KV is unavailable", faulty: true, run: cache::run },
    Scenario { number: 8, name: "the queue redelivers", faulty: true, run: queue::run },
    Scenario { number: 11, name: "valid and invalid", faulty: false, run: mixed_validity::run },
    Scenario { number: 12, name: "panics", faulty: true, run: panics::run },
    Scenario { number: 13, name: "bodies", faulty: true, run: bodies::run },
    Scenario { number: 14, name: "steady load and overload", faulty: false, run: steady::run },
    Scenario { number: 15, name: "rows read by results", faulty: false, run: results::run },
    Scenario { number: 17, name: "sequences against a model", faulty: true, run: stateful::run },
    Scenario { number: 18, name: "generated requests", faulty: true, run: generated::run },
    Scenario { number: 22, name: "origins", faulty: false, run: origins::run },
    Scenario { number: 25, name: "markers in address and personal data", faulty: true, run: privacy::run },
    Scenario { number: 27, name: "the same import twice", faulty: false, run: imports::twice },
    Scenario { number: 28, name: "an import while D1 fails", faulty: true, run: imports::interrupted },
    Scenario { number: 29, name: "one visitor's flood", faulty: false, run: visitor::run },
];

impl Scenario {
    /// Starts a Worker for this scenario.
    #[must_use]
    pub fn start(&self) -> Supervisor {
        Supervisor::start(if self.faulty { Entry::Faulty } else { Entry::Product })
    }

    /// Runs the scenario and returns a line of the report: summary, duration, disk latency.
    #[must_use]
    pub fn line(&self, supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
        let begin = Instant::now();
        let found = (self.run)(supervisor, scale, seed);
        let (took, fsync) = (begin.elapsed().as_secs_f64(), supervisor.fsync_ms());
        format!("| {} | {} | {found} | {took:.0} s | {fsync:.2} ms |", self.number, self.name)
    }
}
