//! What `cargo xtask torture intake` runs at length, in short: a Worker that is killed, whose database is away, whose
//! queue repeats itself; nothing is lost, nothing doubled.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it did when somebody asks"
)]

use std::sync::{Mutex, OnceLock, PoisonError};
use tests::{
    intake::{SCENARIOS, Scale},
    supervisor::{Entry, Supervisor},
};

/// The same in every run; the long form takes any.
const SEED: u64 = 20_261_122;

/// Runs one on a Worker that it shares: with others of its kind, or, where bindings fail, with one at a time.
fn short(number: u8) {
    static SOUND: OnceLock<Supervisor> = OnceLock::new();
    static FAULTY: Mutex<Option<Supervisor>> = Mutex::new(None);
    let scenario = SCENARIOS.iter().find(|scenario| scenario.number == number).expect("a scenario");
    let line = if scenario.faulty {
        // One that failed says so itself.
        let mut faulty = FAULTY.lock().unwrap_or_else(PoisonError::into_inner);
        let supervisor = faulty.get_or_insert_with(|| scenario.start());
        scenario.line(supervisor, Scale::Short, SEED)
    } else {
        let supervisor = SOUND.get_or_init(|| Supervisor::start(Entry::Product));
        scenario.line(supervisor, Scale::Short, SEED)
    };
    println!("{line}");
}

#[test]
fn killed_under_load() {
    short(1);
}

#[test]
fn clients_hang_up() {
    short(2);
}

#[test]
fn duplicates() {
    short(3);
}

#[test]
fn revisions() {
    short(4);
}

#[test]
fn database_fails_now_and_then() {
    short(5);
}

#[test]
fn database_is_down() {
    short(6);
}

#[test]
fn cache_is_away() {
    short(7);
}

#[test]
fn queue_repeats_itself() {
    short(8);
}

#[test]
fn instances_end() {
    short(12);
}

#[test]
fn steady_and_far_too_many() {
    short(14);
}

#[test]
fn good_and_bad() {
    short(11);
}

#[test]
fn bodies() {
    short(13);
}

#[test]
fn origins() {
    short(22);
}

#[test]
fn marked_address_and_person() {
    short(25);
}

#[test]
fn sequences_against_a_model() {
    short(17);
}

#[test]
fn generated_requests() {
    short(18);
}

#[test]
fn rows_that_results_read() {
    short(15);
}

#[test]
fn a_file_of_another_tool_twice() {
    short(27);
}

#[test]
fn a_file_while_the_database_fails() {
    short(28);
}
