//! The short form of `cargo xtask torture intake`: the Worker is killed, D1 fails, the queue redelivers; no response is
//! lost or duplicated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests panic on failure and print a summary"
)]

use std::sync::{Mutex, OnceLock, PoisonError};
use tests::{
    intake::{SCENARIOS, Scale},
    supervisor::{Entry, Supervisor},
};

/// The same in every run; the long form accepts any.
const SEED: u64 = 20_261_122;

/// Runs a scenario. Scenarios without faults share a Worker; those with faults use another one in turn.
fn short(number: u8) {
    static HEALTHY: OnceLock<Supervisor> = OnceLock::new();
    static FAULTY: Mutex<Option<Supervisor>> = Mutex::new(None);
    let scenario = SCENARIOS.iter().find(|scenario| scenario.number == number).expect("a scenario");
    let line = if scenario.faulty {
        // A failed test has already been reported.
        let mut faulty = FAULTY.lock().unwrap_or_else(PoisonError::into_inner);
        let supervisor = faulty.get_or_insert_with(|| scenario.start());
        scenario.line(supervisor, Scale::Short, SEED)
    } else {
        let supervisor = HEALTHY.get_or_init(|| Supervisor::start(Entry::Product));
        scenario.line(supervisor, Scale::Short, SEED)
    };
    println!("{line}");
}

#[test]
fn kills_under_load_lose_nothing() {
    short(1);
}

#[test]
fn closed_connections_lose_nothing() {
    short(2);
}

#[test]
fn duplicate_submissions_are_stored_once() {
    short(3);
}

#[test]
fn the_highest_revision_is_kept() {
    short(4);
}

#[test]
fn d1_errors_lose_nothing() {
    short(5);
}

#[test]
fn the_queue_bridges_an_outage_of_d1() {
    short(6);
}

#[test]
fn an_outage_of_kv_rejects_nothing() {
    short(7);
}

#[test]
fn redelivered_messages_are_stored_once() {
    short(8);
}

#[test]
fn trapped_instances_lose_nothing() {
    short(12);
}

#[test]
fn steady_load_and_overload_lose_nothing() {
    short(14);
}

#[test]
fn valid_submissions_among_invalid_ones_are_stored() {
    short(11);
}

#[test]
fn oversized_bodies_are_not_read() {
    short(13);
}

#[test]
fn only_exact_origins_are_accepted() {
    short(22);
}

#[test]
fn personal_data_appears_nowhere() {
    short(25);
}

#[test]
fn random_sequences_match_the_model() {
    short(17);
}

#[test]
fn generated_requests_cause_no_fault() {
    short(18);
}

#[test]
fn results_read_a_bounded_number_of_rows() {
    short(15);
}

#[test]
fn importing_a_file_twice_stores_each_row_once() {
    short(27);
}

#[test]
fn one_visitor_cannot_use_up_a_shop_s_day() {
    short(29);
}

#[test]
fn an_import_survives_d1_errors() {
    short(28);
}
