//! The process is killed repeatedly while submissions arrive. Every acknowledged response is stored, and the others are
//! sent again with the same id.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    load::{self, Figures},
    random::Random,
    supervisor::Supervisor,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const WRITERS: usize = 16;
/// Maximum length of a cycle on slow disks.
const CYCLE: Duration = Duration::from_secs(20);

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (kills, each) = scale.of((3, 60), (200, 260));
    let fixture = Fixture::new(supervisor);
    let (stop, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let begin = Instant::now();
    let load = {
        let (fixture, stop, taken) = (fixture.clone(), Arc::clone(&stop), Arc::clone(&taken));
        thread::spawn(move || load::run(write(&fixture, &stop, &taken, seed)))
    };
    let mut random = Random::seeded(seed);
    for _ in 0..kills {
        // Wait until some submissions were accepted since the last kill, then kill at a random moment.
        let (before, since) = (taken.load(Ordering::Relaxed), Instant::now());
        while taken.load(Ordering::Relaxed) < before + each && since.elapsed() < CYCLE && !load.is_finished() {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(random.below(30_000)));
        supervisor.kill();
    }
    supervisor.wait_until_healthy();
    stop.store(true, Ordering::Relaxed);
    let figures = load.join().expect("the writers finish");
    let took = begin.elapsed();
    let checked = fixture.check(Duration::from_secs(60));
    assert_eq!(checked.rows, fixture.ledger.acknowledged(), "every submission was retried until accepted");
    let taken = taken.load(Ordering::Relaxed);
    assert!(taken >= each, "too few submissions were accepted: {}", figures.by_status());
    format!(
        "{kills} kills, {WRITERS} writers, {taken} acknowledged = {} rows = tallies, {} requests cut; {:.0}/s between and during kills",
        checked.rows,
        figures.lost + figures.count(|status| status >= 500),
        rate(taken, took),
    )
}

async fn write(fixture: &Fixture, stop: &Arc<AtomicBool>, taken: &Arc<AtomicU64>, seed: u64) -> Figures {
    let figures = load::on_lines(&fixture.target, WRITERS, |number, mut line| {
        let (fixture, stop, taken) = (fixture.clone(), Arc::clone(stop), Arc::clone(taken));
        let mut random = Random::seeded(seed.wrapping_add(number as u64));
        // The proxy does not always respond to requests that were in flight when the process died.
        line.set_timeout(Duration::from_secs(3));
        async move {
            let mut figures = Figures::default();
            while !stop.load(Ordering::Relaxed) {
                let (id, content) = (new_id(&mut random), anything(&mut random));
                let answer = fixture.deliver(&mut line, (&id, 1, &content), &mut figures).await;
                assert!(matches!(answer.status, 200..=202), "{}: {:?}", answer.status, answer.body);
                taken.fetch_add(1, Ordering::Relaxed);
            }
            figures
        }
    });
    Figures::sum(figures.await)
}

/// Events per second.
#[allow(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn rate(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
