//! The receiver is down for two days of simulated time.

use super::{EventSource, attempts, cron, now_ms};
use crate::{
    receiver::{Reaction, Receiver},
    supervisor::Supervisor,
};

const HOUR_MS: i64 = 3_600_000;

/// Delays before the second and later attempts, in seconds, from Standard Webhooks 1.0.0.
const WAITS_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The receiver responds with 503 for 48 hours, then accepts everything. Returns a summary.
///
/// # Panics
/// If an event is missing, attempted off schedule, or delivered again after it was accepted.
pub fn outage(supervisor: &Supervisor, receiver: &Receiver, events: usize, seed: u64) -> String {
    let mut source = EventSource::at(supervisor, seed);
    let path = format!("/outage-{seed}");
    receiver.react(&path, [], Some(Reaction::status(503)));
    let endpoint = source.endpoint(&format!("{}{path}", receiver.origin), &["response.created"]);
    let endpoint = endpoint["id"].as_str().expect("an id");
    let client = supervisor.client();
    let begin = now_ms();
    let mut ids: Vec<String> = (0..events).map(|_| source.submit(9, "down")).collect();
    cron(&client, now_ms());
    // The second attempt happens five seconds later, with or without the cron job.
    let mut rounds = 0;
    let mut time = begin;
    while time < begin + 48 * HOUR_MS {
        rounds += 1;
        let states = source.until(supervisor, endpoint, &format!("attempt {rounds}"), |states| {
            states.len() == events && states.values().all(|each| each.attempts >= rounds)
        });
        // Deliveries whose second attempt has already happened do not wait for the others.
        let behind = states.values().filter(|each| each.attempts == rounds).map(|each| each.next_at).max();
        let Some(next) = behind else { continue };
        time = next + 1;
        if time >= begin + 48 * HOUR_MS {
            receiver.react(&path, [], None);
        }
        cron(&client, time);
    }
    source.until(supervisor, endpoint, "all delivered", |states| states.values().all(|each| each.state == "delivered"));
    for later in [time + HOUR_MS, time + 100 * HOUR_MS] {
        cron(&client, later);
    }
    let seen = attempts(&receiver.at(&path));
    // The times of the first and the last attempt of each round: sending a thousand messages takes a while, and the
    // cron job of this test waits for the last.
    let bounds = |number: usize| {
        let all = seen.values().filter_map(|times| times.get(number).copied());
        (all.clone().min().unwrap_or_default(), all.max().unwrap_or_default())
    };
    for (id, times) in &seen {
        let after = times.iter().filter(|at| **at >= (begin + 48 * HOUR_MS) / 1_000).count();
        assert_eq!(after, 1, "{id}: one success after all failures: {times:?}");
        for ((pair, wait), number) in times.windows(2).zip(WAITS_S).zip(0..) {
            let (gap, (first, last)) = (pair[1] - pair[0], bounds(number + 1));
            let late = wait / 10 + (bounds(number).1 - pair[0]) + (last - first) + 60;
            assert!((wait - 1..=wait + late).contains(&gap), "{id}: {gap} s before attempt {}: {times:?}", number + 2);
        }
    }
    let mut delivered: Vec<String> = seen.keys().map(|id| id["evt_".len()..][..36].to_owned()).collect();
    delivered.sort();
    ids.sort();
    assert_eq!(delivered, ids, "every event and no other");
    let hours = (time - begin) / HOUR_MS;
    format!(
        "{events} events, receiver down for 48 simulated hours: {rounds} attempts each on schedule, then one success per id after {hours} h, 0 missing"
    )
}
