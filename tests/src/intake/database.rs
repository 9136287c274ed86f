//! D1 fails occasionally, before or after executing a call, or completely for a while. Every acknowledged response is
//! stored, at the latest when D1 is available again.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
    steady,
};
use crate::{
    checker,
    faults::{Faults, PERSISTENT, TRANSIENT},
    load::{self, Figures},
    random::Random,
    supervisor::Supervisor,
};
use serde_json::json;
use std::time::{Duration, Instant};

const LINES: usize = 16;

/// Three of ten calls fail, half of them after they were executed; some messages to the queue fail too.
pub(super) fn errors(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let count = scale.of(480, 20_000);
    let fixture = Fixture::new(supervisor);
    let faults = Faults::of(supervisor);
    let words: Vec<&str> = TRANSIENT.into_iter().chain(PERSISTENT).collect();
    faults.set(&json!({
        "seed": seed, "d1_before": 0.15, "d1_after": 0.15, "d1_errors": words, "send_before": 0.05, "send_after": 0.05,
    }));
    let figures = load::run(deliver(&fixture, count, seed));
    let (calls, failed) = (faults.seen("d1_calls"), faults.seen("d1_failed"));
    faults.none();
    let checked = fixture.check(Duration::from_secs(300));
    assert_eq!(checked.rows, count, "each response is stored once");
    assert!(failed * 5 > calls, "too few calls failed: {failed} of {calls}");
    format!("{count} answers, {failed} of {calls} D1 calls failed ({}): {} rows", figures.by_status(), checked.rows)
}

/// Delivers a number of responses, each retried until it is accepted.
pub(super) async fn deliver(fixture: &Fixture, count: usize, seed: u64) -> Figures {
    let all = load::on_lines(&fixture.target, LINES, |number, mut line| {
        let fixture = fixture.clone();
        let mut random = Random::seeded(seed.wrapping_add(number as u64));
        let mine = count / LINES + usize::from(number < count % LINES);
        async move {
            let mut figures = Figures::default();
            for _ in 0..mine {
                let (id, content) = (new_id(&mut random), anything(&mut random));
                let answer = fixture.deliver(&mut line, (&id, 1, &content), &mut figures).await;
                assert!(matches!(answer.status, 200..=202), "{}: {:?}", answer.status, answer.body);
            }
            figures
        }
    });
    Figures::sum(all.await)
}

/// All calls fail for a while, and submissions continue.
pub(super) fn down(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (seconds, a_second) = scale.of((5, 20), (90, 40));
    let fixture = Fixture::new(supervisor);
    // A key cannot be verified without D1, a view token can.
    fixture.stock(LINES + a_second * usize::try_from(seconds).expect("a short time"));
    let faults = Faults::of(supervisor);
    // The shop's config is cached, as for any shop with visitors.
    let before = load::run(deliver(&fixture, LINES, seed));
    faults.set(&json!({ "seed": seed, "d1_down": true }));
    let begin = Instant::now();
    let during = load::run(steady::open_loop(&fixture, a_second, Duration::from_secs(seconds), seed));
    let down = begin.elapsed();
    let queued = during.count(|status| status == 202);
    assert_eq!(queued, during.replies(), "the queue accepts everything: {}", during.by_status());
    let stored = checker::count(fixture.database(), &fixture.shop_id());
    assert_eq!(stored as u64, before.replies(), "nothing is written while D1 is down");
    faults.none();
    let arrived =
        checker::wait_for_all(fixture.database(), &fixture.shop_id(), &fixture.ledger, Duration::from_secs(300));
    let checked = fixture.check(Duration::from_secs(1));
    assert_eq!(checked.rows as u64, before.replies() + queued);
    format!(
        "down for {:.0} s at {a_second}/s: {}; all {queued} stored {:.1} s later",
        down.as_secs_f64(),
        during.by_status(),
        arrived.as_secs_f64()
    )
}
